"""What do an edition's zones say, as columns the kernel reads?

Built once an edition; where only a few zones change, the other zones' rows are taken over.
"""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from zones.clocks import epoch_ms
from zones.columns import MISSING, Codes, Floats, Indices, Instants
from zones.law import ALWAYS, EVERY
from zones.model import UNBOUNDED, Band, Zone
from zones.turns import Calendar, calendar_of
from zones.vertical import limits_of

FIRST, LAST = MISSING, 2**63 - 1

Kind = TypeVar("Kind", bound=np.generic)


class Statutes(NamedTuple):
    """By zone its layer, its span of validity and the number of its calendar, as in `Law`."""

    layer: Codes
    start_ms: Instants
    end_ms: Instants
    calendar: Indices
    calendars: tuple[Calendar, ...]


class Bands(NamedTuple):
    """Distinct bands, and their limits as rows of numbers."""

    bands: tuple[Band, ...]
    limits: Floats


NO_STATUTES = Statutes(
    layer=np.empty(0, dtype=np.int8),
    start_ms=np.empty(0, dtype=np.int64),
    end_ms=np.empty(0, dtype=np.int64),
    calendar=np.empty(0, dtype=np.int32),
    calendars=(),
)
NO_BANDS = Bands(bands=(), limits=np.empty((0, 4)))


def statutes_of(zones: Sequence[Zone], before: Statutes, old: Indices) -> Statutes:
    """Lay the zones out; `old` is each one's row in what was laid out before, or -1."""
    known = {calendar: number for number, calendar in enumerate(before.calendars)}
    new = np.flatnonzero(old < 0)
    layer, calendar = _taken(before.layer, old), _taken(before.calendar, old)
    start_ms, end_ms = _taken(before.start_ms, old), _taken(before.end_ms, old)
    for row in new.tolist():
        zone = zones[row]
        layer[row] = EVERY if zone.layer is None else zone.layer.code
        start_ms[row] = FIRST if zone.valid.start is None else epoch_ms(zone.valid.start)
        end_ms[row] = LAST if zone.valid.end is None else epoch_ms(zone.valid.end)
        calendar[row] = ALWAYS
        if zone.applicability:
            calendar[row] = known.setdefault(calendar_of(zone), len(known))
    return Statutes(layer, start_ms, end_ms, calendar, tuple(known))


def bands_of(bands: Sequence[Band], before: Bands = NO_BANDS) -> tuple[Indices, Bands]:
    """Return each band's row of limits, `EVERY` for the unbounded, and all rows there are."""
    known = {band: number for number, band in enumerate(before.bands)}
    rows = [EVERY if band == UNBOUNDED else known.setdefault(band, len(known)) for band in bands]
    limits = np.array([limits_of(band) for band in known], dtype=np.float64).reshape(-1, 4)
    return np.array(rows, dtype=np.int32), Bands(tuple(known), limits)


def _taken(column: NDArray[Kind], old: Indices) -> NDArray[Kind]:
    return column[old] if len(column) else np.zeros(len(old), dtype=column.dtype)
