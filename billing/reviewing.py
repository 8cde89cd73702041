"""Who looked at a draft before it became a claim? Submit, send back, approve; and what was done."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from psycopg_pool import ConnectionPool

from billing.invoices import AlreadyIssued
from billing.life.states import InvoiceMove, Step, require_grace_over, require_possible
from billing.model import Invoice
from billing.moving import Connection, drafted, moved, working
from billing.store import life as life_store


class Moving(Protocol):
    """A move of drafts, all or none: submit, approve or send back."""

    def __call__(
        self, drafts: Sequence[UUID], /, *, by: str, reason: str, dry: bool = False
    ) -> tuple[Invoice, ...]:
        """Make it."""


class Reviews:
    """Moves drafts until they can be issued; a month's drafts stay in review for its grace."""

    def __init__(
        self, pool: ConnectionPool, clock: Callable[[], datetime], *, grace_days: int = 0
    ) -> None:
        self._pool = pool
        self._clock = clock
        self.grace_days = grace_days

    def submit(
        self, drafts: Sequence[UUID], *, by: str, reason: str = "", dry: bool = False
    ) -> tuple[Invoice, ...]:
        """Have drafts reviewed, all or none."""
        return self._all(drafts, InvoiceMove.SUBMIT, by=by, reason=reason, dry=dry)

    def approve(
        self, drafts: Sequence[UUID], *, by: str, reason: str = "", dry: bool = False
    ) -> tuple[Invoice, ...]:
        """Approve drafts whose grace period is over, all or none."""
        return self._all(drafts, InvoiceMove.APPROVE, by=by, reason=reason, dry=dry)

    def send_back(
        self, drafts: Sequence[UUID], *, by: str, reason: str, dry: bool = False
    ) -> tuple[Invoice, ...]:
        """Return drafts from review or approval, all or none, and say why."""
        if not reason.strip():
            msg = "reason: who sends a draft back says why"
            raise UnexplainedReturn(msg)
        return self._all(drafts, InvoiceMove.RETURN, by=by, reason=reason.strip(), dry=dry)

    def history(self, invoice: UUID) -> tuple[Step, ...]:
        """Return what was done with an invoice: by whom, when and why."""
        with self._pool.connection() as connection:
            return life_store.steps(connection, invoice)

    def _all(
        self, drafts: Sequence[UUID], move: InvoiceMove, *, by: str, reason: str, dry: bool
    ) -> tuple[Invoice, ...]:
        now = self._clock()
        with working(self._pool, dry=dry) as connection:
            found = [_draft(connection, each) for each in drafts]
            for each in found:
                require_possible(each, move)
                if move is InvoiceMove.APPROVE:
                    require_grace_over(each, self.grace_days, now)
            return tuple(
                moved(connection, each, move, by=by, at=now, reason=reason) for each in found
            )


class UnexplainedReturn(ValueError):
    """A draft sent back without a word why."""


def _draft(connection: Connection, ident: UUID) -> Invoice:
    found = drafted(connection, ident)
    if found.number:
        msg = f"invoice {found.number} was issued already; only a credit note corrects it"
        raise AlreadyIssued(msg)
    return found
