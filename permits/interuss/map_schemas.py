"""Questions about the map as they arrive, their translation into filters, and the answers."""

from datetime import timedelta
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, field_validator, model_validator

from permits.interuss.features import Filters, Spot
from permits.interuss.impacts import ORDINARY, Impact
from permits.interuss.volumes import Altitude, Charted, LatLngPoint, Said
from permits.schemas.words import Instant, refused
from zones.model import Purpose, Restriction
from zones.periods import Window

MOST_CHECKS = 500
MOST_SETS = 20
MOST_VOLUMES = 20
# `before` is a last instant, a window ends where it no longer holds.
SHORTEST = timedelta(milliseconds=1)
IMPACTS = {
    "Block": frozenset({Impact.BLOCK}),
    "Advise": frozenset({Impact.ADVISE}),
    "BlockOrAdvise": frozenset({Impact.BLOCK, Impact.ADVISE}),
}

Outcome = Literal["Present", "Absent", "UnsupportedFilter", "Error"]
SourceStatusWord = Literal["Unsupported", "Deactivated"]


class Unsupported(ValueError):
    """A filter that has no meaning in this city; the message names it."""


class Position(Said):
    """A place, with or without a height."""

    altitude: Altitude | None = None
    location: LatLngPoint

    @field_validator("altitude", mode="after")
    @classmethod
    def _has_a_datum(cls, altitude: Altitude | None) -> Altitude | None:
        if altitude is not None and altitude.reference == "Takeoff":
            reason = "heights are above the surface (SFC) or the ellipsoid (W84) here"
            raise refused(reason)
        return altitude

    def to_spot(self) -> Spot:
        """Return the position."""
        height = None if self.altitude is None else self.altitude.to_height()
        return Spot(place=self.location.to_place(), height=height)


class Ed269Filters(Said):
    """What ED-269 says of a zone."""

    u_space_class: str | None = None
    acceptable_restrictions: list[Restriction] | None = None


class FilterSet(Said):
    """Filters that a zone passes all of."""

    position: Position | None = None
    volumes4d: Annotated[list[Charted], Field(max_length=MOST_VOLUMES)] | None = None
    after: Instant | None = None
    before: Instant | None = None
    restriction_source: str | None = None
    operation_rule_set: str | None = None
    resulting_operational_impact: Literal["Block", "Advise", "BlockOrAdvise"] | None = None
    ed269: Ed269Filters | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.after is not None and self.before is not None and self.before < self.after:
            reason = f"before: {self.before.isoformat()} is earlier than after"
            raise refused(reason)
        return self

    def to_filters(self) -> Filters:
        """Return the filters, or refuse one that means nothing here."""
        european = self.ed269 or Ed269Filters()
        position, before = self.position, self.before
        asked = self.resulting_operational_impact
        return Filters(
            spot=None if position is None else position.to_spot(),
            extents=None
            if self.volumes4d is None
            else tuple(each.to_extent() for each in self.volumes4d),
            during=Window(start=self.after, end=before and before + SHORTEST),
            source=self.restriction_source or None,
            purpose=rule_set(self.operation_rule_set),
            impacts=IMPACTS[asked] if asked else frozenset(),
            u_space_class=european.u_space_class,
            restrictions=frozenset(european.acceptable_restrictions or ()),
        )


class Check(Said):
    """A question: is there a zone that passes any of the filter sets?"""

    filter_sets: Annotated[list[FilterSet], Field(max_length=MOST_SETS)] | None = None


class QueryIn(Said):
    """Questions about the map."""

    checks: Annotated[list[Check], Field(max_length=MOST_CHECKS)]


class CheckOut(BaseModel):
    """The answer to a question."""

    features_selection_outcome: Outcome
    message: str | None = None


class QueryOut(BaseModel):
    """The answers, in the order of the questions."""

    results: list[CheckOut]


class HttpsSource(Said):
    """Where a data source would be fetched from, and in which format."""

    url: str
    format: Literal["ED-269"] = "ED-269"


class SourceIn(Said):
    """A data source to load."""

    https_source: HttpsSource


class SourceStatus(BaseModel):
    """What became of a data source."""

    id: UUID
    status: SourceStatusWord
    message: str


class SourceOut(BaseModel):
    """The answer about a data source."""

    data_source: SourceStatus

    @classmethod
    def of(cls, source: UUID, status: SourceStatusWord, message: str) -> Self:
        """Say what became of a data source."""
        return cls(data_source=SourceStatus(id=source, status=status, message=message))


class SourcesOut(BaseModel):
    """The data sources that tests have loaded."""

    data_sources: list[SourceStatus]


def rule_set(name: str | None) -> Purpose:
    """Return the purpose an operation is planned for: the city's rules differ by that."""
    if not name:
        return ORDINARY
    try:
        return Purpose(name.casefold())
    except ValueError as error:
        known = ", ".join(Purpose)
        msg = f"operation_rule_set: {name!r} is none of this city's purposes: {known}"
        raise Unsupported(msg) from error
