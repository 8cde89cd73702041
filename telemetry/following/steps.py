"""How did a vehicle get from its fix before to this one, and when was it inside which zone?

Between two fixes it went straight, at one speed. Whether a way meets the edge of a zone is asked
of the index for all ways at once; only the few that do are looked at one by one.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from telemetry.following.going import GAP_MS, GOES_ON, set_out
from telemetry.following.stands import Stand
from telemetry.following.stays import Span
from telemetry.model import Observations, VehicleKey
from telemetry.rulebook import Rulebook
from zones.columns import Codes, Floats, Indices, Instants, in_one_piece
from zones.meetings import NO_MEETINGS, Meetings, meetings
from zones.space.crossings import crossing

Touches = Mapping[int, tuple[Span, ...]]

NOTHING: Touches = MappingProxyType({})


class Through(NamedTuple):
    """A way that enters a zone's area and leaves it again, and when it is inside for longest."""

    row: int
    zone: int
    longest: Span


class Touched(NamedTuple):
    """By row of a way the zones that it touches, and where it passes through one."""

    by_row: Mapping[int, Touches]
    through: Sequence[Through]


UNTOUCHED = Touched(MappingProxyType({}), ())


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
        at, before = self.batch.positions, None
        if self.how.item(row) == GOES_ON:
            before = Place(
                self.before_ms.item(row), self.before_lon.item(row), self.before_lat.item(row)
            )
        return Step(
            vehicle=self.batch.vehicles[self.batch.vehicle.item(row)],
            row=row,
            before=before,
            here=Place(at.at_ms.item(row), at.lon.item(row), at.lat.item(row)),
            length_m=self.length_m.item(row),
            touches=touches,
        )


def ways_to(stand: Stand, batch: Observations, rulebook: Rulebook) -> Ways:
    """Return the ways to a batch's fixes, in order of arrival; what is old news goes nowhere."""
    at, rows = batch.positions, len(batch)
    lon, lat = in_one_piece(at.lon, np.float64), in_one_piece(at.lat, np.float64)
    last, how = np.empty(len(batch.vehicles), np.int32), np.empty(rows, np.int8)
    through, before_ms = np.empty(rows, np.int8), np.empty(rows, np.int64)
    before_lon, before_lat, length_m = np.empty((3, rows))
    followed = set_out(
        in_one_piece(batch.vehicle, np.int32),
        in_one_piece(at.at_ms, np.int64),
        lon,
        lat,
        in_one_piece(at.h_acc_m, np.float64),
        in_one_piece(at.layer, np.int8),
        rulebook.believed_mps(batch),
        stand.moving,
        last,
        how,
        before_ms,
        before_lon,
        before_lat,
        length_m,
        through,
    )
    met = NO_MEETINGS
    if followed:
        met = meetings(rulebook.index, before_lon, before_lat, lon, lat, through)
    return Ways(batch, last, how, before_ms, before_lon, before_lat, length_m, met)


def touched(ways: Ways, rulebook: Rulebook) -> Touched:
    """Return by row, for each zone whose edge a way meets, when the way lies in its area."""
    met = ways.met
    if not len(met.way):
        return UNTOUCHED
    at = ways.batch.positions
    a = np.column_stack([ways.before_lon, ways.before_lat])[met.way]
    b = np.column_stack([at.lon, at.lat])[met.way]
    fraction = _fractions(a, b, met.edge)
    order = np.lexsort((fraction, met.zone, met.way))
    fraction = fraction[order]
    begins = np.append(True, (met.way[1:] != met.way[:-1]) | (met.zone[1:] != met.zone[:-1]))
    # Where a way runs along an edge, or just touches one, rounding must not decide.
    blurred = ~met.plainly[order] | (fraction <= 0) | (fraction >= 1)
    blurred |= ~begins & (np.diff(fraction, prepend=-1) <= 0)
    starts = np.flatnonzero(begins)
    zone = met.zone[starts]
    begin_ms, end_ms = ways.before_ms[met.way], at.at_ms[met.way]
    crossed_ms = begin_ms + np.rint(fraction * (end_ms - begin_ms)).astype(np.int64)
    pairs = _Pairs(
        way=met.way[starts],
        zone=zone,
        a=a[starts],
        b=b[starts],
        begin_ms=begin_ms[starts],
        end_ms=end_ms[starts],
        inside=shapely.intersects_xy(rulebook.footprints[zone], a[starts, 0], a[starts, 1]),
        blurred=np.logical_or.reduceat(blurred, starts),
    )
    return _spans(pairs, crossed_ms.tolist(), [*starts.tolist(), len(order)], rulebook)


class _Pairs(NamedTuple):
    """A way and a zone whose edge it meets, a row each; where it begins, ends, and if inside."""

    way: Indices
    zone: Indices
    a: Floats
    b: Floats
    begin_ms: Instants
    end_ms: Instants
    inside: NDArray[np.bool_]
    blurred: NDArray[np.bool_]


def _spans(
    pairs: _Pairs, crossed: Sequence[int], starts: Sequence[int], rulebook: Rulebook
) -> Touched:
    """Return from when to when each is inside, given all instants at which edges are crossed."""
    found: dict[int, dict[int, tuple[Span, ...]]] = {}
    through: list[Through] = []
    zones = rulebook.zones
    columns = zip(*(column.tolist() for column in pairs), pairwise(starts), strict=True)
    for way, zone, a, b, begin, end, inside, blurred, (first, last) in columns:
        edges = crossed[first:last]
        if blurred or len(zones[zone].volumes) > 1:
            fractions = _carefully(rulebook.footprints[zone], a, b)
            edges = [begin + round(part * (end - begin)) for part in fractions]
        edges = [begin, *edges, end] if inside else [*edges, end]
        spans = tuple(zip(edges[::2], edges[1::2], strict=False))
        found.setdefault(way, {})[zone] = spans
        if spans and spans[0][0] > begin and spans[-1][1] < end:
            through.append(Through(way, zone, max(spans, key=lambda span: span[1] - span[0])))
    return Touched(found, through)


def _fractions(a: Floats, b: Floats, edge: Floats) -> Floats:
    """Return which part of its way from a to b leads each to the line of an edge."""
    along, side = b - a, edge[:, 2:] - edge[:, :2]
    away = edge[:, :2] - a
    reach = away[:, 0] * side[:, 1] - away[:, 1] * side[:, 0]
    turn = along[:, 0] * side[:, 1] - along[:, 1] * side[:, 0]
    parts: Floats = np.divide(reach, turn, out=np.zeros(len(turn)), where=turn != 0)
    return parts


def _carefully(area: BaseGeometry, a: Sequence[float], b: Sequence[float]) -> tuple[float, ...]:
    """Return where a way crosses an area's edge that it may also run along, or only touch."""
    line = shapely.linestrings([a, b])
    return () if shapely.covers(area, line) else crossing(area, (a[0], a[1]), (b[0], b[1]))
