"""How does a zone come in? As a GeoJSON feature, which `zones.formats` then reads."""

from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from zones.demands import Equipment, PrecisionClass, StreetCategory, VehicleClass
from zones.formats.defects import Defective
from zones.formats.geojson import Reading, read_feature
from zones.model import HeightReference, Layer, Purpose, Restriction, Zone
from zones.space.geometry import API_LIMITS

# What the city itself says of a version, and whoever sends one back may leave in.
GIVEN = ("version", "emergency")


class Wire(BaseModel):
    """What comes in: nothing unknown, no number that is none."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class HeightWire(Wire):
    """A height with its unit and what it is measured from."""

    value: float
    unit: Literal["m", "ft"] = "m"
    reference: HeightReference


class SectorWire(Wire):
    """Courses over ground from one to another, clockwise, in degrees from true north."""

    start_deg: float
    end_deg: float


class RulesWire(Wire):
    """What a zone demands of those inside, beside its restriction."""

    speed_min_mps: float | None = None
    speed_max_mps: float | None = None
    direction: SectorWire | None = None
    length_max_m: float | None = None
    mass_max_kg: float | None = None
    capacity: int | None = None
    movements_per_hour: int | None = None
    separation_m: float | None = None
    separation_vertical_m: float | None = None
    dwell_min_s: float | None = None
    dwell_max_s: float | None = None
    transit: bool = True
    noise_max_db: float | None = None
    equipment: list[Equipment] = []
    precision: PrecisionClass | None = None
    clearance_m: float | None = None
    human_review: bool = False
    experimentation: bool = False


class DrawnWire(Wire):
    """What the author drew where it was no area: a point with a radius, a line with a width."""

    type: Literal["Point", "LineString", "MultiLineString"]
    coordinates: list[Any]
    radius_m: float | None = None
    half_width_m: float | None = None


class VolumeWire(Wire):
    """The heights of one of a zone's volumes, and what was drawn for it."""

    lower: HeightWire | None = None
    upper: HeightWire | None = None
    drawn: DrawnWire | None = None
    radius_m: float | None = None
    half_width_m: float | None = None


class ValidWire(Wire):
    """When a version is the law, from `start` up to but not including `end`."""

    start: AwareDatetime | None = None
    end: AwareDatetime | None = None


class PropertiesWire(Wire):
    """What a zone is, beside its geometry; what is absent does not limit.

    `applicability` is a list of ED-318 `limitedApplicability` periods. `volumes` says of each
    geometry of a GeometryCollection what `lower`, `upper` and `drawn` say of a single one.
    `carried` keeps what other formats say beside. `version` and `emergency` are given by the
    city and passed over here.
    """

    name: str = ""
    layer: Layer | None = None
    restriction: Restriction = Restriction.REQ_AUTHORISATION
    lower: HeightWire | None = None
    upper: HeightWire | None = None
    drawn: DrawnWire | None = None
    volumes: list[VolumeWire] | None = None
    applicability: list[dict[str, Any]] | None = None
    rules: RulesWire | None = None
    purposes: dict[Purpose, Restriction] | None = None
    classes: dict[VehicleClass, Restriction] | None = None
    priority: int = 0
    street_category: StreetCategory | None = None
    act: str = ""
    version: int | None = None
    emergency: bool | None = None
    valid: ValidWire | None = None
    notes: dict[str, str] | None = None
    carried: dict[str, Any] | None = None
    radius_m: float | None = None
    half_width_m: float | None = None


class ZoneWire(Wire):
    """A zone as a GeoJSON feature; on a change the path gives the id.

    `remarks` are given by the city and passed over here.
    """

    type: Literal["Feature"]
    id: str | None = None
    geometry: dict[str, Any]
    remarks: list[Any] | None = None
    properties: PropertiesWire = PropertiesWire()

    def to_zone(self, called: str | None = None) -> Zone:
        """Return the zone, under the path's id where there is one; raises `Defective`."""
        if called is not None and self.id not in {None, called}:
            path, reason = "id", f"{self.id!r} is not the {called!r} of the address"
            raise Defective(path, reason)
        feature = self.model_dump(mode="json", exclude_none=True)
        for given in GIVEN:
            feature["properties"].pop(given, None)
        return read_feature(feature, Reading(called=called, limits=API_LIMITS, strict=True))
