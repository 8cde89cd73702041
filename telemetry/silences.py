"""Who has fallen silent, and is anybody told of it?

Noticed by our clock, with nothing coming in. What a vehicle was doing is looked at once, when it is
unheard for as long as its layer allows; at the latest when its stays end: where people are told
later than that, what they will be told is kept until then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from telemetry.alerts import Situations
from telemetry.concern.situations import Situation, alert_name
from telemetry.following.fleet import Fleet
from telemetry.following.going import GAP_MS
from telemetry.following.stands import Track
from telemetry.following.stays import Stay, instant
from telemetry.model import UNREGISTERED, Reason, VehicleKey
from telemetry.rulebook import Rulebook
from telemetry.told import Alert, AlertState
from zones.columns import Instants
from zones.model import LAYERS, Restriction, Zone

DEMANDING = frozenset({Restriction.PROHIBITED, Restriction.REQ_AUTHORISATION})

_Known = Mapping[VehicleKey, Situations]


class Listening(NamedTuple):
    """Now, since when we listen, and by layer: who was last heard until then was looked at."""

    now_ms: int
    since_ms: int
    looked_ms: Instants


@dataclass(frozen=True, slots=True, kw_only=True)
class Hushed:
    """The situations that changed, the alerts to be told, and until when was looked at now."""

    situations: dict[VehicleKey, Situations]
    alerts: tuple[Alert, ...]
    looked_ms: Instants


def never_looked() -> Instants:
    """Return for each layer that nobody was looked at."""
    return np.zeros(len(LAYERS), np.int64)


def hush(fleet: Fleet, situations: _Known, rulebook: Rulebook, listening: Listening) -> Hushed:
    """Tell of vehicles unheard while their permit is running, or in a zone that asks for one."""
    now_ms, since_ms, before_ms = listening
    patience = rulebook.patience[Reason.SILENT]
    waits_ms = np.array([round(patience.raised_after(each) * 1000) for each in LAYERS])
    until_ms = now_ms - np.minimum(waits_ms, GAP_MS)
    # After a pause of ours all seem silent, until they had time to be heard again.
    looked_ms = np.maximum(before_ms, np.where(until_ms < since_ms, 0, until_ms))
    unheard = _unheard(fleet, rulebook, before_ms, looked_ms)
    changed = {track.key: new for track, new in _fallen(unheard, situations, rulebook, now_ms)}
    told: list[Alert] = []
    for key in [*_awaiting(situations), *changed]:
        track = fleet[key]
        if now_ms - track.heard_ms >= waits_ms[max(track.layer, 0)]:
            changed[key] = _told(changed.get(key) or situations[key], now_ms, told)
    return Hushed(situations=changed, alerts=tuple(told), looked_ms=looked_ms)


def _unheard(
    fleet: Fleet, rulebook: Rulebook, after_ms: Instants, until_ms: Instants
) -> Iterable[Track]:
    """Return who was last heard after an instant of its layer, and until another."""
    stand = fleet.unheard(int(until_ms.max()) + 1, rulebook)
    layer, heard_ms = np.maximum(stand.moving["layer"], 0), stand.moving["heard_ms"]
    within = (after_ms[layer] < heard_ms) & (heard_ms <= until_ms[layer])
    return stand.take(np.flatnonzero(within)).tracks.values()


def _fallen(
    unheard: Iterable[Track], situations: _Known, rulebook: Rulebook, now_ms: int
) -> Iterable[tuple[Track, Situations]]:
    """Yield those of whose silence people are to be told, with what is then to be told."""
    for track in unheard:
        known = situations.get(track.key) or Situations(at_ms=track.at_ms)
        alert = _alert(track, rulebook, now_ms)
        if alert is None or any(each.reason is Reason.SILENT for each in known.ongoing):
            continue
        silence = Situation(
            reason=Reason.SILENT,
            first_ms=track.at_ms,
            last_ms=track.at_ms,
            lon=track.lon,
            lat=track.lat,
            awaited=alert,
        )
        yield track, Situations(at_ms=known.at_ms, ongoing=(*known.ongoing, silence))


def _awaiting(situations: _Known) -> list[VehicleKey]:
    """Return of whose silence people are yet to be told."""
    return [
        key
        for key, each in situations.items()
        if any(one.awaited is not None for one in each.ongoing)
    ]


def _told(situations: Situations, now_ms: int, told: list[Alert]) -> Situations:
    """Tell what was awaited."""
    told += [each.awaited for each in situations.ongoing if each.awaited is not None]
    return Situations(
        at_ms=situations.at_ms,
        ongoing=tuple(
            each
            if each.awaited is None
            else replace(each, alert=each.awaited, awaited=None, told_ms=now_ms)
            for each in situations.ongoing
        ),
    )


def _alert(track: Track, rulebook: Rulebook, now_ms: int) -> Alert | None:
    """Return what people would be told of this silence, if anything."""
    permit = rulebook.permit_at(track.key, (track.at_ms, now_ms))
    zone = _unanswered(track, rulebook)
    if permit is None and zone is None:
        return None
    return Alert(
        id=alert_name(track.key, Reason.SILENT, track.at_ms),
        vehicle=track.key,
        layer=LAYERS[max(track.layer, 0)],
        reason=Reason.SILENT,
        severity=rulebook.patience[Reason.SILENT].severity,
        state=AlertState.OPEN,
        zone=zone.id if zone else None,
        zone_version=zone.version if zone else None,
        zone_name=zone.name if zone else "",
        permit=permit.id if permit else None,
        opened_at=instant(track.at_ms),
        last_at=instant(track.at_ms),
        lon=track.lon,
        lat=track.lat,
        count=1,
    )


def _unanswered(track: Track, rulebook: Rulebook) -> Zone | None:
    """Return the zone in which a vehicle is that asks for a permit, without one that was kept to.

    Who was there by a permit, and has ended that, may well be switched off. A stranger leaves the
    city's receivers behind by going away.
    """
    if track.operator == UNREGISTERED:
        return None
    numbers = [
        number
        for stay in track.stays
        if not _allowed(stay)
        and (number := rulebook.numbers.get((stay.zone, stay.zone_version))) is not None
        and rulebook.zones[number].restriction in DEMANDING
    ]
    most = min(numbers, key=lambda number: rulebook.prominence[number], default=None)
    return None if most is None else rulebook.zones[most]


def _allowed(stay: Stay) -> bool:
    return stay.permit is not None and not stay.violations
