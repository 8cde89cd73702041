"""What becomes of visits when a position comes late? They are gone through again, and corrected.

From the earliest position of any visit that it may touch, by the same verbs; where the vehicle now
stands is corrected, too. What was said before is kept.
"""

from datetime import datetime, timedelta

import structlog

from telemetry.consequences import Standing
from telemetry.following.corrections import corrected, plausible
from telemetry.following.fleet import Fleet
from telemetry.following.going import GAP_MS
from telemetry.following.stands import NO_STAYS, Stand
from telemetry.following.stays import visit
from telemetry.judging import judge
from telemetry.model import VehicleKey, Visit
from telemetry.resuming import lodging, written
from telemetry.rulebook import Rulebook
from telemetry.store.checkpoints import Observed, save_standings
from telemetry.store.ingest import Recording
from telemetry.store.reopening import Past
from telemetry.store.standing import save_visits
from telemetry.tracks import advance

# No visit of more positions is gone through again, and not many of them at once: others wait.
MOST_POSITIONS, POSITIONS_A_TURN = 20_000, 5_000
REST = timedelta(milliseconds=1)  # for each position

log = structlog.get_logger()


def reopen(
    recording: Recording, standing: Standing, vehicle: VehicleKey, rulebook: Rulebook
) -> int:
    """Go through again what a vehicle's late positions touch, and write down what is not so.

    Return how many positions that took; the more, the longer it is left alone then.
    """
    late, now = standing.late.get(vehicle), recording.recorded_at
    if late is None:
        return 0
    past = Past(recording.connection, vehicle)
    stand = standing.fleet.of((vehicle,), rulebook)
    before = past.before(late.at_ms, GAP_MS)
    recorded = past.visits(before)
    begun: list[int] = [each.first_observation for each in recorded]
    begun += [stay.first_observation for stay in stand.stays(0)]
    seen = _seen(past, begun, before)
    if seen is None:
        log.warning("reopening.left", vehicle=vehicle.uid, at_ms=late.at_ms)
        standing.put_right(vehicle, None, now + MOST_POSITIONS * REST)
        return MOST_POSITIONS
    visits = gone_through(stand, seen, rulebook)
    found = corrected(recorded, [each for each in visits if each.left_at >= before])
    if found.gone or found.visits:
        past.keep(found.gone, late.observation, now)
        save_visits(recording, found.visits)
    track = lodging(stand.track(0), standing.lodgers.of(vehicle))
    as_it_stands = written(track, standing.situations.get(vehicle))
    save_standings(recording.connection, {vehicle: as_it_stands}, now)
    standing.put_right(vehicle, stand, now + len(seen.ids) * REST)
    return len(seen.ids)


def gone_through(stand: Stand, seen: Observed, rulebook: Rulebook) -> list[Visit]:
    """Follow one vehicle through all it was seen at, in order of time; return its visits.

    What it stands at now is put right: which zones it is in, and since when.
    """
    vehicle, silent = stand.vehicles[0], bool(stand.moving["silent"][0])
    rows = plausible(seen.batch, seen.ids, rulebook.believed_mps(seen.batch))
    batch, ids = seen.batch.take(rows), seen.ids[rows]
    found = advance(Fleet(), batch, judge(batch, rulebook), rulebook, ids)
    visits = list(found.visits)
    if silent:
        visits += [visit(vehicle, stay) for stay in found.stand.stays(0)]
    elif found.stand.moving["at_ms"][0] == stand.moving["at_ms"][0]:
        stand.moving["stays"], stand.staying[:] = found.stand.moving["stays"], found.stand.staying
        stand.begun[:] = found.stand.begun or [NO_STAYS]
    return visits


def _seen(past: Past, begun: list[int], before: datetime) -> Observed | None:
    """Return what a vehicle was seen at since the earliest of what is touched began."""
    since = past.since(begun) if begun else before
    return None if since is None else past.positions(min(since, before), MOST_POSITIONS)
