"""Credit notes, payments and the books, on a real database and before real judges."""

from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from billing import ledger
from billing.accounts import ConflictingPayment
from billing.crediting import NotCredited, lines_to_credit
from billing.judging.report import DocumentRefused
from billing.ledger import Balance, Posting
from billing.model import Invoice
from billing.money import NOTHING, total
from billing.moving import NoSuchInvoice
from billing.service import BillingService
from billing.store.invoices import InvoiceFilter
from billing.transfers import InvalidTransfers, read
from tests.billing.conftest import City
from tests.billing.samples import NOVEMBER, OCTOBER, credit_note, invoice, permit, visit

HEAD = "date,reference,amount,transaction\n"


@pytest.fixture
def issued(service: BillingService, city: City) -> Invoice:
    """Return the issued invoice P-2026-000001: 3.50 of flight and 35.00 of permit."""
    city.visits, city.permits = [visit("a")], [permit()]
    return service.issue(service.run(OCTOBER).drafts[0].id, by="f")


def sums(service: BillingService) -> dict[str, Decimal]:
    return {each.account: each.debit - each.credit for each in service.accounts.balances()}


def test_what_is_issued_is_judged_kept_and_booked(service: BillingService, issued: Invoice) -> None:
    told = service.accounts.judgement(str(issued.number))

    assert [each["judge"] for each in told] == [
        "XSD",
        "Factur-X EN 16931",
        "BR-FR CII",
        "Octroi sums",
    ]
    assert all(each["rules"] and not each["objections"] for each in told)
    assert sums(service) == {
        "receivable": Decimal("38.50"),
        "revenue:air:air-minute": Decimal("-3.50"),
        "revenue:air:air-permit": Decimal("-35.00"),
    }


def test_what_a_judge_objects_to_is_not_issued_and_uses_no_number(
    service: BillingService, city: City
) -> None:
    nobody = city.operators[visit("a").vehicle.operator]
    city.operators[nobody.id] = type(nobody)(id=nobody.id, name="", siren="", size=nobody.size)
    city.visits = [visit("a")]
    (draft,) = service.run(OCTOBER).drafts

    with pytest.raises(DocumentRefused, match="P-2026-000001"):
        service.issue(draft.id, by="f")

    assert service.invoice(str(draft.id)).number is None
    assert service.accounts.balances() == ()
    city.operators[nobody.id] = nobody
    (again,) = service.run(OCTOBER).drafts
    assert service.issue(again.id, by="f").number == "P-2026-000001"


def test_credit_and_invoice_are_zero(service: BillingService, issued: Invoice) -> None:
    note = service.accounts.credit("P-2026-000001", None, reason="Erreur", by="f")

    assert (note.number, note.total) == ("A-2026-000001", issued.total)
    assert service.accounts.standing("P-2026-000001").due == 0
    assert sums(service)["receivable"] == 0
    assert service.verify() == ()
    with pytest.raises(NotCredited, match="nothing is left"):
        service.accounts.credit("P-2026-000001", None, reason="Erreur", by="f")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ({1: Decimal("3.51")}, "lines.1: 3.51 is more than the 3.50"),
        ({7: Decimal(1)}, "lines.7: P-2026-000001 has no such line"),
        ({1: Decimal(-1)}, "lines.1"),
        ({1: Decimal("0.001")}, "lines.1"),
        ({1: Decimal("NaN")}, "lines.1"),
        ({}, "nothing"),
    ],
)
def test_more_than_the_invoice_is_not_credited_and_uses_no_number(
    service: BillingService, issued: Invoice, lines: dict[int, Decimal], told: str
) -> None:
    with pytest.raises(NotCredited, match=told):
        service.accounts.credit(str(issued.number), lines, reason="Erreur", by="f")
    with pytest.raises(NotCredited, match="reason"):
        service.accounts.credit(str(issued.number), None, reason=" ", by="f")

    note = service.accounts.credit(str(issued.number), {1: Decimal("1.25")}, reason="E", by="f")

    assert note.number == "A-2026-000001"
    assert service.accounts.standing(str(issued.number)).credited == Decimal("1.25")


def test_the_same_key_credits_once(service: BillingService, issued: Invoice) -> None:
    one = {1: Decimal(1)}

    first = service.accounts.credit(str(issued.number), one, reason="E", by="f", key="k")

    assert service.accounts.credit(str(issued.number), one, reason="E", by="f", key="k") == first
    assert service.accounts.credit_note("A-2026-000001") == first
    assert service.accounts.credit_notes() == (first,)


def test_a_statement_read_twice_counts_once(service: BillingService, issued: Invoice) -> None:
    text = f"{HEAD}2026-11-02,VIR SEPA P-2026-000001 merci,30.00,TX-1\n"

    first = service.accounts.receive(read(text), by="f")
    second = service.accounts.receive(read(text), by="f")

    assert (len(first.new), first.known) == (1, 0)
    assert (len(second.new), second.known) == (0, 1)
    assert service.accounts.standing(str(issued.number)).due == Decimal("8.50")
    assert sums(service)["cash"] == Decimal("30.00")
    with pytest.raises(ConflictingPayment, match="TX-1"):
        service.accounts.receive(read(text.replace("30.00", "31.00")), by="f")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            "2026-11-02,P-2026-000009,1.00,T\n",
            "row 3, reference: there is no invoice P-2026-000009",
        ),
        ("2026-11-02,loyer,1.00,T\n", "row 3, reference: 'loyer'"),
        ("2027-11-20,P-2026-000001,1.00,T\n", "row 3, date: 2027-11-20 is still to come"),
        ("2026-11-02,P-2026-000001,1.001,T\n", "row 3, amount"),
        ("2026-11-02,P-2026-000001,-1,T\n", "row 3, amount"),
        ("20/11/2026,P-2026-000001,1.00,T\n", "row 3, date"),
        ("2026-11-02,P-2026-000001,1.00,\n", "row 3, transaction"),
        ("2026-11-02,P-2026-000001,1.00,TX-1\n", "row 3, transaction: TX-1 stands twice"),
    ],
)
def test_a_statement_with_one_wrong_row_is_refused_whole_by_its_row(
    service: BillingService, issued: Invoice, rows: str, told: str
) -> None:
    good = f"{HEAD}2026-11-02,P-2026-000001,1.00,TX-1\n"

    with pytest.raises(InvalidTransfers, match=told):
        service.accounts.receive(read(good + rows), by="f")

    assert service.accounts.standing(str(issued.number)).paid == 0


def test_what_was_paid_too_much_is_told_at_once_and_listed(
    service: BillingService, issued: Invoice
) -> None:
    text = f"{HEAD}2026-11-02,P-2026-000001,30.00,TX-1\n2026-11-02,P-2026-000001,10.00,TX-2\n"

    received = service.accounts.receive(read(text), by="f")

    assert [(each.number, each.due) for each in received.refunds] == [
        (issued.number, Decimal("-1.50"))
    ]
    assert service.accounts.refunds() == received.refunds


def test_a_statement_without_a_column_is_refused() -> None:
    with pytest.raises(InvalidTransfers, match="transaction"):
        read("date,reference,amount\n")
    assert read("date;reference;amount;transaction\n2026-11-02;P-2026-000001;1,50;T\n")[
        0
    ].amount == Decimal("1.50")


def test_an_invoice_is_overdue_until_it_is_settled(
    service: BillingService, city: City, issued: Invoice
) -> None:
    assert service.accounts.overdue() == ()
    city.now = NOVEMBER + timedelta(days=40)

    (late,) = service.accounts.overdue()
    service.accounts.credit(str(issued.number), None, reason="Erreur", by="f")

    assert (late.number, late.due) == (issued.number, issued.total)
    assert service.accounts.overdue() == ()


def test_what_is_not_there_is_named(service: BillingService) -> None:
    with pytest.raises(NoSuchInvoice, match="P-2026-000001"):
        service.accounts.credit("P-2026-000001", None, reason="E", by="f")
    with pytest.raises(NoSuchInvoice, match="A-2026-000001"):
        service.accounts.credit_note("A-2026-000001")
    with pytest.raises(NoSuchInvoice):
        service.accounts.standing("P-2026-000001")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing.posting SET debit = debit + 1 WHERE debit > 0",
        "DELETE FROM billing.posting",
        "DELETE FROM billing.judgement",
        "UPDATE billing.credit_note SET reason = 'x'",
        "DELETE FROM billing.credit_line",
        "DELETE FROM billing.payment",
        (
            "INSERT INTO billing.posting SELECT document || 'x', position, journal, at, invoice,"
            " account, debit, credit FROM billing.posting WHERE position = 1"
        ),
    ],
)
def test_the_database_itself_keeps_the_books(
    service: BillingService, issued: Invoice, pool: ConnectionPool, statement: str
) -> None:
    service.accounts.credit(str(issued.number), {1: Decimal(1)}, reason="E", by="f")
    before = service.accounts.postings()

    with pytest.raises(psycopg.errors.IntegrityError), pool.connection() as connection:
        connection.execute(statement.encode())

    assert service.accounts.postings() == before


def test_verification_tells_when_books_or_credit_notes_were_changed(
    service: BillingService, issued: Invoice, pool: ConnectionPool
) -> None:
    service.accounts.credit(str(issued.number), {1: Decimal(1)}, reason="E", by="f")
    assert service.verify() == ()

    with pool.connection() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE billing.posting SET debit = 2 WHERE account = 'credit'")
        connection.execute("UPDATE billing.credit_note SET reason = 'other'")
        connection.execute("SET session_replication_role = origin")

    told = {fault.number: fault.reason for fault in service.verify()}
    assert told["ledger: credit"] == "the books say 2.00, the documents 1.00"
    assert "sealed" in told["A-2026-000001"]


def test_a_batch_is_issued_whole_or_not_at_all(service: BillingService, city: City) -> None:
    city.visits = [visit("a")]
    (draft,) = service.run(OCTOBER).drafts

    with pytest.raises(NoSuchInvoice):
        service.accounts.issue([draft.id, visit("a").id], by="f")

    assert list(service.every_invoice(InvoiceFilter(state="issued"))) == []
    assert service.accounts.issue([draft.id], by="f")[0].number == "P-2026-000001"


def balances(postings: list[Posting]) -> list[Balance]:
    accounts = sorted({each.account for each in postings})
    return [
        Balance(
            account=account,
            debit=total(each.debit for each in postings if each.account == account),
            credit=total(each.credit for each in postings if each.account == account),
        )
        for account in accounts
    ]


@given(
    share=st.integers(min_value=1, max_value=350),
    paid=st.lists(st.integers(min_value=1, max_value=10_000), max_size=4),
)
def test_the_books_equal_the_documents_after_every_document(share: int, paid: list[int]) -> None:
    claimed = invoice()
    note = credit_note(claimed, {1: Decimal(share).scaleb(-2)})
    money = [Decimal(each).scaleb(-2) for each in paid]
    books = list(ledger.of_invoice(claimed, NOVEMBER))
    documents = {"revenue": claimed.total, "credit": NOTHING, "cash": NOTHING}
    assert ledger.disagreements(balances(books), documents) == []

    books += ledger.of_credit(note, claimed.total)
    documents["credit"], due = note.total, claimed.total - note.total
    assert ledger.disagreements(balances(books), documents) == []

    day = NOVEMBER.date()
    for number, amount in enumerate(money):
        payment = ledger.Payment(
            transaction=f"T{number}", number="P-2026-000001", amount=amount, paid_on=day
        )
        books += ledger.of_payment(payment, claimed.id, NOVEMBER, due)
        documents["cash"] += amount
        due -= amount
        documents["overpaid"] = max(-due, NOTHING)
        assert ledger.disagreements(balances(books), documents) == []
        (owed,) = (each for each in balances(books) if each.account == ledger.RECEIVABLE)
        assert owed.debit - owed.credit == max(due, NOTHING)
    if due < 0:
        back = ledger.Refund(transaction="T0", number="P-2026-000001", amount=-due, paid_on=day)
        books += ledger.of_refund(back, claimed.id, NOVEMBER)
        documents |= {"cash": documents["cash"] + due, "overpaid": NOTHING}
        assert ledger.disagreements(balances(books), documents) == []
    assert ledger.disagreements(balances(books[1:]), documents) != []


@given(
    given_up=st.integers(min_value=1, max_value=350),
    paid=st.lists(st.integers(min_value=1, max_value=10_000), min_size=1, max_size=4),
)
def test_what_comes_in_settles_what_is_due_then_what_was_admitted_and_the_rest_is_paid_too_much(
    given_up: int, paid: list[int]
) -> None:
    claimed = invoice()
    admitted = Decimal(given_up).scaleb(-2)
    due = claimed.total - admitted
    books = list(ledger.of_invoice(claimed, NOVEMBER))
    books += ledger.of_write_off("NV", "non_valeur", admitted, claimed.id, NOVEMBER)
    documents = {"revenue": claimed.total, "cash": NOTHING}

    for number, amount in enumerate(Decimal(each).scaleb(-2) for each in paid):
        payment = ledger.Payment(
            transaction=f"T{number}",
            number="P-2026-000001",
            amount=amount,
            paid_on=NOVEMBER.date(),
        )
        books += ledger.of_payment(payment, claimed.id, NOVEMBER, due, admitted)
        owed = due + admitted - amount
        admitted = min(admitted, max(owed, NOTHING))
        due = owed - admitted
        documents["cash"] += amount
        documents |= {"overpaid": max(-due, NOTHING), "write_off": admitted}
        assert ledger.disagreements(balances(books), documents) == []


@given(first=st.integers(min_value=1, max_value=349))
def test_credits_of_parts_add_up_to_the_invoice_and_no_further(first: int) -> None:
    claimed = invoice()
    part = Decimal(first).scaleb(-2)

    rest = lines_to_credit(claimed, {1: part}, None)

    assert total(each.amount for each in rest) + part == claimed.total
    with pytest.raises(NotCredited, match="more than"):
        lines_to_credit(claimed, {1: part}, {1: claimed.lines[0].amount})
