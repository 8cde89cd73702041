"""Where is what was paid back? Written once, never changed, under the bank's reference."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from billing.ledger import Refund

Connection = psycopg.Connection[Any]

# A refund, as the accountant says that it was made.
INSERT_REFUND = """
INSERT INTO billing.refund (transaction, invoice, amount, paid_on, recorded_by, recorded_at)
VALUES (%(transaction)s, %(invoice)s, %(amount)s, %(paid_on)s, %(by)s, %(now)s)
"""
# A refund by the bank's reference.
KNOWN_REFUND = """
SELECT refund.transaction, invoice.number, refund.amount, refund.paid_on
FROM billing.refund JOIN billing.invoice ON invoice.id = refund.invoice
WHERE refund.transaction = %(transaction)s
"""


def insert_refund(
    connection: Connection, refund: Refund, invoice: UUID, *, by: str, now: datetime
) -> None:
    """Write a refund down."""
    values = {**asdict(refund), "invoice": invoice, "by": by, "now": now}
    connection.execute(INSERT_REFUND, values)


def known_refund(connection: Connection, transaction: str) -> Refund | None:
    """Return what is written down under a reference of the bank."""
    with connection.cursor(row_factory=class_row(Refund)) as cursor:
        return cursor.execute(KNOWN_REFUND, {"transaction": transaction}).fetchone()
