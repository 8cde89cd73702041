"""Through which zones did a vehicle pass between two fixes outside them?"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from telemetry.columns import EVERY_LAYER
from telemetry.following.going import (
    DIRECTION,
    EQUIPMENT,
    INSIDE,
    NO_REASON,
    SPEED,
    SPEED_MIN,
    VIOLATION,
)
from telemetry.following.stays import Presence
from telemetry.following.steps import Through, Ways
from telemetry.judging import judge
from telemetry.model import Observations, Verdicts
from telemetry.rulebook import Rulebook
from zones.columns import Indices
from zones.model import Zone, ZoneId

Present = dict[ZoneId, Presence]

# Of a verdict whose permit, if there is one, allowed it.
HOLDING = (NO_REASON, SPEED, DIRECTION, EQUIPMENT, SPEED_MIN)


def presences(verdicts: Verdicts, rows: range | list[int], rulebook: Rulebook) -> Present:
    """Return what the verdicts on one fix say about stays, by zone."""
    found = {}
    for row in rows:
        number, permit = verdicts.zone.item(row), verdicts.permit.item(row)
        zone = rulebook.zones[number]
        found[zone.id] = Presence(
            number=number,
            zone=zone,
            sure=verdicts.relation.item(row) == INSIDE,
            violation=verdicts.kind.item(row) == VIOLATION,
            permit=rulebook.permits[permit] if permit >= 0 else None,
            holds=verdicts.reason.item(row) in HOLDING,
        )
    return found


def passages(
    ways: Ways, through: Sequence[Through], verdicts: Verdicts, begins: Indices, rulebook: Rulebook
) -> dict[int, Present]:
    """Judge the middle of each way that crosses a zone's area with both fixes outside, by row.

    Height, hours and permit are asked there as they are at a fix; the height is that of the fix
    after. An area crossed that is not a zone in force for this vehicle is no passage. The verdicts
    on a fix begin where `begins` says.
    """
    zones = rulebook.zones
    crossings = [
        each
        for each in through
        if _is_for(zones[each.zone], ways.batch.positions.layer.item(each.row))
        if zones[each.zone].id
        not in {
            zones[n].id for n in verdicts.zone[begins[each.row] : begins[each.row + 1]].tolist()
        }
    ]
    if not crossings:
        return {}
    judged = judge(_middles(crossings, ways), rulebook)
    found: dict[int, Present] = {}
    for n, number in enumerate(judged.zone.tolist()):
        crossing = crossings[int(judged.observation[n])]
        if number == crossing.zone:
            found.setdefault(crossing.row, {}).update(presences(judged, [n], rulebook))
    return found


def _is_for(zone: Zone, layer: int) -> bool:
    return zone.layer is None or layer in (EVERY_LAYER, zone.layer.code)


def _middles(crossings: Sequence[Through], ways: Ways) -> Observations:
    """Return a batch of the fixes after, moved back to the middles of the passages."""
    at_ms = np.array([(crossing.longest[0] + crossing.longest[1]) / 2 for crossing in crossings])
    steps = [ways.step(crossing.row) for crossing in crossings]
    places = np.array([step.place_at(ms) for step, ms in zip(steps, at_ms.tolist(), strict=True)])
    here = ways.batch.take(np.array([crossing.row for crossing in crossings], np.intp))
    return replace(
        here,
        positions=replace(
            here.positions, at_ms=at_ms.astype(np.int64), lon=places[:, 0], lat=places[:, 1]
        ),
    )
