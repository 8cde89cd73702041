"""The nouns of public space: layers, heights, windows of time, zones, and columns of positions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import NewType

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

ZoneId = NewType("ZoneId", str)

Floats = NDArray[np.float64]
Instants = NDArray[np.int64]
Codes = NDArray[np.int8]
Indices = NDArray[np.int32]

MISSING = -(2**63)  # in a column of instants: no time known


class InvalidWindow(ValueError):
    """A window whose end is not after its start, or that has no time zone."""


class InvalidHeight(ValueError):
    """A height that is not a finite number of metres, or a band upside down."""


class InvalidZone(ValueError):
    """A zone that cannot exist; the message names the field."""


class Layer(StrEnum):
    """The four layers of public space."""

    SURFACE = "surface"
    SUBSOIL = "subsoil"
    AIR = "air"
    RIVER = "river"

    @property
    def code(self) -> int:
        """Return the layer's number in column batches and in the database."""
        return LAYERS.index(self)


LAYERS = tuple(Layer)


class Restriction(StrEnum):
    """What a zone says to those who want in (ED-269 spelling)."""

    PROHIBITED = "PROHIBITED"
    REQ_AUTHORISATION = "REQ_AUTHORISATION"
    CONDITIONAL = "CONDITIONAL"
    NO_RESTRICTION = "NO_RESTRICTION"

    @property
    def code(self) -> int:
        """Return the restriction's number in column batches, strictest first."""
        return RESTRICTIONS.index(self)


RESTRICTIONS = tuple(Restriction)


class HeightReference(StrEnum):
    """What a height is measured from; depth is a negative AGL."""

    AGL = "AGL"
    AMSL = "AMSL"
    WGS84 = "WGS84"

    @property
    def code(self) -> int:
        """Return the reference's number in column batches; 0 there means unknown."""
        return HEIGHT_REFERENCES.index(self) + 1


HEIGHT_REFERENCES = tuple(HeightReference)
UNKNOWN_REFERENCE = 0


class Purpose(StrEnum):
    """Why a vehicle is there."""

    EMERGENCY = "emergency"
    MEDICAL = "medical"
    PUBLIC_SERVICE = "public_service"
    INSPECTION = "inspection"
    RESEARCH = "research"
    MEDIA = "media"
    WORKS = "works"
    PASSENGER = "passenger"
    DELIVERY = "delivery"
    ADVERTISING = "advertising"
    LEISURE = "leisure"

    @property
    def code(self) -> int:
        """Return the purpose's number in column batches; -1 there means unknown."""
        return PURPOSES.index(self)


PURPOSES = tuple(Purpose)
PUBLIC_INTEREST = frozenset(
    {
        Purpose.EMERGENCY,
        Purpose.MEDICAL,
        Purpose.PUBLIC_SERVICE,
        Purpose.INSPECTION,
        Purpose.RESEARCH,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Height:
    """A height in metres with the reference it is measured from."""

    value_m: float
    reference: HeightReference

    def __post_init__(self) -> None:
        """Refuse a height that is not a number."""
        if not np.isfinite(self.value_m):
            msg = f"a height must be a finite number of metres, not {self.value_m}"
            raise InvalidHeight(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The heights a volume reaches over; a missing limit is unbounded, a limit belongs to it."""

    lower: Height | None = None
    upper: Height | None = None

    def __post_init__(self) -> None:
        """Refuse a band upside down where both limits share a reference."""
        if (
            self.lower
            and self.upper
            and self.lower.reference is self.upper.reference
            and self.lower.value_m > self.upper.value_m
        ):
            msg = f"lower {self.lower.value_m} m is above upper {self.upper.value_m} m"
            raise InvalidHeight(msg)


UNBOUNDED = Band()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A half-open span of time `[start, end)` between aware instants; a missing end never comes."""

    start: datetime | None = None
    end: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse naive instants and empty or inverted spans."""
        for name, instant in (("start", self.start), ("end", self.end)):
            if instant is not None and instant.tzinfo is None:
                msg = f"{name} {instant.isoformat()} has no time zone"
                raise InvalidWindow(msg)
        if self.start is not None and self.end is not None and self.end <= self.start:
            msg = f"end {self.end.isoformat()} is not after start {self.start.isoformat()}"
            raise InvalidWindow(msg)

    def holds(self, instant: datetime) -> bool:
        """Tell whether the instant lies in the window: the start does, the end does not."""
        return (self.start is None or self.start <= instant) and (
            self.end is None or instant < self.end
        )

    def overlaps(self, other: "Window") -> bool:
        """Tell whether the two windows share an instant."""
        return (self.start is None or other.end is None or self.start < other.end) and (
            other.start is None or self.end is None or other.start < self.end
        )


ALWAYS = Window()


class DayEvent(StrEnum):
    """A moment of the sun that a schedule can start or end at (ED-318 codes)."""

    BMCT = "BMCT"
    SR = "SR"
    SS = "SS"
    EECT = "EECT"


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyPeriod:
    """Hours of some weekdays; `days` counts from Monday 0, an end at or before the start falls on
    the next day. A limit is seconds after midnight or an event of the sun. Day and clock are those
    of Paris, or with `offset_s` those of a fixed distance from UTC, which knows no summer.
    """

    days: frozenset[int]
    start: int | DayEvent
    end: int | DayEvent
    offset_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicability:
    """One entry of a zone's calendar: a window, narrowed by daily periods where there are any."""

    window: Window = ALWAYS
    schedule: tuple[DailyPeriod, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneRules:
    """What a zone demands of those inside, beside its restriction.

    `transit` False forbids crossing without stopping; `human_review` True means that an
    authorisation here is given by an officer, never by the machine alone.
    """

    speed_max_mps: float | None = None
    transit: bool = True
    human_review: bool = False


NO_RULES = ZoneRules()
NO_PURPOSES: Mapping[Purpose, Restriction] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """One immutable version of a named volume of public space with a restriction.

    `footprint` is a shapely Polygon or MultiPolygon in WGS84 longitude, latitude. `layer` None
    means every layer, an empty `applicability` means always, `purposes` holds the restriction of
    the purposes for which it differs. `valid` is when this version is the law.
    """

    id: ZoneId
    version: int
    name: str
    layer: Layer | None
    restriction: Restriction
    footprint: BaseGeometry
    band: Band = UNBOUNDED
    applicability: tuple[Applicability, ...] = ()
    rules: ZoneRules = NO_RULES
    purposes: Mapping[Purpose, Restriction] = field(default_factory=lambda: NO_PURPOSES)
    priority: int = 0
    act: str = ""
    valid: Window = ALWAYS
    notes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse a zone without a name to cite or an area to be in."""
        if not self.id:
            msg = "id: a zone needs one"
            raise InvalidZone(msg)
        if self.version < 1:
            msg = f"version: {self.version} is not a version, they count from 1"
            raise InvalidZone(msg)
        if self.footprint.geom_type not in {"Polygon", "MultiPolygon"}:
            msg = f"footprint: {self.footprint.geom_type} is not an area"
            raise InvalidZone(msg)

    def restriction_for(self, purpose: Purpose | None) -> Restriction:
        """Return what the zone says to this purpose."""
        if purpose is None:
            return self.restriction
        return self.purposes.get(purpose, self.restriction)


class Relation(IntEnum):
    """How a position stands to a zone, given the position's accuracy."""

    INSIDE = 1
    UNCERTAIN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Positions:
    """A batch of positions as columns of one length.

    `at_ms` is epoch milliseconds UTC or `MISSING`, `lon` and `lat` are WGS84 degrees, `alt_m`
    metres or NaN when unknown, `alt_ref` a `HeightReference.code` or 0 when unknown, `h_acc_m` and
    `v_acc_m` metres at 95 % (0 is exact), `layer` a `Layer.code`, or -1 for every layer.
    """

    at_ms: Instants
    lon: Floats
    lat: Floats
    alt_m: Floats
    alt_ref: Codes
    h_acc_m: Floats
    v_acc_m: Floats
    layer: Codes

    def __len__(self) -> int:
        """Return the number of positions."""
        return len(self.lon)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presences:
    """Which positions are, or may be, in which zones in force: one row a pair, as columns.

    `position` and `zone` are indices into the batch and into the index's `zones`, ordered by both;
    `relation` is a `Relation`; `margin_m` is the horizontal distance to the zone's edge in metres,
    positive inside, NaN where the edge is farther away than the position's accuracy.
    """

    position: Indices
    zone: Indices
    relation: Codes
    margin_m: Floats

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.position)
