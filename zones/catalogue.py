"""Which zones does a volume of space and time touch? For permits and pages, one at a time."""

import threading
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import shapely
from rtree.index import Index, Property
from shapely.geometry.base import BaseGeometry

from zones.heights.gaps import surely_apart
from zones.heights.vertical import Datum, paris_datum
from zones.model import UNBOUNDED, Band, Layer, Zone
from zones.periods import NO_SWITCHES, Switches, Window
from zones.space.coordinates import Bounds
from zones.time.schedule import touches
from zones.time.spans import FIRST, LAST, limits_of

Box = tuple[float, float, float, float, float, float]
Entry = tuple[int, Box, None]


class Catalogue:
    """The zones of one edition, found by footprint, layer, heights and window.

    The tree has three dimensions, longitude, latitude and time, and a box for each volume of
    a zone over the zone's validity, so that a thousand events of a year on one square, or a zone
    in two far corners of the city, are as quick to pass over as zones elsewhere.
    """

    def __init__(
        self,
        zones: Sequence[Zone],
        datum: Datum | None = None,
        switches: Switches = NO_SWITCHES,
    ) -> None:
        self.zones = tuple(sorted(zones, key=lambda zone: (zone.id, zone.version)))
        self._datum = datum or paris_datum()
        self._switches = switches
        self._axis = _Axis.of(self.zones)
        properties = Property(dimension=3)
        entries = self._entries()
        self._tree = (
            Index(entries, properties=properties) if self.zones else Index(properties=properties)
        )
        self._asking = threading.Lock()

    def near(self, footprint: BaseGeometry, window: Window) -> tuple[Zone, ...]:
        """Return the zones with a box that meets the footprint's while they are valid, by id."""
        box = _box(footprint, self._axis.reach(window))
        # libspatialindex hands out memory of one pool to whoever asks, even to those who only read:
        # two at once are one too many, and end the process.
        with self._asking:
            found = set(self._tree.intersection(box))
        return tuple(self.zones[which] for which in sorted(found))

    def touching(
        self,
        footprint: BaseGeometry,
        *,
        layer: Layer | None,
        band: Band = UNBOUNDED,
        window: Window,
    ) -> tuple[Zone, ...]:
        """Return the zones that share a place, a height and an instant with the volume, by id.

        Bands that meet in a limit only share no volume: a flight up to a ceiling does not touch
        the zone that begins there. Bands in different references meet unless ground and geoid,
        as far as they are known, surely keep them apart.
        """
        shapely.prepare(footprint)
        box = footprint.bounds
        return tuple(
            zone
            for zone in self.near(footprint, window)
            if _same_layer(zone, layer)
            and any(
                bands_meet(volume.band, band, box, self._datum)
                and footprint.intersects(volume.footprint)
                for volume in zone.volumes
            )
            and touches(zone, window, switches=self._switches)
        )

    def _entries(self) -> Iterator[Entry]:
        for number, zone in enumerate(self.zones):
            reach = self._axis.reach(zone.valid)
            for volume in zone.volumes:
                yield number, _box(volume.footprint, reach), None


class _Axis(NamedTuple):
    """Time as a coordinate of the tree: what the zones' limits span is one degree long.

    A tree groups boxes by size, so one unit must not dwarf the others. Limits that never come, and
    all beyond the span, lie at its ends; the order of instants is kept.
    """

    first_ms: int
    last_ms: int

    @classmethod
    def of(cls, zones: Sequence[Zone]) -> "_Axis":
        limits = [each for zone in zones for each in limits_of(zone.valid)]
        known = [each for each in limits if FIRST < each < LAST]
        return cls(min(known, default=0) - 1, max(known, default=0) + 1)

    def reach(self, window: Window) -> tuple[float, float]:
        """Return where a window begins and ends on the axis."""
        start, end = (
            (min(max(each, self.first_ms), self.last_ms) - self.first_ms)
            / (self.last_ms - self.first_ms)
            for each in limits_of(window)
        )
        return start, end


def _box(footprint: BaseGeometry, reach: tuple[float, float]) -> Box:
    west, south, east, north = footprint.bounds
    return west, south, reach[0], east, north, reach[1]


def _same_layer(zone: Zone, layer: Layer | None) -> bool:
    return zone.layer is None or layer is None or zone.layer is layer


def bands_meet(one: Band, other: Band, box: Bounds, datum: Datum) -> bool:
    """Tell whether two bands share more than a limit somewhere in a box, or may."""
    return one == other or not surely_apart(one, other, 0.0, box, datum)
