"""What do an edition's zones say, as rows of numbers that the kernel reads?

Built once an edition; where only a few zones change, the other zones' rows are taken over.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from zones.columns import MISSING, Floats, Indices, Instants
from zones.heights.vertical import limits_of
from zones.kernel.law import ALWAYS, EVERY
from zones.kernel.turns import Calendar, calendar_of
from zones.model import UNBOUNDED, Band, Zone
from zones.time.clocks import epoch_ms

FIRST, LAST = MISSING, 2**63 - 1


class Statutes(NamedTuple):
    """Rows of `Law.zones`, and the calendars they number."""

    rows: Instants
    calendars: tuple[Calendar, ...]


class Bands(NamedTuple):
    """Rows of `Law.bands`, and the bands they stand for."""

    rows: Floats
    bands: tuple[Band, ...]


NO_STATUTES = Statutes(rows=np.empty((0, 4), dtype=np.int64), calendars=())
NO_BANDS = Bands(rows=np.empty((0, 4)), bands=())


def statutes_of(zones: Sequence[Zone], before: Statutes, old: Indices) -> Statutes:
    """Lay the zones out; `old` is each one's row in what was laid out before, or -1."""
    known = {calendar: number for number, calendar in enumerate(before.calendars)}
    rows = np.zeros((len(old), 4), dtype=np.int64)
    rows[old >= 0] = before.rows[old[old >= 0]]
    for number in np.flatnonzero(old < 0).tolist():
        zone = zones[number]
        rows[number] = (
            EVERY if zone.layer is None else zone.layer.code,
            FIRST if zone.valid.start is None else epoch_ms(zone.valid.start),
            LAST if zone.valid.end is None else epoch_ms(zone.valid.end),
            known.setdefault(calendar_of(zone), len(known)) if zone.applicability else ALWAYS,
        )
    return Statutes(rows, tuple(known))


def bands_of(bands: Sequence[Band], before: Bands) -> tuple[Indices, Bands]:
    """Return each band's row, `EVERY` for the unbounded, and all rows there are."""
    known = {band: number for number, band in enumerate(before.bands)}
    rows = [EVERY if band == UNBOUNDED else known.setdefault(band, len(known)) for band in bands]
    limits = np.array([limits_of(band) for band in known], dtype=np.float64).reshape(-1, 4)
    return np.array(rows, dtype=np.int32), Bands(limits, tuple(known))


def rows_before(before: Sequence[Zone], after: Sequence[Zone]) -> Indices:
    """Return for each zone the row of the same one before, or -1."""
    shift, count = len(after) - len(before), len(before)
    rows = [-1] * len(after)
    left: list[int] = []
    for row, zone in enumerate(after):
        # Nearly all stand where they stood, counted from the front or from the back.
        if row < count and before[row] is zone:
            rows[row] = row
        elif 0 <= row - shift < count and before[row - shift] is zone:
            rows[row] = row - shift
        else:
            left.append(row)
    taken = set(rows)
    versions = {(before[n].id, before[n].version): n for n in range(count) if n not in taken}
    for row in left:
        same = versions.get((after[row].id, after[row].version), -1)
        if same >= 0 and (before[same] is after[row] or before[same] == after[row]):
            rows[row] = same
    return np.array(rows, dtype=np.int32)
