"""Where are an invoice's moves, its disputes, and what was written off? Beside it, for good."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row, dict_row

from billing.ledger import Standing
from billing.life.disputes import Dispute, DisputeOutcome
from billing.life.states import InvoiceMove, Step
from billing.life.writing_off import WriteOff, WriteOffKind
from billing.model import InvoiceState

Connection = psycopg.Connection[Any]

# What was done with an invoice, after all that was done before.
INSERT_STEP = """
INSERT INTO billing.invoice_move (invoice, position, move, state, reason, recorded_by, recorded_at)
SELECT %(invoice)s, 1 + count(*), %(move)s, %(state)s, %(reason)s, %(by)s, %(at)s
FROM billing.invoice_move WHERE invoice = %(invoice)s
"""
# What was done with an invoice, in order.
STEPS = """
SELECT move, state, reason, recorded_by AS by, recorded_at AS at
FROM billing.invoice_move WHERE invoice = %(invoice)s ORDER BY position
"""
# Where issued invoices stand, the longest due first.
STANDINGS = """
SELECT number, operator, invoiced, credited, paid, written_off, disputed, currency, due_on,
    acknowledged_on, refunded, admitted
FROM billing.standing WHERE (%(number)s::text IS NULL OR number = %(number)s)
ORDER BY due_on, number
"""
# Issued invoices whose state is not what their standing says.
UNSETTLED = """
SELECT standing.*, billing.state_of(id) AS state FROM billing.standing ORDER BY number
"""
# A dispute of a line.
INSERT_DISPUTE = """
INSERT INTO billing.dispute (id, invoice, line, amount, reason, evidence, evidence_hash,
    recorded_by, recorded_at)
VALUES (%(id)s, %(invoice)s, %(line)s, %(amount)s, %(reason)s, %(evidence)s, %(evidence_hash)s,
    %(opened_by)s, %(opened_at)s)
"""
# The answer to a dispute.
INSERT_DISPUTE_END = """
INSERT INTO billing.dispute_end (dispute, outcome, answer, credit_note, recorded_by, recorded_at)
VALUES (%(id)s, %(outcome)s, %(answer)s,
    (SELECT id FROM billing.credit_note WHERE number = %(credit_note)s), %(ended_by)s, %(ended_at)s)
"""
# Disputes, the newest first: all, one, one operator's, one invoice's, only those still open.
DISPUTES = """
SELECT dispute.id, invoice.number, invoice.operator, dispute.line, dispute.amount, dispute.reason,
    dispute.evidence, dispute.evidence_hash, dispute.recorded_by AS opened_by,
    dispute.recorded_at AS opened_at, ended.outcome, coalesce(ended.answer, '') AS answer,
    note.number AS credit_note, ended.recorded_by AS ended_by, ended.recorded_at AS ended_at
FROM billing.dispute JOIN billing.invoice ON invoice.id = dispute.invoice
LEFT JOIN billing.dispute_end AS ended ON ended.dispute = dispute.id
LEFT JOIN billing.credit_note AS note ON note.id = ended.credit_note
WHERE (%(id)s::uuid IS NULL OR dispute.id = %(id)s)
  AND (%(invoice)s::uuid IS NULL OR dispute.invoice = %(invoice)s)
  AND (%(operator)s::text IS NULL OR invoice.operator = %(operator)s)
  AND (NOT %(open)s OR ended.dispute IS NULL)
ORDER BY dispute.recorded_at DESC, dispute.id LIMIT %(limit)s
"""
MOST_DISPUTES = 1_000
# What is no longer collected.
INSERT_WRITE_OFF = """
INSERT INTO billing.write_off (id, invoice, kind, amount, act, reason, recorded_by, recorded_at)
VALUES (%(id)s, %(invoice)s, %(kind)s, %(amount)s, %(act)s, %(reason)s, %(by)s, %(at)s)
"""
# What of an invoice is no longer collected, in the order of time.
WRITE_OFFS = """
SELECT gone.id, invoice.number, gone.kind, gone.amount, gone.act, gone.reason,
    gone.recorded_by AS by, gone.recorded_at AS at
FROM billing.write_off AS gone JOIN billing.invoice ON invoice.id = gone.invoice
WHERE invoice.number = %(number)s ORDER BY gone.recorded_at, gone.id
"""


def record(connection: Connection, invoice: UUID, step: Step) -> None:
    """Write down what was done with an invoice."""
    connection.execute(INSERT_STEP, {"invoice": invoice, **asdict(step)})


def steps(connection: Connection, invoice: UUID) -> tuple[Step, ...]:
    """Return what was done with an invoice, in order."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return tuple(
            Step(**row | {"move": InvoiceMove(row["move"]), "state": InvoiceState(row["state"])})
            for row in cursor.execute(STEPS, {"invoice": invoice})
        )


def standings(connection: Connection, number: str | None = None) -> list[Standing]:
    """Return where issued invoices stand, or one of them, the longest due first."""
    with connection.cursor(row_factory=class_row(Standing)) as cursor:
        return cursor.execute(STANDINGS, {"number": number}).fetchall()


def told_states(connection: Connection) -> list[tuple[Standing, InvoiceState]]:
    """Return where issued invoices stand, and the state that their last move led to."""
    names = Standing.__dataclass_fields__
    with connection.cursor(row_factory=dict_row) as cursor:
        return [
            (Standing(**{name: row[name] for name in names}), InvoiceState(row["state"]))
            for row in cursor.execute(UNSETTLED)
        ]


def insert_dispute(connection: Connection, invoice: UUID, dispute: Dispute) -> None:
    """Freeze a line."""
    connection.execute(INSERT_DISPUTE, {"invoice": invoice, **asdict(dispute)})


def end_dispute(connection: Connection, dispute: Dispute) -> None:
    """Write down how a dispute ended."""
    connection.execute(INSERT_DISPUTE_END, asdict(dispute))


def disputes(
    connection: Connection,
    *,
    ident: UUID | None = None,
    invoice: UUID | None = None,
    operator: str | None = None,
    still_open: bool = False,
) -> tuple[Dispute, ...]:
    """Return disputes, the newest first."""
    values = {
        "id": ident,
        "invoice": invoice,
        "operator": operator,
        "open": still_open,
        "limit": MOST_DISPUTES,
    }
    with connection.cursor(row_factory=dict_row) as cursor:
        return tuple(_dispute(row) for row in cursor.execute(DISPUTES, values))


def insert_write_off(connection: Connection, invoice: UUID, gone: WriteOff) -> None:
    """Write down what is no longer collected."""
    connection.execute(INSERT_WRITE_OFF, {"invoice": invoice, **asdict(gone)})


def write_offs(connection: Connection, number: str) -> tuple[WriteOff, ...]:
    """Return what of an invoice is no longer collected."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return tuple(
            WriteOff(**row | {"kind": WriteOffKind(row["kind"])})
            for row in cursor.execute(WRITE_OFFS, {"number": number})
        )


def _dispute(row: dict[str, Any]) -> Dispute:
    outcome = row["outcome"]
    return Dispute(**row | {"outcome": DisputeOutcome(outcome) if outcome else None})
