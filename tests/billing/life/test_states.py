"""The life of invoices: review, disputes, write-offs; and that the books tell the same story."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from billing.ledger import Standing
from billing.life.states import (
    LEADS,
    MOVES,
    IllegalInvoiceMove,
    InvoiceMove,
    StillInReview,
    settled,
)
from billing.model import Invoice, InvoiceState
from billing.planning import Plan
from billing.reviewing import UnexplainedReturn
from billing.service import BillingService
from billing.store.invoices import InvoiceFilter
from tests.billing.conftest import City, accept
from tests.billing.life.claims import dispute, moves, pay, state
from tests.billing.samples import NOVEMBER, OCTOBER, visit

CENTS = st.integers(min_value=0, max_value=10_000).map(lambda each: Decimal(each).scaleb(-2))


@pytest.fixture
def patient(pool: ConnectionPool, city: City) -> BillingService:
    """Return a service of a city that gives ten days of grace."""
    plan = Plan(grace_days=10)
    return BillingService(pool, lambda: city.now, city.sources(), accept, plan=plan)


def test_every_state_is_reached_from_a_draft_and_no_move_leads_to_nowhere() -> None:
    assert set(MOVES) == set(InvoiceState)
    for of_state, possible in MOVES.items():
        assert len(set(possible)) == len(possible)
        assert (of_state in set(LEADS.values()) - {InvoiceState.ISSUED}) == (
            InvoiceMove.ISSUE in possible
            or InvoiceMove.SUBMIT in possible
            or InvoiceMove.APPROVE in possible
        )
    assert {move for possible in MOVES.values() for move in possible} == set(InvoiceMove)


@given(invoiced=CENTS, credited=CENTS, paid=CENTS, written_off=CENTS, disputed=CENTS)
def test_the_state_of_what_is_issued_follows_from_its_books(
    invoiced: Decimal, credited: Decimal, paid: Decimal, written_off: Decimal, disputed: Decimal
) -> None:
    standing = Standing(
        number="P",
        operator="a",
        invoiced=invoiced + 1,
        credited=credited,
        paid=paid,
        written_off=written_off,
        disputed=disputed,
        currency="EUR",
        due_on=NOVEMBER.date(),
        acknowledged_on=NOVEMBER.date(),
    )

    told = settled(standing)

    assert (told is InvoiceState.DISPUTED) == (disputed > 0)
    if told is InvoiceState.ISSUED:
        assert standing.due > 0
    elif not disputed:
        assert standing.due <= 0
    if told is InvoiceState.PAID:
        assert paid > 0
        assert not written_off


def test_a_draft_is_submitted_approved_and_issued_and_all_is_told(
    service: BillingService, draft: Invoice
) -> None:
    assert draft.state is InvoiceState.DRAFT

    assert service.reviews.submit([draft.id], by="anna")[0].state is InvoiceState.REVIEW
    assert service.reviews.approve([draft.id], by="bert")[0].state is InvoiceState.APPROVED
    issued = service.issue(draft.id, by="carla")

    assert issued.state is InvoiceState.ISSUED
    assert service.invoice("P-2026-000001") == issued
    assert moves(service, issued) == [
        ("submit", "review", "anna"),
        ("approve", "approved", "bert"),
        ("issue", "issued", "carla"),
    ]


def test_without_grace_issuing_submits_and_approves_on_the_way(
    service: BillingService, issued: Invoice
) -> None:
    assert [move for move, _, _ in moves(service, issued)] == ["submit", "approve", "issue"]


def test_a_month_s_grace_keeps_its_drafts_in_review(
    patient: BillingService, draft: Invoice, city: City
) -> None:
    with pytest.raises(IllegalInvoiceMove, match="is draft, it cannot issue; possible moves: sub"):
        patient.issue(draft.id, by="f")
    patient.reviews.submit([draft.id], by="f")
    with pytest.raises(StillInReview, match="2026-11-11"):
        patient.reviews.approve([draft.id], by="f")

    city.now = NOVEMBER + timedelta(days=9)
    patient.reviews.approve([draft.id], by="f")

    assert patient.issue(draft.id, by="f").number == "P-2026-000001"


def test_what_came_late_is_looked_at_anew_and_what_did_not_change_stays_approved(
    patient: BillingService, draft: Invoice, city: City
) -> None:
    city.now = NOVEMBER + timedelta(days=9)
    patient.reviews.submit([draft.id], by="f")
    patient.reviews.approve([draft.id], by="f")

    (same,) = patient.run(OCTOBER).drafts
    assert patient.invoice(str(same.id)).state is InvoiceState.APPROVED

    city.visits.append(visit("late"))
    (other,) = patient.run(OCTOBER).drafts
    assert patient.invoice(str(other.id)).state is InvoiceState.DRAFT
    with pytest.raises(IllegalInvoiceMove):
        patient.issue(other.id, by="f")
    assert moves(patient, draft)[-1][0] == "approve"


def test_a_draft_is_sent_back_with_a_reason(service: BillingService, draft: Invoice) -> None:
    service.reviews.submit([draft.id], by="anna")
    with pytest.raises(UnexplainedReturn, match="reason"):
        service.reviews.send_back([draft.id], by="bert", reason=" ")

    service.reviews.send_back([draft.id], by="bert", reason="Tarif à revoir")

    assert service.reviews.history(draft.id)[-1].reason == "Tarif à revoir"
    (found,) = service.invoices(InvoiceFilter(life=InvoiceState.DRAFT))
    assert found.id == draft.id
    with pytest.raises(IllegalInvoiceMove, match="cannot approve; possible moves: submit"):
        service.reviews.approve([draft.id], by="bert")


def test_a_dry_run_tells_and_changes_nothing(service: BillingService, draft: Invoice) -> None:
    (told,) = service.accounts.issue([draft.id], by="f", dry=True)

    assert told.number == "P-2026-000001"
    assert service.invoice(str(draft.id)).number is None
    assert service.reviews.history(draft.id) == ()
    assert service.reviews.submit([draft.id], by="f", dry=True)[0].state is InvoiceState.REVIEW
    assert service.invoice(str(draft.id)).state is InvoiceState.DRAFT
    assert service.issue(draft.id, by="f").number == "P-2026-000001"


def test_payments_and_credits_move_what_is_issued(service: BillingService, issued: Invoice) -> None:
    pay(service, "3.50")
    assert state(service) is InvoiceState.ISSUED
    pay(service, "35.00", "TX-2")
    assert state(service) is InvoiceState.PAID
    service.accounts.credit("P-2026-000001", None, reason="Erreur", by="f")

    assert state(service) is InvoiceState.CREDITED
    assert [move for move, _, _ in moves(service, issued)[3:]] == ["pay", "pay", "credit"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing.invoice_move SET recorded_by = 'nobody'",
        "DELETE FROM billing.dispute",
        "UPDATE billing.dispute SET evidence = ''",
        "DELETE FROM billing.dispute_end",
        "DELETE FROM billing.write_off",
    ],
)
@pytest.mark.usefixtures("issued", "service")
def test_the_database_itself_keeps_the_life_of_invoices(
    pool: ConnectionPool, statement: str
) -> None:
    with pytest.raises(psycopg.errors.IntegrityError), pool.connection() as connection:
        connection.execute(statement.encode())


@pytest.mark.usefixtures("issued")
def test_verification_tells_a_state_that_the_books_do_not_say(
    service: BillingService, pool: ConnectionPool
) -> None:
    with pool.connection() as connection:
        connection.execute(
            "INSERT INTO billing.invoice_move SELECT invoice, 9, 'pay', 'paid', '', 'nobody',"
            " recorded_at FROM billing.invoice_move LIMIT 1"
        )

    (fault,) = service.verify()

    assert (fault.number, fault.reason) == (
        "P-2026-000001",
        "it is told to be paid, the books say issued",
    )


def test_the_history_is_in_the_order_of_time(service: BillingService, issued: Invoice) -> None:
    dispute(service)
    told = service.reviews.history(issued.id)

    assert all(first.at <= second.at for first, second in pairwise(told))
