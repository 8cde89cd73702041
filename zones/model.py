"""The nouns of public space: layers, restrictions, purposes, heights, volumes and zones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NewType

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from zones.demands import NO_RULES, StreetCategory, VehicleClass, ZoneRules
from zones.periods import ALWAYS, Applicability, Window

ZoneId = NewType("ZoneId", str)
Place = tuple[float, float]  # longitude, latitude


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
METRES: Mapping[str, float] = MappingProxyType({"m": 1.0, "ft": 0.3048})


class Purpose(StrEnum):
    """Why a vehicle is there, or a place is occupied; `trade` is to sell or serve on the spot."""

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
    TRADE = "trade"

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
    """A height in metres with the reference it is measured from.

    `feet` is what its author stated, where that was in feet: it is written back as stated.
    """

    value_m: float
    reference: HeightReference
    feet: float | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        """Refuse a height that is not a number."""
        if not np.isfinite(self.value_m):
            msg = f"a height must be a finite number of metres, not {self.value_m}"
            raise InvalidHeight(msg)

    @classmethod
    def stated(cls, value: float, unit: str, reference: HeightReference) -> "Height":
        """Return a height stated in metres (`m`) or international feet (`ft`)."""
        feet = value if unit == "ft" else None
        return cls(value_m=value * METRES[unit], reference=reference, feet=feet)


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
class Circle:
    """A geodesic circle: all places within a distance of a centre."""

    centre: Place
    radius_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridor:
    """All places within a distance of a line, or of several."""

    lines: tuple[tuple[Place, ...], ...]
    half_width_m: float


AREAS = frozenset({"Polygon", "MultiPolygon"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A footprint over a band of heights.

    `footprint` is a shapely Polygon or MultiPolygon in WGS84 longitude, latitude; `drawn` is what
    its author drew where that was no polygon.
    """

    footprint: BaseGeometry
    band: Band = UNBOUNDED
    drawn: Circle | Corridor | None = None

    def __post_init__(self) -> None:
        """Refuse a footprint that is no area."""
        if self.footprint.geom_type not in AREAS:
            msg = f"footprint: {self.footprint.geom_type} is not an area"
            raise InvalidZone(msg)


NO_PURPOSES: Mapping[Purpose, Restriction] = MappingProxyType({})
NO_CLASSES: Mapping[VehicleClass, Restriction] = MappingProxyType({})
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """One immutable version of a named part of public space with a restriction.

    It is the space of its `volumes` together; `footprint` is their shadow on the ground. `layer`
    None means every layer, an empty `applicability` means always. `purposes` and `classes` hold the
    restriction of the purposes and vehicle classes for which it differs. Where zones overlap the
    highest `priority` decides, see `zones.precedence`. `street_category` is that of its streets,
    which prices of what stands there follow. `valid` is when this version is the law.
    `carried` keeps, by format, what the file it came in says beside, for writing that format again.
    """

    id: ZoneId
    version: int
    name: str
    layer: Layer | None
    restriction: Restriction
    volumes: tuple[Volume, ...]
    applicability: tuple[Applicability, ...] = ()
    rules: ZoneRules = NO_RULES
    purposes: Mapping[Purpose, Restriction] = field(default_factory=lambda: NO_PURPOSES)
    classes: Mapping[VehicleClass, Restriction] = field(default_factory=lambda: NO_CLASSES)
    priority: int = 0
    street_category: StreetCategory | None = None
    act: str = ""
    valid: Window = ALWAYS
    notes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    carried: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    footprint: BaseGeometry = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a zone without a name to cite or a space to be in."""
        if not self.id:
            msg = "id: a zone needs one"
            raise InvalidZone(msg)
        if self.version < 1:
            msg = f"version: {self.version} is not a version, they count from 1"
            raise InvalidZone(msg)
        if not self.volumes:
            msg = "volumes: a zone needs one"
            raise InvalidZone(msg)
        object.__setattr__(self, "footprint", _together(self.volumes))

    def restriction_for(
        self, purpose: Purpose | None, vehicle_class: VehicleClass | None = None
    ) -> Restriction:
        """Return what the zone says to this purpose and vehicle class, the stricter of the two."""
        said: list[Restriction] = []
        if purpose is not None and purpose in self.purposes:
            said.append(self.purposes[purpose])
        if vehicle_class is not None and vehicle_class in self.classes:
            said.append(self.classes[vehicle_class])
        return min(said, key=lambda each: each.code, default=self.restriction)


def _together(volumes: tuple[Volume, ...]) -> BaseGeometry:
    first, *others = (volume.footprint for volume in volumes)
    return shapely.union_all([first, *others]) if others else first
