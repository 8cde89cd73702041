"""Explain lines drawn at random, among millions of positions.

A week is filled with made positions as `bench.history` does, those in the air with a verdict and
in visits of ten minutes. Indexes are taken away while it is, and made again.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
import psutil
import psycopg
from psycopg import Connection
from psycopg_pool import ConnectionPool

from bench.billing.report import Measured, Target
from bench.billing.serving import server
from bench.billing.sets import operator
from bench.history.__main__ import FILL, MONDAY, MOVING_S, WEEK
from billing.judging.report import Judgement, Written
from billing.model import Invoice
from billing.periods import month
from billing.running import Sources
from billing.schemas.evidence import EvidenceOut
from billing.service import BillingService
from billing.tariffs import demonstration
from permits.parties import Operator, OperatorId
from telemetry.model import Reason, VerdictKind
from telemetry.service import HistoryService
from zones.columns import Relation

JUNE, JULY = month(2026, 6), datetime(2026, 7, 2, tzinfo=UTC)
OWNERS, TARGET_MS, SEED = 50, 200, 7
ASKED, USES = 100, 10
POSITIONS = 500  # as the API answers unless it is asked for more
VERDICTS = """
INSERT INTO telemetry.verdict (observation_id, operator, vehicle, layer, at, recorded_at, zone_id,
    zone_version, permit_id, permit_version, kind, reason, relation, margin_m, rulebook_version)
SELECT id, operator, vehicle, layer, at, at, 'air-paris', 1,
    '00000000-0000-4000-8000-000000000001'::uuid, 1, %(kind)s, %(reason)s, %(relation)s, 10, 1
FROM telemetry.observation WHERE layer = 2 ORDER BY at
"""
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE schemaname = 'telemetry' AND tablename IN ('observation', 'verdict')
"""
VISITS = """
INSERT INTO telemetry.visit (id, operator, vehicle, layer, zone_id, zone_version, permit_id,
    permit_version, purpose, entered_at, left_at, certain_ms, uncertain_ms, distance_m,
    observations, violations, first_observation, last_observation, recorded_at)
SELECT md5(vehicle || '/' || seq / 600)::uuid, operator, vehicle, layer, 'air-paris', 1,
    '00000000-0000-4000-8000-000000000001'::uuid, 1, 'delivery', min(at), max(at), 599000, 0, 5000,
    count(*), 0, min(id), max(id), max(at)
FROM telemetry.observation WHERE layer = 2 GROUP BY operator, vehicle, layer, seq / 600
"""


def measured(rows: int) -> Measured:
    """Fill a week, bill it, and explain lines of its invoices."""
    with server() as url, ConnectionPool(url, min_size=1, max_size=1) as pool:
        begun = time.perf_counter()
        with psycopg.connect(url, autocommit=True) as connection:
            _fill(connection, rows // MOVING_S)
        made_s = time.perf_counter() - begun
        service = _service(pool)
        service.publish(demonstration(), by="council")
        drafts = service.run(JUNE).drafts
        issued = service.accounts.issue([each.id for each in drafts], by="treasury")
        used = _processor_ms(pool)
        took = _explained(service, issued)
        used = (_processor_ms(pool) - used) / len(took)
    p50, p99 = np.percentile(took, (50, 99))
    return Measured(
        name=f"Lines explained among {rows:,} positions",
        targets=(
            Target(what="a line, 99th percentile", found=float(p99), asked=TARGET_MS, unit="ms"),
            Target(what="a line, median", found=float(p50), asked=TARGET_MS, unit="ms"),
        ),
        remarks=(
            (
                f"longest {max(took):.0f} ms of {len(took)}; {used:.0f} ms of the processor each, "
                "database included"
            ),
            (
                f"each tells the first {USES} uses of its line with their positions, of "
                f"{len(issued)} invoices; the positions were made in {made_s:.0f} s"
            ),
        ),
    )


def _explained(service: BillingService, issued: Sequence[Invoice]) -> list[float]:
    """Explain lines drawn at random, from the question to the answer's bytes."""
    random, took = Random(SEED), []
    for _ in range(ASKED):
        invoice = random.choice(issued)
        line = random.choice(invoice.lines)
        begun = time.perf_counter()
        told = service.explain(str(invoice.number), line.number, limit=USES, positions=POSITIONS)
        EvidenceOut.of(told).model_dump_json()
        took.append(1_000 * (time.perf_counter() - begun))
    return took


def _processor_ms(pool: ConnectionPool) -> float:
    """Return what this process and the server's have used so far; the pool has one connection."""
    with pool.connection() as connection:
        theirs = psutil.Process(connection.info.backend_pid).cpu_times()
    return float(1000 * (time.process_time() + theirs.user + theirs.system))


def _service(pool: ConnectionPool) -> BillingService:
    history = HistoryService(pool, lambda: JULY)
    sources = Sources(
        visits=history.visits_touching,
        permits=lambda _window: (),
        operators=lambda: {each.id: each for each in map(_owner, range(OWNERS))},
        evidence=history.visit_evidence,
    )
    return BillingService(pool, lambda: JULY, sources, _accept)


def _owner(number: int) -> Operator:
    made = operator(number)
    ident = OperatorId(f"operator-{number}")
    return Operator(id=ident, name=ident, siren=made.siren, size=made.size)


def _accept(documents: Sequence[Written]) -> list[tuple[Judgement, ...]]:
    return [(Judgement(judge="nobody", rules=1, objections=()),) for _ in documents]


def _fill(connection: Connection, vehicles: int) -> None:
    for day in range(WEEK.days):
        named = {"day": (MONDAY + timedelta(days=day)).date()}
        connection.execute("SELECT telemetry.ensure_day(%(day)s)", named)
    connection.execute("SET work_mem = '512MB'")
    indexes = connection.execute(INDEXES).fetchall()
    for name, _made in indexes:
        connection.execute(f"DROP INDEX telemetry.{name}".encode())
    connection.execute(FILL, {"monday": MONDAY, "vehicles": vehicles})
    verdict = {
        "kind": VerdictKind.COMPLIANT.value,
        "reason": Reason.NONE.value,
        "relation": Relation.INSIDE.value,
    }
    connection.execute(VERDICTS, verdict)
    connection.execute(VISITS)
    for _name, made in indexes:
        connection.execute(made.replace(" ON ONLY ", " ON ").encode())
    for table in ("observation", "verdict", "visit"):
        connection.execute(f"VACUUM ANALYZE telemetry.{table}".encode())
