"""Where vehicles stand, as it is written most plainly: a fix at a time, with a geometry library.

Slow, and the oracle that `telemetry.tracks` is held against: which fixes move a vehicle, where its
way lies in which area, what the verdicts say and which zones it passed through are found here
without the index, the columns and the compiled passes. What one step does to stays (`Move`) is the
city's own, asked here for every step, where there it is asked only where something begins or ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from telemetry.columns import EVERY_LAYER
from telemetry.following.moves import Move
from telemetry.following.stands import Track
from telemetry.following.stays import Presence, Span
from telemetry.following.steps import Place, Step
from telemetry.model import Observations, Reason, VehicleKey, VerdictKind, Verdicts, Visit
from telemetry.rulebook import Rulebook
from tests.telemetry.reference_judging import judge
from zones.columns import Relation
from zones.model import Zone, ZoneId
from zones.space.crossings import crossing
from zones.space.geometry import distance_m

FASTEST_MPS = (55.0, 55.0, 130.0, 55.0)  # by layer, of nobody whose class is known


def steps(
    before: Mapping[VehicleKey, tuple[Place, float]], batch: Observations, rulebook: Rulebook
) -> tuple[Step, ...]:
    """Return the batch's steps in order of arrival; a fix older than the last moves nothing.

    Nobody knows how a vehicle came that cannot have come so far since.
    """
    last = dict(before)
    found: list[tuple[VehicleKey, int, Place | None, Place]] = []
    at = batch.positions
    columns = zip(at.at_ms.tolist(), at.lon.tolist(), at.lat.tolist(), strict=True)
    for row, (vehicle, place) in enumerate(zip(batch.vehicle.tolist(), columns, strict=True)):
        key, here, h_acc_m = batch.vehicles[vehicle], Place(*place), at.h_acc_m.item(row)
        previous, blur_m = last.get(key, (None, 0.0))
        if previous is None or previous.at_ms < here.at_ms:
            last[key] = here, h_acc_m
            if previous is not None:
                away_m = float(distance_m(previous.lon, previous.lat, here.lon, here.lat))
                slack_m = 2 * (h_acc_m + blur_m)
                mps = FASTEST_MPS[at.layer.item(row)]
                if away_m > mps * (here.at_ms - previous.at_ms + 1000) / 1000 + slack_m:
                    previous = None
            found.append((key, row, previous, here))
    ways = np.array([[(p or h)[1:], h[1:]] for _, _, p, h in found]).reshape(-1, 2, 2)
    lengths = distance_m(ways[:, 0, 0], ways[:, 0, 1], ways[:, 1, 0], ways[:, 1, 1]).tolist()
    return tuple(
        Step(
            vehicle=key,
            row=row,
            before=previous,
            here=here,
            length_m=lengths[n],
            touches={
                number: _inside(previous, here, zone.footprint)
                for number, zone in enumerate(rulebook.zones)
            },
        )
        for n, (key, row, previous, here) in enumerate(found)
    )


def _inside(before: Place | None, here: Place, area: BaseGeometry) -> tuple[Span, ...]:
    """Return from when to when the straight way between two fixes lies in an area."""
    if before is None:
        return ()
    # A line of no length would meet nothing.
    way = shapely.Point(here[1:]) if before[1:] == here[1:] else LineString([before[1:], here[1:]])
    if not area.intersects(way):
        return ()
    if area.covers(way):
        return ((before.at_ms, here.at_ms),)
    fractions = [0.0, *crossing(area, before[1:], here[1:]), 1.0]
    if not shapely.intersects_xy(area, *before[1:]):
        del fractions[0]
    duration = here.at_ms - before.at_ms
    instants = [before.at_ms + round(fraction * duration) for fraction in fractions]
    return tuple(zip(instants[::2], instants[1::2], strict=False))


ByRow = dict[int, dict[ZoneId, Presence]]


class _Crossing(NamedTuple):
    """A way that enters a zone's area and leaves it again, and the middle of its longest part."""

    step: Step
    zone: int
    middle_ms: float


def presences(verdicts: Verdicts, rulebook: Rulebook) -> ByRow:
    """Return what the verdicts say about stays, by observation and zone."""
    found: ByRow = {}
    sure = verdicts.relation == Relation.INSIDE
    violation = verdicts.kind == VerdictKind.VIOLATION
    holds = np.isin(verdicts.reason, [Reason.NONE, Reason.SPEED, Reason.DIRECTION])
    columns = (verdicts.observation, verdicts.zone, sure, violation, verdicts.permit, holds)
    for row, number, *said, permit, held in zip(*(c.tolist() for c in columns), strict=True):
        zone = rulebook.zones[number]
        found.setdefault(row, {})[zone.id] = Presence(
            number=number,
            zone=zone,
            sure=said[0],
            violation=said[1],
            permit=rulebook.permits[permit] if permit >= 0 else None,
            holds=held,
        )
    return found


def passages(
    ways: Sequence[Step],
    batch: Observations,
    now: Mapping[int, Mapping[ZoneId, Presence]],
    rulebook: Rulebook,
) -> ByRow:
    """Judge the middle of each way that crosses a zone's area with both fixes outside.

    Height, hours and permit are asked there as they are at a fix; the height is that of the fix
    after. An area crossed that is not a zone in force for this vehicle is no passage.
    """
    layers = batch.positions.layer.tolist()
    crossings = [
        found
        for step in ways
        if step.joined
        for zone in step.touches
        if _is_for(rulebook.zones[zone], layers[step.row])
        if rulebook.zones[zone].id not in now.get(step.row, {})
        if (found := _crossing(step, zone))
    ]
    if not crossings:
        return {}
    verdicts = judge(_middles(crossings, batch), rulebook)
    wanted = np.array([crossing.zone for crossing in crossings])
    same = verdicts.zone == wanted[verdicts.observation]
    rows = [crossings[n].step.row for n in verdicts.observation[same].tolist()]
    return presences(_picked(verdicts, np.flatnonzero(same), rows), rulebook)


def _is_for(zone: Zone, layer: int) -> bool:
    return zone.layer is None or layer in (EVERY_LAYER, zone.layer.code)


def _crossing(step: Step, zone: int) -> _Crossing | None:
    spans = step.inside(zone)
    if not spans or spans[0][0] <= step.start_ms or spans[-1][1] >= step.here.at_ms:
        return None
    begin, end = max(spans, key=lambda span: span[1] - span[0])
    return _Crossing(step, zone, (begin + end) / 2)


def _middles(crossings: Sequence[_Crossing], batch: Observations) -> Observations:
    """Return a batch of the fixes after, moved back to the middles of the passages."""
    rows = np.array([crossing.step.row for crossing in crossings], np.intp)
    at_ms = np.array([crossing.middle_ms for crossing in crossings])
    places = np.array([crossing.step.place_at(crossing.middle_ms) for crossing in crossings])
    here = batch.take(rows)
    return replace(
        here,
        positions=replace(
            here.positions, at_ms=at_ms.astype(np.int64), lon=places[:, 0], lat=places[:, 1]
        ),
    )


def _picked(verdicts: Verdicts, rows: NDArray[np.intp], observations: Sequence[int]) -> Verdicts:
    return Verdicts(
        observation=np.array(observations, np.int32),
        zone=verdicts.zone[rows],
        relation=verdicts.relation[rows],
        kind=verdicts.kind[rows],
        reason=verdicts.reason[rows],
        permit=verdicts.permit[rows],
        margin_m=verdicts.margin_m[rows],
        margin_s=verdicts.margin_s[rows],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Advanced:
    """The tracks that changed, and the visits that ended."""

    tracks: dict[VehicleKey, Track]
    visits: tuple[Visit, ...]


def advance(
    tracks: Mapping[VehicleKey, Track],
    batch: Observations,
    verdicts: Verdicts,
    rulebook: Rulebook,
    ids: NDArray[np.int64],
) -> Advanced:
    """Move the tracks on by a batch; a fix that is not the vehicle's newest moves nothing."""
    latest = {key: tracks[key] for key in batch.vehicles if key in tracks}
    changed: dict[VehicleKey, Track] = {}
    visits: list[Visit] = []
    ways = steps(
        {
            key: (Place(track.at_ms, track.lon, track.lat), track.h_acc_m)
            for key, track in latest.items()
        },
        batch,
        rulebook,
    )
    now = presences(verdicts, rulebook)
    passed = passages(ways, batch, now, rulebook)
    layers, heard = batch.positions.layer.tolist(), batch.received_at_ms.tolist()
    for step in ways:
        key, row, observation = step.vehicle, step.row, int(ids[step.row])
        old = latest.get(key)
        move = Move(
            step=step,
            rulebook=rulebook,
            layer=layers[row],
            observation=observation,
            previous=old.observation if old else observation,
        )
        stays, ended = move.outcome(old.stays if old else (), now.get(row, {}), passed.get(row, {}))
        visits += ended
        changed[key] = latest[key] = Track(
            operator=key.operator,
            vehicle=key.vehicle,
            at_ms=step.here.at_ms,
            heard_ms=heard[row],
            lon=step.here.lon,
            lat=step.here.lat,
            layer=layers[row],
            observation=observation,
            h_acc_m=batch.positions.h_acc_m.item(row),
            stays=stays,
        )
    return Advanced(tracks=changed, visits=tuple(visits))
