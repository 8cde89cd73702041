"""Behind the wall the database shows an operator its own movements and claims, in every table."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid5

import psycopg
import pytest
from fastapi import APIRouter, Depends, FastAPI
from psycopg import sql
from psycopg.types.json import Jsonb

from permits.identity.acting import ACTING
from permits.identity.guard import behind_wall
from permits.parties import Caller, Role
from permits.store.reading import reading
from permits.store.walls import CityPool
from tests.octroi.served import served

Connection = psycopg.Connection[Any]

SPACE = UUID(int=1)
OPERATORS = ("ailes", "rival")
TABLES = {
    "telemetry.visit": "operator",
    "telemetry.alert": "operator",
    "telemetry.alert_event": "by",
    "telemetry.visit_before": "operator",
    "telemetry.alert_before": "id",
    "telemetry.own_observation": "operator",
    "billing.usage": "operator",
    "billing.fee": "operator",
    "billing.invoice": "operator",
    "billing.invoice_line": "tariff",
    "billing.line_fee": "invoice",
    "billing.credit_note": "number",
    "billing.credit_line": "invoice",
    "billing.payment": "recorded_by",
    "billing.posting": "document",
    "billing.judgement": "document",
    "billing.invoice_move": "recorded_by",
    "billing.dispute": "reason",
    "billing.dispute_end": "answer",
    "billing.write_off": "act",
    "billing.refund": "transaction",
    "billing.correction": "key",
    "billing.correction_answer": "invoice",
}
COLUMNS = """
SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped AND attidentity = ''
"""
CHECKS = """
SELECT conrelid::regclass::text, conname FROM pg_constraint c JOIN pg_class t ON t.oid = conrelid
WHERE contype = 'c' AND connamespace IN ('telemetry'::regnamespace, 'billing'::regnamespace)
  AND NOT relispartition
"""
VALUES: dict[str, Any] = {
    "timestamp with time zone": "2026-12-01T00:00:00Z",
    "date": "2026-12-01",
    "jsonb": Jsonb({}),
    "boolean": True,
    "text[]": [],
    "integer[]": [],
}


@pytest.fixture
def pool(database_url: str) -> Iterator[CityPool]:
    """A pool beside rows of two operators in every table, whatever they say."""
    with CityPool(database_url, min_size=1, max_size=2) as pool:
        with pool.connection() as connection:
            # One row a table: what belongs to what, and makes sense, is not asked for here.
            connection.execute("SET LOCAL session_replication_role = replica")
            for table, name in connection.execute(CHECKS).fetchall():
                connection.execute(
                    sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(
                        sql.SQL(table), sql.Identifier(name)
                    )
                )
            for table in TABLES:
                for operator in OPERATORS:
                    add(connection, table.replace("own_observation", "observation"), operator)
        yield pool


def add(connection: Connection, table: str, operator: str) -> None:
    """Add a row in which every name is the operator's and every id is its own."""
    found = connection.execute(COLUMNS, {"table": table}).fetchall()
    own: dict[str, Any] = {"text": operator, "uuid": uuid5(SPACE, operator)}
    number = OPERATORS.index(operator)
    values = [{**VALUES, **own}.get(kind, number) for _, kind in found]
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.SQL(table),
        sql.SQL(", ").join(sql.Identifier(name) for name, _ in found),
        sql.SQL(", ").join(sql.Placeholder() for _ in found),
    )
    connection.execute(statement, values)


@contextmanager
def acting(operator: str | None) -> Iterator[None]:
    before = ACTING.set(operator)
    try:
        yield
    finally:
        ACTING.reset(before)


def seen(pool: CityPool, table: str) -> set[str]:
    """Return whose rows are there, without any condition: what somebody forgot."""
    with pool.connection() as connection:
        asked = sql.SQL("SELECT {}::text FROM {}").format(
            sql.Identifier(TABLES[table]), sql.SQL(table)
        )
        told = {str(uuid5(SPACE, each)): each for each in OPERATORS}
        return {told.get(name, name) for (name,) in connection.execute(asked)}


def test_behind_the_wall_only_ones_own_rows_are_there_in_every_table(pool: CityPool) -> None:
    for table in TABLES:
        assert seen(pool, table) == {"ailes", "rival"}, table
        with acting("ailes"):
            assert seen(pool, table) == {"ailes"}, table
        with acting("nobody"):
            assert seen(pool, table) == set(), table


def test_an_operator_reads_how_its_own_invoices_stand(pool: CityPool) -> None:
    with pool.connection() as connection:
        connection.execute("UPDATE billing.invoice SET state = 'issued'")
    asked = b"SELECT operator FROM billing.standing ORDER BY operator"

    with pool.connection() as connection:
        assert connection.execute(asked).fetchall() == [("ailes",), ("rival",)]
    with acting("ailes"), pool.connection() as connection:
        assert connection.execute(asked).fetchall() == [("ailes",)]


def test_an_alert_is_of_both_whom_it_is_about(pool: CityPool) -> None:
    with pool.connection() as connection:
        connection.execute("UPDATE telemetry.alert SET other_operator = 'rival'")

    with acting("rival"):
        assert seen(pool, "telemetry.alert") == {"ailes", "rival"}


def test_behind_the_wall_nothing_is_written_and_what_names_others_is_shut(pool: CityPool) -> None:
    for statement in (
        "SELECT FROM telemetry.observation",
        "SELECT FROM telemetry.verdict",
        "SELECT FROM telemetry.quarantine",
        "DELETE FROM telemetry.visit",
        "UPDATE billing.invoice SET total = 0",
        "INSERT INTO billing.payment SELECT * FROM billing.payment",
    ):
        with (
            acting("ailes"),
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"),
            pool.connection() as connection,
        ):
            connection.execute(statement.encode())


def test_every_table_that_names_an_operator_is_walled_or_shut(pool: CityPool) -> None:
    with pool.connection() as connection:
        open_to_all = connection.execute(
            """
            SELECT c.oid::regclass::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace IN ('telemetry'::regnamespace, 'billing'::regnamespace)
              AND c.relkind IN ('r', 'p', 'm') AND a.attname IN ('operator', 'sender')
              AND NOT c.relrowsecurity
              AND has_table_privilege('octroi_operator', c.oid, 'SELECT')
            """
        ).fetchall()

    assert open_to_all == []


def test_what_an_operator_reads_over_http_is_read_behind_the_wall(pool: CityPool) -> None:
    def who(role: Role) -> Caller:
        return Caller(role=role, name="ailes")

    routes = APIRouter(dependencies=[Depends(behind_wall(who))])

    @routes.get("/visits")
    @routes.post("/visits")
    def visits() -> list[str]:
        return sorted(seen(pool, "telemetry.visit"))

    @routes.get("/keys")
    def keys() -> list[str]:
        with reading(pool) as connection:
            return [str(connection.execute("SELECT current_user").fetchone())]

    app = FastAPI()
    app.include_router(routes)
    with served(app) as client:
        assert client.get("/visits?role=operator").json() == ["ailes"]
        assert client.get("/visits?role=inspector").json() == ["ailes", "rival"]
        assert client.post("/visits?role=operator").json() == ["ailes", "rival"]
        assert "octroi_operator" not in client.get("/keys?role=operator").text
        assert client.get("/visits?role=finance").json() == ["ailes", "rival"]
