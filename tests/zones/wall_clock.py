"""A second opinion on calendars: minute by minute, with `datetime` and `zoneinfo` alone.

It shares nothing with the code under test but the nouns: no numpy, no spans, no astral, and its own
holidays and its own sun.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from zones.periods import HOLIDAY, Applicability, DailyPeriod, DayEvent, Window

PARIS_TIME = ZoneInfo("Europe/Paris")
MIDNIGHT = time(0)
Suns = Mapping[tuple[DayEvent, date, int | None], int]
HEIGHTS_DEG = {
    DayEvent.SR: -0.833,
    DayEvent.SS: -0.833,
    DayEvent.BMCT: -6.0,
    DayEvent.EECT: -6.0,
}


def holds_then(
    calendar: Sequence[Applicability],
    at: datetime,
    suns: Suns,
    switches: Mapping[str, tuple[Window, ...]],
) -> bool:
    """Tell whether a calendar is in force, reading it like a person with a watch.

    `suns` gives the seconds after midnight of an event, on a day and a clock.
    """
    return not calendar or any(_entry_holds(entry, at, suns, switches) for entry in calendar)


def _entry_holds(
    entry: Applicability,
    at: datetime,
    suns: Suns,
    switches: Mapping[str, tuple[Window, ...]],
) -> bool:
    today = at.astimezone(PARIS_TIME).date()
    if entry.switch is not None and not any(on.holds(at) for on in switches.get(entry.switch, ())):
        return False
    if any(exception.holds(at) for exception in entry.exceptions):
        return False
    if entry.except_holidays and today in holidays_of(today.year):
        return False
    scheduled = any(_shows(period, at, suns) for period in entry.schedule)
    return entry.window.holds(at) and (scheduled or not entry.schedule)


def _shows(period: DailyPeriod, at: datetime, suns: Suns) -> bool:
    clock: tzinfo = PARIS_TIME
    if period.offset_s is not None:
        clock = timezone(timedelta(seconds=period.offset_s))
    reading = at.astimezone(clock).replace(tzinfo=None)

    def limit(of: int | DayEvent, day: date) -> datetime:
        seconds = suns[of, day, period.offset_s] if isinstance(of, DayEvent) else of
        return datetime.combine(day, MIDNIGHT) + timedelta(seconds=seconds)

    for day in (reading.date(), reading.date() - timedelta(days=1)):
        holiday = HOLIDAY in period.days and day in holidays_of(day.year)
        if day.weekday() not in period.days and not holiday:
            continue
        start, end = limit(period.start, day), limit(period.end, day)
        if end <= start:
            end = limit(period.end, day + timedelta(days=1))
        if start <= reading < end:
            return True
    return False


def holidays_of(year: int) -> frozenset[date]:
    """Return the eleven public holidays of article L3133-1 of the Code du travail."""
    easter = _easter(year)
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    movable = (easter + timedelta(days=days) for days in (1, 39, 50))
    return frozenset({*(date(year, month, day) for month, day in fixed), *movable})


def _easter(year: int) -> date:
    """Return Easter Sunday by the anonymous algorithm (Nature, 20 April 1876)."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), f = divmod(b, 4), (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def almanac_sun(event: DayEvent, day: date, lon: float, lat: float) -> datetime:
    """Return the second at which the sun crosses the event's height, by halving half a day."""
    noon = datetime.combine(day, time(12), UTC) - timedelta(minutes=round(4 * lon))
    rising = event in {DayEvent.SR, DayEvent.BMCT}
    down, up = noon + timedelta(hours=-12 if rising else 12), noon
    while abs(up - down) > timedelta(seconds=1):
        middle = down + (up - down) / 2
        if sun_height_deg(middle, lon, lat) > HEIGHTS_DEG[event]:
            up = middle
        else:
            down = middle
    return up


def sun_height_deg(at: datetime, lon: float, lat: float) -> float:
    """Return the height of the sun's centre, without refraction, to a hundredth of a degree.

    The low precision formulas of the Astronomical Almanac, page C5; astral follows Meeus.
    """
    n = (at - datetime(2000, 1, 1, 12, tzinfo=UTC)).total_seconds() / 86_400
    anomaly = math.radians(357.528 + 0.9856003 * n)
    ecliptic = math.radians(
        280.460 + 0.9856474 * n + 1.915 * math.sin(anomaly) + 0.020 * math.sin(2 * anomaly)
    )
    tilt = math.radians(23.439 - 0.0000004 * n)
    ascension = math.atan2(math.cos(tilt) * math.sin(ecliptic), math.cos(ecliptic))
    declination = math.asin(math.sin(tilt) * math.sin(ecliptic))
    sidereal_deg = 15 * (18.697374558 + 24.06570982441908 * n)
    angle, latitude = math.radians(sidereal_deg + lon) - ascension, math.radians(lat)
    return math.degrees(
        math.asin(
            math.sin(latitude) * math.sin(declination)
            + math.cos(latitude) * math.cos(declination) * math.cos(angle)
        )
    )
