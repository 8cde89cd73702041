"""What becomes of visits and alerts when a position comes late? They are gone through again.

From the earliest position of any that it may touch, by the same verbs; where the vehicle now stands
is corrected, too, and so is what is amiss with it. What was said before is kept.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
import structlog
from numpy.typing import NDArray

from telemetry.concern.situations import Judged
from telemetry.consequences import Standing
from telemetry.following.corrections import Late, came_late, corrected, plausible
from telemetry.following.fleet import Fleet
from telemetry.following.going import GAP_MS
from telemetry.following.stands import NO_STAYS, Stand
from telemetry.following.stays import instant, visit
from telemetry.judging import judge
from telemetry.model import VehicleKey, Visit
from telemetry.resuming import lodging, written
from telemetry.retelling import BESIDE, Recorded, Retold, retold
from telemetry.rulebook import Rulebook
from telemetry.store.checkpoints import Observed, save_standings
from telemetry.store.ingest import Recording
from telemetry.store.reopening import Past
from telemetry.store.standing import save_alerts, save_visits
from telemetry.told import Alert, AlertState
from telemetry.tracks import advance
from telemetry.watched.live_batch import FRESH_MS

# No visit of more positions is gone through again, and no alert of more than are at a turn.
MOST_POSITIONS, POSITIONS_A_TURN = 20_000, 5_000
REST = timedelta(milliseconds=1)  # for each position
AHEAD = timedelta(minutes=5)  # a vehicle's clock may be, of ours

log = structlog.get_logger()


class Reopened(NamedTuple):
    """How many positions were gone through, and which alerts are to be told otherwise now."""

    positions: int
    alerts: tuple[Alert, ...] = ()


class _Touched(NamedTuple):
    """What is recorded that a late position may touch, and since when what of it went on."""

    visits: list[Visit]
    visits_since: datetime | None
    alerts: list[Alert]
    alerts_since: datetime | None


def reopen(
    recording: Recording, standing: Standing, vehicle: VehicleKey, rulebook: Rulebook
) -> Reopened:
    """Go through again what a vehicle's late positions touch, and write down what is not so.

    The more positions that takes, the longer it is left alone then.
    """
    late, now = standing.late.get(vehicle), recording.recorded_at
    if late is None:
        return Reopened(0)
    past = Past(recording.connection, vehicle)
    stand = standing.fleet.of((vehicle,), rulebook)
    before = past.before(late.at_ms, GAP_MS)
    touched = _touched(past, standing, stand, before)
    seen, alerts_too = _seen(past, touched)
    if seen is None:
        log.warning("reopening.left", vehicle=vehicle.uid, at_ms=late.at_ms)
        standing.put_right(vehicle, None, now + MOST_POSITIONS * REST)
        return Reopened(MOST_POSITIONS)
    judged, ids = _judged(seen, rulebook)
    visits = gone_through(stand, judged, ids)
    found = corrected(touched.visits, [each for each in visits if each.left_at >= before])
    if found.gone or found.visits:
        past.keep(found.gone, late.observation, now)
        save_visits(recording, found.visits)
    situations, told = standing.situations.get(vehicle), list[Alert]()
    known = Recorded(touched.alerts, situations, _fresh_since(seen, late))
    if alerts_too and (again := retold(known, judged, _lately(judged, ids, late))):
        told, situations = _told_otherwise(recording, past, again, late), again.situations
    as_it_stands = written(lodging(stand.track(0), standing.lodgers.of(vehicle)), situations)
    save_standings(recording.connection, {vehicle: as_it_stands}, now)
    standing.put_right(vehicle, stand, now + len(seen.ids) * REST)
    standing.go_on(vehicle, situations)
    return Reopened(len(seen.ids), tuple(told))


def gone_through(stand: Stand, judged: Judged, ids: NDArray[np.int64]) -> list[Visit]:
    """Follow one vehicle through all it was seen at, in order of time; return its visits.

    What it stands at now is put right: which zones it is in, and since when.
    """
    vehicle, silent = stand.vehicles[0], bool(stand.moving["silent"][0])
    found = advance(Fleet(), judged.batch, judged.verdicts, judged.rulebook, ids)
    visits = list(found.visits)
    if silent:
        visits += [visit(vehicle, stay) for stay in found.stand.stays(0)]
    elif found.stand.moving["at_ms"][0] == stand.moving["at_ms"][0]:
        stand.moving["stays"], stand.staying[:] = found.stand.moving["stays"], found.stand.staying
        stand.begun[:] = found.stand.begun or [NO_STAYS]
    return visits


def _touched(past: Past, standing: Standing, stand: Stand, before: datetime) -> _Touched:
    """Return what may have to be said otherwise from an instant on."""
    visits = past.visits(before)
    stays = stand.stays(0)
    begun: list[int] = [each.first_observation for each in visits]
    begun += [stay.first_observation for stay in stays]
    earliest = [each.entered_at for each in visits] + [instant(stay.entered_ms) for stay in stays]
    since = past.since(begun, min(earliest)) if begun else before
    alerts = past.alerts(before - AHEAD, BESIDE)
    starts = [each.opened_at for each in alerts]
    situations = standing.situations.get(stand.vehicles[0])
    for each in situations.ongoing if situations else ():
        starts += [] if each.reason in BESIDE else [instant(each.first_ms)]
    return _Touched(visits, since and min(since, before), alerts, min(starts, default=None))


def _seen(past: Past, touched: _Touched) -> tuple[Observed | None, bool]:
    """Return what a vehicle was seen at since what is touched began; and are alerts in it, too?"""
    if touched.visits_since is None:
        return None, False
    if touched.alerts_since is None:
        return past.positions(touched.visits_since, MOST_POSITIONS), True
    since = min(touched.visits_since, touched.alerts_since)
    seen = past.positions(since, POSITIONS_A_TURN)
    if seen is not None:
        return seen, True
    log.warning("reopening.alerts-left", since=since)
    return past.positions(touched.visits_since, MOST_POSITIONS), False


def _lately(judged: Judged, ids: NDArray[np.int64], late: Late) -> NDArray[np.bool_]:
    """Tell which positions came late since all was in its place."""
    return came_late(judged.batch, ids) & (ids >= late.observation)


def _fresh_since(seen: Observed, late: Late) -> datetime:
    """Return from when on what happened was no history yet when the first of the late ones came."""
    return instant(int(seen.recorded_ms[seen.ids >= late.observation].min()) - FRESH_MS)


def _judged(seen: Observed, rulebook: Rulebook) -> tuple[Judged, NDArray[np.int64]]:
    """Judge all that is plausible of what one vehicle was seen at, by the rules as they are."""
    rows = plausible(seen.batch, seen.ids, rulebook.believed_mps(seen.batch))
    batch = seen.batch.take(rows)
    verdicts = judge(batch, rulebook)
    return Judged(batch=batch, verdicts=verdicts, rulebook=rulebook), seen.ids[rows]


def _told_otherwise(recording: Recording, past: Past, again: Retold, late: Late) -> list[Alert]:
    """Write down which alerts are said otherwise; return them, those that are over first."""
    now = recording.recorded_at
    changed = tuple(replace(each, corrected_at=now) for each in again.corrected)
    past.correct(changed, late.observation, now)
    told = (*changed, *save_alerts(recording, again.fresh))
    return sorted(told, key=lambda each: each.state is not AlertState.CLOSED)
