"""What is given up, in the books as in the claim, and until when a claim can be collected."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.crediting import NotCredited
from billing.exporting import Kind, export
from billing.life.refunding import NotRefunded
from billing.life.writing_off import NotWrittenOff, WriteOffKind
from billing.model import InvoiceState
from billing.periods import month
from billing.service import BillingService
from tests.billing.conftest import City
from tests.billing.life.claims import ACT, pay, state


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


@pytest.mark.usefixtures("issued")
def test_the_entries_that_settle_an_invoice_bear_its_letters_and_the_day_on_which_they_did(
    service: BillingService, city: City
) -> None:
    pay(service, "3.50")
    for kind, amount in ((WriteOffKind.REMISE, Decimal(5)), (WriteOffKind.NON_VALEUR, None)):
        city.now += timedelta(days=1)
        service.accounts.write_off(
            "P-2026-000001", kind, amount, act=ACT, reason="Liquidation", by="finance"
        )

    text = b"".join(export(service, Kind.FEC, month(2026, 11)).pieces).decode()
    rows = list(csv.DictReader(io.StringIO(text), delimiter="\t"))
    owed = [each for each in rows if each["CompteNum"] == "411000"]

    assert [each["PieceRef"] for each in owed] == [
        "P-2026-000001",
        "TX-1",
        "P-2026-000001-RG1",
        "P-2026-000001-NV2",
    ]
    assert {(each["EcritureLet"], each["DateLet"]) for each in owed} == {
        ("P-2026-000001", "20261104")
    }
    assert {each["EcritureLet"] for each in rows if each not in owed} == {""}
    debit, credit = (
        sum(Decimal(each[side].replace(",", ".")) for each in owed) for side in ("Debit", "Credit")
    )
    assert debit == credit
    (forgiven,) = [each for each in rows if "(remise gracieuse)" in each["EcritureLib"]]
    assert forgiven["EcritureLib"].startswith("Abandon P-2026-000001-RG1 sur P-2026-000001 Aladin")
    # An account has one name, whatever it is of.
    assert len({each["CompteNum"] for each in rows}) == len({each["CompteLib"] for each in rows})


@pytest.mark.usefixtures("issued")
def test_what_comes_in_after_an_admission_en_non_valeur_takes_it_back_for_the_debt_remains(
    service: BillingService,
) -> None:
    service.accounts.write_off(
        "P-2026-000001", WriteOffKind.NON_VALEUR, act=ACT, reason="Liquidation", by="finance"
    )
    pay(service, "20.00")
    part = state(service), service.accounts.standing("P-2026-000001")
    with pytest.raises(NotRefunded, match="nothing of P-2026-000001 was paid too much"):
        service.accounts.refund("P-2026-000001", transaction="VIR-1", by="finance")
    pay(service, "20.00", "TX-2")

    assert part[0] is InvoiceState.WRITTEN_OFF
    assert part[1].written_off == Decimal("18.50")
    assert part[1].due == 0
    assert state(service) is InvoiceState.PAID
    assert [each.due for each in service.accounts.refunds()] == [Decimal("-1.50")]
    sums = {each.account: each.debit - each.credit for each in service.accounts.balances()}
    assert sums["write_off:non_valeur"] == sums["receivable"] == 0
    assert sums["overpaid"] == Decimal("-1.50")
    assert sums["cash"] == Decimal("40.00")


@pytest.mark.usefixtures("issued")
def test_what_was_forgiven_is_owed_no_more_and_what_comes_in_for_it_is_paid_back(
    service: BillingService,
) -> None:
    service.accounts.write_off(
        "P-2026-000001", WriteOffKind.REMISE, Decimal("8.50"), act=ACT, reason="x", by="finance"
    )
    service.accounts.write_off(
        "P-2026-000001", WriteOffKind.NON_VALEUR, Decimal("10.00"), act=ACT, reason="x", by="f"
    )
    pay(service, "38.50")

    assert state(service) is InvoiceState.WRITTEN_OFF
    assert [each.due for each in service.accounts.refunds()] == [Decimal("-8.50")]
    assert service.accounts.standing("P-2026-000001").written_off == Decimal("8.50")


@pytest.mark.usefixtures("issued")
def test_a_credit_of_what_was_paid_after_an_admission_leaves_nothing_admitted(
    service: BillingService,
) -> None:
    service.accounts.write_off(
        "P-2026-000001", WriteOffKind.NON_VALEUR, act=ACT, reason="Liquidation", by="finance"
    )
    pay(service, "20.00")

    service.accounts.credit("P-2026-000001", {2: Decimal("20.00")}, reason="Erreur", by="f")

    assert state(service) is InvoiceState.PAID
    standing = service.accounts.standing("P-2026-000001")
    assert standing.written_off == 0
    assert standing.due == Decimal("-1.50")


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
    service: BillingService, city: City
) -> None:
    before = service.accounts.standing("P-2026-000001").limitation_on
    city.now += timedelta(days=20)
    pay(service, "1.00", day="2026-11-20")
    after = service.accounts.standing("P-2026-000001").limitation_on

    assert (before, after) == (date(2030, 11, 2), date(2030, 11, 20))
    leap = replace(
        service.accounts.standing("P-2026-000001"), acknowledged_on=date(2028, 2, 29)
    ).limitation_on
    assert leap == date(2032, 2, 29)
