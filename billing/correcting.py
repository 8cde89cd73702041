"""Which of two contents is true? An officer says; what was invoiced on the other is credited."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from psycopg_pool import ConnectionPool

from billing.claims import Claims
from billing.life.corrections import (
    Contradiction,
    Correction,
    NoSuchCreditDraft,
    NotCorrected,
    chosen,
    credit_drafts,
    renamed,
)
from billing.model import CreditDraft, CreditNote, Usage
from billing.moving import Connection, working
from billing.store import corrections as correction_store
from billing.store import usage as usage_store


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
            correction = self._of(connection, key, reason=reason, by=by)
            usage = renamed(other.usage, key, correction.position)
            usage_store.insert_usages(connection, [usage], correction.at)
            correction_store.insert(
                connection,
                replace(correction, replacement=usage.id, fingerprint=other.fingerprint),
            )
        return usage

    def withdraw(self, key: str, *, reason: str, by: str, dry: bool = False) -> Correction:
        """Say that a usage never was: nothing takes its place."""
        with working(self._pool, dry=dry) as connection:
            correction = self._of(connection, key, reason=reason, by=by)
            correction_store.insert(connection, correction)
        return correction

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

    def _of(self, connection: Connection, key: str, *, reason: str, by: str) -> Correction:
        if not reason.strip():
            msg = "reason: a correction says why"
            raise NotCorrected(msg)
        known = correction_store.standing(connection, key)
        if known is None:
            msg = f"key: there is no usage {key[:100]} to correct, or it was withdrawn"
            raise NotCorrected(msg)
        return Correction(
            key=key,
            position=known["corrected"] + 1,
            usage=known["id"],
            replacement=None,
            fingerprint=known["fingerprint"],
            reason=reason.strip(),
            by=by,
            at=self._clock(),
        )
