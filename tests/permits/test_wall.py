"""The second wall: behind it the database itself shows and takes one operator's rows only."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from httpx import Client
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg_pool import ConnectionPool

from octroi.migrate import migrate
from permits.kinds import DocumentKind
from permits.parties import HeldDocument, OperatorId
from permits.registration import RegistryService
from permits.store.walls import walled
from tests.permits.cases import NOW, vehicle
from tests.permits.conftest import SECRET, Town

Headers = dict[str, str]
Body = dict[str, Any]

# What holds an operator's rows, and whose they are.
OWNED = {
    "permits.operator": "id",
    "permits.vehicle": "operator",
    "permits.document": "operator",
    "permits.permit": "operator",
    "permits.version": "document -> 'application' ->> 'operator'",
}


def paper(operator: str) -> HeldDocument:
    return HeldDocument(
        operator=OperatorId(operator),
        kind=DocumentKind.INSURANCE,
        number="A-1",
        issuer="Assureur",
        valid_from=NOW,
        valid_until=NOW + timedelta(days=30),
        attached_by=operator,
        attached_at=NOW,
    )


@pytest.fixture
def both(
    client: Client,
    registered: RegistryService,
    operator: Headers,
    rival: Headers,
    flight: Body,
) -> str:
    """Two operators with a document and a permit each; the rival's permit."""
    for name in ("ailes", "rival"):
        registered.attach(paper(name))
    assert client.post("/v1/permits", json=flight, headers=operator).status_code == 201
    asked = flight | {"vehicles": ["drone-9"]}
    permit: str = client.post("/v1/permits", json=asked, headers=rival).json()["id"]
    return permit


def count(connection: psycopg.Connection[Any], table: str, whose: str) -> dict[str, int]:
    # No WHERE: what somebody forgot is what the wall is for.
    asked = f"SELECT {whose}, count(*) FROM {table} GROUP BY 1"  # noqa: S608 - our own words
    return dict(connection.execute(asked.encode()).fetchall())


@pytest.mark.parametrize("table", OWNED)
@pytest.mark.usefixtures("both")
def test_behind_the_wall_only_ones_own_rows_are_there(pool: ConnectionPool, table: str) -> None:
    with walled(pool, None) as connection:
        assert set(count(connection, table, OWNED[table])) == {"ailes", "rival"}
    with walled(pool, "ailes") as connection:
        assert set(count(connection, table, OWNED[table])) == {"ailes"}
    with walled(pool, "") as connection:
        assert count(connection, table, OWNED[table]) == {}
    with pool.connection() as connection:
        assert len(count(connection, table, OWNED[table])) == 2


FORGED = {
    "vehicle": """
        INSERT INTO permits.vehicle (operator, id, layer, kind, recorded_at)
        VALUES ('rival', 'drone-10', 'air', 'multirotor', now())""",
    "document": """
        INSERT INTO permits.document
        SELECT 'rival', vehicle, kind, 'forged', issuer, valid, attached_by, attached_at
        FROM permits.document""",
    "version": """
        INSERT INTO permits.version
        SELECT permit, 2, move, state, by, now(),
            jsonb_set(document, '{application,operator}', '"rival"')
        FROM permits.version""",
    "move to another": "UPDATE permits.permit SET operator = 'rival'",
}


@pytest.mark.parametrize("forged", FORGED)
@pytest.mark.usefixtures("both")
def test_behind_the_wall_nothing_is_written_for_another(pool: ConnectionPool, forged: str) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        walled(pool, "ailes") as connection,
    ):
        connection.execute(FORGED[forged].encode())


@pytest.mark.usefixtures("both")
def test_behind_the_wall_what_is_anothers_cannot_be_changed(pool: ConnectionPool) -> None:
    with walled(pool, "ailes") as connection:
        assert connection.execute("UPDATE permits.permit SET state = 'revoked'").rowcount == 1
        connection.rollback()


@pytest.mark.parametrize("table", ["api_key", "request", "volume", "sensor"])
def test_behind_the_wall_keys_and_the_citys_own_tables_are_shut(
    pool: ConnectionPool, table: str
) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"),
        walled(pool, "ailes") as connection,
    ):
        connection.execute(f"SELECT FROM permits.{table}".encode())


def test_a_permit_of_another_is_as_unknown_as_none(
    client: Client, both: str, operator: Headers, rival: Headers, admin: Headers
) -> None:
    assert client.get(f"/v1/permits/{both}", headers=rival).status_code == 200
    assert client.get(f"/v1/permits/{both}", headers=admin).status_code == 200
    assert client.get(f"/v1/permits/{both}", headers=operator).status_code == 404
    seen = client.get("/v1/permits", headers=operator).json()["items"]
    assert len(seen) == 1
    assert len(client.get("/v1/permits", headers=admin).json()["items"]) == 2


def test_who_applies_is_read_behind_the_wall_and_deciding_goes_on_before_it(
    client: Client, pool: ConnectionPool, operator: Headers, flight: Body
) -> None:
    shut = "CREATE POLICY shut ON permits.vehicle AS RESTRICTIVE TO octroi_operator USING (false)"
    with pool.connection() as connection:
        connection.execute(shut.encode())
    hidden = client.post("/v1/permits", json=flight, headers=operator)
    drafted = client.post("/v1/permits", json=flight | {"draft": True}, headers=operator)
    with pool.connection() as connection:
        connection.execute("DROP POLICY shut ON permits.vehicle")

    for answer in (hidden, drafted):
        assert (answer.status_code, "drone-7" in answer.json()["detail"]) == (422, True)
    assert client.post("/v1/permits", json=flight, headers=operator).status_code == 201
    assert client.post("/v1/permits", json=flight, headers=operator).json()["state"] == "refused"


@pytest.fixture
def owner(request: pytest.FixtureRequest, database_url: str) -> Iterator[str]:
    """The address of a new database whose owner is no superuser, with the rights of `param`."""
    name = "given_" + request.param.lower()
    identifier = sql.Identifier(name)
    rights = sql.SQL(request.param)
    administering = psycopg.connect(database_url, autocommit=True)
    administering.execute(
        sql.SQL("CREATE ROLE {} LOGIN {} PASSWORD 'given'").format(identifier, rights)
    )
    administering.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(identifier, identifier))
    yield make_conninfo(database_url, user=name, password="given", dbname=name)  # noqa: S106 - thrown away
    administering.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))
    administering.execute(sql.SQL("REVOKE octroi_operator FROM {}").format(identifier))
    administering.execute(sql.SQL("DROP ROLE {}").format(identifier))
    administering.close()


STANDS = "SELECT permits.wall_stands(), current_user"


@pytest.mark.parametrize("owner", ["NOCREATEROLE"], indirect=True)
def test_where_no_role_may_be_made_everything_works_without_the_wall_until_it_is_given(
    owner: str, database_url: str, town: Town
) -> None:
    migrate(owner)
    with ConnectionPool(owner, min_size=1, max_size=2) as pool:
        with walled(pool, "ailes") as connection:
            assert connection.execute(STANDS).fetchone() == (False, "given_nocreaterole")
        registry = RegistryService(pool, town.clock, SECRET)
        assert registry.vehicles(OperatorId("ailes")) == ()

        with psycopg.connect(database_url, autocommit=True) as administering:
            administering.execute("GRANT octroi_operator TO given_nocreaterole")
        migrate(owner)

        with walled(pool, "ailes") as connection:
            assert connection.execute(STANDS).fetchone() == (True, "octroi_operator")


@pytest.mark.usefixtures("registered")
def test_the_wall_ends_with_its_transaction(pool: ConnectionPool) -> None:
    with ConnectionPool(pool.conninfo, min_size=1, max_size=1) as single:
        with walled(single, "ailes") as connection:
            assert connection.execute("SELECT current_user").fetchone() == ("octroi_operator",)
        with pytest.raises(ZeroDivisionError), walled(single, "ailes"):
            raise ZeroDivisionError
        with single.connection() as connection:
            told = "SELECT current_user, current_setting('octroi.operator', true)"
            row = connection.execute(told).fetchone()
            assert row is not None
            assert row[0] != "octroi_operator"
            assert not row[1]


def test_a_vehicle_is_registered_behind_the_wall(registered: RegistryService) -> None:
    added = registered.add_vehicle(vehicle("drone-8"))

    assert registered.vehicle("ailes", "drone-8") == added
    assert registered.vehicle("rival", "drone-8") is None
