"""How much of a place did a permit occupy in a period? Days, months and years begun, of its size.

A day is one of the city's calendar on which the place was held at some instant. Months and years
count from the first instant, and belong to the period in which they begin: begun is due whole. The
place is held from the first grant until the permit ends, whoever ended it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from math import ceil
from uuid import UUID

import shapely
from dateutil.relativedelta import relativedelta

from billing.model import Occupied, Usage, UsageId, UsageSource
from billing.periods import CITY, midnight, period_of
from permits.model import Application, Permit, PermitId
from permits.parties import Operator
from zones.model import Zone
from zones.periods import Window
from zones.streets import Streets

# What ends a permit before its last volume does: from then on nothing is occupied.
OVER = frozenset({"withdrawn", "revoked", "refused", "ended", "expired"})
NOT_YET = UUID(int=0)
MONTHS, YEARS = relativedelta(months=1), relativedelta(years=1)
SEASON = (4, 11)  # from the first of April until the first of November
INSTANT = timedelta(microseconds=1)
NO_STREETS = Streets()


def held(permit: Permit) -> Window:
    """Return from when until when a permit that was granted holds its place."""
    over = permit.recorded_at if permit.state.value in OVER else None
    if over is not None and over <= permit.decided_at:
        over = permit.decided_at + INSTANT
    return Window(start=permit.decided_at, end=over)


def pieces(
    application: Application, during: Window, period: Window
) -> list[tuple[datetime, datetime]]:
    """Return the spans of an application within both windows, in the order of time."""
    starts = [each for each in (during.start, period.start) if each is not None]
    ends = [each for each in (during.end, period.end) if each is not None]
    cut = ((max([each.start, *starts]), min([each.end, *ends])) for each in application.volumes)
    return sorted((start, end) for start, end in cut if start < end)


def occupied(application: Application, during: Window, period: Window) -> Occupied | None:
    """Return what an application occupies in a period while it is held; None where nothing."""
    occupation = application.occupation
    used = pieces(application, during, period)
    if occupation is None or not used:
        return None
    every = pieces(application, during, Window())
    return Occupied(
        kind=occupation.kind,
        area_m2=ceil(occupation.area_m2),
        length_m=ceil(occupation.length_m),
        days=len({day for piece in used for day in _days(*piece)}),
        months=_begun(every, MONTHS, period),
        years=_begun(every, YEARS, period),
        seasons=_seasons(every, period),
    )


def place_use(
    application: Application,
    operator: Operator,
    during: Window,
    period: Window,
    streets: Streets = NO_STREETS,
) -> Usage | None:
    """Return the use of a place in a period, not yet of any permit; None where nothing.

    Of the `streets` the one it stands in says its category, as it is when the use begins.
    """
    amount = occupied(application, during, period)
    if amount is None:
        return None
    used = pieces(application, during, period)
    at = used[0][0]
    use = use_of(
        application,
        operator,
        key=f"occupied/{at.isoformat()}",
        at=at,
        ended_at=max(end for _, end in used),
        occupied=amount,
    )
    place = shapely.union_all([each.footprint for each in application.volumes])
    street = streets.street_of(place, lambda each: _lies(each, application, at))
    if street is None or street.street_category is None:
        return use
    known = replace(amount, street=street.street_category)
    return replace(use, zone=street.id, zone_version=street.version, occupied=known)


def use_of(
    application: Application,
    operator: Operator,
    *,
    key: str,
    at: datetime,
    ended_at: datetime,
    occupied: Occupied | None = None,
) -> Usage:
    """Return a use that an application asks for: of no permit yet, of nothing counted yet."""
    return Usage(
        id=UsageId(NOT_YET),
        key=key,
        operator=operator.id,
        vehicle="",
        layer=application.layer,
        zone=None,
        zone_version=None,
        permit=PermitId(NOT_YET),
        permit_version=None,
        purpose=application.purpose,
        size=operator.size,
        source=UsageSource.PERMIT,
        visit=None,
        at=at,
        ended_at=ended_at,
        entries=0,
        certain_ms=0,
        distance_m=0,
        occupied=occupied,
    )


def place_uses(
    application: Application, operator: Operator, zones: Iterable[Zone] = ()
) -> Iterator[Usage]:
    """Yield the uses of a place, a month after the other, as if it is held throughout."""
    streets = Streets(zones)
    end = max(each.end for each in application.volumes)
    period = period_of(min(each.start for each in application.volumes))
    while period.window.start is not None and period.window.start < end:
        use = place_use(application, operator, Window(), period.window, streets)
        if use is not None:
            yield use
        assert period.window.end is not None  # noqa: S101 - a month has one
        period = period_of(period.window.end)


def _lies(street: Zone, application: Application, at: datetime) -> bool:
    return street.layer in {None, application.layer} and street.valid.holds(at)


def _days(start: datetime, end: datetime) -> Iterator[int]:
    first = start.astimezone(CITY).date().toordinal()
    last = (end - INSTANT).astimezone(CITY).date().toordinal()
    yield from range(first, last + 1)


def _seasons(every: list[tuple[datetime, datetime]], period: Window) -> int:
    """Count the seasons, 1 April to 31 October, whose first use is in the period."""
    first: dict[int, datetime] = {}
    for start, end in every:
        for year in range(start.astimezone(CITY).year, end.astimezone(CITY).year + 1):
            opens, closes = (midnight(date(year, month, 1)) for month in SEASON)
            if start < closes and opens < end:
                begun = max(start, opens)
                first[year] = min(begun, first.get(year, begun))
    return sum(period.holds(begun) for begun in first.values())


def _begun(every: list[tuple[datetime, datetime]], step: relativedelta, period: Window) -> int:
    """Count the months, or years, that begin in the period and in which something is occupied."""
    first = every[0][0].astimezone(CITY)
    last = max(end for _, end in every)
    found = 0
    for number in count():
        begin, following = first + step * number, first + step * (number + 1)
        if begin >= last or (period.end is not None and begin >= period.end):
            return found
        if period.holds(begin) and any(s < following and begin < e for s, e in every):
            found += 1
    return found
