"""How do zones look on the wire? As GeoJSON features, which `zones.formats` then reads."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from zones.demands import Equipment, PrecisionClass, VehicleClass
from zones.editions import Edition, to_feature, to_record
from zones.formats.defects import Defect, Defective
from zones.formats.geojson import Reading, read_feature
from zones.geometry import API_LIMITS
from zones.model import HeightReference, Layer, Purpose, Restriction, Zone
from zones.service import Imported, Page
from zones.store import Bounds, Filters

LARGEST_PAGE = 1000


class InvalidFilter(ValueError):
    """A filter that cannot be read; the message names it."""


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class HeightWire(_Wire):
    """A height with its unit and what it is measured from."""

    value: float
    unit: Literal["m", "ft"] = "m"
    reference: HeightReference


class SectorWire(_Wire):
    """Courses over ground from one to another, clockwise, in degrees from true north."""

    start_deg: float
    end_deg: float


class RulesWire(_Wire):
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
    transit: bool = True
    noise_max_db: float | None = None
    equipment: list[Equipment] = []
    precision: PrecisionClass | None = None
    clearance_m: float | None = None
    human_review: bool = False


class DrawnWire(_Wire):
    """What the author drew where it was no area: a point with a radius, a line with a width."""

    type: Literal["Point", "LineString", "MultiLineString"]
    coordinates: list[Any]
    radius_m: float | None = None
    half_width_m: float | None = None


class VolumeWire(_Wire):
    """The heights of one of a zone's volumes, and what was drawn for it."""

    lower: HeightWire | None = None
    upper: HeightWire | None = None
    drawn: DrawnWire | None = None
    radius_m: float | None = None
    half_width_m: float | None = None


class ValidWire(_Wire):
    """When a version is the law, from `start` up to but not including `end`."""

    start: AwareDatetime | None = None
    end: AwareDatetime | None = None


class PropertiesWire(_Wire):
    """What a zone is, beside its geometry; what is absent does not limit.

    `applicability` is a list of ED-318 `limitedApplicability` periods. `volumes` says of each
    geometry of a GeometryCollection what `lower`, `upper` and `drawn` say of a single one.
    `carried` keeps what other formats say beside. `version` is given by the city and passed over
    here.
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
    act: str = ""
    version: int | None = None
    valid: ValidWire | None = None
    notes: dict[str, str] | None = None
    carried: dict[str, Any] | None = None
    radius_m: float | None = None
    half_width_m: float | None = None


class ZoneWire(_Wire):
    """A zone as a GeoJSON feature; on a change the path gives the id."""

    type: Literal["Feature"]
    id: str | None = None
    geometry: dict[str, Any]
    properties: PropertiesWire = PropertiesWire()

    def to_zone(self, called: str | None = None) -> Zone:
        """Return the zone, under the path's id where there is one; raises `Defective`."""
        if called is not None and self.id not in {None, called}:
            path, reason = "id", f"{self.id!r} is not the {called!r} of the address"
            raise Defective(path, reason)
        feature = self.model_dump(mode="json", exclude_none=True)
        feature["properties"].pop("version", None)
        return read_feature(feature, Reading(called=called, limits=API_LIMITS, strict=True))


class ZoneOut(BaseModel):
    """A zone as a GeoJSON feature with its version and validity."""

    type: Literal["Feature"] = "Feature"
    id: str
    geometry: dict[str, Any]
    properties: dict[str, Any]

    @classmethod
    def of(cls, edition: Edition) -> "ZoneOut":
        """Show an edition."""
        return cls.model_validate(to_feature(edition))


class RecordedWire(BaseModel):
    """Who recorded a version when, and until when it was believed."""

    at: AwareDatetime
    by: str
    superseded_at: AwareDatetime | None


class VersionOut(ZoneOut):
    """A zone version and when it was believed."""

    recorded: RecordedWire


class ZonesOut(BaseModel):
    """A page of zones as a GeoJSON feature collection; `next` is the cursor of the one after."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[ZoneOut]
    next: str | None = None

    @classmethod
    def of(cls, page: Page) -> "ZonesOut":
        """Show a page."""
        following = None if page.following is None else to_cursor(page.following)
        return cls(features=[ZoneOut.of(each) for each in page.editions], next=following)


class VersionsOut(BaseModel):
    """Everything ever recorded about a zone, newest first."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[VersionOut]

    @classmethod
    def of(cls, editions: tuple[Edition, ...]) -> "VersionsOut":
        """Show a zone's history."""
        return cls(features=[VersionOut.model_validate(to_record(each)) for each in editions])


class DefectOut(BaseModel):
    """What is wrong with which feature."""

    feature: int | str
    path: str
    reason: str

    @classmethod
    def of(cls, defect: Defect) -> "DefectOut":
        """Show a defect."""
        return cls(feature=defect.feature, path=defect.path, reason=defect.reason)


class ImportOut(BaseModel):
    """What an import did, or with `dry_run` would do: ids by what becomes of them."""

    dry_run: bool
    added: list[str]
    changed: list[str]
    unchanged: list[str]

    @classmethod
    def of(cls, imported: Imported, *, dry_run: bool) -> "ImportOut":
        """Show what an import did."""
        return cls(
            dry_run=dry_run,
            added=list(imported.added),
            changed=list(imported.changed),
            unchanged=list(imported.unchanged),
        )


class ZonesQuery(_Wire):
    """Which zones to show: `bbox` is west,south,east,north; `at` an instant, now when absent."""

    bbox: str | None = None
    layer: Layer | None = None
    at: AwareDatetime | None = None
    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = 100
    cursor: str | None = None


Asked = Annotated[ZonesQuery, Query()]


def to_bounds(text: str | None) -> Bounds | None:
    """Read a bounding box."""
    if text is None:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        msg = f"bbox: {text!r} is not west,south,east,north in degrees"
        raise InvalidFilter(msg) from error
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004 - the Earth
        msg = f"bbox: {text!r} is upside down or not on Earth"
        raise InvalidFilter(msg)
    return west, south, east, north


def to_cursor(zone_id: str) -> str:
    """Write the id a page ended with so that nobody builds on its form."""
    return base64.urlsafe_b64encode(zone_id.encode()).decode()


def from_cursor(cursor: str | None) -> str:
    """Read the id that the page before ended with."""
    try:
        return base64.b64decode(cursor or "", altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        msg = f"cursor: {cursor!r} is not one of ours"
        raise InvalidFilter(msg) from error


def to_etag(newest_record: int) -> str:
    """Write the number of a zone's newest record as an entity tag."""
    return f'"{newest_record}"'


def from_etag(header: str | None) -> int | None:
    """Read the number of the record a change rests on; `*` and absence rest on none."""
    if header is None or header.strip() == "*":
        return None
    number = header.strip().removeprefix("W/").strip('"')
    # An entity tag that was never ours matches nothing.
    return int(number) if number.isdecimal() and number.isascii() else -1


def to_filters(asked: ZonesQuery, now: datetime) -> Filters:
    """Read the filters of a page; raises `InvalidFilter`."""
    return Filters(
        at=asked.at or now,
        layer=asked.layer,
        bounds=to_bounds(asked.bbox),
        after=from_cursor(asked.cursor),
        limit=asked.limit,
    )
