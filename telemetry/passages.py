"""Through which zones did a vehicle pass between two fixes outside them?"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.columns import EVERY_LAYER
from telemetry.judging import judge
from telemetry.model import Observations, Reason, VerdictKind, Verdicts
from telemetry.rulebook import Rulebook
from telemetry.stays import Presence
from telemetry.steps import Step, inside
from zones.columns import Relation
from zones.model import Zone, ZoneId

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
    holds = (verdicts.reason == Reason.NONE) | (verdicts.reason == Reason.SPEED)
    columns = (verdicts.observation, verdicts.zone, sure, violation, verdicts.permit, holds)
    for row, number, *seen, permit, held in zip(*(c.tolist() for c in columns), strict=True):
        zone = rulebook.zones[number]
        found.setdefault(row, {})[zone.id] = Presence(
            number=number,
            zone=zone,
            sure=seen[0],
            violation=seen[1],
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
        for zone, whole in step.touches.items()
        if not whole and _is_for(rulebook.zones[zone], layers[step.row])
        if rulebook.zones[zone].id not in now.get(step.row, {})
        if (found := _crossing(step, zone, rulebook))
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


def _crossing(step: Step, zone: int, rulebook: Rulebook) -> _Crossing | None:
    spans = inside(step, zone, rulebook)
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
    )
