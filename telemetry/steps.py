"""How did a vehicle get from its fix before to this one, and when was it inside which zone?

Between two fixes it went straight, at one speed. Whether a way meets the edge of a zone is asked
of the index for all ways at once; only the few that do are looked at one by one.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from telemetry.fleet import Stand
from telemetry.going import GAP_MS, GOES_ON, set_out
from telemetry.model import Observations, VehicleKey
from telemetry.rulebook import Rulebook
from telemetry.stays import Span
from zones.columns import Codes, Floats, Indices, Instants, in_one_piece
from zones.meetings import NO_MEETINGS, Meetings, meetings
from zones.space.crossings import crossing

Touches = Mapping[int, tuple[Span, ...]]

NOTHING: Touches = MappingProxyType({})


class Place(NamedTuple):
    """Where a vehicle was, and when."""

    at_ms: int
    lon: float
    lat: float


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One vehicle's way from its fix before to observation `row`; `before` None: it is the first.

    `touches` holds, for each zone whose edge the way meets, by its number in the rulebook, from
    when to when the way lies in its area.
    """

    vehicle: VehicleKey
    row: int
    before: Place | None
    here: Place
    length_m: float
    touches: Touches

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

    def inside(self, zone: int) -> tuple[Span, ...]:
        """Return from when to when the way lies in a zone's area, where it meets its edge.

        Else it never leaves the zone, or never comes there: who was inside stays so all the way.
        """
        return self.touches.get(zone, ((self.start_ms, self.here.at_ms),))


class Ways(NamedTuple):
    """The ways to a batch's fixes, a row each: what the fix does, whence, how far; and what is met.

    `last` is each vehicle's newest row, -1 for none.
    """

    batch: Observations
    last: Indices
    how: Codes
    before_ms: Instants
    before_lon: Floats
    before_lat: Floats
    length_m: Floats
    met: Meetings

    def step(self, row: int, touches: Touches = NOTHING) -> Step:
        """Return one of them; a fix that arrives has none before it that its way began at."""
        at = self.batch.positions
        here = Place(int(at.at_ms[row]), float(at.lon[row]), float(at.lat[row]))
        before = Place(
            int(self.before_ms[row]), float(self.before_lon[row]), float(self.before_lat[row])
        )
        return Step(
            vehicle=self.batch.vehicles[self.batch.vehicle[row]],
            row=row,
            before=before if self.how[row] == GOES_ON else None,
            here=here,
            length_m=float(self.length_m[row]),
            touches=touches,
        )


def ways_to(stand: Stand, batch: Observations, rulebook: Rulebook) -> Ways:
    """Return the ways to a batch's fixes, in order of arrival; what is old news goes nowhere."""
    at, rows = batch.positions, len(batch)
    lon, lat = in_one_piece(at.lon, np.float64), in_one_piece(at.lat, np.float64)
    last, how = np.empty(len(batch.vehicles), np.int32), np.empty(rows, np.int8)
    before_ms = np.empty(rows, np.int64)
    before_lon, before_lat, length_m = np.empty((3, rows))
    followed = set_out(
        in_one_piece(batch.vehicle, np.int32),
        in_one_piece(at.at_ms, np.int64),
        lon,
        lat,
        stand.moving,
        last,
        how,
        before_ms,
        before_lon,
        before_lat,
        length_m,
    )
    met = NO_MEETINGS
    if followed:
        met = meetings(rulebook.index, before_lon, before_lat, lon, lat, how == GOES_ON)
    return Ways(batch, last, how, before_ms, before_lon, before_lat, length_m, met)


def touched(ways: Ways, rulebook: Rulebook) -> dict[int, Touches]:
    """Return by row, for each zone whose edge a way meets, when the way lies in its area."""
    met, at = ways.met, ways.batch.positions
    if not len(met.way):
        return {}
    starts = np.flatnonzero(
        np.append(True, (met.way[1:] != met.way[:-1]) | (met.zone[1:] != met.zone[:-1]))
    )
    way, zone = met.way[starts], met.zone[starts]
    lines = _lines(
        ways.before_lon[met.way], ways.before_lat[met.way], at.lon[met.way], at.lat[met.way]
    )
    edges = shapely.linestrings(met.edge.reshape(-1, 2, 2))
    points = shapely.intersection(lines, edges)
    areas = rulebook.footprints[zone]
    within = shapely.intersects_xy(areas, ways.before_lon[way], ways.before_lat[way])
    found: dict[int, dict[int, tuple[Span, ...]]] = {}
    columns = zip(
        starts.tolist(), [*starts[1:].tolist(), len(met.way)], within.tolist(), strict=True
    )
    for first, end, starts_inside in columns:
        row, number = int(met.way[first]), int(met.zone[first])
        here = _Way(
            (float(ways.before_lon[row]), float(ways.before_lat[row])),
            (float(at.lon[row]), float(at.lat[row])),
            lines[first],
        )
        plain = met.plainly[first:end].all() and len(rulebook.zones[number].volumes) == 1
        fractions = _plainly(here, points[first:end]) if plain else ()
        if not fractions:
            fractions = _carefully(here, rulebook.footprints[number])
        begin, duration = int(ways.before_ms[row]), int(at.at_ms[row] - ways.before_ms[row])
        instants = [begin + round(part * duration) for part in (0.0, *fractions, 1.0)]
        if not starts_inside:
            del instants[0]
        found.setdefault(row, {})[number] = tuple(zip(instants[::2], instants[1::2], strict=False))
    return dict(found)


class _Way(NamedTuple):
    a: tuple[float, float]
    b: tuple[float, float]
    line: BaseGeometry


def _lines(a_lon: Floats, a_lat: Floats, b_lon: Floats, b_lat: Floats) -> NDArray[np.object_]:
    ends = np.stack([np.column_stack([a_lon, a_lat]), np.column_stack([b_lon, b_lat])], axis=1)
    return np.asarray(shapely.linestrings(ends), dtype=np.object_)


def _plainly(way: _Way, points: NDArray[np.object_]) -> tuple[float, ...]:
    """Return where a way crosses edges, each on its own side; nothing where rounding blurs it."""
    start, along = np.array(way.a), np.array(way.b) - np.array(way.a)
    places = shapely.get_coordinates(points)
    fractions = np.sort((places - start) @ along / float(along @ along))
    apart = len(places) == len(points) and bool((np.diff(fractions) > 0).all())
    if not apart or fractions[0] <= 0 or fractions[-1] >= 1:
        return ()
    return tuple(fractions.tolist())


def _carefully(way: _Way, area: BaseGeometry) -> tuple[float, ...]:
    """Return where a way crosses an area's edge that it may also run along, or only touch."""
    return () if shapely.covers(area, way.line) else crossing(area, way.a, way.b)
