"""How is a calendar written as ED-318's `limitedApplicability`, which our GeoJSON shares?

Times of day without an offset are read off the clock of Paris; `Z` or `+01:00` fixes them to UTC.
Beyond ED-318, and written only where used: the day `HOL` (a public holiday of France), `exceptions`
(windows in which the period does not hold), `exceptHolidays`, the name of a `switch`, and beside
two events of the sun the `offset` of the clock whose days are meant.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from zones.formats.defects import optional, refuse, refuse_unknown
from zones.periods import Applicability, DailyPeriod, DayEvent, InvalidWindow, Window, in_utc

DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
ANY_DAY = "ANY"
HOLIDAY_NAME = "HOL"
NAMES = (*DAYS, HOLIDAY_NAME)  # by their number in a period, `HOLIDAY` is 7
WEEK = frozenset(range(len(DAYS)))
CLOCK = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?")
HOURS, MINUTES = 24, 60
YEARS = range(1000, 9999)
LIMITS = ("startDateTime", "endDateTime")
PERIOD = frozenset({*LIMITS, "schedule", "exceptions", "exceptHolidays", "switch"})
DAILY = frozenset({"day", "startTime", "startEvent", "endTime", "endEvent", "offset"})
OFFSET = re.compile(r"Z|[+-]\d\d:\d\d")

T = TypeVar("T")
Clock = tuple[int | DayEvent, int | None]


def read_calendar(value: object, path: str) -> tuple[Applicability, ...]:
    """Read a list of periods; absent is always."""
    if value is None:
        return ()
    return tuple(
        _period(each, f"{path}[{number}]") for number, each in enumerate(_list(value, path))
    )


def write_calendar(calendar: Sequence[Applicability]) -> list[dict[str, Any]]:
    """Write a calendar as a list of periods."""
    return [_written(entry) for entry in calendar]


def read_window(value: object, path: str, names: tuple[str, str] = ("start", "end")) -> Window:
    """Read a half-open window from an object with two optional instants."""
    members = _object(value, path)
    start, end = (read_instant(members.get(name), f"{path}.{name}") for name in names)
    try:
        return Window(start=start, end=end)
    except InvalidWindow as error:
        refuse(path, str(error))


def write_window(window: Window, names: tuple[str, str] = ("start", "end")) -> dict[str, str]:
    """Write the limits a window has."""
    limits = zip(names, (window.start, window.end), strict=True)
    return {name: in_utc(instant) for name, instant in limits if instant is not None}


def read_instant(value: object, path: str) -> dt.datetime | None:
    """Read an ISO 8601 instant with an offset, or nothing."""
    if value is None:
        return None
    try:
        instant = dt.datetime.fromisoformat(str(value))
    except ValueError:
        refuse(path, f"{value!r} is not an ISO 8601 instant")
    if instant.tzinfo is None:
        refuse(path, f"{value!r} has no offset from UTC")
    if instant.year not in YEARS:
        refuse(path, f"{value!r} is not a year of a city's law")
    return instant


def _period(value: object, path: str) -> Applicability:
    members = _object(value, path)
    refuse_unknown(members, PERIOD, path)
    switch = _member(members, "switch", path, str)
    if switch is not None and not switch.strip():
        refuse(f"{path}.switch", "a switch has a name")
    return Applicability(
        window=read_window(members, path, LIMITS),
        schedule=_each(members, "schedule", path, _daily),
        exceptions=_each(members, "exceptions", path, _exception),
        except_holidays=_member(members, "exceptHolidays", path, bool) or False,
        switch=switch,
    )


def _each(
    members: Mapping[str, Any], name: str, path: str, read: Callable[[object, str], T]
) -> tuple[T, ...]:
    value = members.get(name)
    listed = [] if value is None else _list(value, f"{path}.{name}")
    return tuple(read(each, f"{path}.{name}[{number}]") for number, each in enumerate(listed))


def _exception(value: object, path: str) -> Window:
    refuse_unknown(_object(value, path), frozenset(LIMITS), path)
    return read_window(value, path, LIMITS)


def _member(members: Mapping[str, Any], name: str, path: str, kind: type) -> Any:  # noqa: ANN401 - the kind is an argument
    named = f"{path}.{name}"
    return optional({named: members.get(name)}, named, kind, None)


def _daily(value: object, path: str) -> DailyPeriod:
    members = _object(value, path)
    refuse_unknown(members, DAILY, path)
    start, start_offset = _limit(members, "start", 0, path)
    end, end_offset = _limit(members, "end", HOURS * 3600, path)
    clocks = (("startTime", start_offset), ("endTime", end_offset))
    offsets = {offset for name, offset in clocks if members.get(name) is not None}
    stated = _member(members, "offset", path, str)
    if stated is not None:
        if OFFSET.fullmatch(stated) is None:
            refuse(f"{path}.offset", f"{stated!r} is not an offset from UTC")
        offsets.add(_offset_s(stated))
    if len(offsets) > 1:
        refuse(path, "startTime and endTime have different offsets from UTC")
    return DailyPeriod(
        days=_days(members.get("day"), f"{path}.day"),
        start=start,
        end=end,
        offset_s=next(iter(offsets), None),
    )


def _limit(members: Mapping[str, Any], side: str, otherwise: int, path: str) -> Clock:
    event, clock = members.get(f"{side}Event"), members.get(f"{side}Time")
    if event is not None and clock is not None:
        refuse(path, f"{side}Time and {side}Event are both given")
    if event is not None:
        if event not in tuple(DayEvent):
            refuse(f"{path}.{side}Event", f"{event!r} is none of {_words(DayEvent)}")
        return DayEvent(event), None
    return (otherwise, None) if clock is None else _clock(clock, f"{path}.{side}Time")


def _clock(value: object, path: str) -> Clock:
    match = CLOCK.fullmatch(str(value))
    if match is None:
        refuse(path, f"{value!r} is not a time of day")
    hour, minute, second = (int(part or 0) for part in match.groups()[:3])
    seconds = hour * 3600 + minute * 60 + second
    if minute >= MINUTES or second >= MINUTES or seconds > HOURS * 3600:
        refuse(path, f"{value!r} is not a time of day")
    return seconds, _offset_s(match.group(4))


def _offset_s(text: str | None) -> int | None:
    if text is None or text == "Z":
        return None if text is None else 0
    seconds = int(text[1:3]) * 3600 + int(text[4:6]) * 60
    return -seconds if text.startswith("-") else seconds


def _days(value: object, path: str) -> frozenset[int]:
    # ED-269 writes a single day as a text, some writers of ED-318 do too.
    names = [value] if isinstance(value, str) else _list(value, path)
    unknown = [name for name in names if name not in (*NAMES, ANY_DAY)]
    if unknown or not names:
        named = repr(unknown[0]) if unknown else "nothing"
        refuse(path, f"{named} is none of {', '.join((*NAMES, ANY_DAY))}")
    week = WEEK if ANY_DAY in names else frozenset()
    return week | {NAMES.index(str(name)) for name in names if name != ANY_DAY}


def _written(entry: Applicability) -> dict[str, Any]:
    written: dict[str, Any] = dict(write_window(entry.window, LIMITS))
    if entry.schedule:
        written["schedule"] = [_written_daily(period) for period in entry.schedule]
    if entry.exceptions:
        written["exceptions"] = [write_window(window, LIMITS) for window in entry.exceptions]
    if entry.except_holidays:
        written["exceptHolidays"] = True
    if entry.switch is not None:
        written["switch"] = entry.switch
    return written


def _written_daily(period: DailyPeriod) -> dict[str, Any]:
    every_day = period.days >= WEEK
    named = sorted(period.days - WEEK if every_day else period.days)
    written: dict[str, Any] = {"day": [ANY_DAY] * every_day + [NAMES[day] for day in named]}
    for side, limit in (("start", period.start), ("end", period.end)):
        if isinstance(limit, DayEvent):
            written[f"{side}Event"] = limit.value
        else:
            written[f"{side}Time"] = _written_clock(limit) + _written_offset(period.offset_s)
    if isinstance(period.start, DayEvent) and isinstance(period.end, DayEvent):
        # Whose days these are: with a time of day its own offset says so.
        offset = _written_offset(period.offset_s)
        written |= {"offset": offset} if offset else {}
    return written


def _written_clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _written_offset(offset_s: int | None) -> str:
    if not offset_s:
        return "" if offset_s is None else "Z"
    sign, minutes = "-" if offset_s < 0 else "+", abs(offset_s) // 60
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}"


def _object(value: object, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        refuse(path, f"{value!r} is not an object")
    return value


def _list(value: object, path: str) -> list[Any]:
    if not isinstance(value, list):
        refuse(path, f"{value!r} is not a list")
    return value


def _words(words: type[DayEvent]) -> str:
    return ", ".join(word.value for word in words)
