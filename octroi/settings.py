"""How is this installation configured?

`OCTROI_*` environment variables win over `octroi.toml` in the working directory; both are read
once, at the start, into one frozen object. With nothing set everything runs on this machine.
"""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from typing_extensions import override

from permits.kinds import DocumentKind
from zones.model import Layer

PREFIX = "OCTROI_"
CONFIG_FILE = "octroi.toml"
ILE_DE_FRANCE = (1.4, 48.1, 3.6, 49.3)
SIDES, NO_BOX = 4, "it takes west,south,east,north in degrees"
NO_DOCUMENTS = f"it takes pairs like air:insurance; kinds are {' and '.join(DocumentKind)}"


class InvalidSetting(Exception):
    """A variable or a line of the configuration file cannot be used."""


def default_data_dir() -> Path:
    """Return where data live when nobody says otherwise.

    As root not below the home directory: the servers run as an unprivileged user.
    """
    if os.geteuid() == 0:
        return Path("/var/lib/octroi")
    home = os.environ.get("XDG_DATA_HOME") or "~/.local/share"  # noqa: TID251 - the reader itself
    return Path(home).expanduser() / "octroi"


def _known_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        msg = f"no time zone is called {name!r}"
        raise ValueError(msg) from unknown
    return name


def _box(text: object) -> object:
    if not isinstance(text, str):
        return text
    numbers = text.split(",")
    if len(numbers) != SIDES:
        raise ValueError(NO_BOX)
    return numbers


def _on_earth(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    west, south, east, north = box
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 - the Earth
        raise ValueError(NO_BOX)
    return box


def _by_layer(text: object) -> object:
    """Read `air:insurance,air:competence`: what each layer asks for."""
    if not isinstance(text, str):
        return text
    needed: dict[Layer, frozenset[DocumentKind]] = {}
    for pair in filter(None, text.split(",")):
        named, _, kind = (part.strip() for part in pair.partition(":"))
        if named not in set(Layer) or kind not in set(DocumentKind):
            raise ValueError(NO_DOCUMENTS)
        layer = Layer(named)
        needed[layer] = needed.get(layer, frozenset()) | {DocumentKind(kind)}
    return needed


DocumentsNeeded = Annotated[
    Mapping[Layer, frozenset[DocumentKind]], NoDecode, BeforeValidator(_by_layer)
]
ServiceArea = Annotated[
    tuple[float, float, float, float], NoDecode, BeforeValidator(_box), AfterValidator(_on_earth)
]


class Settings(BaseSettings):
    """Everything an installation may decide."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, toml_file=CONFIG_FILE, frozen=True, extra="forbid"
    )

    data_dir: Path = Field(default_factory=default_data_dir)
    database_url: str | None = Field(default=None, repr=False, pattern=r"^postgres(ql)?://")
    mqtt_url: str | None = Field(default=None, repr=False, pattern=r"^mqtts?://[^/]+$")
    host: str = "127.0.0.1"
    port: int = Field(default=8642, ge=0, le=65_535)
    language: Literal["fr", "en"] = "fr"
    timezone: Annotated[str, AfterValidator(_known_timezone)] = "Europe/Paris"
    open_map: bool = False
    notice_days: int = Field(default=1, ge=0, le=366)
    service_area: ServiceArea = ILE_DE_FRANCE
    documents_needed: DocumentsNeeded = Field(default_factory=dict)
    ground_raster: Path | None = None
    ground_error_m: float = Field(default=10.0, ge=0, le=1_000, allow_inf_nan=False)
    ground_reference: Literal["AMSL", "WGS84"] = "AMSL"
    body_limit_bytes: int = Field(default=1_000_000, ge=1_000)
    log_level: Literal["debug", "info", "warning", "error"] = "info"

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
    except tomllib.TOMLDecodeError as broken:
        msg = f"{CONFIG_FILE} is not valid TOML: {broken}."
        raise InvalidSetting(msg) from broken
    except ValidationError as invalid:
        raise InvalidSetting(_sentence(invalid, overrides)) from invalid


def _refuse_unknown_variables() -> None:
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    for variable in os.environ:  # noqa: TID251 - the reader itself
        if variable.startswith(PREFIX) and variable not in known:
            near = difflib.get_close_matches(variable, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}."
            msg = f"{variable} is not a setting of Octroi; {hint}"
            raise InvalidSetting(msg)


def _sentence(invalid: ValidationError, overrides: dict[str, object]) -> str:
    first = invalid.errors()[0]
    field = str(first["loc"][0])
    reason = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        return f"{field} in {CONFIG_FILE} is not a setting of Octroi."
    return f"{_source(field, overrides)} cannot be {first['input']!r}: {reason}."


def _source(field: str, overrides: dict[str, object]) -> str:
    variable = f"{PREFIX}{field.upper()}"
    if field in overrides:
        return f"--{field.replace('_', '-')}"
    if variable in os.environ:  # noqa: TID251 - the reader itself
        return variable
    return f"{field} in {CONFIG_FILE}"
