"""When does something recur? An iCalendar rule (RFC 5545), written out into windows once.

Start and end are the first occurrence, and both keep their hour in Paris: a daily 09:00 to 10:00 is
that in summer and in winter. An hour that the clocks skip counts from before the gap, an hour that
comes twice is the first of the two, as the RFC says of local times.

A rule ends, by COUNT or UNTIL, within a year. Days are chosen by FREQ, INTERVAL, BYDAY, BYMONTHDAY
and BYMONTH; the hour is the start's. What is read is checked so far that the search for the next
occurrence is always short.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from zones.periods import Window

PARIS = ZoneInfo("Europe/Paris")
MOST_OCCURRENCES = 200
LONGEST_SPAN = timedelta(days=366)
LONGEST_TEXT = 200

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY = "(?:MO|TU|WE|TH|FR|SA|SU)"
WHOLE = "[1-9][0-9]{0,2}"
OF_MONTH = "(?:3[01]|[12][0-9]|[1-9])"
# By part, how its value is written.
PARTS: Mapping[str, str] = {
    "FREQ": "DAILY|WEEKLY|MONTHLY",
    "INTERVAL": WHOLE,
    "COUNT": WHOLE,
    "UNTIL": "[0-9]{8}(?:T[0-9]{6}Z?)?",
    "BYDAY": f"(?:[+-]?[1-5])?{DAY}(?:,(?:[+-]?[1-5])?{DAY}){{0,34}}",
    "BYMONTHDAY": f"-?{OF_MONTH}(?:,-?{OF_MONTH}){{0,30}}",
    "BYMONTH": "(?:1[0-2]|[1-9])(?:,(?:1[0-2]|[1-9])){0,11}",
    "WKST": DAY,
}
LAST_SECOND = time(23, 59, 59)


class InvalidRecurrence(ValueError):
    """A rule that is not read, never ends, or does not fit its first occurrence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A rule as it was written, its first occurrence, and the volumes it was written out into.

    `first` counts the application's volumes from 0, `count` is how many the rule made.
    """

    rule: str
    start: datetime
    end: datetime
    first: int
    count: int


def occurrences(rule: str, start: datetime, end: datetime) -> tuple[Window, ...]:
    """Return every window of a rule whose first occurrence is given, in the order of time."""
    parts = _read(rule)
    begin = start.astimezone(PARIS).replace(tzinfo=None)
    _fit(parts, begin)
    last = _until(parts.pop("UNTIL", None))
    if last is not None and last < begin:
        msg = "UNTIL: the rule ends before its first occurrence begins"
        raise InvalidRecurrence(msg)
    most = int(parts.pop("COUNT", MOST_OCCURRENCES + 1))
    windows = tuple(_windows(_found(parts, begin, last, most), start, end))
    if len(windows) > MOST_OCCURRENCES:
        msg = f"the rule recurs more than {MOST_OCCURRENCES} times"
        raise InvalidRecurrence(msg)
    for one, other in pairwise(windows):
        if one.overlaps(other):
            msg = "an occurrence is longer than the time to the next one"
            raise InvalidRecurrence(msg)
    return windows


def _read(rule: str) -> dict[str, str]:
    """Return the parts of a rule by their names."""
    text = rule.strip().upper().removeprefix("RRULE:")
    parts: dict[str, str] = {}
    for each in text.split(";"):
        name, _, value = each.partition("=")
        if name not in PARTS or name in parts:
            msg = f"{name[:20]!r} is no part that is read, once each: {', '.join(PARTS)}"
            raise InvalidRecurrence(msg)
        if not re.fullmatch(PARTS[name], value):
            msg = f"{name}: {value[:40]!r} is not a value that is read"
            raise InvalidRecurrence(msg)
        parts[name] = value
    _agree(parts)
    return parts


def _agree(parts: Mapping[str, str]) -> None:
    """Refuse parts that are missing or do not go together."""
    if "FREQ" not in parts:
        msg = "FREQ: DAILY, WEEKLY or MONTHLY is needed"
        raise InvalidRecurrence(msg)
    if ("COUNT" in parts) == ("UNTIL" in parts):
        msg = "a rule ends by COUNT or by UNTIL, by one of them; none goes on for ever"
        raise InvalidRecurrence(msg)
    if "BYMONTHDAY" in parts and parts["FREQ"] != "MONTHLY":
        msg = "BYMONTHDAY: it chooses days of FREQ=MONTHLY"
        raise InvalidRecurrence(msg)
    numbered = any(character.isdigit() for character in parts.get("BYDAY", ""))
    if numbered and (parts["FREQ"] != "MONTHLY" or "BYMONTHDAY" in parts):
        msg = "BYDAY: numbered weekdays choose days of FREQ=MONTHLY, without BYMONTHDAY"
        raise InvalidRecurrence(msg)


def _fit(parts: Mapping[str, str], begin: datetime) -> None:
    """Refuse a first occurrence on a day that the rule never chooses; the search would be long."""
    days = {each[-2:] for each in parts.get("BYDAY", "").split(",")}
    months = parts.get("BYMONTH", "").split(",")
    following = (begin.replace(day=1) + timedelta(days=31)).replace(day=1)
    from_end = begin.day - ((following - timedelta(days=1)).day + 1)
    month_days = {each.lstrip("+") for each in parts.get("BYMONTHDAY", "").split(",")}
    chosen = (
        ("BYDAY" not in parts or DAYS[begin.weekday()] in days)
        and ("BYMONTH" not in parts or str(begin.month) in months)
        and ("BYMONTHDAY" not in parts or {str(begin.day), str(from_end)} & month_days)
    )
    if not chosen:
        raise _not_first()


def _until(value: str | None) -> datetime | None:
    """Return the last instant, in Paris, at which an occurrence may begin."""
    if value is None:
        return None
    if "T" in value and not value.endswith("Z"):
        msg = "UNTIL: an instant is UTC and ends in Z; a day without a time is taken whole"
        raise InvalidRecurrence(msg)
    try:
        if "T" not in value:
            return datetime.combine(date.fromisoformat(value), LAST_SECOND)
        utc = datetime.fromisoformat(value.removesuffix("Z")).replace(tzinfo=UTC)
        return utc.astimezone(PARIS).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        msg = f"UNTIL: {value!r} is no day or instant"
        raise InvalidRecurrence(msg) from error


def _found(
    parts: Mapping[str, str], begin: datetime, last: datetime | None, most: int
) -> Iterator[datetime]:
    """Yield the local starts of so many occurrences, at most one more than are allowed."""
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    for number, each in enumerate(rrulestr(text, dtstart=begin)):
        if number == 0 and each != begin:
            raise _not_first()
        if number == min(most, MOST_OCCURRENCES + 1) or (last and each > last):
            return
        if each > begin + LONGEST_SPAN:
            msg = f"the rule goes on for more than {LONGEST_SPAN.days} days"
            raise InvalidRecurrence(msg)
        yield each


def _windows(begins: Iterator[datetime], start: datetime, end: datetime) -> Iterator[Window]:
    local_start = start.astimezone(PARIS).replace(tzinfo=None)
    local_end = end.astimezone(PARIS).replace(tzinfo=None)
    for number, each in enumerate(begins):
        if number == 0:
            yield Window(start=start, end=end)
            continue
        opens = _instant(each)
        closes = _instant(each + (local_end - local_start))
        # Where the clocks change within, what is left may be nothing: then it lasts as the first.
        yield Window(start=opens, end=closes if closes > opens else opens + (end - start))


def _instant(local: datetime) -> datetime:
    return local.replace(tzinfo=PARIS).astimezone(UTC).astimezone(PARIS)


def _not_first() -> InvalidRecurrence:
    return InvalidRecurrence("start is not an occurrence of the rule: it has to be the first one")
