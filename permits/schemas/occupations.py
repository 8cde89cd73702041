"""An occupation as it arrives: what stands where, held against its footprint."""

from dataclasses import dataclass
from typing import Annotated, Any

import shapely
from pydantic import Field
from shapely.geometry.base import BaseGeometry

from permits.occupations import (
    TERMS,
    TOLERANCE,
    TOLERANCE_SHARE,
    Occupation,
    OccupationKind,
    Technique,
    area_of,
    contradicts,
    length_of,
)
from permits.schemas.words import In, Number, refused_at
from zones.model import Layer
from zones.space.geometry import in_plane

LARGEST_M2 = 10_000_000.0
LONGEST_M = 1_000_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An area, and the line it was drawn along where it was one."""

    area: BaseGeometry
    line: list[Any] | None = None

    @property
    def length_m(self) -> float:
        """Return how long it is."""
        if self.line is None:
            return length_of(self.area)
        drawn = shapely.force_2d(shapely.LineString(self.line))
        _, south, _, north = drawn.bounds
        return round(float(in_plane(drawn, (south + north) / 2).length), 2)


class OccupationIn(In):
    """What occupies one place; area and length are measured where they are not stated."""

    kind: OccupationKind
    area_m2: Annotated[Number, Field(gt=0, le=LARGEST_M2)] | None = None
    length_m: Annotated[Number, Field(gt=0, le=LONGEST_M)] | None = None
    technique: Technique = Technique.MECHANICAL

    def check(self, layer: Layer, place: Place) -> None:
        """Refuse a kind that is not of the layer, and a size that the footprint contradicts."""
        layers = TERMS[self.kind].layers
        if layer not in layers:
            named = " or ".join(sorted(layers))
            raise refused_at(("kind",), f"a {self.kind} is of the layer {named}, not of {layer}")
        measured = {"area_m2": area_of(place.area), "length_m": place.length_m}
        for name, size in measured.items():
            stated = getattr(self, name)
            if stated is not None and contradicts(stated, size):
                reason = (
                    f"{stated:g} is stated, but the footprint measures {size:g}; they may differ "
                    f"by {TOLERANCE_SHARE:.0%}, or by {TOLERANCE:g}"
                )
                raise refused_at((name,), reason)

    def to_occupation(self, place: Place) -> Occupation:
        """Return the occupation, measured where nothing is stated."""
        return Occupation(
            kind=self.kind,
            area_m2=area_of(place.area) if self.area_m2 is None else self.area_m2,
            length_m=place.length_m if self.length_m is None else self.length_m,
            technique=self.technique,
        )
