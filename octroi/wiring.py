"""How do the records, the servers beside them and the live picture become one installation?"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from octroi.admission import Admission
from octroi.backing import Backing, backing
from octroi.changes import PUBLISHING, Changes
from octroi.embedded.broker import Broker, client_id
from octroi.issuing import issuer_of
from octroi.lateness import accepted_since
from octroi.metrics import Meters
from octroi.migrate import migrate
from octroi.notices import ALERT, Notices
from octroi.peers import Peers
from octroi.records import Clock, Neighbours, Records, records
from octroi.rulebooks import RulebookKeeper
from octroi.settings import Settings
from octroi.sharing import held_share
from octroi.ticking import Ticking, attentive
from octroi.ticks import Ticks
from permits.identity.guard import Bearers
from permits.model import Permit
from permits.tokens import TokenService
from telemetry.broker import Ingest
from telemetry.intake.parting import Topics
from telemetry.outlets import Outlets
from telemetry.pipeline import Pipeline
from telemetry.pipeline import Sources as PipelineSources
from telemetry.store.ingest import IngestStore
from telemetry.told import AlertId
from telemetry.watched.live import Hub
from telemetry.webhooks.courier import Courier

log = structlog.get_logger()

_AS_IS = nullcontext()


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Everything that runs, for the app to answer with and for the demonstration to play on."""

    settings: Settings
    clock: Clock
    backing: Backing
    records: Records
    access: Admission
    tokens: Bearers | None
    pipeline: Pipeline
    ingest: Ingest
    hub: Hub
    meters: Meters


@contextmanager
def installation(settings: Settings, clock: Clock) -> Iterator[Installation]:
    """Start everything but the web server, and stop it in the opposite order."""
    with ExitStack() as stack:
        backed = stack.enter_context(backing(settings))
        stack.enter_context(_taking_part(backed, settings))
        keeper: RulebookKeeper

        # Vehicles are heard once there is a registry to know them by.
        def name_of(operator: str) -> str | None:
            found = keeper.registry().operator(operator)
            return None if found is None else found.name

        hub, meters = Hub(clock, name_of=name_of, share=settings.intake_share), Meters()
        notices = Notices(hub.tell)
        parts = stack.enter_context(
            records(backed.database_url, clock, settings, _told_by(notices), secret=backed.secret)
        )
        keeper = parts.keeper
        log.info("ground", source=keeper.rulebook().datum.ground.source)
        stack.enter_context(_shown(parts, settings, backed, hub))
        ingest: Ingest

        # The pipeline tells through the client that feeds it.
        def publish(topic: str, payload: bytes, retain: bool) -> None:  # noqa: FBT001 - as paho
            ingest.publish(topic, payload, retain)

        pipeline = Pipeline(
            IngestStore(parts.pool, settings.intake_share),
            PipelineSources(
                clock=clock,
                rulebook=keeper.rulebook,
                registry=keeper.registry,
                open_since=lambda: accepted_since(clock(), settings),
            ),
            Outlets(
                publish=publish,
                live=hub.publish,
                correct=notices.tell,
                watch=meters.watch,
                flush=lambda: ingest.flush(),  # noqa: PLW0108 # made below
            ),
        )
        ingest = Ingest(
            backed.mqtt_url,
            pipeline,
            clock,
            client_id=client_id(backed.mqtt_url, str(settings.intake_share)),
            topics=Topics(settings.intake_share, keeper.registry),
        )
        stack.enter_context(_attended(parts, settings, clock, backed, notices, ticks=meters.ticks))
        if not ingest.start():
            # It goes on trying; HTTPS takes observations meanwhile.
            log.warning("broker.not-answering", address=backed.mqtt_url.rpartition("@")[2])
        stack.callback(ingest.stop)
        notices.connect(ingest.publish)
        stack.callback(hub.close)
        yield Installation(
            settings=settings,
            clock=clock,
            backing=backed,
            records=parts,
            access=stack.enter_context(
                admission_of(parts, settings, clock, backed.secret, backed.broker)
            ),
            tokens=tokens_of(parts, settings, clock),
            pipeline=pipeline,
            ingest=ingest,
            hub=hub,
            meters=meters,
        )


@contextmanager
def _taking_part(backed: Backing, settings: Settings) -> Iterator[None]:
    """Bring the database up to date, and hold what this process takes in of observations."""
    migrate(backed.database_url)
    with held_share(backed.database_url, settings.intake_share):
        yield


@contextmanager
def deciding(
    database_url: str,
    clock: Clock,
    settings: Settings,
    announce: Callable[[Permit], None],
    *,
    secret: bytes,
) -> Iterator[Records]:
    """Open what decides about permits beside an installation, kept as the city publishes."""
    told = Neighbours(announce=announce)
    with (
        records(database_url, clock, settings, told, secret=secret) as parts,
        # What others were granted is asked of the database with each application.
        Changes(database_url, parts.keeper.refresh, channels=PUBLISHING),
    ):
        yield parts


@contextmanager
def _shown(parts: Records, settings: Settings, backed: Backing, hub: Hub) -> Iterator[None]:
    """Show what is not over, and what other processes take in, where they share that out."""
    mine = settings.intake_share
    parts.alerts.show_open_alerts()
    with Peers(backed.database_url, hub, mine, parts.alerts.as_recorded) if mine.of > 1 else _AS_IS:
        yield


@contextmanager
def _attended(
    parts: Records,
    settings: Settings,
    clock: Clock,
    backed: Backing,
    notices: Notices,
    *,
    ticks: Ticks,
) -> Iterator[None]:
    """Make what is due by itself happen, and carry what is to be told over HTTP."""
    every_s = settings.sweep_seconds
    changes = attentive(
        backed.database_url,
        parts.keeper,
        Ticking(parts.sweeper.sweep, "permits", ticks, every_s),
        lambda name: _heard(name, parts, notices),
    )
    courier = Courier(
        parts.pool,
        clock,
        backed.secret,
        allowed=settings.webhook_networks,
        disabled=notices.disabled,
    )
    with changes, Ticking(parts.alerts.sweep, "alerts", ticks, every_s), courier:
        yield


def _told_by(notices: Notices) -> Neighbours:
    return Neighbours(announce=notices.announce, tell=notices.tell, judged=True)


def _heard(name: str, parts: Records, notices: Notices) -> None:
    """Tell of what another process has moved."""
    if name.startswith(ALERT):
        notices.tell([parts.alerts.alert(AlertId(UUID(name.removeprefix(ALERT))))])
    else:
        notices.announce(parts.life.get(UUID(name)))


def admission_of(
    parts: Records, settings: Settings, clock: Clock, secret: bytes, broker: Broker | None = None
) -> Admission:
    """Return who may come in by a key; a broker of ours is told of them."""
    lifetime = timedelta(days=settings.key_days)
    return Admission(parts.pool, clock, secret, lifetime=lifetime, broker=broker)


def tokens_of(parts: Records, settings: Settings, clock: Clock) -> Bearers | None:
    """Return whom access tokens of the configured issuer stand for, if one is."""
    issuer = issuer_of(settings)
    return None if issuer is None else TokenService(parts.pool, issuer, clock).caller
