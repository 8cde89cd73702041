"""How is this installation configured?

`OCTROI_*` environment variables win over `octroi.toml` in the working directory; both are read
once, at the start, into one frozen object. With nothing set everything runs on this machine.
"""

import difflib
import os
import re
import tomllib
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from typing_extensions import override

from billing.planning import RunMode
from octroi.values import (
    BrokerAddress,
    Directory,
    DocumentsNeeded,
    File,
    IntakeShare,
    Networks,
    PublicAddress,
    PublicKey,
    RolesTold,
    SecureAddress,
    ServiceArea,
    TimeZoneName,
)
from permits.kinds import DocumentKind
from permits.parties import Role
from telemetry.intake.shares import WHOLE
from zones.model import Layer

PREFIX = "OCTROI_"
CONFIG_FILE = "octroi.toml"
ILE_DE_FRANCE = (1.4, 48.1, 3.6, 49.3)
MOST_DAYS = 36_525
DAYS_KEPT = f"a whole number of days from 1 to {MOST_DAYS}"
# Two names as near as this are one name and a slip of the finger.
NEAR = 0.75
CREDENTIALS = re.compile(r"^([a-z+]*://)?.*@", re.DOTALL)


class InvalidSetting(Exception):
    """A variable or a line of the configuration file cannot be used."""


class InvalidOption(InvalidSetting):
    """An option of the command line cannot be used."""


def default_data_dir() -> Path:
    """Return where data live when nobody says otherwise.

    As root not below the home directory: the servers run as an unprivileged user.
    """
    if os.geteuid() == 0:
        return Path("/var/lib/octroi")
    home = os.environ.get("XDG_DATA_HOME") or "~/.local/share"  # noqa: TID251 - the reader itself
    return Path(home).expanduser() / "octroi"


def deciders_here() -> int:
    """Return how many processes may decide beside the one that serves: one a processor, or 3.

    Who serves has little to do meanwhile; with one processor there is nothing to be shared.
    """
    processors = os.cpu_count() or 1
    return min(processors, 3) if processors > 1 else 0


class Settings(BaseSettings):
    """Everything an installation may decide."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, toml_file=CONFIG_FILE, frozen=True, extra="forbid"
    )

    # A description ends the sentence "it takes …" that refuses a wrong value.
    data_dir: Directory = Field(default_factory=default_data_dir, description="a directory")
    database_url: str | None = Field(
        default=None,
        repr=False,
        pattern=r"^postgres(ql)?://",
        description="the address of a PostgreSQL: postgresql://user:password@host:5432/database",
    )
    mqtt_url: BrokerAddress = Field(
        default=None,
        repr=False,
        description="the address of a broker: mqtt://user:password@host:1883, or mqtts://…",
    )
    mqtt_accounts: File = Field(
        default=None, description="a directory that the broker of OCTROI_MQTT_URL reads too"
    )
    intake_share: IntakeShare = Field(
        default=WHOLE, description="one of several shares, such as 2/3: the second of three"
    )
    host: str = Field(
        default="127.0.0.1", min_length=1, description="an address of this machine to listen on"
    )
    port: int = Field(
        default=8642, ge=0, le=65_535, description="a port from 0 (any free one) to 65535"
    )
    language: Literal["fr", "en"] = Field(default="fr", description="fr or en")
    timezone: TimeZoneName = Field(
        default="Europe/Paris", description="the name of a time zone, such as Europe/Paris"
    )
    open_map: bool = Field(default=False, description="true or false")
    notice_days: int = Field(
        default=1, ge=0, le=366, description="a whole number of days from 0 to 366"
    )
    service_area: ServiceArea = Field(
        default=ILE_DE_FRANCE, description="west,south,east,north in degrees: 1.4,48.1,3.6,49.3"
    )
    activation_lead_minutes: int = Field(
        default=15, ge=0, le=1_440, description="a whole number of minutes from 0 to 1440"
    )
    review_days: int = Field(
        default=10, ge=1, le=58, description="a whole number of days from 1 to 58"
    )
    billing_grace_days: int = Field(
        default=0, ge=0, le=92, description="a whole number of days from 0 to 92"
    )
    late_days: int = Field(
        default=62, ge=1, le=366, description="a whole number of days from 1 to 366"
    )
    billing_runs: RunMode = Field(default=RunMode.NONE, description="none, dry or draft")
    billing_run_days: int = Field(
        default=1, ge=0, le=92, description="a whole number of days from 0 to 92"
    )
    sweep_seconds: float = Field(
        default=5.0, ge=1, le=60, allow_inf_nan=False, description="seconds from 1 to 60"
    )
    deciders: int = Field(
        default_factory=deciders_here, ge=0, le=16, description="a whole number from 0 to 16"
    )
    documents_needed: DocumentsNeeded = Field(
        default_factory=dict,
        description="pairs of a layer and a kind, such as air:insurance,river:insurance; "
        f"layers are {', '.join(Layer)}, kinds {', '.join(DocumentKind)}",
    )
    water: File = Field(default=None, description="a GeoJSON file of areas of water")
    ground_raster: File = Field(default=None, description="a GeoTIFF or an SRTM tile")
    ground_error_m: float = Field(
        default=10.0, ge=0, le=1_000, allow_inf_nan=False, description="metres from 0 to 1000"
    )
    ground_reference: Literal["AMSL", "WGS84"] = Field(default="AMSL", description="AMSL or WGS84")
    body_limit_bytes: int = Field(
        default=1_000_000, ge=1_000, description="a whole number of bytes, 1000 or more"
    )
    keep_positions_days: int = Field(default=62, ge=1, le=MOST_DAYS, description=DAYS_KEPT)
    keep_verdicts_days: int = Field(default=366, ge=1, le=MOST_DAYS, description=DAYS_KEPT)
    keep_evidence_days: int = Field(default=1_827, ge=1, le=MOST_DAYS, description=DAYS_KEPT)
    keep_sums_days: int = Field(default=3_653, ge=1, le=MOST_DAYS, description=DAYS_KEPT)
    key_days: int = Field(
        default=365, ge=1, le=3_650, description="a whole number of days from 1 to 3650"
    )
    oidc_issuer: SecureAddress = Field(
        default=None, description="the address of an OIDC issuer: https://…"
    )
    oidc_audience: str | None = Field(
        default=None, min_length=1, description="the audience that access tokens are for"
    )
    oidc_algorithm: Literal[
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"
    ] = Field(default="RS256", description="RS256, PS256, ES256 or EdDSA, or RS, PS, ES with 384")
    oidc_jwks_url: SecureAddress = Field(
        default=None, description="the address of the issuer's keys: https://…"
    )
    oidc_role_claim: str = Field(
        default="octroi_role", min_length=1, description="the name of a claim"
    )
    oidc_operator_claim: str = Field(
        default="octroi_operator", min_length=1, description="the name of a claim"
    )
    oidc_roles: RolesTold = Field(
        default_factory=lambda: {each.value: each for each in Role if each is not Role.SENSOR},
        description="pairs of what the claim holds and a role, such as police:inspector; "
        f"roles are {', '.join(each for each in Role if each is not Role.SENSOR)}",
    )
    pes_schemas: File = Field(
        default=None, description="the folder that holds PES_V2/Rev0/PES_Aller.xsd"
    )
    pes_codes: File = Field(
        default=None, description="a TOML file with the codes that the accountant books by"
    )
    seller: File = Field(default=None, description="a TOML file that says who claims")
    public_url: PublicAddress = Field(
        default=None, description="the address that this site is reached at: https://…"
    )
    interuss_public_key: PublicKey = Field(
        default=None, description="a public key in PEM, or a file that holds one"
    )
    interuss_audience: str | None = Field(
        default=None, min_length=1, description="the audience that tokens of tests are for"
    )
    webhook_networks: Networks = Field(
        default=(), description="addresses or networks, such as 10.0.0.0/8"
    )
    metrics_from: Networks = Field(
        default=(ip_network("127.0.0.0/8"), ip_network("::1")),
        description="addresses or networks, such as 127.0.0.1,10.0.0.0/8",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="debug, info, warning or error"
    )

    @override
    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments first, then the environment, then the file; nothing else."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load(**overrides: object) -> Settings:
    """Read the settings; `overrides` come from the command line and win."""
    _refuse_unknown_variables()
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic validates
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        msg = f"{CONFIG_FILE} is not valid TOML: {broken}."
        raise InvalidSetting(msg) from broken
    except OSError as broken:
        msg = f"{CONFIG_FILE} cannot be read: {broken.strerror}."
        raise InvalidSetting(msg) from broken
    except ValidationError as invalid:
        # One a setting: of a list of numbers each wrong one is a finding of its own.
        found = {str(each["loc"][0]): each["type"] for each in invalid.errors()}
        told = [_sentence(field, kind, overrides) for field, kind in found.items()]
        kind = InvalidOption if found.keys() & overrides.keys() else InvalidSetting
        raise kind("\n".join(told)) from invalid


def _refuse_unknown_variables() -> None:
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    for variable in os.environ:  # noqa: TID251 - the reader itself
        if variable.startswith(PREFIX) and variable not in known:
            raise InvalidSetting(_unknown(variable, variable.removeprefix(PREFIX)))


def _unknown(named: str, name: str) -> str:
    near = difflib.get_close_matches(name.lower(), Settings.model_fields, n=1, cutoff=NEAR)
    if not near:
        return f"{named} is not a setting of Octroi; docs/operations.md lists them."
    meant = f"{PREFIX}{near[0].upper()}" if named.startswith(PREFIX) else near[0]
    return f"{named} is not a setting of Octroi; did you mean {meant}?"


def _sentence(field: str, kind: str, overrides: dict[str, object]) -> str:
    if kind == "extra_forbidden":
        return _unknown(f"{field} in {CONFIG_FILE}", field)
    source, value = _source(field, overrides)
    setting = Settings.model_fields[field]
    if not setting.repr and isinstance(value, str):
        # It may hold a password, and this sentence may end in a log.
        value = CREDENTIALS.sub(r"\1…@", value)
    return f"{source} cannot be {value!r}: it takes {setting.description}."


def _source(field: str, overrides: dict[str, object]) -> tuple[str, object]:
    """Return what a setting was given by, and what it was given."""
    if field in overrides:
        return f"--{field.replace('_', '-')}", overrides[field]
    variable = f"{PREFIX}{field.upper()}"
    if variable in os.environ:  # noqa: TID251 - the reader itself
        return variable, os.environ[variable]  # noqa: TID251 - the reader itself
    return f"{field} in {CONFIG_FILE}", tomllib.loads(Path(CONFIG_FILE).read_text("utf-8"))[field]
