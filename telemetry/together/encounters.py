"""Who has come too near to whom, and when is that over?

A pair is one situation, told once while it lasts. Both of its vehicles hold it, so that either's
next fix carries it on. What may be too near neither begins nor ends anything.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from msgspec.structs import replace

from telemetry.alerts import Situations
from telemetry.concern.lasting import Course, Look, lasting
from telemetry.concern.situations import Situation, alert_name, current
from telemetry.following.stays import instant
from telemetry.model import Observations, Reason, VehicleKey, Verdicts
from telemetry.rulebook import Rulebook
from telemetry.together.company import ALL_ALONE, Company, Nears, joined
from telemetry.told import Alert, AlertState, Outcome
from zones.model import LAYERS

_Pair = tuple[VehicleKey, VehicleKey]
_Known = Mapping[VehicleKey, Situations]


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """Who is in company now, the situations that changed, and the alerts to be told."""

    company: Company
    situations: dict[VehicleKey, Situations]
    alerts: tuple[Alert, ...]


class _Seen(NamedTuple):
    """A fix of either of a pair, in which layer, and, where they are near, by which zone."""

    look: Look
    layer: int
    zone: int


def meet(
    company: Company,
    situations: _Known,
    batch: Observations,
    verdicts: Verdicts,
    rulebook: Rulebook,
) -> Met:
    """Go on from who was in company with a batch of fixes, each the newest of its vehicle."""
    now, nears = joined(company, batch, verdicts, rulebook)
    known = now.close.intersection(batch.vehicles) if now.close else ()
    before = _between(situations, known)
    if not nears and not before:
        return Met(company=now, situations={}, alerts=())
    after: dict[_Pair, Situation] = dict(before)
    told: list[Alert] = []
    for pair, seen in _seen(batch, nears, before).items():
        situation = after.pop(pair, None)
        for one in seen:
            course = Course(
                reason=Reason.NEAR_MISS,
                layer=LAYERS[max(one.layer, 0)],
                patience=rulebook.patience[Reason.NEAR_MISS],
                raised=partial(_raised, one, pair, rulebook),
                told=told,
            )
            situation = lasting(situation, one.look, course)
        if situation is not None:
            after[pair] = situation
    changed = _held(situations, {*before, *after}, after)
    return Met(company=_still(now, changed), situations=changed, alerts=tuple(told))


def part(company: Company, situations: _Known, gone: Iterable[VehicleKey]) -> Met:
    """End what vehicles that are heard no more had to do with others."""
    ended = _between(situations, company.close.intersection(gone))
    told = [current(each, each.alert, Outcome.OVER) for each in ended.values() if each.alert]
    changed = _held(situations, ended, {})
    return Met(company=_still(company, changed), situations=changed, alerts=tuple(told))


def company_of(situations: _Known) -> Company:
    """Return who is close to others as situations tell, before anybody is heard."""
    return _still(ALL_ALONE, situations)


def _still(company: Company, changed: _Known) -> Company:
    """Return the company with those that are close to others, some of which have changed."""
    close = {key for key, each in changed.items() if any(one.other for one in each.ongoing)}
    if close == company.close.intersection(changed):
        return company
    return dataclasses.replace(company, close=company.close.difference(changed) | close)


def _between(situations: _Known, vehicles: Iterable[VehicleKey]) -> dict[_Pair, Situation]:
    """Return what goes on between vehicles and others, by pair."""
    return {
        _pair(vehicle, each.other): each
        for vehicle in vehicles
        if vehicle in situations
        for each in situations[vehicle].ongoing
        if each.other is not None
    }


def _pair(one: VehicleKey, other: VehicleKey) -> _Pair:
    return (one, other) if one < other else (other, one)


def _seen(batch: Observations, nears: Nears, before: Iterable[_Pair]) -> dict[_Pair, list[_Seen]]:
    """Return for each pair that something is between every fix of either, in order."""
    of_vehicle: dict[VehicleKey, set[_Pair]] = {}
    keys = [batch.vehicles[n] for n in batch.vehicle.tolist()]
    met = {_pair(keys[row], near.other) for row, found in nears.items() for near in found}
    for pair in {*before, *met}:
        for vehicle in pair:
            of_vehicle.setdefault(vehicle, set()).add(pair)
    seen: dict[_Pair, list[_Seen]] = {}
    at = batch.positions
    columns = (at.at_ms.tolist(), at.lon.tolist(), at.lat.tolist(), at.layer.tolist())
    for row, (key, at_ms, lon, lat, layer) in enumerate(zip(keys, *columns, strict=True)):
        for pair in of_vehicle.get(key, ()):
            other = pair[1] if pair[0] == key else pair[0]
            near = next((each for each in nears.get(row, ()) if each.other == other), None)
            amiss = False if near is None else (near.certain or None)
            look = Look(at_ms=at_ms, lon=lon, lat=lat, amiss=amiss)
            seen.setdefault(pair, []).append(_Seen(look, layer, near.zone if near else 0))
    return seen


def _raised(seen: _Seen, pair: _Pair, rulebook: Rulebook, situation: Situation) -> Alert:
    mine, other = pair
    zone = rulebook.zones[seen.zone]
    return Alert(
        id=alert_name(mine, Reason.NEAR_MISS, situation.first_ms, other),
        vehicle=mine,
        other=other,
        layer=LAYERS[max(seen.layer, 0)],
        reason=Reason.NEAR_MISS,
        severity=rulebook.patience[Reason.NEAR_MISS].severity,
        state=AlertState.OPEN,
        zone=zone.id,
        zone_version=zone.version,
        zone_name=zone.name,
        permit=None,
        opened_at=instant(situation.first_ms),
        last_at=instant(situation.last_ms),
        lon=situation.lon,
        lat=situation.lat,
        count=situation.count,
    )


def _held(
    situations: _Known, pairs: Iterable[_Pair], after: Mapping[_Pair, Situation]
) -> dict[VehicleKey, Situations]:
    """Return the situations of all vehicles of these pairs, with what now is between them."""
    changed: dict[VehicleKey, Situations] = {}
    for pair in pairs:
        for mine, other in (pair, pair[::-1]):
            old = changed.get(mine) or situations.get(mine) or Situations(at_ms=0)
            ongoing = tuple(each for each in old.ongoing if each.other != other)
            if pair in after:
                ongoing = (*ongoing, replace(after[pair], other=other))
            last = max(old.at_ms, after[pair].last_ms) if pair in after else old.at_ms
            changed[mine] = Situations(at_ms=last, ongoing=ongoing)
    return changed
