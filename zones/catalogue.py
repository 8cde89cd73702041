"""Which zones does a volume of space and time touch? For permits and pages, one at a time."""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from rtree.index import Index
from shapely.geometry.base import BaseGeometry

from zones.model import UNBOUNDED, Band, Height, Layer, Zone
from zones.periods import Window
from zones.schedule import Place, touches
from zones.vertical import OUTSIDE, Datum, between, paris_datum

Entry = tuple[int, tuple[float, float, float, float], None]


class Catalogue:
    """The zones of one edition, found by footprint, layer, heights and window."""

    def __init__(self, zones: Sequence[Zone], datum: Datum | None = None) -> None:
        self.zones = tuple(zones)
        self._datum = datum or paris_datum()
        self._tree = Index(_entries(self.zones)) if self.zones else Index()

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
        west, south, east, north = footprint.bounds
        place = ((west + east) / 2, (south + north) / 2)
        near = (self.zones[which] for which in sorted(self._tree.intersection(footprint.bounds)))
        touched = (
            zone
            for zone in near
            if _same_layer(zone, layer)
            and any(
                _bands_meet(volume.band, band, place, self._datum)
                and footprint.intersects(volume.footprint)
                for volume in zone.volumes
            )
            and touches(zone, window)
        )
        return tuple(sorted(touched, key=lambda zone: (zone.id, zone.version)))


def _entries(zones: Sequence[Zone]) -> Iterator[Entry]:
    for number, zone in enumerate(zones):
        yield number, zone.footprint.bounds, None


def _same_layer(zone: Zone, layer: Layer | None) -> bool:
    return zone.layer is None or layer is None or zone.layer is layer


def _bands_meet(one: Band, band: Band, place: Place, datum: Datum) -> bool:
    if one == band:
        return True
    return not (
        _surely_below(band.upper, one.lower, place, datum)
        or _surely_below(one.upper, band.lower, place, datum)
    )


def _surely_below(upper: Height | None, lower: Height | None, place: Place, datum: Datum) -> bool:
    if upper is None or lower is None:
        return False
    if upper == lower:
        # A volume up to a ceiling shares nothing with what begins there.
        return True
    answer = between(
        np.array([upper.value_m]),
        np.array([upper.reference.code], dtype=np.int8),
        np.array([0.0]),
        np.array([place[0]]),
        np.array([place[1]]),
        band=Band(lower=lower),
        datum=datum,
    )
    return bool(answer[0] == OUTSIDE)
