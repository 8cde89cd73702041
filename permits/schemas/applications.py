"""An application as it arrives, and its translation into the noun; every fault names its field."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    Field,
    PrivateAttr,
    ValidationInfo,
    field_validator,
    model_validator,
)
from shapely.geometry.base import BaseGeometry

from permits.model import Application, OperationVolume
from permits.parties import OperatorId, VehicleId
from permits.schemas.words import In, Instant, Number, OwnerName, Text, VehicleName, refused
from zones.model import Band, Height, HeightReference, InvalidHeight, Layer, Purpose
from zones.periods import InvalidWindow, Window
from zones.space.geometry import InvalidGeometry, footprint

HIGHEST = 50_000.0
WIDEST_M = 10_000.0
MOST_VOLUMES = 20
MOST_VEHICLES = 50


class HeightIn(In):
    """A height with its unit and what it is measured from."""

    value: Annotated[Number, Field(ge=-HIGHEST, le=HIGHEST)]
    unit: Literal["m", "ft"] = "m"
    reference: HeightReference

    def to_height(self) -> Height:
        """Return the height in metres."""
        return Height.stated(self.value, self.unit, self.reference)


class FootprintIn(In):
    """A GeoJSON area, a point with a radius, or a line with a width to each side."""

    type: Literal["Polygon", "MultiPolygon", "Point", "LineString"]
    coordinates: list[Any]
    radius_m: Annotated[Number, Field(gt=0, le=WIDEST_M)] | None = None
    half_width_m: Annotated[Number, Field(gt=0, le=WIDEST_M)] | None = None
    _area: BaseGeometry = PrivateAttr()

    @model_validator(mode="after")
    def _is_an_area(self) -> Self:
        for name, kind in (("radius_m", "Point"), ("half_width_m", "LineString")):
            if (getattr(self, name) is not None) != (self.type == kind):
                reason = f"{name} belongs to a {kind}, and a {kind} needs it; this is a {self.type}"
                raise refused(reason)
        try:
            self._area = footprint(
                {"type": self.type, "coordinates": self.coordinates},
                {"radius_m": self.radius_m, "half_width_m": self.half_width_m},
            )
        except (InvalidGeometry, OverflowError) as error:
            raise refused(str(error)) from error
        return self

    def to_area(self) -> BaseGeometry:
        """Return the area."""
        return self._area


class VolumeIn(In):
    """Where, how high and when."""

    footprint: FootprintIn
    lower: HeightIn | None = None
    upper: HeightIn | None = None
    start: Instant
    end: Instant

    @field_validator("upper", mode="after")
    @classmethod
    def _above_lower(cls, upper: HeightIn | None, info: ValidationInfo) -> HeightIn | None:
        try:
            _band(info.data.get("lower"), upper)
        except InvalidHeight as error:
            raise refused(str(error)) from error
        return upper

    @field_validator("end", mode="after")
    @classmethod
    def _after_start(cls, end: Instant, info: ValidationInfo) -> Instant:
        try:
            Window(start=info.data.get("start"), end=end)
        except InvalidWindow as error:
            raise refused(str(error)) from error
        return end

    def to_volume(self) -> OperationVolume:
        """Return the volume."""
        return OperationVolume(
            footprint=self.footprint.to_area(),
            window=Window(start=self.start, end=self.end),
            band=_band(self.lower, self.upper),
        )


class AdviceIn(In):
    """What somebody considers to do; vehicles are optional."""

    operator: OwnerName | None = None
    purpose: Purpose
    layer: Layer
    vehicles: Annotated[list[VehicleName], Field(max_length=MOST_VEHICLES, default_factory=list)]
    volumes: Annotated[list[VolumeIn], Field(min_length=1, max_length=MOST_VOLUMES)]
    reference: Text = ""

    @field_validator("vehicles", mode="after")
    @classmethod
    def _each_once(cls, vehicles: list[VehicleName]) -> list[VehicleName]:
        if len(set(vehicles)) != len(vehicles):
            reason = "each vehicle is named once"
            raise refused(reason)
        return vehicles

    def to_application(self, operator: str) -> Application:
        """Return the application of an operator."""
        return Application(
            operator=OperatorId(operator),
            purpose=self.purpose,
            layer=self.layer,
            vehicles=tuple(VehicleId(each) for each in self.vehicles),
            volumes=tuple(each.to_volume() for each in self.volumes),
            reference=self.reference,
        )


class ApplicationIn(AdviceIn):
    """What an operator asks for; `operator` is named by administrators only."""

    vehicles: Annotated[list[VehicleName], Field(min_length=1, max_length=MOST_VEHICLES)]


def content(body: BaseModel) -> bytes:
    """Return a body's content in one form, to tell a repeated request from another one."""
    return body.model_dump_json().encode()


def _band(lower: HeightIn | None, upper: HeightIn | None) -> Band:
    return Band(
        lower=lower.to_height() if lower else None, upper=upper.to_height() if upper else None
    )
