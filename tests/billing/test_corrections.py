"""Late and corrected data: an open month changes by itself, an issued one is answered."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.life.corrections import (
    NoSuchCreditDraft,
    NotCorrected,
    WrongLine,
    credit_drafts,
)
from billing.model import Invoice, UsageId
from billing.money import rounded, total
from billing.service import BillingService
from tests.billing.conftest import City
from tests.billing.samples import NOON, OCTOBER, visit

KEY = f"visit/{visit('a').id}"
THOUSANDTHS = st.integers(min_value=0, max_value=9_999).map(lambda each: Decimal(each).scaleb(-3))


@pytest.fixture
def service(swift: BillingService) -> BillingService:
    return swift


def contradicted(service: BillingService, city: City, *, minutes: int) -> None:
    """Let a visit of ten minutes come again as one of others."""
    city.visits[0] = visit("a", certain_ms=minutes * 60_000)
    assert service.run(OCTOBER).conflicts == (KEY,)


@pytest.fixture
def drafted(service: BillingService, city: City) -> Invoice:
    """Return a draft of two visits of 3.50 each, on one line."""
    city.visits = [visit("a"), visit("b", entered_at=NOON + timedelta(hours=1))]
    return service.run(OCTOBER).drafts[0]


@pytest.fixture
def issued(service: BillingService, drafted: Invoice) -> Invoice:
    return service.issue(drafted.id, by="f")


def test_a_late_visit_changes_an_open_month_by_itself(
    service: BillingService, city: City, drafted: Invoice
) -> None:
    city.visits.append(visit("late"))

    run = service.run(OCTOBER)

    assert (drafted.total, run.drafts[0].total) == (Decimal("7.00"), Decimal("10.50"))
    assert run.drafts[0].supplements == ()


@pytest.mark.usefixtures("drafted")
def test_a_contradiction_taken_for_the_truth_changes_an_open_month(
    service: BillingService, city: City
) -> None:
    contradicted(service, city, minutes=4)
    (found,) = service.corrections.contradictions()

    usage = service.corrections.accept(KEY, reason="Récepteur recalé", by="anna")

    assert (found.key, usage.certain_ms, usage.visit) == (KEY, 240_000, visit("a").id)
    run = service.run(OCTOBER)
    assert (run.conflicts, run.credits) == ((), ())
    assert run.drafts[0].total == Decimal("4.90")
    assert service.corrections.contradictions() == []
    assert service.issue(run.drafts[0].id, by="f").total == Decimal("4.90")
    assert service.verify() == ()


@pytest.mark.usefixtures("issued")
def test_more_after_the_issue_is_a_supplement_on_its_own_month_and_what_was_wrong_a_credit(
    service: BillingService, city: City
) -> None:
    contradicted(service, city, minutes=20)
    service.corrections.accept(KEY, reason="Positions retrouvées", by="anna")

    run = service.run(OCTOBER)

    (supplement,), (proposed,) = run.drafts, run.credits
    assert (supplement.total, supplement.supplements) == (Decimal("7.00"), ("P-2026-000001",))
    assert supplement.period == OCTOBER
    assert (proposed.number, proposed.total) == ("P-2026-000001", Decimal("3.50"))
    assert proposed.reason == "Positions retrouvées"

    note = service.corrections.issue_credit(proposed.id, by="f")
    service.issue(supplement.id, by="f")

    assert (note.total, note.reason) == (Decimal("3.50"), "Positions retrouvées")
    assert service.corrections.credit_drafts() == ()
    assert service.run(OCTOBER).drafts == ()
    assert service.verify() == ()
    with pytest.raises(NoSuchCreditDraft, match=str(proposed.id)):
        service.corrections.issue_credit(proposed.id, by="f")


@pytest.mark.usefixtures("issued")
def test_a_usage_that_never_was_is_credited_and_never_billed_again(
    service: BillingService,
) -> None:
    service.corrections.withdraw(KEY, reason="Drone d'un autre", by="anna")

    run = service.run(OCTOBER)

    assert (run.drafts, run.conflicts) == ((), ())
    assert run.credits[0].total == Decimal("3.50")
    with pytest.raises(NotCorrected, match="withdrawn"):
        service.corrections.withdraw(KEY, reason="x", by="anna")


@pytest.mark.usefixtures("issued")
def test_what_was_corrected_is_corrected_again(service: BillingService, city: City) -> None:
    contradicted(service, city, minutes=20)
    service.corrections.accept(KEY, reason="un", by="anna")
    service.run(OCTOBER)
    contradicted(service, city, minutes=5)

    service.corrections.accept(KEY, reason="deux", by="anna")

    run = service.run(OCTOBER)
    assert run.drafts[0].total == Decimal("1.75")
    assert [each.total for each in run.credits] == [Decimal("3.50")]


@pytest.mark.usefixtures("drafted")
def test_a_correction_of_nothing_or_without_a_reason_is_refused(
    service: BillingService, city: City
) -> None:
    with pytest.raises(NotCorrected, match="key: nothing contradicts"):
        service.corrections.accept(KEY, reason="x", by="anna")
    with pytest.raises(NotCorrected, match="there is no usage visit/none"):
        service.corrections.withdraw("visit/none", reason="x", by="anna")
    with pytest.raises(NotCorrected, match="reason"):
        service.corrections.withdraw(KEY, reason=" ", by="anna")
    contradicted(service, city, minutes=20)
    contradicted(service, city, minutes=30)
    with pytest.raises(NotCorrected, match=r"fingerprint: .* is contradicted by 2"):
        service.corrections.accept(KEY, reason="x", by="anna")
    second = service.corrections.contradictions()[1]

    usage = service.corrections.accept(
        KEY, reason="x", by="anna", fingerprint=second.fingerprint, dry=True
    )

    assert usage.certain_ms == 1_800_000
    assert len(service.corrections.contradictions()) == 2


def test_what_late_positions_made_of_a_visit_is_billed_by_itself(
    service: BillingService, city: City, drafted: Invoice
) -> None:
    assert drafted.total == Decimal("7.00")
    city.visits[0] = visit("a", certain_ms=240_000)
    city.corrected = {visit("a").id: True}

    run = service.run(OCTOBER)

    assert (run.conflicts, run.drafts[0].total) == ((), Decimal("4.90"))
    assert service.corrections.contradictions() == []
    assert service.run(OCTOBER) == replace(run, usages_new=0, usages_known=2, fees_new=0)


@pytest.mark.usefixtures("issued")
def test_a_visit_that_late_positions_made_none_is_credited_by_itself(
    service: BillingService, city: City
) -> None:
    del city.visits[0]
    city.corrected = {visit("a").id: False, visit("never metered").id: False}

    run = service.run(OCTOBER)

    assert run.drafts == ()
    assert [(each.total, each.reason) for each in run.credits] == [
        (Decimal("3.50"), "Positions reçues tardivement : passage annulé")
    ]
    assert service.run(OCTOBER).credits == run.credits


@given(fees=st.lists(THOUSANDTHS, min_size=1, max_size=6), wrong=st.integers(0, 6))
def test_credits_of_wrong_fees_one_by_one_leave_what_the_line_would_have_been(
    fees: list[Decimal], wrong: int
) -> None:
    exact, answered = total(fees), Decimal(0)
    left = rounded(exact)
    for fee in fees[:wrong]:
        line = WrongLine(
            number="P",
            line=1,
            exact=exact,
            answered=answered,
            wrong=fee,
            left=left,
            usages=(UsageId(uuid4()),),
            reasons=("x",),
        )
        left -= total(each.total for each in credit_drafts([line]))
        answered += fee

    assert left == rounded(total(fees[wrong:]))
