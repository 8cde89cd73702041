"""What becomes of an objection? Its line is frozen with the evidence, confirmed or credited."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from psycopg_pool import ConnectionPool

from billing.claims import Claims
from billing.crediting import open_amounts
from billing.life.disputes import (
    Dispute,
    DisputeOutcome,
    NoSuchDispute,
    amount_disputed,
    require_open,
    require_reason,
    sealed,
)
from billing.life.states import InvoiceMove, require_possible
from billing.moving import Connection, moved, numbered, working
from billing.store import accounts as account_store
from billing.store import life as life_store


class Disputes:
    """Opens disputes and writes down how they end."""

    def __init__(self, pool: ConnectionPool, clock: Callable[[], datetime], claims: Claims) -> None:
        self._pool = pool
        self._clock = clock
        self._claims = claims

    def open(
        self,
        number: str,
        line: int,
        *,
        reason: str,
        evidence: str,
        by: str,
        dry: bool = False,
    ) -> Dispute:
        """Freeze a line with its `evidence`, a document that is kept to the letter."""
        now, why = self._clock(), require_reason(reason)
        with working(self._pool, dry=dry) as connection:
            invoice = numbered(connection, number)
            frozen = _frozen(connection, invoice.id)
            left = open_amounts(invoice, account_store.taken(connection, invoice.id))
            amount = amount_disputed(invoice, line, left, frozen)
            require_possible(invoice, InvoiceMove.DISPUTE)
            dispute = Dispute(
                id=uuid4(),
                number=number,
                operator=invoice.operator,
                line=line,
                amount=amount,
                reason=why,
                evidence=evidence,
                evidence_hash=sealed(evidence),
                opened_by=by,
                opened_at=now,
            )
            life_store.insert_dispute(connection, invoice.id, dispute)
            moved(connection, invoice, InvoiceMove.DISPUTE, by=by, at=now, reason=why)
        return dispute

    def confirm(self, ident: UUID, *, answer: str, by: str, dry: bool = False) -> Dispute:
        """End a dispute: the line is right, and owed."""
        now, why = self._clock(), require_reason(answer)
        with working(self._pool, dry=dry) as connection:
            dispute = _dispute(connection, ident)
            require_open(dispute)
            invoice = numbered(connection, dispute.number)
            ended = replace(
                dispute,
                outcome=DisputeOutcome.CONFIRMED,
                answer=why,
                ended_by=by,
                ended_at=now,
            )
            life_store.end_dispute(connection, ended)
            moved(connection, invoice, InvoiceMove.CONFIRM, by=by, at=now, reason=why)
        return ended

    def credit(
        self,
        ident: UUID,
        amount: Decimal | None = None,
        *,
        answer: str,
        by: str,
        dry: bool = False,
    ) -> Dispute:
        """End a dispute by a credit note of the amount, else of all that is disputed."""
        now, why = self._clock(), require_reason(answer)
        with working(self._pool, dry=dry) as connection:
            dispute = _dispute(connection, ident)
            require_open(dispute)
            wanted: Mapping[int, Decimal] = {
                dispute.line: dispute.amount if amount is None else amount
            }
            ended = replace(
                dispute,
                outcome=DisputeOutcome.CREDITED,
                answer=why,
                ended_by=by,
                ended_at=now,
            )
            note = self._claims.credit(
                connection,
                dispute.number,
                wanted,
                reason=why,
                by=by,
                answered=lambda note: life_store.end_dispute(
                    connection, replace(ended, credit_note=note.number)
                ),
            )
        return replace(ended, credit_note=note.number)

    def all(self, *, operator: str | None = None, still_open: bool = False) -> tuple[Dispute, ...]:
        """Return disputes, the newest first."""
        with self._pool.connection() as connection:
            return life_store.disputes(connection, operator=operator, still_open=still_open)

    def one(self, ident: UUID) -> Dispute:
        """Return a dispute with its evidence."""
        with self._pool.connection() as connection:
            return _dispute(connection, ident)


def _frozen(connection: Connection, invoice: UUID) -> frozenset[int]:
    opened = life_store.disputes(connection, invoice=invoice, still_open=True)
    return frozenset(each.line for each in opened)


def _dispute(connection: Connection, ident: UUID) -> Dispute:
    found = life_store.disputes(connection, ident=ident)
    if not found:
        msg = f"there is no dispute {ident}"
        raise NoSuchDispute(msg)
    return found[0]
