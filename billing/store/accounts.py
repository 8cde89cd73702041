"""Where are judgements, credit notes, payments and the books? Written once, never changed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row, dict_row
from psycopg.types.json import Jsonb

from billing.judging.report import Judgement
from billing.ledger import Balance, Payment, Posting, vat_account
from billing.model import CreditLine, CreditNote, CreditNoteId, Invoice
from billing.store.invoices import MOVE_CHAIN, Place, by_id
from billing.store.lines import tax_values, taxes_from

Connection = psycopg.Connection[Any]

# What the judges said of a document.
INSERT_JUDGEMENT = """
INSERT INTO billing.judgement (document, report, recorded_at)
VALUES (%(document)s, %(report)s, %(now)s)
"""
# The judges' word on a document.
JUDGEMENT = "SELECT report FROM billing.judgement WHERE document = %(document)s"
# One side of an entry.
INSERT_POSTING = """
INSERT INTO billing.posting (document, position, journal, at, invoice, account, debit, credit)
VALUES (%(document)s, %(position)s, %(journal)s, %(at)s, %(invoice)s, %(account)s, %(debit)s,
    %(credit)s)
"""
# The books in the order they were written, of a window of time.
POSTINGS = """
SELECT document, journal, at, invoice, account, debit, credit FROM billing.posting
WHERE (%(start)s::timestamptz IS NULL OR at >= %(start)s)
  AND (%(end)s::timestamptz IS NULL OR at < %(end)s)
ORDER BY at, document, journal, position
"""
# Since when the postings of some invoices to accounts of their debtors have evened out.
LETTERING = """
SELECT invoice, account, max(at) AS at FROM billing.posting
WHERE invoice = ANY(%(invoices)s) AND account = ANY(%(accounts)s)
GROUP BY invoice, account HAVING sum(debit) = sum(credit)
"""
# The sums of every account.
BALANCES = """
SELECT account, sum(debit) AS debit, sum(credit) AS credit FROM billing.posting
WHERE (%(end)s::timestamptz IS NULL OR at < %(end)s) GROUP BY account ORDER BY account
"""
# What the documents say, by another path than the books.
DOCUMENTS = """
SELECT (SELECT coalesce(sum(line.amount), 0) FROM billing.invoice_line AS line
        JOIN billing.invoice ON invoice.id = line.invoice
        WHERE invoice.state = 'issued') AS revenue,
    (SELECT coalesce(sum(amount), 0) FROM billing.credit_line) AS credit,
    (SELECT coalesce(sum(amount), 0) FROM billing.payment)
        - (SELECT coalesce(sum(amount), 0) FROM billing.refund) AS cash,
    (SELECT coalesce(sum(greatest(credited + paid + written_off - refunded - invoiced, 0)), 0)
        FROM billing.standing) AS overpaid,
    (SELECT coalesce(sum(written_off), 0) FROM billing.standing) AS write_off
"""
# The tax on what was invoiced and not credited, by rate: of each invoice from its lines, once.
TAXES = """
SELECT rate, sum(billing.tax_on(net, rate) - billing.tax_on(credited, rate)) AS tax
FROM (
    SELECT line.invoice, line.vat_rate_percent AS rate, sum(line.amount) AS net,
        coalesce(sum(taken.amount), 0) AS credited
    FROM billing.invoice_line AS line
    JOIN billing.invoice ON invoice.id = line.invoice AND invoice.state = 'issued'
    LEFT JOIN (SELECT invoice, line, sum(amount) AS amount FROM billing.credit_line
        GROUP BY invoice, line) AS taken
        ON taken.invoice = line.invoice AND taken.line = line.number
    WHERE line.vat_category = 'S' GROUP BY line.invoice, line.vat_rate_percent
) AS taxed GROUP BY rate ORDER BY rate
"""
# A credit note and its lines.
INSERT_CREDIT = """
INSERT INTO billing.credit_note (id, invoice, series, series_year, ordinal, number, reason, total,
    taxes, issued_at, issued_by, issue_key, previous_hash, hash)
VALUES (%(id)s, %(invoice)s, %(series)s, %(series_year)s, %(ordinal)s, %(number)s, %(reason)s,
    %(total)s, %(taxes)s, %(issued_at)s, %(by)s, %(key)s, %(previous_hash)s, %(hash)s)
"""
INSERT_CREDIT_LINE = """
INSERT INTO billing.credit_line (credit_note, invoice, line, amount)
VALUES (%(credit_note)s, %(invoice)s, %(line)s, %(amount)s)
"""
# What credit notes took back of each line of an invoice.
TAKEN = """
SELECT line, sum(amount) FROM billing.credit_line WHERE invoice = %(invoice)s GROUP BY line
"""
# Credit notes in the order of their chain: all, one invoice's, or one by its number or key.
NOTES = """
SELECT note.*, array_agg(line.line ORDER BY line.line) AS numbers,
    array_agg(line.amount ORDER BY line.line) AS amounts
FROM billing.credit_note AS note JOIN billing.credit_line AS line ON line.credit_note = note.id
WHERE (%(invoice)s::uuid IS NULL OR note.invoice = %(invoice)s)
  AND (%(number)s::text IS NULL OR note.number = %(number)s)
  AND (%(key)s::text IS NULL OR note.issue_key = %(key)s)
  AND (%(start)s::timestamptz IS NULL OR note.issued_at >= %(start)s)
  AND (%(end)s::timestamptz IS NULL OR note.issued_at < %(end)s)
GROUP BY note.id ORDER BY series, series_year, ordinal
"""
# A payment of a statement.
INSERT_PAYMENT = """
INSERT INTO billing.payment (transaction, invoice, amount, paid_on, recorded_by, recorded_at)
VALUES (%(transaction)s, %(invoice)s, %(amount)s, %(paid_on)s, %(by)s, %(now)s)
"""
# Payments that are known, of some.
KNOWN_PAYMENTS = """
SELECT payment.transaction, invoice.number, payment.amount, payment.paid_on
FROM billing.payment JOIN billing.invoice ON invoice.id = payment.invoice
WHERE payment.transaction = ANY(%(transactions)s)
"""
# Every payment, in the order it was written down.
PAYMENTS = """
SELECT payment.transaction, invoice.number, payment.amount, payment.paid_on
FROM billing.payment JOIN billing.invoice ON invoice.id = payment.invoice
ORDER BY payment.recorded_at, payment.transaction
"""
# Drafts whose lines or total are not what the database itself makes of their fees.
WRONG_DRAFTS = """
SELECT invoice.id FROM billing.invoice JOIN LATERAL (
    SELECT sum(net + billing.tax_on(net, rate)) AS total, bool_and(sound) AS sound FROM (
        SELECT line.vat_rate_percent AS rate, sum(line.amount) AS net,
            bool_and(line.amount = round((
                SELECT sum(fee.amount) FROM billing.line_fee
                JOIN billing.fee ON fee.id = line_fee.fee
                WHERE line_fee.invoice = line.invoice AND line_fee.line = line.number
            ), 2)) AS sound
        FROM billing.invoice_line AS line WHERE line.invoice = invoice.id
        GROUP BY line.vat_rate_percent
    ) AS rates
) AS reckoned ON TRUE
WHERE invoice.id = ANY(%(ids)s)
  AND (reckoned.sound IS NOT TRUE OR reckoned.total IS DISTINCT FROM invoice.total)
"""


def wrong_drafts(connection: Connection, ids: Sequence[UUID]) -> list[UUID]:
    """Return those of some drafts that the database reckons otherwise."""
    return [row[0] for row in connection.execute(WRONG_DRAFTS, {"ids": list(ids)})]


def record_judgement(
    connection: Connection, document: str, judgements: Sequence[Judgement], now: datetime
) -> None:
    """Keep what the judges said of a document."""
    report = Jsonb([asdict(each) for each in judgements])
    values = {"document": document, "report": report, "now": now}
    connection.execute(INSERT_JUDGEMENT, values)


def judgement(connection: Connection, document: str) -> list[dict[str, Any]]:
    """Return what the judges said of a document."""
    row = connection.execute(JUDGEMENT, {"document": document}).fetchone()
    return row[0] if row else []


def post(connection: Connection, entry: Iterable[Posting]) -> None:
    """Write an entry into the books."""
    for position, each in enumerate(entry, start=1):
        connection.execute(INSERT_POSTING, {**asdict(each), "position": position})


def postings(
    connection: Connection, start: datetime | None = None, end: datetime | None = None
) -> list[Posting]:
    """Return the books of a window of time, in order."""
    with connection.cursor(row_factory=class_row(Posting)) as cursor:
        return cursor.execute(POSTINGS, {"start": start, "end": end}).fetchall()


def lettering(
    connection: Connection, invoices: Collection[UUID], accounts: Sequence[str]
) -> dict[tuple[UUID, str], datetime]:
    """Return when the postings of invoices to accounts evened out, of those that did."""
    values = {"invoices": list(invoices), "accounts": list(accounts)}
    rows = connection.execute(LETTERING, values).fetchall()
    return {(invoice, account): at for invoice, account, at in rows}


def balances(connection: Connection, end: datetime | None = None) -> list[Balance]:
    """Return the sums of every account until an instant."""
    with connection.cursor(row_factory=class_row(Balance)) as cursor:
        return cursor.execute(BALANCES, {"end": end}).fetchall()


def documents(connection: Connection) -> dict[str, Decimal]:
    """Return what was invoiced, taxed, credited and paid, by the documents."""
    taxes = connection.execute(TAXES).fetchall()
    with connection.cursor(row_factory=dict_row) as cursor:
        sums: dict[str, Decimal] = cursor.execute(DOCUMENTS).fetchone() or {}
    return sums | {vat_account(rate): tax for rate, tax in taxes}


def insert_credit(
    connection: Connection, note: CreditNote, place: Place, *, by: str, key: str
) -> None:
    """Write a credit note down and move the end of its chain to it."""
    values = {
        "id": note.id,
        "invoice": note.invoice.id,
        "series": place.series,
        "series_year": place.year,
        "ordinal": place.ordinal,
        "number": note.number,
        "reason": note.reason,
        "total": note.total,
        "taxes": tax_values(note.taxes),
        "issued_at": note.issued_at,
        "by": by,
        "key": key or None,
        "previous_hash": note.previous_hash,
        "hash": note.hash,
    }
    connection.execute(INSERT_CREDIT, values)
    for each in note.lines:
        line = {"credit_note": note.id, "line": each.number, "amount": each.amount}
        connection.execute(INSERT_CREDIT_LINE, {**values, **line})
    connection.execute(MOVE_CHAIN, values)


def taken(connection: Connection, invoice: UUID) -> dict[int, Decimal]:
    """Return what credit notes took back of each line."""
    return dict(connection.execute(TAKEN, {"invoice": invoice}).fetchall())


def credit_notes(
    connection: Connection,
    *,
    invoice: UUID | None = None,
    number: str | None = None,
    key: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> tuple[CreditNote, ...]:
    """Return credit notes in the order of their chain."""
    values = {"invoice": invoice, "number": number, "key": key, "start": start, "end": end}
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(NOTES, values).fetchall()
    invoices: dict[UUID, Invoice | None] = {
        each: by_id(connection, each) for each in {row["invoice"] for row in rows}
    }
    return tuple(_note(row, invoices[row["invoice"]]) for row in rows)


def insert_payment(
    connection: Connection, payment: Payment, invoice: UUID, *, by: str, now: datetime
) -> None:
    """Write a payment down."""
    values = {**asdict(payment), "invoice": invoice, "by": by, "now": now}
    connection.execute(INSERT_PAYMENT, values)


def known_payments(connection: Connection, transactions: Sequence[str]) -> dict[str, Payment]:
    """Return those of some payments that are written down."""
    with connection.cursor(row_factory=class_row(Payment)) as cursor:
        rows = cursor.execute(KNOWN_PAYMENTS, {"transactions": list(transactions)}).fetchall()
    return {each.transaction: each for each in rows}


def payments(connection: Connection) -> list[Payment]:
    """Return every payment."""
    with connection.cursor(row_factory=class_row(Payment)) as cursor:
        return cursor.execute(PAYMENTS).fetchall()


def _note(row: dict[str, Any], invoice: Invoice | None) -> CreditNote:
    if invoice is None:
        msg = f"{row['number']} cites an invoice that is gone"
        raise LookupError(msg)
    pairs = zip(row["numbers"], row["amounts"], strict=True)
    return CreditNote(
        id=CreditNoteId(row["id"]),
        invoice=invoice,
        lines=tuple(CreditLine(number=number, amount=amount) for number, amount in pairs),
        total=row["total"],
        reason=row["reason"],
        number=row["number"],
        issued_at=row["issued_at"],
        previous_hash=row["previous_hash"],
        hash=row["hash"],
        taxes=taxes_from(row["taxes"]),
    )
