"""In which transaction is a claim changed? In one that holds the chain, and tells the move."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg_pool import ConnectionPool

from billing.ledger import Standing
from billing.life.states import LEADS, InvoiceMove, Step, require_possible, settled
from billing.model import Invoice
from billing.store import invoices as invoice_store
from billing.store import life as life_store

Connection = psycopg.Connection[Any]

SERIES = "P"
CREDIT_SERIES = "A"  # avoir


class NoSuchInvoice(LookupError):
    """An invoice or line that is not there."""


@contextmanager
def working(pool: ConnectionPool, *, dry: bool = False) -> Iterator[Connection]:
    """Change claims in one transaction, one at a time; a dry run takes everything back."""
    with pool.connection() as connection, connection.transaction(force_rollback=dry):
        invoice_store.lock_chain(connection, SERIES)
        yield connection


def moved(
    connection: Connection,
    invoice: Invoice,
    move: InvoiceMove,
    *,
    by: str,
    at: datetime,
    reason: str = "",
) -> Invoice:
    """Write down a move that was made, and where it leads: after the issue the books say where."""
    require_possible(invoice, move)
    state = LEADS.get(move) or settled(standing(connection, str(invoice.number)))
    step = Step(move=move, state=state, by=by, at=at, reason=reason)
    life_store.record(connection, invoice.id, step)
    return replace(invoice, state=state)


def standing(connection: Connection, number: str) -> Standing:
    """Return where an issued invoice stands."""
    found = life_store.standings(connection, number)
    if not found:
        raise no_invoice(number)
    return found[0]


def drafted(connection: Connection, ident: UUID) -> Invoice:
    """Return an invoice by its id."""
    found = invoice_store.by_id(connection, ident)
    if found is None:
        raise no_invoice(str(ident))
    return found


def numbered(connection: Connection, number: str) -> Invoice:
    """Return an issued invoice by its number."""
    found = invoice_store.by_number(connection, number)
    if found is None:
        raise no_invoice(number)
    return found


def no_invoice(name: str) -> NoSuchInvoice:
    """Say that there is no invoice of a name."""
    return NoSuchInvoice(f"there is no invoice {name[:60]}")
