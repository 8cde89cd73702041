"""What is issued is numbered without a gap, chained, and cannot be changed unseen."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from billing.claims import ClockWentBack
from billing.invoices import AlreadyIssued
from billing.model import Invoice
from billing.service import BillingService
from permits.parties import VehicleId
from telemetry.model import VehicleKey
from tests.billing.conftest import City
from tests.billing.samples import ALADIN, NOVEMBER, OCTOBER, visit


def many_debtors(city: City, count: int) -> None:
    """Let many operators fly once each."""
    for number in range(count):
        operator = replace(ALADIN, id=f"op-{number:02d}")  # type: ignore[arg-type]
        city.operators[operator.id] = operator
        flown = VehicleKey(operator.id, VehicleId("drone-1"))
        city.visits.append(visit(f"of {operator.id}", vehicle=flown))


def test_numbers_follow_each_other_and_the_chain_holds(service: BillingService, city: City) -> None:
    many_debtors(city, 3)

    issued = [service.issue(each.id, by="f") for each in service.run(OCTOBER).drafts]

    assert [each.number for each in issued] == [f"P-2026-00000{n}" for n in (1, 2, 3)]
    assert [each.previous_hash for each in issued] == ["", issued[0].hash, issued[1].hash]
    assert [service.invoice(str(each.number)) for each in issued] == issued
    assert service.verify() == ()


def test_a_rollback_gives_the_number_back(
    service: BillingService, city: City, pool: ConnectionPool
) -> None:
    many_debtors(city, 2)
    first, second = service.run(OCTOBER).drafts
    with pool.connection() as connection:
        connection.execute(
            "CREATE FUNCTION billing.fail() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the lights went out'; END $$"
        )
        connection.execute(
            "CREATE TRIGGER fail BEFORE UPDATE ON billing.chain"
            " FOR EACH ROW EXECUTE FUNCTION billing.fail()"
        )

    with pytest.raises(psycopg.errors.RaiseException, match="lights"):
        service.issue(first.id, by="f")
    with pool.connection() as connection:
        connection.execute("DROP TRIGGER fail ON billing.chain")

    assert service.issue(second.id, by="f").number == "P-2026-000001"
    assert service.verify() == ()


def test_concurrent_issuers_leave_neither_gap_nor_duplicate(
    service: BillingService, city: City
) -> None:
    many_debtors(city, 24)
    drafts = service.run(OCTOBER).drafts
    issued: list[Invoice] = []

    def work(mine: tuple[Invoice, ...]) -> None:
        issued.extend(service.issue(each.id, by="f") for each in mine)

    workers = [threading.Thread(target=work, args=(drafts[n::2],)) for n in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(str(each.number) for each in issued) == [f"P-2026-{n:06d}" for n in range(1, 25)]
    assert service.verify() == ()


def test_two_issuers_of_one_draft_make_one_invoice(service: BillingService, city: City) -> None:
    city.visits = [visit("a")]
    draft = service.run(OCTOBER).drafts[0]

    issued = service.issue(draft.id, by="f", key="once")

    assert service.issue(draft.id, by="f", key="once") == issued
    with pytest.raises(AlreadyIssued, match="P-2026-000001"):
        service.issue(draft.id, by="f", key="other")
    with pytest.raises(AlreadyIssued):
        service.issue(draft.id, by="f")


def test_the_number_s_year_is_the_city_s(service: BillingService, city: City) -> None:
    city.visits = [visit("a")]
    draft = service.run(OCTOBER).drafts[0]
    city.now = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    assert service.issue(draft.id, by="f").number == "P-2027-000001"


def test_a_clock_that_went_back_issues_nothing(service: BillingService, city: City) -> None:
    many_debtors(city, 2)
    first, second = service.run(OCTOBER).drafts
    service.issue(first.id, by="f")
    city.now = NOVEMBER - timedelta(seconds=1)

    with pytest.raises(ClockWentBack):
        service.issue(second.id, by="f")

    assert service.verify() == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing.invoice SET total = 1",
        "UPDATE billing.invoice SET issued_by = 'nobody'",
        "DELETE FROM billing.invoice",
        "UPDATE billing.invoice_line SET zone_name = ''",
        "DELETE FROM billing.invoice_line",
        "DELETE FROM billing.line_fee",
        "UPDATE billing.usage SET certain_ms = 1",
        "DELETE FROM billing.fee",
        "UPDATE billing.tariff SET document = '{}'",
        "DELETE FROM billing.tariff",
        "DELETE FROM billing.counter",
        "TRUNCATE billing.invoice CASCADE",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_issued(
    service: BillingService, city: City, pool: ConnectionPool, statement: str
) -> None:
    city.visits = [visit("a")]
    issued = service.issue(service.run(OCTOBER).drafts[0].id, by="f")

    with pytest.raises(psycopg.errors.IntegrityError), pool.connection() as connection:
        connection.execute(statement.encode())

    assert service.invoice(str(issued.id)) == issued


@pytest.mark.parametrize(
    ("tampering", "told"),
    [
        ("UPDATE billing.invoice SET due_on = due_on + 1", "sealed"),
        ("UPDATE billing.invoice_line SET act = 'other'", "sealed"),
        ("UPDATE billing.chain SET head = 'other'", "does not end"),
        ("UPDATE billing.counter SET last = last + 1", "missing"),
        ("UPDATE billing.fee SET quantity = 20, amount = 7", "sum of its fees"),
    ],
)
def test_verification_tells_what_a_superuser_changed(
    service: BillingService, city: City, pool: ConnectionPool, tampering: str, told: str
) -> None:
    city.visits = [visit("a")]
    service.issue(service.run(OCTOBER).drafts[0].id, by="f")
    with pool.connection() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(tampering.encode())
        connection.execute("SET session_replication_role = origin")

    assert any(told in fault.reason for fault in service.verify())
