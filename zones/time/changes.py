"""When does this zone change next, and why? For one zone, and for many on a page."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from zones.model import Zone, ZoneId
from zones.periods import HOLIDAY, NO_SWITCHES, Applicability, DayEvent, Switches
from zones.time.clocks import DAY_MS, epoch_ms
from zones.time.schedule import holds, place_of, transitions

# Long enough for what comes once a year, Easter Monday included.
HORIZON = dt.timedelta(days=400)
# How far one looks first, and then how many times farther: most zones change within a day.
FIRST_LOOK_MS, FARTHER = 2 * DAY_MS, 8
TICK = dt.timedelta(milliseconds=1)


class Why(StrEnum):
    """What makes a zone begin or cease to be in force; of several at once, the first here."""

    VALIDITY = "validity"
    SWITCH = "switch"
    EXCEPTION = "exception"
    WINDOW = "window"
    HOLIDAY = "holiday"
    SUN = "sun"
    SCHEDULE = "schedule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The instant at which a zone begins, or ceases, to be in force."""

    zone: ZoneId
    at: dt.datetime
    in_force: bool
    why: Why


def next_change(
    zone: Zone,
    after: dt.datetime,
    *,
    switches: Switches = NO_SWITCHES,
    horizon: dt.timedelta = HORIZON,
) -> Change | None:
    """Return the first change after an instant and at most so much later, exactly, or nothing."""
    return earliest_change((zone,), after, switches=switches, horizon=horizon)


def earliest_change(
    zones: Iterable[Zone],
    after: dt.datetime,
    *,
    switches: Switches = NO_SWITCHES,
    horizon: dt.timedelta = HORIZON,
) -> Change | None:
    """Return the first change of any of the zones; of several at one instant, the least id's."""
    zones = _unlike(sorted(zones, key=lambda zone: zone.id))
    for start_ms, end_ms in _looks(epoch_ms(after), epoch_ms(after + horizon)):
        first = _first_flip(zones, start_ms, end_ms, switches)
        if first is not None:
            return _explained(*first, switches)
    return None


def _unlike(zones: Iterable[Zone]) -> tuple[Zone, ...]:
    """Return one zone, the first, of those that change at the same instants."""
    seen: dict[object, Zone] = {}
    for zone in zones:
        place = place_of(zone) if _asks_the_sun(zone) else None
        seen.setdefault((zone.valid, zone.applicability, place), zone)
    return tuple(seen.values())


def _asks_the_sun(zone: Zone) -> bool:
    return any(
        isinstance(limit, DayEvent)
        for entry in zone.applicability
        for period in entry.schedule
        for limit in (period.start, period.end)
    )


def _first_flip(
    zones: Iterable[Zone], start_ms: int, end_ms: int, switches: Switches
) -> tuple[Zone, int] | None:
    first = None
    for zone in zones:
        # Whoever comes after has to be earlier.
        until = end_ms if first is None else first[1]
        _, flips = transitions(zone, start_ms, until, switches=switches)
        if len(flips):
            first = (zone, int(flips[0]))
    return first


def _looks(start_ms: int, end_ms: int) -> Iterator[tuple[int, int]]:
    """Cut the time ahead into spans that grow; each leaves its own start to the one before."""
    reach = FIRST_LOOK_MS
    while start_ms < end_ms:
        until = min(start_ms + reach, end_ms)
        yield start_ms, until + 1
        start_ms, reach = until, reach * FARTHER


def _explained(zone: Zone, at_ms: int, switches: Switches) -> Change:
    at = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=at_ms)
    in_force = holds(zone, at, switches=switches)
    return Change(zone=zone.id, at=at, in_force=in_force, why=_why(zone, at, switches))


def _why(zone: Zone, at: dt.datetime, switches: Switches) -> Why:
    """Ask each condition by itself whether it turns then."""
    place = place_of(zone)

    def turns(part: Applicability) -> bool:
        before, after = (holds((part,), instant, place, switches) for instant in (at - TICK, at))
        return before != after

    if turns(Applicability(window=zone.valid)):
        return Why.VALIDITY
    entry = next(entry for entry in zone.applicability if turns(entry))
    begins = holds((entry,), at, place, switches)
    return next(why for why, part in _conditions(entry, begins=begins) if turns(part))


def _conditions(entry: Applicability, *, begins: bool) -> Iterator[tuple[Why, Applicability]]:
    """Take an entry apart into conditions that all have to hold, in the order of `Why`."""
    yield Why.SWITCH, Applicability(switch=entry.switch)
    yield Why.EXCEPTION, Applicability(exceptions=entry.exceptions)
    yield Why.WINDOW, Applicability(window=entry.window)
    yield Why.HOLIDAY, Applicability(except_holidays=entry.except_holidays)
    for period in entry.schedule:
        weekly = replace(period, days=period.days - {HOLIDAY})
        limit = period.start if begins else period.end
        why = Why.SUN if isinstance(limit, DayEvent) else Why.SCHEDULE
        yield why, Applicability(schedule=(weekly,))
        yield Why.HOLIDAY, Applicability(schedule=(period,))
