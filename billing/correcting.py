"""Which of two contents is true? An officer says; what was invoiced on the other is credited."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from psycopg_pool import ConnectionPool

from billing.claims import Claims
from billing.life.corrections import (
    Contradiction,
    NoSuchCreditDraft,
    chosen,
    credit_drafts,
)
from billing.model import CreditNote, Usage
from billing.moving import working
from billing.runs import CreditDraft
from billing.store import corrections as correction_store
from billing.superseding import superseded


class Corrections:
    """Takes contradicting usage for the truth, or known usage back, and credits what follows."""

    def __init__(self, pool: ConnectionPool, clock: Callable[[], datetime], claims: Claims) -> None:
        self._pool = pool
        self._clock = clock
        self._claims = claims

    def contradictions(self) -> list[Contradiction]:
        """Return what contradicts known usage and nobody answered, the oldest first."""
        with self._pool.connection() as connection:
            return correction_store.contradictions(connection)

    def accept(
        self,
        key: str,
        *,
        reason: str,
        by: str,
        fingerprint: str | None = None,
        dry: bool = False,
    ) -> Usage:
        """Take what contradicts a key for the truth; its month's next run bills it."""
        with working(self._pool, dry=dry) as connection:
            found = correction_store.contradictions(connection, key)
            other = chosen(found, key, fingerprint)
            usage = superseded(
                connection,
                key,
                other.usage,
                fingerprint=other.fingerprint,
                reason=reason,
                by=by,
                at=self._clock(),
            )
        return usage or other.usage

    def withdraw(self, key: str, *, reason: str, by: str, dry: bool = False) -> None:
        """Say that a usage never was: nothing takes its place."""
        now = self._clock()
        with working(self._pool, dry=dry) as connection:
            superseded(connection, key, None, fingerprint=None, reason=reason, by=by, at=now)

    def credit_drafts(self) -> tuple[CreditDraft, ...]:
        """Return the credits that corrections of invoiced usage call for."""
        with self._pool.connection() as connection:
            return tuple(credit_drafts(correction_store.wrong_lines(connection)))

    def issue_credit(self, ident: UUID, *, by: str, dry: bool = False) -> CreditNote:
        """Make a proposed credit a credit note."""
        with working(self._pool, dry=dry) as connection:
            proposed = credit_drafts(correction_store.wrong_lines(connection))
            draft = next((each for each in proposed if each.id == ident), None)
            if draft is None:
                msg = f"there is no credit draft {ident}; corrections since may have changed it"
                raise NoSuchCreditDraft(msg)
            wanted = {line.number: line.amount for line in draft.lines}
            note = self._claims.credit(connection, draft.number, wanted, reason=draft.reason, by=by)
            correction_store.answer(connection, draft.usages, note.invoice.id, note.id)
        return note
