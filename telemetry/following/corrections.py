"""What has to be said otherwise of a vehicle's visits, now that a fix came late?

A visit that is changed keeps its name, wherever it now begins: what rests on it finds it again.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.model import Observations, Visit, VisitId
from telemetry.pace import impossible
from zones.columns import Floats
from zones.space.geometry import distance_m


class Late(NamedTuple):
    """The oldest fix of a vehicle that came too late to move it, and the first that did."""

    at_ms: int
    observation: int

    def and_also(self, other: "Late") -> "Late":
        """Return both together."""
        return Late(min(self.at_ms, other.at_ms), min(self.observation, other.observation))


class Corrected(NamedTuple):
    """Visits that are no longer what was said of them, and what is said in their place."""

    gone: tuple[VisitId, ...]
    visits: tuple[Visit, ...]


def corrected(recorded: Sequence[Visit], found: Sequence[Visit]) -> Corrected:
    """Compare what is recorded with what is found now, about one vehicle and the same time."""
    known = {visit.id: visit for visit in recorded}
    named = {visit.id for visit in found}
    unfound = [visit for visit in recorded if visit.id not in named]
    gone, changed = [], []
    for visit in found:
        before, after = known.get(visit.id), visit
        if before is None:
            before = next((each for each in unfound if _meet(each, visit)), None)
            if before is not None:
                unfound.remove(before)
                after = replace(visit, id=before.id)
        if after != before:
            changed.append(after)
            gone += [before.id] if before is not None else []
    return Corrected((*gone, *(visit.id for visit in unfound)), tuple(changed))


def plausible(batch: Observations, ids: NDArray[np.int64], mps: Floats) -> NDArray[np.intp]:
    """Return the rows to go by, of one vehicle's in order of time: all but leaps that came late.

    What came in time was asked about then, see `telemetry.intake.leaps`.
    """
    at, kept = batch.positions, np.ones(len(batch), bool)
    for row in np.flatnonzero(came_late(batch, ids)).tolist():
        before = row - 1
        while before >= 0 and not kept[before]:
            before -= 1
        if before >= 0:
            away_m = distance_m(at.lon[before], at.lat[before], at.lon[row], at.lat[row])
            slack_m = at.h_acc_m[before] + at.h_acc_m[row]
            spent_ms = at.at_ms[row] - at.at_ms[before]
            kept[row] = not impossible(spent_ms, float(away_m), mps[row], slack_m)
    return np.flatnonzero(kept)


def came_late(batch: Observations, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which of one vehicle's fixes came after one that is newer."""
    at_ms, late = batch.positions.at_ms, np.zeros(len(batch), bool)
    arrival = np.argsort(ids)
    newest = np.maximum.accumulate(at_ms[arrival])
    late[arrival[1:][at_ms[arrival][1:] < newest[:-1]]] = True
    return late


def _meet(one: Visit, other: Visit) -> bool:
    """Tell whether two visits to the same zone share any time."""
    return (
        one.zone == other.zone
        and one.entered_at <= other.left_at
        and other.entered_at <= one.left_at
    )
