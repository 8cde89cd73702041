"""Which zones cover this position at this instant?

For a batch of positions, and a batch of one is no different: the cell of each, what fills the cell
and whose edges pass through it, layer, calendar and height, in one compiled pass over the columns
(`zones.kernel.covering`). An index never changes, so threads may share it; where a few zones
change, the next index shares with this one what did not.
"""

import copy
from collections.abc import Iterable, Sequence
from typing import NamedTuple, cast

import numpy as np

from zones.columns import (
    Codes,
    Floats,
    Indices,
    Instants,
    Positions,
    Presences,
    in_one_piece,
)
from zones.heights.relief import Grid
from zones.heights.vertical import Datum
from zones.kernel.aiming import ROOM_FOR_AIMS
from zones.kernel.borrowing import Borrowed, lent
from zones.kernel.covering import Heights, cover
from zones.kernel.fetching import BLOCK
from zones.kernel.holding import hold, hold_one
from zones.kernel.law import ZONE
from zones.kernel.parts import Part, part_of
from zones.kernel.statutes import (
    NO_BANDS,
    NO_STATUTES,
    Statutes,
    rows_before,
    statutes_of,
)
from zones.kernel.turns import NO_TURNS, Turns, span_for, turns_of
from zones.model import Zone
from zones.periods import NO_SWITCHES, Switches
from zones.time.schedule import in_force, place_of

# So many zones, or vertices, are indexed anew as quickly as a change to them is worked in.
FEW_ZONES, FEW_VERTICES = 64, 20_000
# Beyond this share of zones indexed aside, all are indexed anew.
LARGEST_ASIDE = 0.02
ROOM, ROOM_NEAR = 16, 256

Pairs = tuple[Indices, Indices]


class _Batch(NamedTuple):
    """The columns of `Positions`."""

    at_ms: Instants
    lon: Floats
    lat: Floats
    alt_m: Floats
    alt_ref: Codes
    h_acc_m: Floats
    v_acc_m: Floats
    layer: Codes


class _Answers(NamedTuple):
    """Presences as columns, and which rest on a calendar nobody has laid out yet."""

    position: Indices
    zone: Indices
    relation: Codes
    undecided: Indices
    margin_m: Floats
    any_undecided: bool


class ZoneIndex:
    """The zones of one edition, ready to be asked about batches of positions."""

    def __init__(
        self, zones: Sequence[Zone], datum: Datum, switches: Switches = NO_SWITCHES
    ) -> None:
        self.zones = tuple(zones)
        self.datum = datum
        self.switches = switches
        self.relief = (*_grid(datum.relief.sea), *_grid(datum.relief.ground))
        anew = np.full(len(self.zones), -1, dtype=np.int32)
        part, self._bands = part_of(self.zones, np.arange(len(anew), dtype=np.int32), NO_BANDS)
        self._lay_out((part,), statutes_of(self.zones, NO_STATUTES, anew), NO_TURNS)

    def _lay_out(self, parts: tuple[Part, ...], statutes: Statutes, before: Turns) -> None:
        self.parts, self._statutes = parts, statutes
        self._in_order = len(parts) == 1 and bool((np.diff(parts[0].volumes[:, ZONE]) >= 0).all())
        self._turns = turns_of(statutes.calendars, before.known, self.switches, before)
        cells = parts[0].cells
        self._lent = lent(Borrowed(cells.frame, cells.lists, cells.slab, parts[0].volumes))

    def holding(self, lon: Floats, lat: Floats) -> Pairs:
        """Return which places lie in which zones' footprints, whatever the height or the hour.

        Indices into the columns and into `zones`, ordered by both.
        """
        lon, lat = in_one_piece(lon, np.float64), in_one_piece(lat, np.float64)
        if self._in_order:
            return _held(self.parts[0], lon, lat)
        held = [_held(part, lon, lat) for part in self.parts]
        position, zone = (np.concatenate(column) for column in zip(*held, strict=True))
        order = _order(position, zone, len(self.zones))
        return position[order], zone[order]

    def at(self, lon: float, lat: float) -> list[int]:
        """Return the zones whose footprints hold one place: `holding`, without its columns."""
        if not self._in_order:
            return cast("list[int]", self.holding(np.array([lon]), np.array([lat]))[1].tolist())
        found = np.empty((2, self.parts[0].cells.deepest), dtype=np.int32)
        pairs = hold_one(self._lent.at, lon, lat, found)
        return cast("list[int]", found[1, :pairs].tolist())

    def covering(self, positions: Positions) -> Presences:
        """Return the zones each position is, or may be, in at its own instant.

        Inside: in the footprint (its boundary included), with the edge farther away than the
        position's accuracy, surely within the height band. Uncertain: any of these less sure.
        A position without an instant is held against every calendar as if in force. Of several
        volumes of one zone the surest presence speaks: inside, else the deepest.
        """
        batch = _Batch(
            in_one_piece(positions.at_ms, np.int64),
            in_one_piece(positions.lon, np.float64),
            in_one_piece(positions.lat, np.float64),
            in_one_piece(positions.alt_m, np.float64),
            in_one_piece(positions.alt_ref, np.int8),
            in_one_piece(positions.h_acc_m, np.float64),
            in_one_piece(positions.v_acc_m, np.float64),
            in_one_piece(positions.layer, np.int8),
        )
        answers = self._answers(batch, self._turns.table)
        if answers.any_undecided:
            late = batch.at_ms[answers.position[answers.undecided != 0]]
            answers = self._decided(batch, self._answers(batch, self._learn(late.tolist())))
        return Presences(
            position=answers.position,
            zone=answers.zone,
            relation=answers.relation,
            margin_m=answers.margin_m,
        )

    def ready(self, at_ms: int) -> None:
        """Lay the calendars out around an instant now, so that the first batch need not."""
        self._learn([at_ms])

    def replaced(self, zones: Sequence[Zone]) -> "ZoneIndex":
        """Return the index of these zones; those that are objects of this one keep their cells.

        A zone is compared by identity first, then by value, which takes longer.
        """
        zones = tuple(zones)
        old = rows_before(self.zones, zones)
        main = self.parts[0]
        fresh = np.full(len(self.zones) + 1, -1, dtype=np.int32)
        fresh[old[old >= 0]] = np.flatnonzero(old >= 0)
        kept = Part(main.cells, main.volumes.copy())
        kept.volumes[:, ZONE] = fresh[main.volumes[:, ZONE]]
        missing = np.ones(len(zones) + 1, dtype=bool)
        missing[kept.volumes[:, ZONE]] = False
        aside = np.flatnonzero(missing[:-1]).astype(np.int32)
        few = len(zones) < FEW_ZONES or len(main.cells.edges.vertices) < FEW_VERTICES
        gone = int((kept.volumes[:, ZONE] < 0).sum())
        if few or len(aside) + gone > LARGEST_ASIDE * len(zones) + 1:
            index = ZoneIndex(zones, self.datum, self.switches)
            index._turns = turns_of(  # its calendars laid out as far as here
                index._statutes.calendars, self._turns.known, self.switches
            )
            return index
        index = copy.copy(self)
        part, bands = part_of([zones[row] for row in aside.tolist()], aside, self._bands)
        index.zones, index._bands = zones, bands  # noqa: SLF001 - its own kind
        index._lay_out(  # noqa: SLF001 - its own kind
            (kept, part), statutes_of(zones, self._statutes, old), self._turns
        )
        return index

    def _answers(self, batch: _Batch, turns: Instants) -> _Answers:
        found = [self._part_answers(part, batch, turns) for part in self.parts]
        if self._in_order:
            return found[0]
        together = _joined(found)
        return _picked(together, _order(together.position, together.zone, len(self.zones)))

    def _part_answers(self, part: Part, batch: _Batch, turns: Instants) -> _Answers:
        cells = part.cells
        room = cells.deepest + ROOM + int(len(batch.lon) * (2 * cells.depth + 1))
        near = cells.deepest + ROOM_NEAR
        while True:
            pairs, margin_m = np.empty((4, room), dtype=np.int32), np.empty(room)
            found = cover(
                cells.frame,
                cells.lists,
                cells.slab,
                *cells.edges,
                part.volumes,
                self._bands.rows,
                self._statutes.rows,
                turns,
                *self.relief,
                *batch,  # type: ignore[arg-type] # mypy sees a union, not the columns
                np.empty(ROOM_FOR_AIMS, dtype=np.int32),
                np.empty(near, dtype=np.int32),
                np.empty(near, dtype=np.int8),
                np.empty(near),
                pairs,
                margin_m,
            )
            rows = found >> 1
            if 0 <= rows <= room:
                break
            room, near = max(room, rows), max(near, -2 * found)
        return _Answers(
            pairs[0, :rows],
            pairs[1, :rows],
            pairs[2, :rows].astype(np.int8),
            pairs[3, :rows],
            margin_m[:rows],
            bool(found & 1) and bool(pairs[3, :rows].any()),
        )

    def _learn(self, wanted: Iterable[int]) -> Instants:
        """Lay the calendars out for these instants; a reader sees the old layout or the new."""
        known = span_for(self._turns.known, wanted)
        self._turns = turns_of(self._statutes.calendars, known, self.switches)
        return self._turns.table

    def _decided(self, batch: _Batch, answers: _Answers) -> _Answers:
        """Ask the calendars themselves about what lies too far away to be laid out."""
        kept = np.ones(len(answers.zone), dtype=bool)
        undecided = answers.undecided != 0
        for which in np.unique(answers.zone[undecided]).tolist():
            rows, zone = np.flatnonzero(undecided & (answers.zone == which)), self.zones[which]
            at_ms = batch.at_ms[answers.position[rows]]
            kept[rows] = in_force(zone.applicability, at_ms, place_of(zone), self.switches)
        return answers if kept.all() else _picked(answers, np.flatnonzero(kept).astype(np.int32))


def _grid(grid: Grid) -> tuple[Floats, Heights, Heights]:
    numbers = np.array([grid.west, grid.south, grid.step_lon, grid.step_lat, grid.error_m])
    return (
        numbers,
        in_one_piece(grid.lowest_m, np.float32),
        in_one_piece(grid.highest_m, np.float32),
    )


def _held(part: Part, lon: Floats, lat: Floats) -> Pairs:
    cells = part.cells
    room = cells.deepest + int(len(lon) * (2 * cells.depth + 1))
    block = np.empty(BLOCK, dtype=np.int32)
    while True:
        found = np.empty((2, room), dtype=np.int32)
        pairs = hold(cells.frame, cells.lists, cells.slab, part.volumes, lon, lat, block, found)
        if pairs <= room:
            return found[0, :pairs], found[1, :pairs]
        room = pairs


def _order(position: Indices, zone: Indices, zones: int) -> Indices:
    return np.argsort(position.astype(np.int64) * zones + zone, kind="stable").astype(np.int32)


def _joined(found: Sequence[_Answers]) -> _Answers:
    return _Answers(
        position=np.concatenate([each.position for each in found]),
        zone=np.concatenate([each.zone for each in found]),
        relation=np.concatenate([each.relation for each in found]),
        undecided=np.concatenate([each.undecided for each in found]),
        margin_m=np.concatenate([each.margin_m for each in found]),
        any_undecided=any(each.any_undecided for each in found),
    )


def _picked(answers: _Answers, rows: Indices) -> _Answers:
    return _Answers(
        position=answers.position[rows],
        zone=answers.zone[rows],
        relation=answers.relation[rows],
        undecided=answers.undecided[rows],
        margin_m=answers.margin_m[rows],
        any_undecided=answers.any_undecided,
    )
