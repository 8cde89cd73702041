"""From which instant on is each kind of record kept?"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# Sums go in stretches of as many days: what TimescaleDB keeps together goes together.
STRETCH = timedelta(days=10)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
# For so long, at least, a repeat is known as one: two months are open to what comes late.
REPEATS_DAYS = 63


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """For how many days each kind of record is kept."""

    positions_days: int
    verdicts_days: int
    evidence_days: int
    sums_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The instants before which records of each kind are let go; each begins a day in UTC."""

    positions: datetime
    verdicts: datetime
    evidence: datetime
    sums: datetime
    repeats: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """How many records of each kind were let go, or would be; `evidence_kept` were put aside."""

    positions: int = 0
    verdicts: int = 0
    refusals: int = 0
    quarantined: int = 0
    evidence_kept: int = 0
    evidence: int = 0
    visits: int = 0
    alerts: int = 0
    sums: int = 0


def limits(now: datetime, retention: Retention) -> Limits:
    """Return from when on records are kept.

    What rests on positions stays at least as long as they do, and evidence as long as both.
    """
    verdicts_days = max(retention.verdicts_days, retention.positions_days)
    return Limits(
        positions=_days_before(now, retention.positions_days),
        verdicts=_days_before(now, verdicts_days),
        evidence=_days_before(now, max(retention.evidence_days, verdicts_days)),
        repeats=_days_before(now, max(retention.positions_days, REPEATS_DAYS)),
        sums=_floor(now - timedelta(days=max(retention.sums_days, verdicts_days)), STRETCH),
    )


def _days_before(now: datetime, days: int) -> datetime:
    return _floor(now - timedelta(days=days), DAY)


def _floor(at: datetime, span: timedelta) -> datetime:
    return at - (at - EPOCH) % span
