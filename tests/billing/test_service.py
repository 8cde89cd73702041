"""Billing a period on a real database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from billing.money import TIMES
from billing.moving import NoSuchInvoice
from billing.periods import month
from billing.running import PeriodNotOver, UnknownDebtor
from billing.service import BillingService
from billing.store.invoices import InvoiceFilter
from billing.store.usage import UsageFilter
from permits.parties import VehicleId
from telemetry.model import UNREGISTERED, VehicleKey
from tests.billing.conftest import City
from tests.billing.samples import ALADIN, BOREAL, NOON, OCTOBER, permit, visit


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


def test_a_run_tells_how_many_visits_of_its_month_are_not_over(
    service: BillingService, city: City
) -> None:
    city.open_visits = {ALADIN.id: 2, UNREGISTERED: 7}

    assert service.run(OCTOBER).open_visits == 2


def test_a_visit_is_explained_with_the_permit_it_was_under(
    service: BillingService, city: City
) -> None:
    granted = permit()
    city.visits = [visit("a", permit=granted.id, permit_version=1)]
    city.permits = [granted]
    service.issue(service.run(OCTOBER).drafts[0].id, by="f")

    flight = service.explain("P-2026-000001", 1)

    assert flight.line.permit == granted.id
    assert flight.fees[0].permit == granted


def test_a_debtor_who_left_the_registry_is_named(service: BillingService, city: City) -> None:
    city.visits = [visit("a")]
    service.run(OCTOBER)
    city.operators.clear()

    with pytest.raises(UnknownDebtor, match="aladin"):
        service.run(OCTOBER)


def test_a_line_is_explained_down_to_its_positions(service: BillingService, city: City) -> None:
    city.visits = [visit("a")]
    city.permits = [permit()]
    service.issue(service.run(OCTOBER).drafts[0].id, by="f")

    flight = service.explain("P-2026-000001", 1)
    grant = service.explain("P-2026-000001", 2)

    assert flight.fees[0].formula["en"] == (
        f"⌈600,000 ms ÷ 60,000⌉ = 10 min; 10 {TIMES} 0.35 {TIMES} 1 = €3.50"
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
