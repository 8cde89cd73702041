"""Which space and time does a volume of the interfaces mean? Its wire shapes and their reading.

The edges of a polygon are shortest paths on the ellipsoid, ours are straight in longitude and
latitude: long ones are followed in steps, so that the two stay within a centimetre.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, model_validator
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from permits.schemas.words import Instant, Number, refused
from zones.model import Band, Height, HeightReference, InvalidHeight
from zones.periods import InvalidWindow, Window, in_utc
from zones.space.geometry import InvalidGeometry, footprint

REFERENCES = {"SFC": HeightReference.AGL, "W84": HeightReference.WGS84}
STEP_M = 400.0
MOST_VERTICES = 2_000
WGS84 = Geod(ellps="WGS84")

Place = tuple[float, float]


class Said(BaseModel):
    """A part of a body; what the interface does not declare is passed over."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """A footprint, a height band and a window; without limits it has no end."""

    footprint: BaseGeometry
    band: Band
    window: Window


class LatLngPoint(Said):
    """A point on the Earth."""

    lng: Annotated[Number, Field(ge=-180, le=180)]
    lat: Annotated[Number, Field(ge=-90, le=90)]

    def to_place(self) -> Place:
        """Return longitude and latitude."""
        return (self.lng, self.lat)


class Altitude(Said):
    """A height above the ground (SFC), the ellipsoid (W84), or the place of take-off."""

    value: Annotated[Number, Field(ge=-8_000, le=100_000)]
    reference: Literal["W84", "SFC", "Takeoff"]
    units: Literal["M", "FT"] = "M"

    def to_height(self) -> Height:
        """Return the height in metres."""
        return Height.stated(self.value, self.units.lower(), REFERENCES[self.reference])


class Time(Said):
    """An instant."""

    value: Instant
    format: Literal["RFC3339"] = "RFC3339"


class Radius(Said):
    """A distance."""

    value: Annotated[Number, Field(gt=0)]
    units: Literal["M"] = "M"


class Circle(Said):
    """All places within a distance of a centre."""

    center: LatLngPoint
    radius: Radius


class Polygon(Said):
    """An area within a ring of vertices, which may be closed or left open."""

    vertices: Annotated[list[LatLngPoint], Field(min_length=3, max_length=MOST_VERTICES)]


class Volume3D(Said):
    """An area over a band of heights."""

    outline_circle: Circle | None = None
    outline_polygon: Polygon | None = None
    altitude_lower: Altitude | None = None
    altitude_upper: Altitude | None = None
    _area: BaseGeometry = PrivateAttr()

    @model_validator(mode="after")
    def _is_a_volume(self) -> Self:
        if (self.outline_circle is None) == (self.outline_polygon is None):
            reason = "exactly one of outline_circle and outline_polygon is needed"
            raise refused(reason)
        try:
            self._area = _area(self.outline_circle, self.outline_polygon)
        except (InvalidGeometry, OverflowError) as error:
            raise refused(str(error)) from error
        if not self.takes_off:
            self._refuse_upside_down()
        return self

    @property
    def takes_off(self) -> bool:
        """Tell whether a height is above the place of take-off, which nobody stated."""
        limits = (self.altitude_lower, self.altitude_upper)
        return any(each is not None and each.reference == "Takeoff" for each in limits)

    def to_area(self) -> BaseGeometry:
        """Return the footprint."""
        return self._area

    def to_band(self) -> Band:
        """Return the heights."""
        lower, upper = self.altitude_lower, self.altitude_upper
        return Band(
            lower=None if lower is None else lower.to_height(),
            upper=None if upper is None else upper.to_height(),
        )

    def _refuse_upside_down(self) -> None:
        try:
            band = self.to_band()
        except InvalidHeight as error:
            reason = f"altitude_upper: {error}"
            raise refused(reason) from error
        if band.lower is not None and band.lower == band.upper:
            reason = "altitude_upper: it must be greater than altitude_lower"
            raise refused(reason)


class Volume4D(Said):
    """A volume during a window."""

    volume: Volume3D
    time_start: Time | None = None
    time_end: Time | None = None

    @model_validator(mode="after")
    def _ends_later(self) -> Self:
        try:
            self.to_window()
        except InvalidWindow as error:
            reason = f"time_end: {error}"
            raise refused(reason) from error
        return self

    def to_window(self) -> Window:
        """Return the window."""
        start, end = self.time_start, self.time_end
        return Window(
            start=None if start is None else start.value,
            end=None if end is None else end.value,
        )

    def to_extent(self) -> Extent:
        """Return the space and time meant."""
        return Extent(
            footprint=self.volume.to_area(),
            band=self.volume.to_band(),
            window=self.to_window(),
        )


def _no_takeoff(volume: Volume4D) -> Volume4D:
    if volume.volume.takes_off:
        reason = "volume: heights are above the surface (SFC) or the ellipsoid (W84) here"
        raise refused(reason)
    return volume


# Where nobody takes off, nothing is measured from there.
Charted = Annotated[Volume4D, AfterValidator(_no_takeoff)]


def written(instant: datetime) -> dict[str, str]:
    """Return an instant as the interfaces write it."""
    return {"value": in_utc(instant), "format": "RFC3339"}


def _area(circle: Circle | None, polygon: Polygon | None) -> BaseGeometry:
    if polygon is not None:
        ring = _followed([each.to_place() for each in polygon.vertices])
        return footprint({"type": "Polygon", "coordinates": [ring]})
    assert circle is not None  # noqa: S101 - one of the two is there
    centre = {"type": "Point", "coordinates": list(circle.center.to_place())}
    return footprint(centre, {"radius_m": circle.radius.value})


def _followed(vertices: list[Place]) -> list[Place]:
    """Close the ring and put places on its long edges, where the shortest path goes."""
    ring = vertices if vertices[0] == vertices[-1] else [*vertices, vertices[0]]
    found: list[Place] = []
    for start, end in pairwise(ring):
        _, _, length_m = WGS84.inv(*start, *end)
        steps = min(int(length_m // STEP_M), MOST_VERTICES)
        between = WGS84.npts(*start, *end, steps) if steps else []
        found += [start, *((lon, lat) for lon, lat in between)]
    return [*found, ring[-1]]
