"""Where are invoices? Drafts are replaced, issued ones are kept for good, numbers have no gap."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from billing.model import BillingPeriod, Invoice, InvoiceId, InvoiceLine, InvoiceState, Seller
from billing.periods import month
from billing.store.lines import line_from_row, line_values, tax_values, taxes_from
from permits.parties import Operator, OperatorId, SizeClass

Connection = psycopg.Connection[Any]
Issued = Mapping[tuple[str, bool], tuple[str, ...]]

DEBTOR = ("id", "name", "siren", "size", "address")

# A series that has not begun.
BEGIN_CHAIN = "INSERT INTO billing.chain (series) VALUES (%(series)s) ON CONFLICT DO NOTHING"
# The end of the chain, held until the transaction ends: drafts and numbers change one by one.
LOCK_CHAIN = "SELECT head, issued_at FROM billing.chain WHERE series = %(series)s FOR UPDATE"
# The next number; given back by a rollback, unlike a sequence's.
TAKE_NUMBER = """
INSERT INTO billing.counter (series, year, last) VALUES (%(series)s, %(year)s, 1)
ON CONFLICT (series, year) DO UPDATE SET last = counter.last + 1 RETURNING last
"""
# Where the chain ends now.
MOVE_CHAIN = """
UPDATE billing.chain SET head = %(hash)s, issued_at = %(issued_at)s WHERE series = %(series)s
"""
# The last number of each year of each series.
COUNTERS = "SELECT series, year, last FROM billing.counter ORDER BY series, year"
# The end of every chain, as recorded beside the invoices.
HEADS = "SELECT series, head FROM billing.chain WHERE head <> '' ORDER BY series"
# Drafts of a period make way for what a new run finds.
DELETE_DRAFTS = """
DELETE FROM billing.invoice WHERE year = %(year)s AND month = %(month)s AND state = 'draft'
"""
# A draft.
INSERT_DRAFT = """
INSERT INTO billing.invoice (id, state, operator, year, month, debtor, seller, total, currency,
    supplements, taxes, recorded_at)
VALUES (%(id)s, 'draft', %(operator)s, %(year)s, %(month)s, %(debtor)s, %(seller)s, %(total)s,
    %(currency)s, %(supplements)s, %(taxes)s, %(now)s)
"""
# A line of a draft.
INSERT_LINE = """
INSERT INTO billing.invoice_line (invoice, number, tariff, tariff_version, act, text, layer, zone,
    zone_name, permit, quantity, unit, unit_price, factor, exact, amount, zone_versions, vehicles,
    first_at, last_at, vat_category, vat_rate_percent)
VALUES (%(invoice)s, %(number)s, %(tariff)s, %(tariff_version)s, %(act)s, %(text)s, %(layer)s,
    %(zone)s, %(zone_name)s, %(permit)s, %(quantity)s, %(unit)s, %(unit_price)s, %(factor)s,
    %(exact)s, %(amount)s, %(zone_versions)s, %(vehicles)s, %(first_at)s, %(last_at)s,
    %(vat_category)s, %(vat_rate_percent)s)
"""
# The fees a line stands for.
INSERT_LINE_FEES = """
INSERT INTO billing.line_fee (fee, invoice, line)
SELECT unnest(%(fees)s::uuid[]), %(invoice)s, %(number)s
"""
# From draft to claim.
ISSUE = """
UPDATE billing.invoice SET state = 'issued', series = %(series)s, series_year = %(series_year)s,
    ordinal = %(ordinal)s, number = %(number)s, issued_at = %(issued_at)s, due_on = %(due_on)s,
    previous_hash = %(previous_hash)s, hash = %(hash)s, issued_by = %(by)s, issue_key = %(key)s
WHERE id = %(id)s
"""
# The idempotency key an invoice was issued under.
ISSUE_KEY = "SELECT issue_key FROM billing.invoice WHERE id = %(id)s AND state = 'issued'"
# Invoices, newest period first; drafts before what is issued.
PAGE = """
SELECT invoice.*, billing.state_of(id) AS life FROM billing.invoice
WHERE (%(operator)s::text IS NULL OR operator = %(operator)s)
  AND (%(state)s::text IS NULL OR state = %(state)s)
  AND (%(life)s::text IS NULL OR billing.state_of(id) = %(life)s)
  AND (%(year)s::int IS NULL OR (year = %(year)s AND month = %(month)s))
  AND (%(after)s::uuid IS NULL OR (year, month, coalesce(number, '~'), id) <
      (SELECT year, month, coalesce(number, '~'), id FROM billing.invoice WHERE id = %(after)s))
ORDER BY year DESC, month DESC, coalesce(number, '~') DESC, id DESC LIMIT %(limit)s
"""
# One invoice by its id, or by its number.
BY_ID = "SELECT invoice.*, billing.state_of(id) AS life FROM billing.invoice WHERE id = %(id)s"
BY_NUMBER = """
SELECT invoice.*, billing.state_of(id) AS life FROM billing.invoice WHERE number = %(number)s
"""
# What was issued to each operator for a month, taxed and not.
NUMBERS = """
SELECT operator, taxes <> '[]' AS taxed, array_agg(number ORDER BY number) FROM billing.invoice
WHERE year = %(year)s AND month = %(month)s AND state = 'issued' GROUP BY operator, taxed
"""
# Everything issued, in the order of the chain.
CHAIN = """
SELECT invoice.*, billing.state_of(id) AS life FROM billing.invoice
WHERE state = 'issued' ORDER BY series, series_year, ordinal
"""
# The lines of some invoices with the fees of each.
LINES = """
SELECT line.*, array_agg(line_fee.fee ORDER BY line_fee.fee::text) AS fees
FROM billing.invoice_line AS line
LEFT JOIN billing.line_fee ON line_fee.invoice = line.invoice AND line_fee.line = line.number
WHERE line.invoice = ANY(%(ids)s)
GROUP BY line.invoice, line.number ORDER BY line.invoice, line.number
"""
# The database's own sums of the fees behind each issued line, by another path than Python's.
RECOMPUTED = """
SELECT invoice.number, line.number AS line, line.amount, round(sum(fee.amount), 2) AS recomputed
FROM billing.invoice JOIN billing.invoice_line AS line ON line.invoice = invoice.id
LEFT JOIN billing.line_fee ON line_fee.invoice = line.invoice AND line_fee.line = line.number
LEFT JOIN billing.fee ON fee.id = line_fee.fee
WHERE invoice.state = 'issued'
GROUP BY invoice.number, line.number, line.amount
HAVING line.amount IS DISTINCT FROM round(sum(fee.amount), 2)
ORDER BY invoice.number, line.number
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFilter:
    """Which invoices to list: whose, in which state, of which period, after which one.

    `state` is `draft` or `issued`, whatever became of it since; `life` is where it is now.
    """

    operator: OperatorId | None = None
    state: str | None = None
    life: InvoiceState | None = None
    period: BillingPeriod | None = None
    after: UUID | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a series: what a number is made of."""

    series: str
    year: int
    ordinal: int


def lock_chain(connection: Connection, series: str) -> tuple[str, datetime | None]:
    """Hold the end of the chain until the transaction ends; return its hash and instant."""
    connection.execute(BEGIN_CHAIN, {"series": series})
    row = connection.execute(LOCK_CHAIN, {"series": series}).fetchone()
    return (row[0], row[1]) if row else ("", None)


def take_place(connection: Connection, series: str, year: int) -> Place:
    """Take the next number of a series and year; a rollback gives it back."""
    row = connection.execute(TAKE_NUMBER, {"series": series, "year": year}).fetchone()
    return Place(series=series, year=year, ordinal=row[0] if row else 0)


def replace_drafts(
    connection: Connection, period: BillingPeriod, drafts: Iterable[Invoice], now: datetime
) -> None:
    """Put the drafts of a period in the place of those there were."""
    connection.execute(DELETE_DRAFTS, {"year": period.year, "month": period.month})
    for draft in drafts:
        connection.execute(INSERT_DRAFT, {**_values(draft), "now": now})
        for line in draft.lines:
            values = {**line_values(line), "invoice": draft.id}
            connection.execute(INSERT_LINE, values)
            connection.execute(INSERT_LINE_FEES, {**values, "fees": list(line.fees)})


def issue(connection: Connection, invoice: Invoice, place: Place, *, by: str, key: str) -> None:
    """Make a draft a claim and move the end of the chain to it."""
    values = {
        "id": invoice.id,
        "series": place.series,
        "series_year": place.year,
        "ordinal": place.ordinal,
        "number": invoice.number,
        "issued_at": invoice.issued_at,
        "due_on": invoice.due_on,
        "previous_hash": invoice.previous_hash,
        "hash": invoice.hash,
        "by": by,
        "key": key or None,
    }
    connection.execute(ISSUE, values)
    connection.execute(MOVE_CHAIN, values)


def issue_key(connection: Connection, invoice: UUID) -> str | None:
    """Return the idempotency key an invoice was issued under."""
    row = connection.execute(ISSUE_KEY, {"id": invoice}).fetchone()
    return row[0] if row else None


def page(connection: Connection, wanted: InvoiceFilter) -> tuple[Invoice, ...]:
    """Return a page of invoices, newest period first."""
    values = {
        "operator": wanted.operator,
        "state": wanted.state,
        "life": wanted.life,
        "year": wanted.period.year if wanted.period else None,
        "month": wanted.period.month if wanted.period else None,
        "after": wanted.after,
        "limit": wanted.limit,
    }
    return _invoices(connection, PAGE, values)


def by_id(connection: Connection, ident: UUID) -> Invoice | None:
    """Return an invoice by its id."""
    return next(iter(_invoices(connection, BY_ID, {"id": ident})), None)


def by_number(connection: Connection, number: str) -> Invoice | None:
    """Return an issued invoice by its number."""
    return next(iter(_invoices(connection, BY_NUMBER, {"number": number})), None)


def numbers(connection: Connection, period: BillingPeriod) -> Issued:
    """Return the numbers of what was issued to each operator for a period, taxed and not."""
    rows = connection.execute(NUMBERS, {"year": period.year, "month": period.month}).fetchall()
    return {(operator, taxed): tuple(found) for operator, taxed, found in rows}


def chain(connection: Connection) -> tuple[Invoice, ...]:
    """Return everything issued, in the order of the chain."""
    return _invoices(connection, CHAIN, {})


def counters(connection: Connection) -> dict[tuple[str, int], int]:
    """Return the last number of each series and year."""
    rows = connection.execute(COUNTERS).fetchall()
    return {(series, year): last for series, year, last in rows}


def heads(connection: Connection) -> dict[str, str]:
    """Return the end of each chain as recorded beside it."""
    return dict(connection.execute(HEADS).fetchall())


def recomputed(connection: Connection) -> list[dict[str, Any]]:
    """Return the issued lines whose fees, summed by the database, give another amount."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(RECOMPUTED).fetchall()


def _values(invoice: Invoice) -> dict[str, Any]:
    return {
        "id": invoice.id,
        "operator": invoice.operator,
        "year": invoice.period.year,
        "month": invoice.period.month,
        "debtor": Jsonb({name: getattr(invoice.debtor, name) for name in DEBTOR}),
        "seller": Jsonb(asdict(invoice.seller)),
        "total": invoice.total,
        "currency": invoice.currency,
        "supplements": list(invoice.supplements),
        "taxes": tax_values(invoice.taxes),
    }


def _invoices(connection: Connection, query: str, values: Mapping[str, Any]) -> tuple[Invoice, ...]:
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(query.encode(), values).fetchall()
        lines: dict[UUID, list[InvoiceLine]] = {row["id"]: [] for row in rows}
        for line in cursor.execute(LINES, {"ids": list(lines)}):
            lines[line["invoice"]].append(line_from_row(line))
    return tuple(_invoice(row, lines[row["id"]]) for row in rows)


def _invoice(row: Mapping[str, Any], lines: Sequence[InvoiceLine]) -> Invoice:
    debtor = {name: row["debtor"][name] for name in DEBTOR}
    return Invoice(
        id=InvoiceId(row["id"]),
        debtor=Operator(**debtor | {"size": SizeClass(debtor["size"])}),
        seller=Seller(**row["seller"]),
        period=month(row["year"], row["month"]),
        lines=tuple(lines),
        total=row["total"],
        currency=row["currency"],
        number=row["number"],
        issued_at=row["issued_at"],
        due_on=row["due_on"],
        previous_hash=row["previous_hash"],
        hash=row["hash"],
        supplements=tuple(row["supplements"]),
        state=InvoiceState(row["life"]),
        taxes=taxes_from(row["taxes"]),
    )
