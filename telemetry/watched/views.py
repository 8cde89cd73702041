"""Which part of what moves does a reader want, and may they see?"""

from dataclasses import dataclass

from zones.model import Layer

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a reader wants and may see: `bounds` west, south, east, north; None is everything."""

    bounds: Bounds | None = None
    layers: frozenset[Layer] | None = None
    operator: str | None = None

    def shows(self, layer: str, operator: str, lon: float, lat: float) -> bool:
        """Tell whether such a vehicle at such a place is in view."""
        if not self.may_show(layer, operator):
            return False
        if self.bounds is None:
            return True
        west, south, east, north = self.bounds
        return west <= lon <= east and south <= lat <= north

    def may_show(self, layer: str, operator: str) -> bool:
        """Tell whether such a vehicle would be in view at some place."""
        if self.operator not in {None, operator}:
            return False
        return self.layers is None or layer in self.layers


EVERYTHING = View()
