"""Billing a period on a real database."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from billing.claims import ClockWentBack
from billing.explaining import TIMES
from billing.invoices import AlreadyIssued
from billing.model import Invoice
from billing.moving import NoSuchInvoice
from billing.periods import month
from billing.prices import Tariff
from billing.publishing import RetroactiveTariff
from billing.running import PeriodNotOver, UnknownDebtor
from billing.service import BillingService
from billing.store.invoices import InvoiceFilter
from billing.store.usage import UsageFilter
from billing.tariffs import demonstration
from billing.versions import OverlappingTariffs
from permits.parties import VehicleId
from telemetry.model import UNREGISTERED, VehicleKey
from tests.billing.conftest import City
from tests.billing.samples import (
    ALADIN,
    BOREAL,
    NOON,
    NOVEMBER,
    OCTOBER,
    permit,
    tariff,
    visit,
)
from zones.periods import Window


def many_debtors(city: City, count: int) -> None:
    """Let many operators fly once each."""
    for number in range(count):
        operator = replace(ALADIN, id=f"op-{number:02d}")  # type: ignore[arg-type]
        city.operators[operator.id] = operator
        flown = VehicleKey(operator.id, VehicleId("drone-1"))
        city.visits.append(visit(f"of {operator.id}", vehicle=flown))


def published() -> tuple[Tariff, ...]:
    return tuple(sorted(demonstration(), key=lambda each: (each.id, each.version)))


def test_visits_and_permits_of_a_month_become_one_draft_an_operator(
    service: BillingService, city: City
) -> None:
    city.visits = [visit("a"), visit("b", entered_at=NOON + timedelta(hours=1))]
    city.permits = [permit()]

    run = service.run(OCTOBER)

    (draft,) = run.drafts
    assert [(line.tariff, line.tariff_version, line.amount) for line in draft.lines] == [
        ("air-minute", 1, Decimal("7.00")),
        ("air-permit", 2, Decimal("35.00")),
    ]
    assert draft.total == Decimal("42.00")
    assert draft.lines[0].zone_name == "Paris, espace aérien urbain"


def test_running_twice_bills_once(service: BillingService, city: City) -> None:
    city.visits = [visit("a"), visit("b")]
    city.permits = [permit()]

    first = service.run(OCTOBER)
    second = service.run(OCTOBER)

    assert (first.usages_new, first.fees_new) == (3, 3)
    assert (second.usages_new, second.usages_known, second.fees_new) == (0, 3, 0)
    assert first.drafts == second.drafts == service.invoices(InvoiceFilter())


def test_a_period_that_is_not_over_is_refused(service: BillingService, city: City) -> None:
    city.now = datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC)

    with pytest.raises(PeriodNotOver, match="2026-10"):
        service.run(OCTOBER)

    assert service.usage(UsageFilter()) == []


def test_the_same_visit_with_other_content_is_a_conflict_and_never_summed(
    service: BillingService, city: City
) -> None:
    city.visits = [visit("a")]
    service.run(OCTOBER)
    city.visits = [visit("a", certain_ms=6_000_000)]

    run = service.run(OCTOBER)

    assert run.conflicts == (f"visit/{visit('a').id}",)
    assert run.drafts[0].total == Decimal("3.50")


def test_two_contents_of_one_visit_in_one_run_are_both_refused(
    service: BillingService, city: City
) -> None:
    city.visits = [visit("a"), visit("a", certain_ms=1), visit("b")]

    run = service.run(OCTOBER)

    assert run.conflicts == (f"visit/{visit('a').id}",)
    assert run.drafts[0].total == Decimal("3.50")


def test_late_data_after_issue_become_a_supplementary_invoice(
    service: BillingService, city: City
) -> None:
    city.visits = [visit("a")]
    issued = service.issue(service.run(OCTOBER).drafts[0].id, by="f")
    city.visits.append(visit("late", certain_ms=60_000))

    (supplement,) = service.run(OCTOBER).drafts

    assert supplement.total == Decimal("0.35")
    assert supplement.period == issued.period
    assert service.invoice("P-2026-000001") == issued
    assert service.verify() == ()


def test_a_changed_size_class_neither_conflicts_nor_changes_what_is_known(
    service: BillingService, city: City
) -> None:
    city.visits = [visit("a")]
    before = service.run(OCTOBER).drafts
    city.operators[ALADIN.id] = replace(ALADIN, size=BOREAL.size)

    after = service.run(OCTOBER)

    assert after.conflicts == ()
    assert after.drafts[0].total == before[0].total


def test_an_unregistered_vehicle_is_counted_and_not_billed(
    service: BillingService, city: City
) -> None:
    city.visits = [visit("x", vehicle=VehicleKey(UNREGISTERED, VehicleId("rid-1")))]

    run = service.run(OCTOBER)

    assert (run.unattributed, run.usages_new, run.drafts) == (1, 0, ())


def test_a_debtor_who_left_the_registry_is_named(service: BillingService, city: City) -> None:
    city.visits = [visit("a")]
    service.run(OCTOBER)
    city.operators.clear()

    with pytest.raises(UnknownDebtor, match="aladin"):
        service.run(OCTOBER)


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


def test_a_line_is_explained_down_to_its_positions(service: BillingService, city: City) -> None:
    city.visits = [visit("a")]
    city.permits = [permit()]
    service.issue(service.run(OCTOBER).drafts[0].id, by="f")

    flight = service.explain("P-2026-000001", 1)
    grant = service.explain("P-2026-000001", 2)

    assert flight.fees[0].formula == (
        f"⌈600000 ms ÷ 60000⌉ = 10 min; 10 {TIMES} 0.35 {TIMES} 1 = 3.5 EUR"
    )
    assert flight.fees[0].evidence is not None
    assert flight.fees[0].evidence.sightings[0].lat == 48.851
    assert grant.fees[0].permit == permit()


def test_what_is_not_there_is_named(service: BillingService, city: City) -> None:
    city.visits = [visit("a")]
    service.issue(service.run(OCTOBER).drafts[0].id, by="f")

    with pytest.raises(NoSuchInvoice, match="P-2026-000009"):
        service.explain("P-2026-000009", 1)
    with pytest.raises(NoSuchInvoice, match="no line 7"):
        service.explain("P-2026-000001", 7)
    with pytest.raises(NoSuchInvoice):
        service.issue(uuid4(), by="f")


def test_a_page_of_usage_goes_on_where_the_last_ended(service: BillingService, city: City) -> None:
    city.visits = [visit(str(n), entered_at=NOON + timedelta(hours=n)) for n in range(5)]
    service.run(OCTOBER)

    first = service.usage(UsageFilter(limit=3))
    rest = service.usage(UsageFilter(limit=3, after=first[-1][0].id))

    listed = [usage.visit for usage, _ in (*first, *rest)]
    assert listed == [each.id for each in reversed(city.visits)]
    assert first[0][1][0]["amount"] == "3.50"


def test_publishing_again_changes_nothing(service: BillingService) -> None:
    assert service.publish(demonstration(), by="council") == ()
    assert service.tariffs() == published()


def test_a_new_version_ends_the_open_one_and_leaves_the_past(
    service: BillingService, city: City
) -> None:
    begins = city.now + timedelta(days=30)
    dearer = tariff("river-km", version=2, valid=Window(start=begins))

    service.publish([dearer], by="council")

    versions = [each for each in service.tariffs() if each.id == "river-km"]
    assert versions[0].valid.end == begins
    assert service.tariffs(at=city.now) != service.tariffs(at=begins)


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (tariff("river-km", version=2), OverlappingTariffs),
        (tariff("river-km", version=2, valid=Window(start=NOON)), RetroactiveTariff),
        (tariff("river-km", version=1), OverlappingTariffs),
        (tariff("new", valid=Window(start=NOON)), RetroactiveTariff),
    ],
)
def test_a_price_for_time_gone_by_is_refused(
    service: BillingService, city: City, refused: Tariff, why: type[Exception]
) -> None:
    city.visits = [visit("a")]
    service.issue(service.run(OCTOBER).drafts[0].id, by="f")
    fine = tariff("fine", valid=Window(start=NOVEMBER + timedelta(days=1)))

    with pytest.raises(why):
        service.publish([fine, refused], by="council")

    assert service.tariffs() == published()


def test_the_last_hour_of_a_billed_month_is_billed_too(service: BillingService, city: City) -> None:
    city.visits = [visit("a")]
    service.issue(service.run(OCTOBER).drafts[0].id, by="f")
    city.now = datetime(2026, 10, 1, tzinfo=UTC)
    ends = datetime(2026, 10, 31, 23, tzinfo=UTC)

    with pytest.raises(RetroactiveTariff):
        service.publish([tariff("n", valid=Window(start=ends - timedelta(hours=1)))], by="council")
    service.publish([tariff("n", valid=Window(start=ends))], by="council")


def test_without_a_tariff_usage_is_known_and_unpriced(
    empty_service: BillingService, city: City
) -> None:
    city.visits = [visit("a")]

    run = empty_service.run(OCTOBER)

    assert (run.usages_new, run.unpriced, run.drafts) == (1, 1, ())


def test_another_month_is_another_invoice(service: BillingService, city: City) -> None:
    city.visits = [visit("a"), visit("b", entered_at=NOON - timedelta(days=30))]

    october, september = service.run(OCTOBER).drafts, service.run(month(2026, 9)).drafts

    assert len(october) == len(september) == 1
    assert service.invoices(InvoiceFilter(period=OCTOBER)) == october
