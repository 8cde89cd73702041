"""Where does every vehicle stand when a process begins, and what of that is written down?

What was observed since it was written down last is gone through again by the same verbs, in the
same order. Visits and alerts of it are recorded already: they were, together with the positions.
"""

import dataclasses
import gc
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

import numpy as np
from msgspec.structs import replace

from telemetry import alerts, tracks
from telemetry.consequences import Consequences, Standing, consequences
from telemetry.following.corrections import Late
from telemetry.following.fleet import Fleet
from telemetry.following.stands import MOST_STAYS, MOVING, NO_STAYS, STAYING, Stand, Track
from telemetry.intake.leaps import LEAP, strays_from
from telemetry.lodging.lodgers import Lodgers, Lodgings
from telemetry.model import VehicleKey
from telemetry.rulebook import Rulebook
from telemetry.store.checkpoints import Observed, Written, save_standings
from telemetry.store.ingest import IngestStore, Recording
from telemetry.store.standing import save_alerts, save_visits
from telemetry.together import witnesses
from telemetry.together.witnesses import Accounts
from telemetry.watched.live_batch import FRESH_MS

# Every vehicle is written down about once in so many turns, and a few are at each.
TURNS, LEAST_A_TURN = 10, 100
MANY = 1_000


def resumed(store: IngestStore, rulebook: Rulebook) -> Standing:
    """Return where every vehicle stands as of the last commit."""
    written = store.standings()
    situations = {
        key: alerts.from_json(one.situations)
        for key, one in written.items()
        if one.situations is not None
    }
    known = [tracks.from_json(one.track) for one in written.values()]
    standing = Standing(
        fleet=standing_at(known, rulebook),
        lodgers=Lodgers(
            {track.key: track.lodgings for track in known if track.lodgings is not None}
        ),
        late={track.key: track.late for track in known if track.late is not None},
        situations={key: each for key, each in situations.items() if each.ongoing},
        witnesses={
            key: witnesses.from_json(one.accounts)
            for key, one in written.items()
            if one.accounts is not None
        },
    )
    for observed in store.observed_since():
        for part, now in _parts(observed):
            standing.adopt(consequences(standing, part.batch, part.ids, rulebook, now))
    passed = store.passed_over(LEAP)
    standing.stray(strays_from(passed, standing.newest(passed.vehicles)))
    if len(standing.fleet) > MANY:
        # They are there as long as the process: to search them for garbage again and again would
        # stop everything for as long as it takes to judge thousands of positions.
        gc.collect()
        gc.freeze()
    return standing


def standing_at(tracks: Iterable[Track], rulebook: Rulebook) -> Fleet:
    """Return a fleet that stands as these tracks say."""
    listed = list(tracks)
    stand = Stand(
        vehicles=tuple(track.key for track in listed),
        rows=np.zeros(len(listed), np.intp),
        moving=np.zeros(len(listed), MOVING),
        staying=np.zeros((len(listed), MOST_STAYS), STAYING),
        begun=[NO_STAYS] * len(listed),
        rulebook=rulebook,
    )
    for row, track in enumerate(listed):
        stand.moving[row] = (
            *(track.at_ms, track.heard_ms, track.observation, track.lon, track.lat),
            *(track.h_acc_m, 0, track.layer, track.silent, True),
        )
        stand.stay(row, track.stays, {})
    fleet = Fleet()
    fleet.adopt(stand)
    return fleet


def saved(recording: Recording, standing: Standing, outcome: Consequences) -> Consequences:
    """Write down what came of a batch; return it with its alerts as they stand in the record."""
    if not (outcome.visits or outcome.alerts):
        return outcome
    stands = written_of(standing, outcome)
    save_visits(recording, outcome.visits)
    save_standings(recording.connection, stands, recording.recorded_at)
    told = save_alerts(recording, outcome.alerts)
    return dataclasses.replace(
        outcome, alerts=told, news=dataclasses.replace(outcome.news, alerts=told)
    )


def written_of(standing: Standing, outcome: Consequences) -> dict[VehicleKey, Written]:
    """Write down where those stand of whom an outcome ends visits, or tells people."""
    told = {visit.vehicle for visit in outcome.visits}
    told |= {each for alert in outcome.alerts for each in (alert.vehicle, alert.other) if each}
    place = {vehicle: row for row, vehicle in enumerate(outcome.stand.vehicles) if vehicle in told}
    known = standing.situations | outcome.situations
    tracks = {vehicle: outcome.stand.track(row) for vehicle, row in place.items()}
    # Who is silent, or came near to somebody, did not move just now.
    tracks |= {
        each: standing.fleet[each] for each in told - tracks.keys() if each in standing.fleet
    }
    late = standing.late | outcome.late
    stands = {
        vehicle: written(
            lodging(track, outcome.lodgings.get(vehicle) or standing.lodgers.of(vehicle)),
            known.get(vehicle),
            late.get(vehicle),
        )
        for vehicle, track in tracks.items()
    }
    return _with_accounts(stands, ChainMap(outcome.accounts, standing.witnesses))


def portion(standing: Standing) -> tuple[dict[VehicleKey, Written], int]:
    """Write down where some vehicles stand, who wait for it longest.

    And the observation up to which, with them, everything is written.
    """
    most = max(LEAST_A_TURN, standing.fleet.unset // TURNS)
    some, until = standing.fleet.set_down(most)
    # What came late is gone through again at a start, until the visits it touches are corrected.
    until = min([until, *(late.observation - 1 for late in standing.late.values())])
    stands = {
        one.key: written(
            lodging(one, standing.lodgers.of(one.key)),
            standing.situations.get(one.key),
            standing.late.get(one.key),
        )
        for one in some
    }
    return _with_accounts(stands, standing.witnesses), until


def lodging(track: Track, lodgings: Lodgings | None) -> Track:
    """Return a track with the zones that ask how long it is inside, or how many are."""
    return track if lodgings is None else replace(track, lodgings=lodgings)


def _with_accounts(
    stands: Mapping[VehicleKey, Written], accounts: Mapping[VehicleKey, Accounts]
) -> dict[VehicleKey, Written]:
    """Write down as well where vehicles were by their own word, and by a receiver's."""
    return {
        key: one._replace(accounts=witnesses.to_json(accounts[key])) if key in accounts else one
        for key, one in stands.items()
    }


def written(
    track: Track, situations: alerts.Situations | None, late: Late | None = None
) -> Written:
    """Write down where a vehicle stands, its situations that go on, and what came late."""
    ongoing = situations is not None and situations.ongoing
    track = replace(track, late=late)
    return Written(
        tracks.to_json(track), alerts.to_json(situations) if situations and ongoing else None
    )


def _parts(observed: Observed) -> Iterator[tuple[Observed, datetime]]:
    """Part observations into those that were news when they were recorded, and those that were not.

    Each with an instant as of which that is so.
    """
    fresh = observed.batch.positions.at_ms >= observed.recorded_ms - FRESH_MS
    ends = [*(np.flatnonzero(np.diff(fresh)) + 1).tolist(), len(fresh)]
    for first, end in zip([0, *ends], ends, strict=False):
        rows = np.arange(first, end)
        recorded_ms = observed.recorded_ms[rows]
        as_of_ms = int(recorded_ms.min() if fresh[first] else recorded_ms.max())
        part = Observed(observed.batch.take(rows), observed.ids[rows], recorded_ms)
        yield part, datetime.fromtimestamp(as_of_ms / 1000, UTC)
