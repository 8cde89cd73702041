"""When is a month billed by itself? Some days after it is over, and again for what came late.

Daily while its grace lasts; then with each of the next months, as far as they are caught up with:
what came after the issue is drafted as a supplement of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from billing.model import BillingPeriod
from billing.periods import CITY, first_day_after, midnight, month_before, period_of

# So many months that are over are caught up with: what was missed for longer is run by hand.
CAUGHT_UP = 3


class RunMode(StrEnum):
    """What a run that nobody starts does: nothing, tell what would be, or write drafts."""

    NONE = "none"
    DRY = "dry"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How months are billed by themselves: from `after_days` of their end to `grace_days`."""

    mode: RunMode = RunMode.NONE
    after_days: int = 1
    grace_days: int = 0


UNPLANNED = Plan()


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A run of a period that is due from an instant on."""

    period: BillingPeriod
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A run that was due and ended: what it came to in numbers, or why it failed."""

    due: Due
    dry: bool
    began_at: datetime
    ended_at: datetime
    outcome: Mapping[str, int | str] | None = None
    failure: str = ""


def due(plan: Plan, now: datetime) -> tuple[Due, ...]:
    """Return the newest run due of each of the last months, the oldest month first.

    What was due before it needs no run of its own: the later one knows all that it would have.
    """
    if plan.mode is RunMode.NONE:
        return ()
    months = sorted(_before(now), key=lambda each: each.label)
    newest = (
        max((each for each in _runs(plan, period) if each.at <= now), key=_at, default=None)
        for period in months
    )
    return tuple(each for each in newest if each is not None)


def next_due(plan: Plan, now: datetime) -> datetime | None:
    """Return when the next run will be due; None where none ever will."""
    if plan.mode is RunMode.NONE:
        return None
    months = (*_before(now), period_of(now))
    coming = (each.at for period in months for each in _runs(plan, period))
    return min((at for at in coming if at > now), default=None)


def _runs(plan: Plan, period: BillingPeriod) -> Iterator[Due]:
    over = midnight(first_day_after(period))
    for days in range(plan.after_days, max(plan.after_days, plan.grace_days) + 1):
        yield Due(period=period, at=_days_after(over, days))
    for _ in range(CAUGHT_UP - 1):
        over = midnight(first_day_after(period_of(over)))
        yield Due(period=period, at=_days_after(over, plan.after_days))


def _before(now: datetime) -> Iterator[BillingPeriod]:
    for _ in range(CAUGHT_UP):
        period = month_before(now)
        yield period
        now = midnight(date(period.year, period.month, 1))


def _days_after(instant: datetime, days: int) -> datetime:
    return midnight(instant.astimezone(CITY).date() + timedelta(days=days))


def _at(each: Due) -> datetime:
    return each.at
