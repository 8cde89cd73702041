"""Which database and broker does this installation stand on? Its own, unless told of others."""

import json
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from octroi.embedded.access import CITY
from octroi.embedded.broker import Broker, embedded_broker
from octroi.embedded.directory import DataDirectory, DataDirectoryBusy, claimed
from octroi.embedded.handed import HandedAccounts
from octroi.embedded.postgres import EmbeddedPostgres, initialised
from octroi.migrate import begun, demand
from octroi.settings import InvalidSetting, Settings, load

RUNNING = "running.json"
SECRET = "keys.secret"  # noqa: S105 - the file's name
SECRET_BYTES = 32
# Where in its data directory a demonstration has its own.
SCENE = "demo"
# What the city decides by; commands are to decide by the same, whatever their environment.
PRACTICE = "practice.json"
DECIDING = frozenset(
    {
        "documents_needed",
        "service_area",
        "notice_days",
        "activation_lead_minutes",
        "review_days",
        "water",
        "ground_raster",
        "ground_error_m",
        "ground_reference",
    }
)


class NotRunning(Exception):
    """Something of a running Octroi is needed, and none runs here."""


class NoOctroi(Exception):
    """What is to be read was never set up here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backing:
    """Where the database and the broker answer, and the secret that keys are digested with."""

    database_url: str
    mqtt_url: str
    secret: bytes
    broker: Broker | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What a running Octroi leaves for the commands beside it to find."""

    database_url: str
    mqtt_url: str


@contextmanager
def backing(settings: Settings) -> Iterator[Backing]:
    """Start what is not configured, and stop it at the end."""
    user = urlsplit(settings.mqtt_url or "").username
    if settings.mqtt_accounts is not None and user != CITY:
        msg = f"OCTROI_MQTT_ACCOUNTS needs an OCTROI_MQTT_URL of the user {CITY}: mqtt://{CITY}:…@…"
        raise InvalidSetting(msg)
    if settings.database_url is not None:
        # Before anything is made here, which would stay behind.
        demand(settings.database_url)
    with ExitStack() as stack:
        directory = stack.enter_context(claimed(settings.data_dir))
        _write(directory.path / PRACTICE, settings.model_dump_json(include=set(DECIDING)))
        database_url, mqtt_url = settings.database_url, settings.mqtt_url
        broker: Broker | None = None
        if database_url is None:
            database_url = stack.enter_context(EmbeddedPostgres(directory)).url
        if mqtt_url is None:
            broker = stack.enter_context(embedded_broker(directory))
            mqtt_url = broker.url
        elif settings.mqtt_accounts is not None:
            broker = HandedAccounts(settings.mqtt_accounts, mqtt_url)
        stack.enter_context(
            _announced(directory, Running(database_url=database_url, mqtt_url=mqtt_url))
        )
        yield Backing(
            database_url=database_url,
            mqtt_url=mqtt_url,
            secret=_secret(directory.path),
            broker=broker,
        )


@contextmanager
def database(settings: Settings, *, founding: bool) -> Iterator[tuple[str, bytes]]:
    """Return the database's URL and the keys' secret for a command: of the running Octroi, if any.

    A command beside a running service uses its database; alone, it starts its own for a moment.
    Only what is `founding` an installation makes one: a directory mistyped is not a new city.
    """
    if not founding:
        _exists(settings)
    elif settings.database_url is not None:
        demand(settings.database_url)
    try:
        with claimed(settings.data_dir) as directory, ExitStack() as stack:
            url = settings.database_url
            if url is None:
                url = stack.enter_context(EmbeddedPostgres(directory)).url
            yield url, _secret(directory.path)
    except DataDirectoryBusy:
        place = settings.data_dir.expanduser().absolute()
        yield settings.database_url or _running(place).database_url, _secret(place)


def practised(asked: Settings) -> Settings:
    """Return the settings of a command, deciding as the service of its place was last started to.

    What the command's own environment, file or options say stays as they say.
    """
    kept = asked.data_dir.expanduser().absolute() / PRACTICE
    if not kept.exists():
        return asked
    unsaid = DECIDING - asked.model_fields_set
    found = {name: value for name, value in json.loads(kept.read_text()).items() if name in unsaid}
    return load(data_dir=asked.data_dir, **found)


def broker_address(settings: Settings) -> str:
    """Return where the broker of this installation is, without anybody's name and password."""
    url = settings.mqtt_url
    if url is None:
        place = settings.data_dir.expanduser().absolute()
        try:
            url = _running(place).mqtt_url
        except OSError as missing:
            msg = f"No Octroi runs on {place}; name its broker with --mqtt-url."
            raise NotRunning(msg) from missing
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _exists(settings: Settings) -> None:
    """Raise `NoOctroi` where there is nothing to read, and leave nothing behind."""
    if settings.database_url is not None:
        if not begun(settings.database_url):
            msg = "There is no Octroi in the database of OCTROI_DATABASE_URL."
            raise NoOctroi(msg)
        return
    place = settings.data_dir.expanduser().absolute()
    if not initialised(place):
        msg = f"There is no Octroi in {place}"
        if initialised(place / SCENE):
            msg += f"; the demonstration's is in {place / SCENE}: --data-dir {place / SCENE}"
        raise NoOctroi(msg)


def _running(place: Path) -> Running:
    return Running(**json.loads((place / RUNNING).read_text()))


@contextmanager
def _announced(directory: DataDirectory, running: Running) -> Iterator[None]:
    note = directory.path / RUNNING
    _write(note, json.dumps(asdict(running)))
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def _write(note: Path, text: str) -> None:
    """Write a note that is for this account alone."""
    note.touch(mode=0o600)
    note.write_text(text)


def _secret(place: Path) -> bytes:
    """Return this installation's secret, made at its first start."""
    kept = place / SECRET
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_bytes(secrets.token_bytes(SECRET_BYTES))
    return kept.read_bytes()
