"""How does a situation go on: is it worth telling, still going on, or over?"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

import msgspec
from msgspec.structs import replace

from telemetry.following.stays import instant
from telemetry.model import Observations, Reason, VehicleKey, Verdicts
from telemetry.patience import Patience
from telemetry.rulebook import Rulebook
from telemetry.told import Alert, AlertId, AlertState, Outcome
from zones.model import LAYERS, Layer

UPDATED_EVERY_MS = 5_000
# Situations that no verdict begins or ends.
UNJUDGED = frozenset({Reason.NEAR_MISS, Reason.DISAGREEMENT})
# Situations that no position tells of by itself: how one came there, and who else is there, do.
OF_STAYS = frozenset({Reason.TRANSIT, Reason.DWELL, Reason.CAPACITY, Reason.MOVEMENTS})
# What may be wrong with a vehicle's permit: one flaw near its limits stands for another.
FLAWS = frozenset(
    {
        Reason.NO_PERMIT,
        Reason.OUTSIDE_FOOTPRINT,
        Reason.OUTSIDE_HEIGHT,
        Reason.OUTSIDE_WINDOW,
        Reason.REVOKED,
        Reason.ON_HOLD,
        Reason.ENDED,
    }
)
_ALERTS = uuid5(NAMESPACE_URL, "octroi:alert")


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """One reason for which a vehicle is, or may soon be, in breach.

    `count`, `last_ms`, `lon` and `lat` tell of its violations so far; `alert` is what a human was
    told at first, and `told_ms` when last, `awaited` what they will be told of a silence that
    lasts; `other` is whom it came too near to. It is in order since `clear_since_ms`, and beyond
    the margins since `far_since_ms`. A struct: every violation replaces it.
    """

    reason: Reason
    first_ms: int
    last_ms: int
    lon: float
    lat: float
    count: int = 1
    clear_since_ms: int | None = None
    far_since_ms: int | None = None
    told_ms: int = 0
    alert: Alert | None = None
    awaited: Alert | None = None
    other: VehicleKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A batch with its verdicts and what they rest on."""

    batch: Observations
    verdicts: Verdicts
    rulebook: Rulebook


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """One observation: for each reason broken the verdict to be told, and what is in doubt.

    `near` is what would be amiss, or in doubt, within the margins of the reasons.
    """

    row: int
    at_ms: int
    violations: Mapping[Reason, int]
    doubts: frozenset[Reason]
    near: frozenset[Reason] = frozenset()


def go_on(
    ongoing: Iterable[Situation], sighting: Sighting, judged: Judged, told: list[Alert]
) -> Iterable[Situation]:
    """Return what goes on after a sighting; what is to be told is added to `told`."""
    going_on = tuple(ongoing)
    yield from (situation for situation in going_on if situation.reason in UNJUDGED)
    before = {each.reason: each for each in going_on if each.reason not in UNJUDGED}
    for reason, situation in before.items():
        if reason in sighting.violations:
            yield _worse(_counted(situation, sighting, judged), sighting, judged, told)
        elif reason in sighting.doubts:
            yield replace(situation, clear_since_ms=None, far_since_ms=None)
        else:
            yield from _better(situation, sighting, judged.rulebook.patience[reason], told)
    for reason in sighting.violations:
        if reason not in before:
            yield _worse(_begun(reason, sighting, judged), sighting, judged, told)


def kin(reason: Reason) -> frozenset[Reason]:
    """Return the reasons which, near by, keep a situation from being over soon."""
    return FLAWS if reason in FLAWS else frozenset({reason})


def _begun(reason: Reason, sighting: Sighting, judged: Judged) -> Situation:
    at = judged.batch.positions
    return Situation(
        reason=reason,
        first_ms=sighting.at_ms,
        last_ms=sighting.at_ms,
        lon=float(at.lon[sighting.row]),
        lat=float(at.lat[sighting.row]),
    )


def _counted(situation: Situation, sighting: Sighting, judged: Judged) -> Situation:
    at = judged.batch.positions
    return replace(
        situation,
        count=situation.count + 1,
        clear_since_ms=None,
        far_since_ms=None,
        last_ms=sighting.at_ms,
        lon=float(at.lon[sighting.row]),
        lat=float(at.lat[sighting.row]),
    )


def _worse(
    situation: Situation, sighting: Sighting, judged: Judged, told: list[Alert]
) -> Situation:
    """Raise what has lasted, and update now and then what was raised."""
    at_ms = sighting.at_ms
    if situation.alert is None:
        patience = judged.rulebook.patience[situation.reason]
        needed_ms = patience.raised_after(_layer(situation, sighting, judged)) * 1000
        lasted = at_ms - situation.first_ms >= needed_ms
        return _raised(situation, sighting, judged, told) if lasted else situation
    if at_ms - situation.told_ms < UPDATED_EVERY_MS:
        return situation
    told.append(current(situation, situation.alert))
    return replace(situation, told_ms=at_ms)


def _raised(
    situation: Situation, sighting: Sighting, judged: Judged, told: list[Alert]
) -> Situation:
    """Tell of a situation for the first time, from when it began."""
    n = sighting.violations[situation.reason]
    key = judged.batch.vehicles[judged.batch.vehicle[sighting.row]]
    zone = judged.rulebook.zones[judged.verdicts.zone[n]]
    permit = int(judged.verdicts.permit[n])
    fresh = Alert(
        id=alert_name(key, situation.reason, situation.first_ms),
        vehicle=key,
        layer=_layer(situation, sighting, judged),
        reason=situation.reason,
        severity=judged.rulebook.patience[situation.reason].severity,
        state=AlertState.OPEN,
        zone=zone.id,
        zone_version=zone.version,
        zone_name=zone.name,
        permit=judged.rulebook.permits[permit].id if permit >= 0 else None,
        opened_at=instant(situation.first_ms),
        last_at=instant(situation.last_ms),
        lon=situation.lon,
        lat=situation.lat,
        count=situation.count,
    )
    told.append(fresh)
    return replace(situation, alert=fresh, told_ms=sighting.at_ms)


def _layer(situation: Situation, sighting: Sighting, judged: Judged) -> Layer:
    code = int(judged.batch.positions.layer[sighting.row])
    if code >= 0:
        return LAYERS[code]
    zone = judged.rulebook.zones[judged.verdicts.zone[sighting.violations[situation.reason]]]
    return zone.layer or Layer.SURFACE


def current(situation: Situation, alert: Alert, ended: Outcome | None = None) -> Alert:
    """Return an alert as its situation stands, or ended."""
    return dataclasses.replace(
        alert,
        state=AlertState.OPEN if ended is None else AlertState.CLOSED,
        outcome=ended,
        last_at=instant(situation.last_ms),
        lon=situation.lon,
        lat=situation.lat,
        count=situation.count,
    )


def alert_name(
    key: VehicleKey, reason: Reason, at_ms: int, other: VehicleKey | None = None
) -> AlertId:
    """Name an alert by what it is about, so that telling it twice is telling it once."""
    beside = "" if other is None else f"/{other.uid}"
    return AlertId(uuid5(_ALERTS, f"{key.uid}/{reason.code}/{at_ms}{beside}"))


def _better(
    situation: Situation, sighting: Sighting, patience: Patience, told: list[Alert]
) -> Iterable[Situation]:
    """Close what has been over for long enough; what was never told is forgotten at once."""
    if situation.alert is None:
        return
    at_ms, reason = sighting.at_ms, situation.reason
    if reason is Reason.SILENT:
        told.append(current(situation, situation.alert, Outcome.RESUMED))
        return
    clear = at_ms if situation.clear_since_ms is None else situation.clear_since_ms
    far = at_ms if situation.far_since_ms is None else situation.far_since_ms
    # What surely is amiss itself is told by itself.
    near = not sighting.near.difference(sighting.violations).isdisjoint(kin(reason))
    if (not near and at_ms - far >= patience.cleared_after_s * 1000) or (
        at_ms - clear >= patience.near_cleared_after_s * 1000
    ):
        told.append(current(situation, situation.alert, Outcome.OVER))
        return
    yield replace(situation, clear_since_ms=clear, far_since_ms=None if near else far)
