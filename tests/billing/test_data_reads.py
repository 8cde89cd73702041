"""The city's data read for trade: counted by key, free up to a quota, and billed to the cent."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import httpx
import pytest
from fastapi import FastAPI
from psycopg_pool import ConnectionPool

from billing.model import UsageSource
from billing.periods import month
from billing.prices import TariffKind
from billing.reads import DayRead
from billing.service import BillingService
from billing.store import reads as store
from billing.store.usage import UsageFilter
from billing.tallying import Tally
from octroi.tallying import Tallying
from permits.access import AccessService
from permits.parties import OperatorId, Role
from permits.registration import RegistryService
from permits.scopes import Scope
from tests.billing.samples import ALADIN, tariff
from tests.billing.test_api import serving

SECRET = b"a secret of the server"
TRADE, OWN = frozenset({Scope.DATA_READ}), frozenset({Scope.ZONES_READ})
OCTOBER = month(2026, 10)
FIRST = datetime(2026, 9, 30, 22, tzinfo=UTC)  # midnight in Paris
SECOND = FIRST + timedelta(days=1)


class Hands:
    """A clock that is set by hand."""

    now = FIRST

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def access(pool: ConnectionPool, clock: Hands) -> AccessService:
    RegistryService(pool, clock, SECRET).add_operator(ALADIN)
    return AccessService(pool, clock, SECRET)


@pytest.fixture
def tally(pool: ConnectionPool, clock: Hands) -> Tally:
    return Tally(pool, clock)


@pytest.fixture
def client(tally: Tally, access: AccessService) -> Iterator[httpx.Client]:
    app = FastAPI()

    @app.get("/v1/{rest:path}")
    def answer(rest: str) -> str:
        return rest

    with (
        serving(Tallying(app, tally=tally, access=access)) as url,  # type: ignore[arg-type] # ASGI
        httpx.Client(base_url=url) as opened,
    ):
        yield opened


def read(client: httpx.Client, key: str, path: str, times: int = 1) -> None:
    for _ in range(times):
        client.get(path, headers={"Authorization": f"Bearer {key}"})


def kept(pool: ConnectionPool) -> list[tuple[str, date, int]]:
    with pool.connection() as connection:
        found = store.of_period(connection, OCTOBER)
    return [(each.operator, each.day, each.calls) for each in found]


def test_what_a_key_for_trade_reads_of_the_citys_data_is_counted_by_day_and_nothing_else(
    client: httpx.Client, access: AccessService, tally: Tally, pool: ConnectionPool, clock: Hands
) -> None:
    trade, _ = access.create_key(Role.OPERATOR, ALADIN.id, scopes=TRADE)
    own, _ = access.create_key(Role.OPERATOR, ALADIN.id, scopes=OWN)

    read(client, trade, "/v1/zones", 3)
    read(client, trade, "/v1/permits", 2)
    read(client, own, "/v1/zones", 2)
    read(client, "oct_nobody", "/v1/zones", 2)
    client.get("/v1/zones")
    client.post("/v1/zones", headers={"Authorization": f"Bearer {trade}"})
    clock.now = SECOND
    read(client, trade, "/v1/register?q=1")
    tally.write()
    read(client, trade, "/v1/tariffs")
    tally.write()

    assert kept(pool) == [(ALADIN.id, date(2026, 10, 1), 3), (ALADIN.id, date(2026, 10, 2), 2)]


def test_readings_above_the_quota_of_a_day_are_billed_and_those_below_are_shown_and_free(
    empty_service: BillingService, tally: Tally, clock: Hands
) -> None:
    price = tariff(
        "data-call",
        kind=TariffKind.PER_API_CALL,
        unit_price=Decimal("0.5"),
        first_free=Decimal(2),
        layer=None,
    )
    empty_service.publish([price], by="council")
    for _ in range(5):
        tally.note(ALADIN.id)
    clock.now = SECOND
    tally.note(ALADIN.id)
    tally.write()

    run = empty_service.run(OCTOBER)
    again = empty_service.run(OCTOBER)

    (invoice,) = run.drafts
    used = [use for use, _ in empty_service.usage(UsageFilter(operator=ALADIN.id))]
    assert [(line.quantity, line.unit, line.amount) for line in invoice.lines] == [
        (Decimal(3), "call", Decimal("1.50"))
    ]
    assert [(use.source, use.calls) for use in used] == [
        (UsageSource.DATA, 1),
        (UsageSource.DATA, 5),
    ]
    assert (run.usages_new, again.usages_new, again.usages_known) == (2, 0, 2)
    explained = empty_service.explain(str(invoice.id), 1)
    assert [each.usage.key for each in explained.fees if each.fee.amount] == [
        f"data/{ALADIN.id}/2026-10-01"
    ]


def test_a_count_that_grows_after_it_was_metered_is_a_conflict_and_never_billed(
    empty_service: BillingService, tally: Tally
) -> None:
    tally.note(ALADIN.id)
    tally.write()
    empty_service.run(OCTOBER)

    tally.note(ALADIN.id)
    tally.write()
    run = empty_service.run(OCTOBER)

    assert run.conflicts == (f"data/{ALADIN.id}/2026-10-01",)


def test_readings_of_who_is_not_registered_are_nobodys_use(
    empty_service: BillingService, pool: ConnectionPool
) -> None:
    with pool.connection() as connection:
        store.add(
            connection, [DayRead(operator=OperatorId("gone"), day=date(2026, 10, 3), calls=9)]
        )

    assert empty_service.run(OCTOBER).usages_new == 0


def test_what_could_not_be_written_down_is_written_the_next_time(
    tally: Tally, pool: ConnectionPool
) -> None:
    tally.note(ALADIN.id)
    with pool.connection() as connection:
        connection.execute("ALTER TABLE billing.data_read RENAME TO away")
    with pytest.raises(Exception, match="data_read"):
        tally.write()
    with pool.connection() as connection:
        connection.execute("ALTER TABLE billing.away RENAME TO data_read")

    tally.write()

    assert kept(pool) == [(ALADIN.id, date(2026, 10, 1), 1)]
