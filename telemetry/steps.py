"""Which fixes move a vehicle on, and through which zones does it pass between two of them?"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import msgspec
import numpy as np
import shapely

from telemetry.model import Observations, VehicleKey
from telemetry.rulebook import Rulebook
from telemetry.stays import Span
from zones.columns import Floats
from zones.space.crossings import crossing
from zones.space.geometry import distance_m

GAP_MS = 120_000

NOWHERE: Mapping[int, bool] = MappingProxyType({})


class Place(NamedTuple):
    """Where a vehicle was, and when."""

    at_ms: int
    lon: float
    lat: float


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One vehicle's way from its fix before to observation `row`; `before` None: it is the first.

    `touches` holds each zone the way touches, by its number in the rulebook: True where the way
    never leaves it.
    """

    vehicle: VehicleKey
    row: int
    before: Place | None
    here: Place
    length_m: float
    touches: Mapping[int, bool]

    @property
    def joined(self) -> bool:
        """Tell whether the vehicle was followed all the way: there was a fix, and no long gap."""
        return self.before is not None and self.here.at_ms - self.before.at_ms <= GAP_MS

    @property
    def start_ms(self) -> int:
        """Return when the way begins: at the fix before, or here where there is none."""
        return self.here.at_ms if self.before is None else self.before.at_ms

    def place_at(self, at_ms: float) -> tuple[float, float]:
        """Return longitude and latitude at an instant of the straight way."""
        if self.before is None:
            return self.here.lon, self.here.lat
        part = (at_ms - self.before.at_ms) / (self.here.at_ms - self.before.at_ms)
        return (
            self.before.lon + part * (self.here.lon - self.before.lon),
            self.before.lat + part * (self.here.lat - self.before.lat),
        )

    @property
    def speed_m_per_ms(self) -> float:
        """Return the mean speed on the way."""
        return 0.0 if self.before is None else self.length_m / (self.here.at_ms - self.before.at_ms)


def steps(
    before: Mapping[VehicleKey, Place], batch: Observations, rulebook: Rulebook
) -> tuple[Step, ...]:
    """Return the batch's steps in order of arrival; a fix older than the last moves nothing."""
    last = dict(before)
    found: list[tuple[VehicleKey, int, Place | None, Place]] = []
    at = batch.positions
    columns = zip(at.at_ms.tolist(), at.lon.tolist(), at.lat.tolist(), strict=True)
    for row, (vehicle, place) in enumerate(zip(batch.vehicle.tolist(), columns, strict=True)):
        key, here = batch.vehicles[vehicle], Place(*place)
        previous = last.get(key)
        if previous is None or previous.at_ms < here.at_ms:
            found.append((key, row, previous, here))
            last[key] = here
    ways = np.array([[(p or h)[1:], h[1:]] for _, _, p, h in found]).reshape(-1, 2, 2)
    lengths = distance_m(ways[:, 0, 0], ways[:, 0, 1], ways[:, 1, 0], ways[:, 1, 1]).tolist()
    touches = _touches(ways, rulebook)
    return tuple(
        Step(
            vehicle=key,
            row=row,
            before=previous,
            here=here,
            length_m=lengths[n],
            touches=touches.get(n, NOWHERE),
        )
        for n, (key, row, previous, here) in enumerate(found)
    )


def inside(step: Step, zone: int, rulebook: Rulebook) -> tuple[Span, ...]:
    """Return from when to when the straight way between the two fixes lies in the zone's area."""
    if step.before is None or zone not in step.touches:
        return ()
    begin, duration = step.before.at_ms, step.here.at_ms - step.before.at_ms
    if step.touches[zone]:
        return ((begin, step.here.at_ms),)
    area = rulebook.footprints[zone]
    a, b = step.before[1:], step.here[1:]
    fractions = [0.0, *crossing(area, a, b), 1.0]
    if not shapely.intersects_xy(area, *a):
        del fractions[0]
    instants = [begin + round(fraction * duration) for fraction in fractions]
    return tuple(zip(instants[::2], instants[1::2], strict=False))


def _touches(ways: Floats, rulebook: Rulebook) -> dict[int, dict[int, bool]]:
    """Ask for all ways at once which zones they touch, and which of those they never leave."""
    lines = np.asarray(shapely.linestrings(ways), dtype=np.object_)
    way, zone = rulebook.tree.query(lines)
    hit = np.asarray(shapely.intersects(rulebook.footprints[zone], lines[way]))
    way, zone = way[hit], zone[hit]
    within = np.asarray(shapely.covers(rulebook.footprints[zone], lines[way]))
    found: dict[int, dict[int, bool]] = {}
    rows = zip(way.tolist(), zone.tolist(), within.tolist(), strict=True)
    for n, each, whole in rows:
        found.setdefault(n, {})[each] = whole
    return found
