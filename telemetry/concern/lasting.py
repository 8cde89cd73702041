"""How does a situation that no verdict tells of go on: between two vehicles, or two accounts?

As with verdicts: what is surely amiss has to last until it is told, what is surely in order has to
last until it is over, and what may be either neither begins nor ends anything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from msgspec.structs import replace

from telemetry.concern.situations import UPDATED_EVERY_MS, Situation, current
from telemetry.model import Reason
from telemetry.patience import Patience
from telemetry.told import Alert, Outcome
from zones.model import Layer


class Look(NamedTuple):
    """One look at a situation: when, where, and whether it is amiss; None: that cannot be told."""

    at_ms: int
    lon: float
    lat: float
    amiss: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What a situation is about, when people are told, how, and what they were told so far."""

    reason: Reason
    layer: Layer
    patience: Patience
    raised: Callable[[Situation], Alert]
    told: list[Alert]


def lasting(situation: Situation | None, look: Look, course: Course) -> Situation | None:
    """Go on from how it was with one look; None: nothing is amiss any more."""
    if look.amiss:
        return _worse(situation or _begun(look, course.reason), look, course)
    if situation is None or look.amiss is None:
        return situation and replace(situation, clear_since_ms=None)
    since = look.at_ms if situation.clear_since_ms is None else situation.clear_since_ms
    lasted = look.at_ms - since >= course.patience.cleared_after_s * 1000
    if situation.alert is not None and not lasted:
        return replace(situation, clear_since_ms=since)
    if situation.alert is not None:
        course.told.append(current(situation, situation.alert, Outcome.OVER))
    return None


def _begun(look: Look, reason: Reason) -> Situation:
    at_ms = look.at_ms
    return Situation(
        reason=reason, first_ms=at_ms, last_ms=at_ms, lon=look.lon, lat=look.lat, count=0
    )


def _worse(situation: Situation, look: Look, course: Course) -> Situation:
    """Count a look at which it was amiss; raise what lasted, and update what was raised."""
    counted = replace(
        situation,
        count=situation.count + 1,
        clear_since_ms=None,
        last_ms=look.at_ms,
        lon=look.lon,
        lat=look.lat,
    )
    if counted.alert is not None:
        if look.at_ms - counted.told_ms < UPDATED_EVERY_MS:
            return counted
        course.told.append(current(counted, counted.alert))
        return replace(counted, told_ms=look.at_ms)
    if look.at_ms - counted.first_ms < course.patience.raised_after(course.layer) * 1000:
        return counted
    alert = course.raised(counted)
    course.told.append(alert)
    return replace(counted, alert=alert, told_ms=look.at_ms)
