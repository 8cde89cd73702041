"""What does an occupation without title look like on the wire?"""

from typing import Annotated, Any

from pydantic import AwareDatetime, Field, field_validator

from billing.schemas.invoices import UsageOut
from billing.schemas.wire import Wire
from billing.untitled import Untitled
from permits.occupations import OccupationKind
from permits.parties import OperatorId
from zones.model import Layer
from zones.space.geometry import InvalidGeometry, footprint


class UntitledIn(Wire):
    """What stood in a place without a permit, from when until when; its size is its footprint's.

    `footprint` is a GeoJSON Polygon. The same `reference` with the same content changes nothing.
    """

    operator: Annotated[str, Field(min_length=1, max_length=64)]
    reference: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w.:-]+$")]
    kind: OccupationKind
    layer: Layer = Layer.SURFACE
    footprint: dict[str, Any]
    start: AwareDatetime
    end: AwareDatetime

    @field_validator("footprint")
    @classmethod
    def _an_area(cls, value: dict[str, Any]) -> dict[str, Any]:
        try:
            footprint(value, {})
        except InvalidGeometry as wrong:
            raise ValueError(str(wrong)) from wrong
        return value

    def to_untitled(self) -> Untitled:
        """Return the noun."""
        return Untitled(
            operator=OperatorId(self.operator),
            reference=self.reference,
            layer=self.layer,
            kind=self.kind,
            footprint=footprint(self.footprint, {}),
            start=self.start,
            end=self.end,
        )


class UntitledOut(Wire):
    """The uses that it was metered as, one a month."""

    items: list[UsageOut]
