"""A past to keep house in: rows of the history, written as both databases take them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from psycopg_pool import ConnectionPool

from telemetry.housekeeping import Housekeeping
from telemetry.kept.retention import Retention
from telemetry.model import Visit, VisitId
from tests.telemetry.city_builders import LAT, LON, NOON

KEPT = Retention(positions_days=62, verdicts_days=366, evidence_days=1827, sums_days=3653)
NAMES = UUID(int=7)

OBSERVE = """
INSERT INTO telemetry.observation (id, operator, vehicle, sender, layer, at, received_at,
    recorded_at, lon, lat, alt_ref, h_acc_m, v_acc_m, speed_mps)
SELECT id, operator, vehicle, operator, layer, at, at, recorded_at, lon, lat, 0, 1, 1, 5
FROM jsonb_to_recordset(%(rows)s::jsonb) AS given (id bigint, operator text, vehicle text,
    layer smallint, at timestamptz, recorded_at timestamptz, lon float8, lat float8)
"""
JUDGE = """
INSERT INTO telemetry.verdict (observation_id, operator, vehicle, layer, at, recorded_at, zone_id,
    zone_version, kind, reason, relation, rulebook_version)
SELECT id, operator, vehicle, layer, at, recorded_at, zone, 1, kind, 0, 2, 1
FROM jsonb_to_recordset(%(rows)s::jsonb) AS given (id bigint, operator text, vehicle text,
    layer smallint, at timestamptz, recorded_at timestamptz, zone text, kind smallint)
WHERE zone IS NOT NULL
"""
VISIT = """
INSERT INTO telemetry.visit (id, operator, vehicle, layer, zone_id, zone_version, entered_at,
    left_at, certain_ms, uncertain_ms, distance_m, observations, violations, first_observation,
    last_observation, recorded_at)
VALUES (%(id)s, %(operator)s, %(vehicle)s, 2, %(zone)s, 1, %(entered_at)s, %(left_at)s, 1, 0, 1, 1,
    0, %(first)s, %(last)s, %(left_at)s)
"""
ALERT = """
INSERT INTO telemetry.alert (id, operator, vehicle, layer, reason, severity, state, zone_name,
    opened_at, last_at, lon, lat, count, recorded_at, changed_at, waiting_since, outcome)
VALUES (%(id)s, %(operator)s, %(vehicle)s, 2, 1, 'high', %(state)s, 'A', %(opened_at)s, %(last_at)s,
    2.35, 48.85, 1, %(last_at)s, %(last_at)s, %(last_at)s, %(outcome)s)
"""


@dataclass(frozen=True, kw_only=True)
class Was:
    """Where one vehicle was; `kind` 1 is compliant, 2 a violation, 3 uncertain."""

    at: datetime
    vehicle: str = "drone-1"
    operator: str = "ailes"
    layer: int = 2
    zone: str | None = "city"
    kind: int = 1
    late: timedelta = timedelta()


@dataclass
class Past:
    """A history with a clock to set, and who keeps its house."""

    pool: ConnectionPool
    now: datetime = NOON
    kept: Retention = KEPT
    roomy: bool = True  # whether room is made for a day before its rows come
    evident: frozenset[VisitId] = frozenset()
    written: list[Was] = field(default_factory=list)

    def housekeeping(self) -> Housekeeping:
        def evident(visits: Iterable[Visit]) -> set[VisitId]:
            return {visit.id for visit in visits if visit.id in self.evident}

        return Housekeeping(self.pool, lambda: self.now, self.kept, evident)

    def write(self, *seen: Was) -> None:
        """Write observations, each with its verdict; ids count up."""
        first = len(self.written) + 1
        self.written += seen
        rows = [
            {
                "id": first + number,
                "operator": one.operator,
                "vehicle": one.vehicle,
                "layer": one.layer,
                "at": one.at.isoformat(),
                "recorded_at": (one.at + one.late).isoformat(),
                "lon": LON,
                "lat": LAT,
                "zone": one.zone,
                "kind": one.kind,
            }
            for number, one in enumerate(seen)
        ]
        with self.pool.connection() as connection:
            for day in {one.at.date() for one in seen} if self.roomy else ():
                connection.execute("SELECT telemetry.ensure_day(%s)", [day])
            for statement in (OBSERVE, JUDGE):
                connection.execute(statement, {"rows": json.dumps(rows)})

    def visit(self, first: int, last: int, **named: Any) -> VisitId:  # noqa: ANN401 - columns
        """Write the visit from one observation to another."""
        one, other = self.written[first - 1], self.written[last - 1]
        row: dict[str, Any] = {
            "id": uuid5(NAMES, f"visit {first} {last}"),
            "operator": one.operator,
            "vehicle": one.vehicle,
            "zone": one.zone,
            "entered_at": one.at,
            "left_at": other.at,
            "first": first,
            "last": last,
        }
        self._write(VISIT, row | named)
        return VisitId(row["id"])

    def alert(self, first: int, state: str = "open") -> None:
        """Write an alert about one observation."""
        one = self.written[first - 1]
        row = {
            "id": uuid5(NAMES, f"alert {first}"),
            "operator": one.operator,
            "vehicle": one.vehicle,
            "opened_at": one.at,
            "last_at": one.at,
            "state": state,
            "outcome": "over" if state == "closed" else None,
        }
        self._write(ALERT, row)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.pool.connection() as connection:
            return connection.execute(query.encode()).fetchall()

    def ids(self, table: str) -> list[int]:
        """Return the observations that a table holds, or has verdicts on."""
        name = "observation_id" if table.endswith("verdict") else "id"
        query = f"SELECT {name} FROM telemetry.{table} ORDER BY 1"  # noqa: S608 - names of ours
        return [row[0] for row in self.rows(query)]

    def _write(self, statement: str, row: dict[str, Any]) -> None:
        with self.pool.connection() as connection:
            connection.execute(statement.encode(), row)
