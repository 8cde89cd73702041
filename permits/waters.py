"""Where is water, as far as the city knows? What floats is there, and what stands is not."""

from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from zones.space.geometry import in_plane

# Boats moored at a quay are measured up to 15 m outside the water of a map.
BANK_M = 20.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Waters:
    """The city's water in metres, in the plane of its middle latitude.

    `near` is water with its banks, `amid` what is farther from them, `outline` what is around all
    of it: beyond, nobody knows. Made once and read by many threads, so nothing is prepared.
    """

    source: str
    lat_deg: float
    near: BaseGeometry
    amid: BaseGeometry
    outline: BaseGeometry

    def known_at(self, place: BaseGeometry) -> bool:
        """Tell whether it is known of a whole place where its water is."""
        return bool(self.outline.covers(self._flat(place)))

    def is_near(self, place: BaseGeometry) -> bool:
        """Tell whether a place has a part on the water or at its banks."""
        return bool(self.near.intersects(self._flat(place)))

    def share_near(self, place: BaseGeometry) -> float:
        """Return how much of a place is on the water or at its banks."""
        return _share(self.near, self._flat(place))

    def share_amid(self, place: BaseGeometry) -> float:
        """Return how much of a place is in the water, away from its banks."""
        return _share(self.amid, self._flat(place))

    def _flat(self, place: BaseGeometry) -> BaseGeometry:
        return in_plane(place, self.lat_deg)


def waters_of(area: BaseGeometry, source: str) -> Waters:
    """Return what an area in longitude and latitude tells of a city's water."""
    _, south, _, north = area.bounds
    lat_deg = (south + north) / 2
    flat = in_plane(area, lat_deg)
    return Waters(
        source=source,
        lat_deg=lat_deg,
        near=flat.buffer(BANK_M),
        amid=flat.buffer(-BANK_M),
        outline=flat.convex_hull.buffer(BANK_M),
    )


def _share(of: BaseGeometry, place: BaseGeometry) -> float:
    return float(of.intersection(place).area / place.area)
