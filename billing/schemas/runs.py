"""What do the runs that nobody started look like on the wire?"""

from datetime import datetime
from typing import Self

from billing.planning import Plan, Ran, RunMode
from billing.schemas.wire import Wire


class RanOut(Wire):
    """A run that was due: what it came to in numbers, or why it failed; `dry` changed nothing."""

    period: str
    due_at: datetime
    dry: bool
    began_at: datetime
    ended_at: datetime
    outcome: dict[str, int | str] | None
    failure: str

    @classmethod
    def of(cls, ran: Ran) -> Self:
        """Write a run."""
        return cls(
            period=ran.due.period.label,
            due_at=ran.due.at,
            dry=ran.dry,
            began_at=ran.began_at,
            ended_at=ran.ended_at,
            outcome=None if ran.outcome is None else dict(ran.outcome),
            failure=ran.failure,
        )


class RunsOut(Wire):
    """Runs, the newest first; `mode` and `next_at` say what comes by itself, and when."""

    mode: RunMode
    next_at: datetime | None
    items: list[RanOut]

    @classmethod
    def of(cls, plan: Plan, next_at: datetime | None, ran: tuple[Ran, ...]) -> Self:
        """Write runs."""
        return cls(mode=plan.mode, next_at=next_at, items=[RanOut.of(each) for each in ran])
