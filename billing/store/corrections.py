"""Where is what was metered wrong, what takes its place, and which credit notes answer it?"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from billing.life.corrections import Contradiction, Correction, WrongLine
from billing.store.lines import vat_from
from billing.store.usage import usage_from_row

Connection = psycopg.Connection[Any]
INSTANTS, NAMES = ("at", "ended_at"), ("id", "permit", "visit")

# What contradicts known usage and was not taken for the truth: all of it, or of one key.
CONTRADICTIONS = """
SELECT key, fingerprint, content, recorded_at FROM billing.usage_conflict AS told
WHERE (%(key)s::text IS NULL OR key = %(key)s) AND NOT EXISTS (
    SELECT FROM billing.correction
    WHERE correction.key = told.key AND told.fingerprint = ANY(correction.answered))
ORDER BY recorded_at, key, fingerprint LIMIT 1000
"""
# What stands for a key now: the first usage, or what took its place; and how often something did.
STANDING = """
SELECT usage.id, usage.at,
    (SELECT count(*) FROM billing.correction WHERE key = %(key)s) AS corrected,
    coalesce((SELECT fingerprint FROM billing.correction WHERE key = %(key)s
        ORDER BY position DESC LIMIT 1), usage.fingerprint) AS fingerprint
FROM billing.usage
WHERE (key = %(key)s OR id IN (SELECT replacement FROM billing.correction WHERE key = %(key)s))
  AND NOT EXISTS (SELECT FROM billing.correction WHERE correction.usage = usage.id)
"""
# A usage is superseded, once.
INSERT = """
INSERT INTO billing.correction (key, position, usage, replacement, fingerprint, answered, reason,
    recorded_by, recorded_at)
VALUES (%(key)s, %(position)s, %(usage)s, %(replacement)s, %(fingerprint)s,
    ARRAY(SELECT fingerprint FROM billing.usage_conflict WHERE key = %(key)s), %(reason)s, %(by)s,
    %(at)s)
"""
# Issued lines with fees of what was superseded, of which some are not answered by a credit note.
WRONG_LINES = """
SELECT invoice.number, line.number AS line, line.exact,
    coalesce(sum(fee.amount) FILTER (WHERE answer.usage IS NOT NULL), 0) AS answered,
    coalesce(sum(fee.amount) FILTER (WHERE answer.usage IS NULL), 0) AS wrong,
    array_agg(DISTINCT correction.usage) FILTER (WHERE answer.usage IS NULL) AS usages,
    array_agg(DISTINCT correction.reason) FILTER (WHERE answer.usage IS NULL) AS reasons,
    line.amount - coalesce((SELECT sum(amount) FROM billing.credit_line AS taken
        WHERE taken.invoice = line.invoice AND taken.line = line.number), 0) AS "left",
    line.vat_category, line.vat_rate_percent,
    coalesce((SELECT sum(taken.amount) FROM billing.credit_line AS taken
        JOIN billing.invoice_line AS same
            ON same.invoice = taken.invoice AND same.number = taken.line
        WHERE taken.invoice = line.invoice
          AND same.vat_rate_percent = line.vat_rate_percent), 0) AS credited
FROM billing.correction
JOIN billing.fee ON fee.usage = correction.usage
JOIN billing.line_fee ON line_fee.fee = fee.id
JOIN billing.invoice_line AS line
    ON line.invoice = line_fee.invoice AND line.number = line_fee.line
JOIN billing.invoice ON invoice.id = line.invoice AND invoice.state = 'issued'
LEFT JOIN billing.correction_answer AS answer
    ON answer.usage = correction.usage AND answer.invoice = invoice.id
GROUP BY invoice.number, line.invoice, line.number, line.exact, line.amount, line.vat_category,
    line.vat_rate_percent
HAVING bool_or(answer.usage IS NULL)
"""
# The credit note that answers a correction on an invoice.
INSERT_ANSWER = """
INSERT INTO billing.correction_answer (usage, invoice, credit_note)
SELECT usage, %(invoice)s, %(credit_note)s FROM unnest(%(usages)s::uuid[]) AS usage
"""


def contradictions(connection: Connection, key: str | None = None) -> list[Contradiction]:
    """Return what contradicts known usage, the oldest first."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return [_contradiction(row) for row in cursor.execute(CONTRADICTIONS, {"key": key})]


def standing(connection: Connection, key: str) -> dict[str, Any] | None:
    """Return what stands for a key: id, instant, fingerprint, how often it was corrected."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(STANDING, {"key": key}).fetchone()


def insert(connection: Connection, correction: Correction) -> None:
    """Write down that a usage is superseded."""
    connection.execute(INSERT, asdict(correction))


def wrong_lines(connection: Connection) -> list[WrongLine]:
    """Return issued lines that wrong usage stands on, where no credit note answers it yet."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return [_wrong_line(row) for row in cursor.execute(WRONG_LINES)]


def answer(
    connection: Connection, usages: Sequence[UUID], invoice: UUID, credit_note: UUID
) -> None:
    """Write down which credit note answers corrections on an invoice."""
    values = {"usages": list(usages), "invoice": invoice, "credit_note": credit_note}
    connection.execute(INSERT_ANSWER, values)


def _wrong_line(row: dict[str, Any]) -> WrongLine:
    vat = vat_from(row.pop("vat_category"), row.pop("vat_rate_percent"))
    return WrongLine(**row, vat=vat)


def _contradiction(row: Mapping[str, Any]) -> Contradiction:
    content = json.loads(row["content"])
    content |= {name: datetime.fromisoformat(content[name]) for name in INSTANTS}
    content |= {name: UUID(content[name]) for name in NAMES if content[name]}
    return Contradiction(
        key=row["key"],
        fingerprint=row["fingerprint"],
        usage=usage_from_row(content),
        recorded_at=row["recorded_at"],
    )
