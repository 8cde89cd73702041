"""The life of invoices: review, disputes, write-offs; and that the books tell the same story."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from billing.crediting import NotCredited
from billing.ledger import Standing
from billing.life.disputes import DisputeConflict, DisputeOutcome, InvalidDispute, sealed
from billing.life.states import (
    LEADS,
    MOVES,
    IllegalInvoiceMove,
    InvoiceMove,
    StillInReview,
    settled,
)
from billing.life.writing_off import NotWrittenOff, WriteOffKind
from billing.model import Invoice, InvoiceState
from billing.reviewing import UnexplainedReturn
from billing.service import BillingService
from billing.store.invoices import InvoiceFilter
from billing.transfers import read
from tests.billing.conftest import City, accept
from tests.billing.samples import NOVEMBER, OCTOBER, permit, visit

EVIDENCE = '{"line": 1, "positions": [2.35, 48.85]}'
ACT = "délibération 2026 DFA 12"
CENTS = st.integers(min_value=0, max_value=10_000).map(lambda each: Decimal(each).scaleb(-2))


@pytest.fixture
def service(swift: BillingService) -> BillingService:
    return swift


@pytest.fixture
def patient(pool: ConnectionPool, city: City) -> BillingService:
    """Return a service of a city that gives ten days of grace."""
    return BillingService(pool, lambda: city.now, city.sources(), accept, grace_days=10)


@pytest.fixture
def draft(service: BillingService, city: City) -> Invoice:
    """Return a draft of 3.50 of flight and 35.00 of permit."""
    city.visits, city.permits = [visit("a")], [permit()]
    return service.run(OCTOBER).drafts[0]


@pytest.fixture
def issued(service: BillingService, draft: Invoice) -> Invoice:
    return service.issue(draft.id, by="finance")


def pay(service: BillingService, amount: str, transaction: str = "TX-1") -> None:
    row = f"2026-11-20,P-2026-000001,{amount},{transaction}"
    service.accounts.receive(read(f"date,reference,amount,transaction\n{row}\n"), by="finance")


def state(service: BillingService) -> InvoiceState:
    assert service.verify() == ()
    return service.invoice("P-2026-000001").state


def moves(service: BillingService, invoice: Invoice) -> list[tuple[str, str, str]]:
    return [(each.move, each.state, each.by) for each in service.reviews.history(invoice.id)]


def dispute(service: BillingService, line: int = 1, by: str = "aladin") -> InvoiceState:
    service.disputes.open("P-2026-000001", line, reason="Panne", evidence=EVIDENCE, by=by)
    return state(service)


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


@pytest.mark.usefixtures("issued")
def test_a_dispute_freezes_a_line_with_its_evidence_to_the_letter(
    service: BillingService, city: City
) -> None:
    opened = service.disputes.open(
        "P-2026-000001", 2, reason="Déjà payé", evidence=EVIDENCE, by="aladin"
    )
    city.now = NOVEMBER + timedelta(days=60)

    found = service.disputes.one(opened.id)

    assert found == opened
    assert (found.evidence, found.evidence_hash) == (EVIDENCE, sealed(EVIDENCE))
    assert state(service) is InvoiceState.DISPUTED
    with pytest.raises(DisputeConflict, match="line 2 of P-2026-000001 is disputed already"):
        service.disputes.open("P-2026-000001", 2, reason="x", evidence="{}", by="aladin")
    with pytest.raises(NotCredited, match=r"lines\.2: it is disputed"):
        service.accounts.credit("P-2026-000001", None, reason="Erreur", by="f")
    with pytest.raises(IllegalInvoiceMove, match="is disputed, it cannot write_off"):
        service.accounts.write_off(
            "P-2026-000001", WriteOffKind.REMISE, act=ACT, reason="x", by="f"
        )


@pytest.mark.usefixtures("issued")
def test_what_is_disputed_is_not_overdue(service: BillingService, city: City) -> None:
    city.now = NOVEMBER + timedelta(days=60)
    pay(service, "3.50")
    (late,) = service.accounts.overdue()
    assert (late.due, late.disputed) == (Decimal("35.00"), Decimal(0))

    assert dispute(service, 2) is InvoiceState.DISPUTED

    assert service.accounts.overdue() == ()
    assert service.accounts.standing("P-2026-000001").disputed == Decimal("35.00")


@pytest.mark.usefixtures("issued")
def test_a_dispute_ends_in_confirmation(service: BillingService) -> None:
    dispute(service)
    (opened,) = service.disputes.all(operator="aladin", still_open=True)

    ended = service.disputes.confirm(opened.id, answer="Les positions le prouvent", by="finance")

    assert service.disputes.one(opened.id) == ended
    assert ended.outcome is DisputeOutcome.CONFIRMED
    assert state(service) is InvoiceState.ISSUED
    assert service.disputes.all(still_open=True) == ()
    with pytest.raises(DisputeConflict, match="has ended: confirmed by finance"):
        service.disputes.credit(opened.id, answer="x", by="finance")


@pytest.mark.usefixtures("issued")
def test_a_dispute_ends_in_a_credit_of_all_or_of_a_part(service: BillingService) -> None:
    dispute(service, 1)
    dispute(service, 2)
    first, second = sorted(service.disputes.all(), key=lambda each: each.line)

    with pytest.raises(NotCredited, match="is more than"):
        service.disputes.credit(first.id, Decimal("3.51"), answer="x", by="finance")
    part = service.disputes.credit(second.id, Decimal("5.00"), answer="Trop", by="finance")
    assert state(service) is InvoiceState.DISPUTED
    whole = service.disputes.credit(first.id, answer="Panne avérée", by="finance")

    assert (part.credit_note, whole.credit_note) == ("A-2026-000001", "A-2026-000002")
    assert service.disputes.one(first.id) == whole
    assert state(service) is InvoiceState.ISSUED
    assert service.accounts.standing("P-2026-000001").due == Decimal("30.00")


@pytest.mark.parametrize(
    ("line", "reason", "told"), [(7, "x", "no line 7, it has 2"), (1, " ", "reason: say why")]
)
@pytest.mark.usefixtures("issued")
def test_a_dispute_says_which_line_and_why(
    service: BillingService, line: int, reason: str, told: str
) -> None:
    with pytest.raises(InvalidDispute, match=told):
        service.disputes.open("P-2026-000001", line, reason=reason, evidence="{}", by="aladin")

    assert service.disputes.all() == ()
    assert state(service) is InvoiceState.ISSUED


@pytest.mark.usefixtures("issued")
def test_what_is_written_off_is_in_the_books_and_no_longer_due(service: BillingService) -> None:
    pay(service, "3.50")

    part = service.accounts.write_off(
        "P-2026-000001",
        WriteOffKind.REMISE,
        Decimal("5.00"),
        act=ACT,
        reason="Difficultés",
        by="finance",
    )
    assert state(service) is InvoiceState.ISSUED
    rest = service.accounts.write_off(
        "P-2026-000001", WriteOffKind.NON_VALEUR, act=ACT, reason="Liquidation", by="finance"
    )

    assert state(service) is InvoiceState.WRITTEN_OFF
    assert set(service.accounts.write_offs("P-2026-000001")) == {part, rest}
    assert rest.amount == Decimal("30.00")
    sums = {each.account: each.debit - each.credit for each in service.accounts.balances()}
    assert sums["write_off:remise"] == Decimal("5.00")
    assert sums["write_off:non_valeur"] == Decimal("30.00")
    assert sums["receivable"] == 0
    with pytest.raises(NotCredited, match="neither credited nor written off"):
        service.accounts.credit("P-2026-000001", None, reason="Erreur", by="f")


@pytest.mark.parametrize(
    ("amount", "act", "told"),
    [
        ("38.51", ACT, "38.51 is more than the 38.50 that are due"),
        ("0", ACT, "amount: 0 is not"),
        ("0.001", ACT, "amount"),
        ("1", " ", "act: a write-off cites its act"),
    ],
)
@pytest.mark.usefixtures("issued")
def test_a_write_off_of_more_than_is_due_or_without_an_act_is_refused(
    service: BillingService, amount: str, act: str, told: str
) -> None:
    with pytest.raises(NotWrittenOff, match=told):
        service.accounts.write_off(
            "P-2026-000001", WriteOffKind.REMISE, Decimal(amount), act=act, reason="x", by="f"
        )

    assert service.accounts.write_offs("P-2026-000001") == ()
    assert state(service) is InvoiceState.ISSUED


@pytest.mark.usefixtures("issued")
def test_a_claim_can_be_collected_for_four_years_from_its_issue_or_last_payment(
    service: BillingService,
) -> None:
    before = service.accounts.standing("P-2026-000001").limitation_on
    pay(service, "1.00")
    after = service.accounts.standing("P-2026-000001").limitation_on

    assert (before, after) == (date(2030, 11, 2), date(2030, 11, 20))
    leap = replace(
        service.accounts.standing("P-2026-000001"), acknowledged_on=date(2028, 2, 29)
    ).limitation_on
    assert leap == date(2032, 2, 29)


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
