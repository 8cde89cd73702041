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
from permits.recurrence import (
    LONGEST_TEXT,
    MOST_OCCURRENCES,
    InvalidRecurrence,
    Recurrence,
    occurrences,
)
from permits.schemas.occupations import OccupationIn, Place
from permits.schemas.routes import MOST_LEGS, route_area
from permits.schemas.words import (
    In,
    Instant,
    Number,
    OwnerName,
    Text,
    VehicleName,
    refused,
    refused_at,
    refused_where,
)
from zones.model import Band, Height, HeightReference, InvalidHeight, Layer, Purpose
from zones.periods import InvalidWindow, Window
from zones.space.geometry import InvalidGeometry, footprint

HIGHEST = 50_000.0
WIDEST_M = 10_000.0
MOST_VOLUMES = 20
MOST_VEHICLES = 50
MOST_RUNS = 2_000  # volumes times vehicles


class HeightIn(In):
    """A height with its unit and what it is measured from."""

    value: Annotated[Number, Field(ge=-HIGHEST, le=HIGHEST)]
    unit: Literal["m", "ft"] = "m"
    reference: HeightReference

    def to_height(self) -> Height:
        """Return the height in metres."""
        return Height.stated(self.value, self.unit, self.reference)


class FootprintIn(In):
    """A GeoJSON area, a point with a radius, or a line with a width to each side.

    A route says `half_width_m`, or in `half_widths_m` the width of each leg from one position to
    the next.
    """

    type: Literal["Polygon", "MultiPolygon", "Point", "LineString"]
    coordinates: list[Any]
    radius_m: Annotated[Number, Field(gt=0, le=WIDEST_M)] | None = None
    half_width_m: Annotated[Number, Field(gt=0, le=WIDEST_M)] | None = None
    half_widths_m: (
        Annotated[
            list[Annotated[Number, Field(gt=0, le=WIDEST_M)]],
            Field(min_length=1, max_length=MOST_LEGS),
        ]
        | None
    ) = None
    _area: BaseGeometry = PrivateAttr()

    @model_validator(mode="after")
    def _is_an_area(self) -> Self:
        if self.half_width_m is not None and self.half_widths_m is not None:
            reason = "half_width_m is of the whole route, half_widths_m of its legs: state one"
            raise refused_at(("half_widths_m",), reason)
        half_width_m = self.half_width_m if self.half_widths_m is None else self.half_widths_m
        sizes = (("radius_m", self.radius_m, "Point"), ("half_width_m", half_width_m, "LineString"))
        for name, stated, kind in sizes:
            if (stated is not None) != (self.type == kind):
                reason = f"{name} belongs to a {kind}, and a {kind} needs it; this is a {self.type}"
                raise refused_at((name,), reason)
        try:
            self._area = self._drawn()
        except (InvalidGeometry, OverflowError) as error:
            raise refused_where(str(error)) from error
        return self

    def _drawn(self) -> BaseGeometry:
        if self.half_widths_m is not None:
            return route_area(self.coordinates, self.half_widths_m)
        return footprint(
            {"type": self.type, "coordinates": self.coordinates},
            {"radius_m": self.radius_m, "half_width_m": self.half_width_m},
        )

    def to_area(self) -> BaseGeometry:
        """Return the area."""
        return self._area

    def to_place(self) -> Place:
        """Return the area, with the line it was drawn along where it was one."""
        line = self.coordinates if self.type == "LineString" else None
        return Place(area=self._area, line=line)


class VolumeIn(In):
    """Where, how high and when, once or as often as an iCalendar rule (RFC 5545) says.

    With `recurrence` start and end are the first occurrence, and their hours are those of Paris.
    """

    footprint: FootprintIn
    lower: HeightIn | None = None
    upper: HeightIn | None = None
    start: Instant
    end: Instant
    recurrence: Annotated[Text, Field(max_length=LONGEST_TEXT)] | None = None

    @field_validator("upper", mode="after")
    @classmethod
    def _above_lower(cls, upper: HeightIn | None, info: ValidationInfo) -> HeightIn | None:
        try:
            band = _band(info.data.get("lower"), upper)
        except InvalidHeight as error:
            raise refused(str(error)) from error
        if band.upper is not None and band.upper == band.lower:
            reason = "it is where lower is: a volume has a thickness"
            raise refused(reason)
        return upper

    @field_validator("end", mode="after")
    @classmethod
    def _after_start(cls, end: Instant, info: ValidationInfo) -> Instant:
        try:
            Window(start=info.data.get("start"), end=end)
        except InvalidWindow as error:
            raise refused(str(error)) from error
        return end

    @field_validator("recurrence", mode="after")
    @classmethod
    def _recurs(cls, recurrence: str | None, info: ValidationInfo) -> str | None:
        start, end = info.data.get("start"), info.data.get("end")
        if recurrence is not None and start is not None and end is not None:
            try:
                occurrences(recurrence, start, end)
            except InvalidRecurrence as error:
                raise refused(str(error)) from error
        return recurrence

    def to_windows(self) -> tuple[Window, ...]:
        """Return every window, as the recurrence says."""
        if self.recurrence is None:
            return (Window(start=self.start, end=self.end),)
        return occurrences(self.recurrence, self.start, self.end)

    def to_volumes(self) -> tuple[OperationVolume, ...]:
        """Return the volumes, one for each window."""
        area, band = self.footprint.to_area(), _band(self.lower, self.upper)
        return tuple(
            OperationVolume(footprint=area, window=window, band=band)
            for window in self.to_windows()
        )


class AdviceIn(In):
    """What somebody considers to do: to move, or to occupy one place; vehicles are optional."""

    operator: OwnerName | None = None
    purpose: Purpose
    layer: Layer
    vehicles: Annotated[list[VehicleName], Field(max_length=MOST_VEHICLES, default_factory=list)]
    volumes: Annotated[list[VolumeIn], Field(min_length=1, max_length=MOST_VOLUMES)]
    occupation: OccupationIn | None = None
    reference: Text = ""

    @field_validator("vehicles", mode="after")
    @classmethod
    def _each_once(cls, vehicles: list[VehicleName]) -> list[VehicleName]:
        if len(set(vehicles)) != len(vehicles):
            reason = "each vehicle is named once"
            raise refused(reason)
        return vehicles

    @field_validator("volumes", mode="after")
    @classmethod
    def _not_too_often(cls, volumes: list[VolumeIn], info: ValidationInfo) -> list[VolumeIn]:
        windows = sum(len(each.to_windows()) for each in volumes)
        runs = windows * len(info.data.get("vehicles", ()))
        if runs > MOST_RUNS:
            reason = f"its vehicles would move {runs} times, {MOST_RUNS} are allowed at once"
            raise refused(reason)
        if windows > MOST_OCCURRENCES:
            reason = f"written out they are {windows} volumes, {MOST_OCCURRENCES} are allowed"
            raise refused(reason)
        return volumes

    @field_validator("occupation", mode="after")
    @classmethod
    def _of_one_place(
        cls, occupation: OccupationIn | None, info: ValidationInfo
    ) -> OccupationIn | None:
        layer, volumes = info.data.get("layer"), info.data.get("volumes")
        if occupation is not None and layer is not None and volumes:
            occupation.check(layer, volumes[0].footprint.to_place())
        return occupation

    @model_validator(mode="after")
    def _stands_still(self) -> Self:
        if self.occupation is None:
            return self
        if self.vehicles:
            raise refused_at(("vehicles",), "an occupation has no vehicles")
        first = self.volumes[0].footprint
        for number, each in enumerate(self.volumes):
            if each.footprint != first:
                reason = "an occupation is of one place: apply for others apart"
                raise refused_at(("volumes", number, "footprint"), reason)
        return self

    def to_application(self, operator: str) -> Application:
        """Return the application of an operator, its recurrences written out."""
        volumes: list[OperationVolume] = []
        recurrences: list[Recurrence] = []
        for each in self.volumes:
            made = each.to_volumes()
            if each.recurrence is not None:
                recurrences.append(
                    Recurrence(
                        rule=each.recurrence,
                        start=each.start,
                        end=each.end,
                        first=len(volumes),
                        count=len(made),
                    )
                )
            volumes += made
        place = self.volumes[0].footprint.to_place()
        return Application(
            operator=OperatorId(operator),
            purpose=self.purpose,
            layer=self.layer,
            vehicles=tuple(VehicleId(each) for each in self.vehicles),
            volumes=tuple(volumes),
            reference=self.reference,
            occupation=self.occupation.to_occupation(place) if self.occupation else None,
            recurrences=tuple(recurrences),
        )


class ApplicationIn(AdviceIn):
    """What an operator asks for; `operator` is named by administrators only."""

    draft: bool = False

    @model_validator(mode="after")
    def _drives_or_stands(self) -> Self:
        if not self.vehicles and self.occupation is None:
            raise refused_at(("vehicles",), "name at least one vehicle, or an occupation")
        return self


def content(body: BaseModel) -> bytes:
    """Return a body's content in one form, to tell a repeated request from another one."""
    return body.model_dump_json().encode()


def _band(lower: HeightIn | None, upper: HeightIn | None) -> Band:
    return Band(
        lower=lower.to_height() if lower else None, upper=upper.to_height() if upper else None
    )
