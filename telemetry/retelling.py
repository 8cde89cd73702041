"""What would people have been told, had the positions that came late come in time?

A vehicle's positions are gone through twice by the rules as they now are, without the late ones and
with them: what differs is said otherwise, and nothing else is. An alert that is corrected keeps its
name. What only the late ones show is told, too, if it was no history yet when they came.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from telemetry.alerts import Situations, alert
from telemetry.concern.handling import SAID
from telemetry.concern.situations import OF_STAYS, UNJUDGED, Judged, Situation, current
from telemetry.model import Reason, VehicleKey
from telemetry.told import Alert, AlertId, AlertState, Outcome
from telemetry.watched.live_batch import only
from zones.time.clocks import epoch_ms

# What one position does not tell of by itself stays as it was told: others, or its stay, decide.
BESIDE = UNJUDGED | OF_STAYS | {Reason.SILENT}


class Retold(NamedTuple):
    """Alerts that are said otherwise, alerts that are told only now, and what goes on."""

    corrected: tuple[Alert, ...]
    fresh: tuple[Alert, ...]
    situations: Situations | None


class _Told(NamedTuple):
    """Alerts as they stand after all positions, and the situations that go on."""

    alerts: tuple[Alert, ...]
    situations: Situations | None


class Recorded(NamedTuple):
    """What is recorded of one vehicle: its alerts, what goes on, and from when on it is news."""

    alerts: Sequence[Alert]
    situations: Situations | None
    news_since: datetime


def retold(known: Recorded, judged: Judged, late: NDArray[np.bool_]) -> Retold | None:
    """Compare what is recorded of a vehicle with what its positions tell; None: no difference.

    `late` marks those that came late just now; before the first of all, nothing that is recorded
    was going on.
    """
    unheard = [each for each in known.alerts if each.outcome is Outcome.UNHEARD]
    without = _told(judged, ~late, unheard)
    found = _told(judged, np.ones(len(late), bool), unheard)
    if without == found:
        return None
    named = _recorded_as(found.alerts, known.alerts)
    told = named.keys() | {each.id for each in without.alerts}
    fresh = (each for each in found.alerts if each.id not in told)
    return Retold(
        tuple(_corrected(known.alerts, without, found)),
        tuple(each for each in fresh if _is_news(each, known)),
        _going_on(known.situations, found.situations, named),
    )


def _told(judged: Judged, kept: NDArray[np.bool_], unheard: Sequence[Alert]) -> _Told:
    """Go through some positions of one vehicle, from when nothing was amiss.

    What the clock ended, as the vehicle was unheard, ends there again.
    """
    ends_ms = sorted({epoch_ms(each.last_at) for each in unheard})
    stretch = np.searchsorted(ends_ms, judged.batch.positions.at_ms)
    known: dict[VehicleKey, Situations] = {}
    alerts: dict[AlertId, Alert] = {}
    for n in range(len(ends_ms) + 1):
        some = kept & (stretch == n)
        batch = judged.batch.take(np.flatnonzero(some))
        found = alert(known, batch, only(judged.verdicts, some), judged.rulebook)
        known |= found.situations
        alerts |= {each.id: each for each in found.alerts}
        if n < len(ends_ms):
            over = {each.reason for each in unheard if epoch_ms(each.last_at) == ends_ms[n]}
            known, told = _unheard(known, over)
            alerts |= {each.id: each for each in told}
    situations = next(iter(known.values()), None)
    for going_on in situations.ongoing if situations else ():
        if going_on.alert is not None:
            alerts[going_on.alert.id] = current(going_on, going_on.alert)
    return _Told(tuple(alerts.values()), situations)


def _unheard(
    known: Mapping[VehicleKey, Situations], over: AbstractSet[Reason]
) -> tuple[dict[VehicleKey, Situations], list[Alert]]:
    """End what goes on for these reasons."""
    left, told = dict[VehicleKey, Situations](), list[Alert]()
    for key, each in known.items():
        gone = [one for one in each.ongoing if one.reason in over]
        told += [current(one, one.alert, Outcome.UNHEARD) for one in gone if one.alert]
        ongoing = tuple(one for one in each.ongoing if one.reason not in over)
        left[key] = msgspec.structs.replace(each, ongoing=ongoing)
    return left, told


def _corrected(recorded: Sequence[Alert], without: _Told, found: _Told) -> Iterator[Alert]:
    """Return the recorded alerts that have to be said otherwise, as they now are."""
    before = _by_recorded(without.alerts, recorded)
    now = _by_recorded(found.alerts, recorded)
    for each in recorded:
        was, stands = before.get(each.id), now.get(each.id)
        if stands is not None and (was is None or _said(was) != _said(stands)):
            yield _as_it_stands(each, stands)
        elif stands is None and was is not None:
            yield replace(each, state=AlertState.CLOSED, outcome=Outcome.WITHDRAWN)


def _as_it_stands(recorded: Alert, found: Alert) -> Alert:
    """Return an alert with what positions tell of it; what people made of it stays."""
    state, outcome = recorded.state, recorded.outcome
    if outcome not in SAID and found.state is AlertState.CLOSED:
        state, outcome = found.state, found.outcome
    elif outcome not in SAID and state is AlertState.CLOSED:
        state, outcome = AlertState.OPEN, None
    return replace(
        found,
        id=recorded.id,
        severity=recorded.severity,
        state=state,
        assignee=recorded.assignee,
        level=recorded.level,
        outcome=outcome,
    )


def _is_news(alert: Alert, known: Recorded) -> bool:
    """Tell whether people are to hear of an alert: it goes on, or is over, and yet no history.

    Or they were told of it already, as a part of another one.
    """
    if alert.state is not AlertState.CLOSED or alert.last_at >= known.news_since:
        return True
    return any(_meet(alert, other) for other in known.alerts)


def _going_on(
    now: Situations | None, found: Situations | None, names: Mapping[AlertId, Alert]
) -> Situations | None:
    """Return what goes on, its alerts by the names that they are recorded under."""
    beside = [each for each in now.ongoing if each.reason in BESIDE] if now else []
    judged = [_named(each, names) for each in found.ongoing] if found else []
    at_ms = max((each.at_ms for each in (now, found) if each is not None), default=0)
    return Situations(at_ms=at_ms, ongoing=(*beside, *judged)) if beside or judged else None


def _named(situation: Situation, names: Mapping[AlertId, Alert]) -> Situation:
    if situation.alert is None or situation.alert.id not in names:
        return situation
    name = names[situation.alert.id].id
    return msgspec.structs.replace(situation, alert=replace(situation.alert, id=name))


def _by_recorded(found: Sequence[Alert], recorded: Sequence[Alert]) -> dict[AlertId, Alert]:
    """Return what was found of recorded alerts, by their names."""
    named = _recorded_as(found, recorded)
    return {named[each.id].id: each for each in found if each.id in named}


def _recorded_as(found: Sequence[Alert], recorded: Sequence[Alert]) -> dict[AlertId, Alert]:
    """Return as what each is recorded, if it is: by its name, else by reason and time."""
    left = {each.id: each for each in recorded}
    named = {each.id: left.pop(each.id) for each in found if each.id in left}
    for each in found:
        same = next((other for other in left.values() if _meet(each, other)), None)
        if each.id not in named and same is not None:
            named[each.id] = left.pop(same.id)
    return named


def _meet(one: Alert, other: Alert) -> bool:
    """Tell whether two alerts are about one reason, and share any time."""
    return (
        one.reason is other.reason
        and one.opened_at <= other.last_at
        and other.opened_at <= one.last_at
    )


def _said(alert: Alert) -> tuple[object, ...]:
    """Return what of an alert is worth a correction: of one that goes on, not how it goes on."""
    seen = (alert.last_at, alert.count) if alert.state is AlertState.CLOSED else ()
    return alert.opened_at, alert.outcome, alert.zone, alert.zone_version, alert.permit, *seen
