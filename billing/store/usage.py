"""Where are usage and fees? Facts and their prices, written once and never changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from billing.canonical import canonical
from billing.metering import fingerprint
from billing.model import Fee, Occupied, Usage, UsageSource
from billing.prices import NoiseClass
from permits.kinds import EnergyClass
from permits.occupations import OccupationKind
from permits.parties import OperatorId, SizeClass
from telemetry.model import VisitId
from zones.demands import StreetCategory, VehicleClass
from zones.model import Layer, Purpose
from zones.periods import ALWAYS, Window

Connection = psycopg.Connection[Any]

# What is known of some keys: the first content, or what was taken for the truth since.
FINGERPRINTS = """
SELECT key, coalesce((SELECT correction.fingerprint FROM billing.correction
    WHERE correction.key = usage.key ORDER BY position DESC LIMIT 1), fingerprint)
FROM billing.usage WHERE key = ANY(%(keys)s)
"""
# One usage, as metered.
INSERT_USAGE = """
INSERT INTO billing.usage (id, key, fingerprint, operator, vehicle, layer, zone, zone_version,
    permit, permit_version, purpose, size, source, visit, at, ended_at, entries, certain_ms,
    distance_m, occupied, vehicle_class, noise, energy_class, cargo_kg, passengers, calls,
    recorded_at)
VALUES (%(id)s, %(key)s, %(fingerprint)s, %(operator)s, %(vehicle)s, %(layer)s, %(zone)s,
    %(zone_version)s, %(permit)s, %(permit_version)s, %(purpose)s, %(size)s, %(source)s, %(visit)s,
    %(at)s, %(ended_at)s, %(entries)s, %(certain_ms)s, %(distance_m)s, %(occupied)s,
    %(vehicle_class)s, %(noise)s, %(energy_class)s, %(cargo_kg)s, %(passengers)s, %(calls)s,
    %(now)s)
"""
# Which of some visits were metered.
METERED = "SELECT DISTINCT visit FROM billing.usage WHERE visit = ANY(%(visits)s)"
# A known key that came with other content; told once.
INSERT_CONFLICT = """
INSERT INTO billing.usage_conflict (key, fingerprint, content, recorded_at)
VALUES (%(key)s, %(fingerprint)s, %(content)s, %(now)s) ON CONFLICT DO NOTHING
"""
# All usage that began in a window, and that nothing took the place of.
USAGE_OF_WINDOW = """
SELECT * FROM billing.usage WHERE at >= %(start)s AND at < %(end)s
  AND NOT EXISTS (SELECT FROM billing.correction WHERE correction.usage = usage.id)
ORDER BY key
"""
# One fee; a usage is priced once by a tariff, a fee a part, whatever is published later.
INSERT_FEE = """
INSERT INTO billing.fee (id, usage, operator, layer, zone, permit, tariff, tariff_version,
    quantity, unit, unit_price, factor, amount, currency, part, recorded_at)
VALUES (%(id)s, %(usage)s, %(operator)s, %(layer)s, %(zone)s, %(permit)s, %(tariff)s,
    %(tariff_version)s, %(quantity)s, %(unit)s, %(unit_price)s, %(factor)s, %(amount)s,
    %(currency)s, %(part)s, %(now)s)
ON CONFLICT (usage, tariff, part) DO NOTHING
"""
# The fees of a window that no issued invoice claims yet; not of what was metered wrong.
UNCLAIMED = """
SELECT fee.* FROM billing.fee JOIN billing.usage ON usage.id = fee.usage
WHERE usage.at >= %(start)s AND usage.at < %(end)s AND fee.amount > 0
  AND NOT EXISTS (SELECT FROM billing.correction WHERE correction.usage = usage.id)
  AND NOT EXISTS (
    SELECT FROM billing.line_fee JOIN billing.invoice ON invoice.id = line_fee.invoice
    WHERE line_fee.fee = fee.id AND invoice.state = 'issued')
ORDER BY fee.operator, fee.id
"""
# All fees of a window, but of what was metered wrong.
FEES_OF_WINDOW = """
SELECT fee.* FROM billing.fee JOIN billing.usage ON usage.id = fee.usage
WHERE usage.at >= %(start)s AND usage.at < %(end)s
  AND NOT EXISTS (SELECT FROM billing.correction WHERE correction.usage = usage.id)
ORDER BY fee.id
"""
# A page of usage with the fees it led to, newest first.
PAGE = """
SELECT usage.*,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('tariff', fee.tariff,
        'tariff_version', fee.tariff_version, 'quantity', fee.quantity::text, 'unit', fee.unit,
        'unit_price', fee.unit_price::text, 'factor', fee.factor::text,
        'amount', fee.amount::text, 'currency', fee.currency, 'part', fee.part)
        ORDER BY fee.tariff, fee.part), '[]')
     FROM billing.fee WHERE fee.usage = usage.id) AS fees
FROM billing.usage
WHERE (%(operator)s::text IS NULL OR operator = %(operator)s)
  AND (%(layer)s::text IS NULL OR layer = %(layer)s)
  AND (%(start)s::timestamptz IS NULL OR at >= %(start)s)
  AND (%(end)s::timestamptz IS NULL OR at < %(end)s)
  AND (%(after)s::uuid IS NULL OR (at, id) <
       (SELECT at, id FROM billing.usage WHERE id = %(after)s))
ORDER BY at DESC, id DESC LIMIT %(limit)s
"""
# The fees behind a line with their usage, in the order of time.
BEHIND_LINE = """
SELECT fee.id AS fee_id, usage.id AS usage_id
FROM billing.line_fee JOIN billing.fee ON fee.id = line_fee.fee
JOIN billing.usage ON usage.id = fee.usage
WHERE line_fee.invoice = %(invoice)s AND line_fee.line = %(line)s
ORDER BY usage.at, usage.key, fee.id LIMIT %(limit)s OFFSET %(skip)s
"""
# Some fees, or some usages, by their ids.
FEES = "SELECT * FROM billing.fee WHERE id = ANY(%(ids)s)"
USAGES = "SELECT * FROM billing.usage WHERE id = ANY(%(ids)s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageFilter:
    """Which usage to list: of whom, where, begun when, after which one."""

    operator: OperatorId | None = None
    layer: Layer | None = None
    window: Window = ALWAYS
    after: UUID | None = None
    limit: int = 100


def fingerprints(connection: Connection, keys: Sequence[str]) -> dict[str, str]:
    """Return what is known of some keys."""
    return dict(connection.execute(FINGERPRINTS, {"keys": list(keys)}).fetchall())


def metered(connection: Connection, visits: Sequence[VisitId]) -> set[VisitId]:
    """Return which of some visits usage rests on."""
    rows = connection.execute(METERED, {"visits": list(visits)}).fetchall()
    return {VisitId(row[0]) for row in rows}


def insert_usages(connection: Connection, usages: Iterable[Usage], now: datetime) -> None:
    """Write new usage down."""
    rows = [_row(usage, now) for usage in usages]
    with connection.cursor() as cursor:
        cursor.executemany(INSERT_USAGE, rows)


def insert_conflicts(connection: Connection, usages: Iterable[Usage], now: datetime) -> None:
    """Keep usage that contradicts what is known, to be looked at."""
    for usage in usages:
        content = Jsonb(canonical(asdict(usage)).decode())
        values = {"key": usage.key, "fingerprint": fingerprint(usage), "content": content}
        connection.execute(INSERT_CONFLICT, {**values, "now": now})


def usage_of(connection: Connection, window: Window) -> tuple[Usage, ...]:
    """Return all usage that began in a window."""
    return tuple(usage_from_row(row) for row in _rows(connection, USAGE_OF_WINDOW, _span(window)))


def insert_fees(connection: Connection, fees: Iterable[Fee], now: datetime) -> int:
    """Write fees down; return how many are new."""
    with connection.cursor() as cursor:
        cursor.executemany(INSERT_FEE, [{**asdict(fee), "now": now} for fee in fees])
        return max(cursor.rowcount, 0)


def fees_of(connection: Connection, window: Window) -> tuple[Fee, ...]:
    """Return the fees of all usage that began in a window."""
    return tuple(_fee(row) for row in _rows(connection, FEES_OF_WINDOW, _span(window)))


def unclaimed(connection: Connection, window: Window) -> tuple[Fee, ...]:
    """Return the fees of a window that no issued invoice claims."""
    return tuple(_fee(row) for row in _rows(connection, UNCLAIMED, _span(window)))


def page(connection: Connection, wanted: UsageFilter) -> list[tuple[Usage, list[dict[str, Any]]]]:
    """Return a page of usage, newest first, each with its fees."""
    values = {
        "operator": wanted.operator,
        "layer": wanted.layer,
        "after": wanted.after,
        "limit": wanted.limit,
        **_span(wanted.window),
    }
    return [(usage_from_row(row), row["fees"]) for row in _rows(connection, PAGE, values)]


def behind_line(
    connection: Connection, invoice: UUID, line: int, *, limit: int, skip: int = 0
) -> list[tuple[Fee, Usage]]:
    """Return the fees of a line with the usage each rests on."""
    values = {"invoice": invoice, "line": line, "limit": limit, "skip": skip}
    pairs = _rows(connection, BEHIND_LINE, values)
    fee_ids = {"ids": [pair["fee_id"] for pair in pairs]}
    usage_ids = {"ids": [pair["usage_id"] for pair in pairs]}
    fees = {row["id"]: _fee(row) for row in _rows(connection, FEES, fee_ids)}
    usages = {row["id"]: usage_from_row(row) for row in _rows(connection, USAGES, usage_ids)}
    return [(fees[pair["fee_id"]], usages[pair["usage_id"]]) for pair in pairs]


def _rows(connection: Connection, query: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query.encode(), values).fetchall()


def _span(window: Window) -> dict[str, datetime | None]:
    return {"start": window.start, "end": window.end}


def _row(usage: Usage, now: datetime) -> dict[str, Any]:
    content = asdict(usage)
    occupied = Jsonb(content["occupied"]) if usage.occupied else None
    return {**content, "occupied": occupied, "fingerprint": fingerprint(usage), "now": now}


def usage_from_row(row: Mapping[str, Any]) -> Usage:
    """Read a usage."""
    names = {name: row[name] for name in Usage.__dataclass_fields__}
    purpose, vehicle_class, noise = row["purpose"], row["vehicle_class"], row["noise"]
    energy_class = row["energy_class"]
    return Usage(
        **names
        | {
            "layer": Layer(row["layer"]),
            "purpose": Purpose(purpose) if purpose else None,
            "size": SizeClass(row["size"]),
            "source": UsageSource(row["source"]),
            "occupied": _occupied(row["occupied"]),
            "vehicle_class": VehicleClass(vehicle_class) if vehicle_class else None,
            "noise": NoiseClass(noise) if noise else None,
            "energy_class": EnergyClass(energy_class) if energy_class else None,
        }
    )


def _occupied(content: Mapping[str, Any] | None) -> Occupied | None:
    if content is None:
        return None
    words = {
        "kind": OccupationKind(content["kind"]),
        "street": StreetCategory(content.get("street", StreetCategory.NONE)),
    }
    return Occupied(**{**content, **words})


def _fee(row: Mapping[str, Any]) -> Fee:
    names = {name: row[name] for name in Fee.__dataclass_fields__}
    return Fee(**names | {"layer": Layer(row["layer"])})
