"""Taxed claims in both syntaxes, under every judge; those outside of VAT are as they ever were."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.export import cii, ubl
from billing.export.claim import of_credit, of_invoice
from billing.judging import sums
from billing.judging.court import Court
from billing.judging.report import Syntax, Written
from billing.model import Invoice
from tests.billing.samples import ALADIN, credit_note
from tests.billing.taxed import taxed, taxed_note
from tests.billing.test_judging import mixed
from tests.billing.test_sellers import LYON

OUTSIDE = Path(__file__).parents[1] / "golden" / "billing" / "outside-vat"
CLAIM = taxed()
PART = {1: Decimal("0.02"), 2: CLAIM.lines[1].amount}


def written(claimed: Invoice = CLAIM) -> list[Written]:
    """Write a claim and its credit in part in both syntaxes."""
    claim, credit = of_invoice(claimed), of_credit(taxed_note(claimed, PART))
    return [
        Written(name="claim", syntax=Syntax.CII, xml=cii.write(claim)),
        Written(name="claim", syntax=Syntax.UBL_INVOICE, xml=ubl.write(claim)),
        Written(name="credit", syntax=Syntax.CII, xml=cii.write(credit)),
        Written(name="credit", syntax=Syntax.UBL_CREDIT_NOTE, xml=ubl.write(credit)),
    ]


def test_what_is_outside_of_vat_is_written_as_before_there_was_tax_to_the_byte() -> None:
    claimed = mixed()
    credit = of_credit(credit_note(claimed, {1: Decimal("0.10"), 2: claimed.lines[1].amount}))
    lyon = of_invoice(replace(claimed, seller=LYON, supplements=("P-2026-000007",)))

    for name, claim in (("", of_invoice(claimed)), ("-credit", credit), ("-lyon", lyon)):
        assert cii.write(claim) == OUTSIDE.joinpath(f"cii{name}.xml").read_bytes()
        assert ubl.write(claim) == OUTSIDE.joinpath(f"ubl{name}.xml").read_bytes()


def test_outside_of_vat_nobody_has_a_vat_id_whoever_could_name_one() -> None:
    named = of_invoice(replace(mixed(), seller=CLAIM.seller))

    for xml in (cii.write(named), ubl.write(named)):
        assert b"FR72217500016" not in xml
        assert b"FR44732829320" not in xml


def test_taxed_claims_and_credits_are_valid_under_every_judge(court: Court) -> None:
    told = court.judge(written())

    assert all(each.rules for judged in told for each in judged)
    assert [[each.objections for each in judged] for judged in told] == [[()] * 4] * 4


def test_a_taxed_claim_names_both_vat_ids_its_rates_and_no_exemption() -> None:
    for each in written():
        for told in (b">FR72217500016<", b">FR44732829320<", b">20<", b">5.5<"):
            assert told in each.xml, told
        assert b"VATEX" not in each.xml
        assert b"256 B" not in each.xml


def test_a_debtor_without_a_siren_has_no_vat_id_on_a_taxed_claim(court: Court) -> None:
    claimed = replace(CLAIM, debtor=replace(ALADIN, siren="2175"))

    (document, *_) = written(claimed)

    assert document.xml.count(b'schemeID="VA"') == 1
    (told,) = court.judge([written(replace(CLAIM, debtor=replace(ALADIN, siren="")))[0]])
    assert "BR-FR" in str(told)


def test_what_is_sold_costs_an_indemnity_and_interest_of_trade_when_late() -> None:
    for each in written():
        said = each.xml.decode()
        assert "recouvrement de 40 € (Code de commerce, art. L. 441-10 et D. 441-5)" in said
        assert "majoré de 10 points" in said
        assert "L. 2125-5" not in said


def test_a_tax_that_is_wrong_by_less_than_a_euro_passes_the_official_judges_and_not_ours(
    court: Court,
) -> None:
    (twenty, reduced) = CLAIM.taxes
    more = Decimal("0.50")
    wrong = replace(
        CLAIM,
        taxes=(replace(twenty, tax=twenty.tax + more), reduced),
        total=CLAIM.total + more,
    )

    told = court.judge(written(wrong)[:2])

    for *official, ours in told:
        assert [each.objections for each in official] == [()] * 3
        assert ours.objections == ("VAT S 20 %: its tax is not its base times the rate",)


# What the official rules forbid of taxed claims, broken one at a time in one that is valid.
VAT_ID = rb"<ram:SpecifiedTaxRegistration>.{,80}</ram:SpecifiedTaxRegistration>(?=</ram:Seller)"
UBL_VAT_ID = rb"<cac:PartyTaxScheme>.{,150}?</cac:PartyTaxScheme>"
REASON = rb"<ram:ExemptionReasonCode>VATEX-EU-O</ram:ExemptionReasonCode>"
BASE = rb"(<ram:BasisAmount>)14.96<"
FORBIDDEN = [
    (0, "BR-S-02", VAT_ID, b""),
    (0, "BR-S-10", rb"(BasisAmount><ram:CategoryCode>S</ram:CategoryCode>)", rb"\g<1>" + REASON),
    (0, "BR-S-08", BASE, rb"\g<1>17.96<"),
    (0, "BR-CO-14", rb"(TotalAmount currencyID=.EUR.>)4.92<", rb"\g<1>4.93<"),
    (0, "BR-CO-15", rb"(GrandTotalAmount>)54.88<", rb"\g<1>1.00<"),
    (0, "BR-CO-17", rb"(CalculatedAmount>)2.99<", rb"\g<1>5.99<"),
    (0, "BR-FR-16", rb"Percent>20<", rb"Percent>19<"),
    (
        0,
        "BR-O-11",
        rb"<ram:CategoryCode>S</ram:CategoryCode><ram:R\w+>5.5</ram:R\w+>(?=.*Basis)",
        rb"<ram:CategoryCode>O</ram:CategoryCode>",
    ),
    (1, "BR-S-02", UBL_VAT_ID, b""),
    (1, "BR-S-08", rb"(TaxableAmount \S+>)14.96<", rb"\g<1>17.96<"),
    (1, "BR-CO-15", rb"(TaxInclusiveAmount \S+>)54.88<", rb"\g<1>49.96<"),
    (3, "BR-FR-CO-05", rb"<cac:BillingReference>.*Reference>(?=<cac:A)", b""),
]


@pytest.mark.parametrize(("place", "rule", "found", "becomes"), FORBIDDEN)
def test_what_the_official_rules_forbid_of_taxed_claims_is_refused_by_their_name(
    court: Court, place: int, rule: str, found: bytes, becomes: bytes
) -> None:
    document = written()[place]
    broken, changed = re.subn(found, becomes, document.xml)

    (told,) = court.judge([replace(document, xml=broken)])

    assert changed
    assert any(rule in objection for each in told for objection in each.objections), told


# What no official rule sees, or not to the cent: each wrong number, and what our sums say of it.
WRONG = [
    (0, rb"(CalculatedAmount>)2.99<", "2.98", "VAT S 20 %: its tax is not its base times"),
    (0, BASE, "14.97", "VAT S 20 %: its base is not the sum of its lines"),
    (0, rb"(BasisAmount>35.00<.{,80}Percent>)5.5<", "2.1", "VAT S 5.5 %: lines have it"),
    (0, rb"(TotalAmount currencyID=.EUR.>)4.92<", "4.93", "the tax is not the sum of the taxes"),
    (0, rb"(<ram:TaxBasisTotalAmount>)49.96<", "49.97", "without tax is not the sum"),
    (0, rb"(DuePayableAmount>)54.88<", "49.96", "the total is not the sum of the lines and"),
    (1, rb"(TaxableAmount \S+>14.96<.*?TaxAmount \S+>)2.99<", "3.00", "its tax is not its base"),
    (1, rb"(TaxExclusiveAmount \S+>)49.96<", "49.97", "without tax is not the sum"),
    (1, rb"(Classified.*?Percent>)20<", "10", "VAT S 10 %: lines have it"),
    (
        3,
        rb"(TaxableAmount \S+>35.00<.*?TaxAmount \S+>)1.93<",
        "1.94",
        "VAT S 5.5 %: its tax is not its base times",
    ),
]


@pytest.mark.parametrize(("place", "found", "number", "said"), WRONG)
def test_every_wrong_number_of_a_taxed_claim_is_found_by_our_own_sums(
    place: int, found: bytes, number: str, said: str
) -> None:
    document = written()[place]
    broken, changed = re.subn(found, rb"\g<1>" + number.encode() + b"<", document.xml, count=1)

    told = sums.judged(replace(document, xml=broken)).objections

    assert changed
    assert any(said in each for each in told), told


CENTS = st.integers(1, 10_000_000).map(lambda cents: str(Decimal(cents) / 100))


@given(first=CENTS, second=CENTS, third=CENTS, parts=st.lists(st.integers(1, 10**7), max_size=4))
def test_whatever_is_claimed_and_credited_in_parts_is_reckoned_as_our_sums_do(
    first: str, second: str, third: str, parts: list[int]
) -> None:
    claimed = taxed(first=first, second=second, third=third)
    left, taken = claimed.lines[0].amount, Decimal(0)
    documents = [(Syntax.CII, of_invoice(claimed)), (Syntax.UBL_INVOICE, of_invoice(claimed))]
    for part in parts:
        amount = min(Decimal(part) / 100, left - taken)
        if amount:
            note = taxed_note(claimed, {1: amount}, {1: taken})
            taken += amount
            documents += [(each, of_credit(note)) for each in (Syntax.CII, Syntax.UBL_CREDIT_NOTE)]

    for syntax, claim in documents:
        xml = cii.write(claim) if syntax is Syntax.CII else ubl.write(claim)
        assert sums.judged(Written(name="x", syntax=syntax, xml=xml)).objections == ()


def test_the_tax_of_a_credit_may_be_a_cent_beside_its_own_lines_because_of_those_before() -> None:
    claimed = taxed(first="0.06", second="1.00", third="1.00")

    notes = [taxed_note(claimed, {1: Decimal("0.02")}, {1: Decimal(at)}) for at in ("0", "0.02")]

    # 20 % of 0.02 rounds to nothing; of 0.04 to 0.01, which the second note takes back.
    assert [note.taxes[0].tax for note in notes] == [Decimal("0.00"), Decimal("0.01")]
    for note in notes:
        xml = cii.write(of_credit(note))
        assert sums.judged(Written(name="x", syntax=Syntax.CII, xml=xml)).objections == ()
