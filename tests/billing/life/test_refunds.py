"""What was paid too much has an account of its own, until it is told to be paid back."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from billing.accounts import ConflictingPayment
from billing.export import fec
from billing.exporting import Kind, export
from billing.life.refunding import NotRefunded
from billing.model import InvoiceState
from billing.periods import month
from billing.service import BillingService
from billing.transfers import read
from tests.billing.conftest import City
from tests.billing.samples import NOVEMBER, OCTOBER, permit, visit

NUMBER = "P-2026-000001"
BOOKED = ("cash", "overpaid", "receivable")


@pytest.fixture
def paid_twice(swift: BillingService, city: City) -> BillingService:
    """Return a service with an invoice of 38.50 of which 30 and then 20 were paid."""
    city.visits, city.permits = [visit("a")], [permit()]
    swift.accounts.issue([each.id for each in swift.run(OCTOBER).drafts], by="f")
    rows = "2026-11-02,P-2026-000001,30.00,TX-1\n2026-11-02,P-2026-000001,20.00,TX-2\n"
    swift.accounts.receive(read(f"date,reference,amount,transaction\n{rows}"), by="f")
    return swift


def sums(service: BillingService) -> Mapping[str, Decimal]:
    told = {each.account: each.debit - each.credit for each in service.accounts.balances()}
    return {name: told.get(name, Decimal(0)) for name in BOOKED}


def booked(cash: str, overpaid: str, receivable: str) -> Mapping[str, Decimal]:
    return dict(zip(BOOKED, map(Decimal, (cash, overpaid, receivable)), strict=True))


def test_the_books_say_what_is_owed_back_until_it_is_paid_back(paid_twice: BillingService) -> None:
    accounts = paid_twice.accounts
    assert sums(paid_twice) == booked("50.00", "-11.50", "0")

    accounts.credit(NUMBER, {1: Decimal("1.50")}, reason="Panne", by="f")
    assert sums(paid_twice) == booked("50.00", "-13.00", "0")
    assert paid_twice.verify() == ()

    part = accounts.refund(NUMBER, Decimal("3.00"), transaction="VIR-1", by="f")
    rest = accounts.refund(NUMBER, transaction="VIR-2", by="f")

    assert (part.refund.amount, rest.refund.amount) == (Decimal("3.00"), Decimal("10.00"))
    assert sums(paid_twice) == booked("37.00", "0", "0")
    assert accounts.refunds() == ()
    assert paid_twice.invoice(NUMBER).state is InvoiceState.PAID
    assert accounts.standing(NUMBER).refunded == Decimal("13.00")
    assert paid_twice.verify() == ()
    entries = b"".join(export(paid_twice, Kind.FEC, month(2026, 11)).pieces).decode()
    account, label = fec.ACCOUNTS["overpaid"]
    assert entries.count(f"\t{account}\t{label}\taladin\t") == 4


@pytest.mark.parametrize(
    ("amount", "given", "told"),
    [
        ("11.51", {}, "amount: 11.51 is more than the 11.50 paid too much"),
        ("0", {}, "amount: 0 is not an amount in cents above zero"),
        ("0.001", {}, "amount: 0.001 is not"),
        ("NaN", {}, "amount: NaN is not"),
        ("1", {"paid_on": (NOVEMBER + timedelta(days=1)).date()}, "paid_on: .* is still to come"),
        ("1", {"transaction": " "}, "transaction: a refund is told with"),
    ],
)
def test_what_was_not_paid_too_much_is_not_paid_back(
    paid_twice: BillingService, amount: str, given: dict[str, Any], told: str
) -> None:
    before = sums(paid_twice)

    with pytest.raises(NotRefunded, match=told):
        paid_twice.accounts.refund(
            NUMBER, Decimal(amount), **{"transaction": "VIR-1", "by": "f"} | given
        )

    assert sums(paid_twice) == before
    assert paid_twice.verify() == ()


def test_a_refund_told_twice_counts_once_and_otherwise_is_refused(
    paid_twice: BillingService,
) -> None:
    accounts = paid_twice.accounts
    once = accounts.refund(NUMBER, transaction="VIR-1", by="f")

    again = accounts.refund(NUMBER, transaction="VIR-1", by="f")
    assert again.refund == once.refund
    assert (once.known, again.known) == (False, True)
    with pytest.raises(ConflictingPayment, match="VIR-1 is known with other content"):
        accounts.refund(NUMBER, Decimal(1), transaction="VIR-1", by="f")
    with pytest.raises(ConflictingPayment, match="VIR-1 is known with other content"):
        accounts.refund(NUMBER, Decimal(0), transaction="VIR-1", by="f")
    with pytest.raises(NotRefunded, match="nothing of P-2026-000001 was paid too much"):
        accounts.refund(NUMBER, transaction="VIR-2", by="f")
    assert sums(paid_twice) == booked("38.50", "0", "0")


@pytest.mark.parametrize("paid", ["R-VIR-1", "VIR-1", NUMBER])
def test_the_bank_may_name_a_payment_as_it_names_a_refund_or_as_we_name_an_invoice(
    paid_twice: BillingService, paid: str
) -> None:
    row = f"2026-11-02,{NUMBER},2.00,{paid}"
    paid_twice.accounts.receive(read(f"date,reference,amount,transaction\n{row}\n"), by="f")

    paid_twice.accounts.refund(NUMBER, transaction="VIR-1", by="f")

    assert sums(paid_twice) == booked("38.50", "0", "0")
    assert paid_twice.verify() == ()
    entries = b"".join(export(paid_twice, Kind.FEC, month(2026, 11)).pieces).decode()
    numbers = [row.split("\t")[2] for row in entries.splitlines()[1:]]
    assert {each for each in numbers if each[:2] == "BQ"} == {
        f"BQ20261100000{n}" for n in (1, 2, 3)
    }
    assert (numbers.count("RB202611000001"), "RB202611000002" in numbers) == (2, False)
