"""Fill a database with the issued invoices of a month, ten lines each, by statements of a set."""

import psycopg
from psycopg.types.json import Jsonb

from bench.billing.issuing import LINES, claim
from billing.model import BillingPeriod

# Each row by itself would be looked at by triggers, and its tariff sought: it is all made here.
UNGUARDED = "SET session_replication_role = replica"
INVOICES = """
INSERT INTO billing.invoice (id, state, operator, year, month, debtor, seller, total, currency,
    series, series_year, ordinal, number, issued_at, due_on, hash, issued_by, recorded_at)
SELECT md5(%(label)s || n)::uuid, 'issued', 'op-' || n %% 1000, %(year)s, %(month)s, %(debtor)s,
    %(seller)s, %(total)s, 'EUR', %(label)s, %(year)s, n, %(label)s || '-' || lpad(n::text, 6, '0'),
    '2026-11-02T09:00Z', '2026-12-02', encode(sha256(n::text::bytea), 'hex'), 'bench',
    '2026-11-02T09:00Z'
FROM generate_series(1, %(invoices)s) AS n
"""
THEIR_LINES = """
INSERT INTO billing.invoice_line (invoice, number, tariff, tariff_version, act, text, layer, zone,
    zone_name, quantity, unit, unit_price, factor, exact, amount, zone_versions, vehicles,
    first_at, last_at)
SELECT invoice.id, n, 'air-minute', 1, 'demonstration', %(text)s, 'air', 'air-' || n, 'Zone ' || n,
    quantity, 'min', 0.35, 1, quantity * 0.35 * 1, round(quantity * 0.35, 2), ARRAY[1],
    ARRAY['drone-' || n], '2026-10-14T10:00Z', '2026-10-14T11:00Z'
FROM billing.invoice, generate_series(1, %(lines)s) AS n,
    LATERAL (SELECT (ordinal %% 97 + n)::numeric AS quantity) AS used
WHERE series = %(label)s
"""


def fill(url: str, period: BillingPeriod, lines: int) -> None:
    """Put so many issued lines of a month into an empty database."""
    made = claim(1)
    debtor = {name: getattr(made.debtor, name) for name in ("id", "name", "siren", "address")}
    seller = {name: getattr(made.seller, name) for name in made.seller.__dataclass_fields__}
    values = {
        "label": period.label,
        "year": period.year,
        "month": period.month,
        "debtor": Jsonb({**debtor, "size": made.debtor.size.value}),
        "seller": Jsonb(seller),
        "total": made.total,
        "text": Jsonb(dict(made.lines[0].text)),
        "invoices": lines // LINES,
        "lines": LINES,
    }
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(UNGUARDED)
        connection.execute(INVOICES, values)
        connection.execute(THEIR_LINES, values)
        connection.execute("ANALYZE billing.invoice, billing.invoice_line")
