"""What is taxed has a document of its own, and its tax is reckoned once a rate and document."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing import ledger
from billing.crediting import credit
from billing.fees import price
from billing.invoices import MixedFees, apart, document, draft, issue
from billing.ledger import CREDIT, RECEIVABLE, REVENUE, Balance, Posting, vat_account
from billing.metering import meter
from billing.model import CreditLine, CreditNote, Fee, Invoice
from billing.money import NOTHING, total
from billing.prices import InvalidTariff, Tariff, TariffKind
from billing.sellers import PARIS
from billing.tariffs import read, write
from billing.taxing import debtor_vat_id, vat_id_of
from billing.vat import LEGAL_RATES, OUTSIDE_VAT, Vat, VatCategory
from billing.verification import faults
from tests.billing import oracle
from tests.billing.samples import ALADIN, NOVEMBER, OCTOBER, OPERATORS, tariff, visit

VATS = [OUTSIDE_VAT, *(Vat(category=VatCategory.STANDARD, rate_percent=at) for at in LEGAL_RATES)]
TWENTY = VATS[1]
CENTS = st.integers(1, 10**7).map(lambda cents: Decimal(cents).scaleb(-2))


def entry(vat: Vat, unit_price: Decimal, name: str = "entry") -> Tariff:
    return tariff(name, kind=TariffKind.PER_ENTRY, unit_price=unit_price, vat=vat)


@st.composite
def priced(draw: st.DrawFn) -> tuple[tuple[Tariff, ...], tuple[Fee, ...]]:
    """Return entry prices with and without VAT, and the fees of some visits."""
    told = draw(st.lists(st.tuples(st.sampled_from(VATS), CENTS), min_size=1, max_size=6))
    tariffs = tuple(entry(vat, price, f"entry-{at}") for at, (vat, price) in enumerate(told))
    used = [visit(f"v{number}") for number in range(draw(st.integers(1, 3)))]
    return tariffs, price(meter(used, (), OPERATORS, OCTOBER.window), tariffs)


@st.composite
def taxed(draw: st.DrawFn) -> Invoice:
    """Return an issued claim of lines at several rates."""
    told = draw(st.lists(st.tuples(st.sampled_from(VATS[1:]), CENTS), min_size=1, max_size=6))
    tariffs = [entry(vat, price, f"entry-{at}") for at, (vat, price) in enumerate(told)]
    fees = price(meter([visit()], (), OPERATORS, OCTOBER.window), tariffs)
    return issue(draft(fees, ALADIN, OCTOBER, tariffs), "P-2026-000001", "", NOVEMBER)


@given(priced())
def test_splitting_into_documents_loses_no_fee_and_mixes_no_vat(
    found: tuple[tuple[Tariff, ...], tuple[Fee, ...]],
) -> None:
    tariffs, fees = found

    drafts = [draft(each, ALADIN, OCTOBER, tariffs) for _, each in apart(fees, tariffs)]

    claimed = [fee for each in drafts for line in each.lines for fee in line.fees]
    assert sorted(claimed, key=str) == sorted((fee.id for fee in fees if fee.amount), key=str)
    assert len({each.id for each in drafts}) == len(drafts) <= 2
    for each in drafts:
        assert len({line.vat.category for line in each.lines}) == 1
        assert bool(each.taxes) == each.lines[0].vat.taxed == bool(each.seller.vat_id)


@given(taxed())
def test_the_tax_of_a_document_is_what_naive_fractions_make_of_it(claimed: Invoice) -> None:
    lines = [(str(line.vat.rate_percent), str(line.amount)) for line in claimed.lines]

    expected = oracle.taxes(lines)

    assert {str(each.vat.rate_percent): each.tax for each in claimed.taxes} == expected
    assert claimed.total == claimed.net + sum((each.tax for each in claimed.taxes), NOTHING)
    assert Fraction(claimed.total) == sum(expected.values()) + Fraction(claimed.net)


@settings(max_examples=25)
@given(taxed(), st.data())
def test_an_invoice_and_any_sequence_of_credits_on_it_end_at_nothing_and_agree_with_the_books(
    claimed: Invoice, data: st.DataObject
) -> None:
    left = {line.number: line.amount for line in claimed.lines}
    taken: dict[int, Decimal] = {}
    notes: list[CreditNote] = []
    books = list(ledger.of_invoice(claimed, NOVEMBER))
    while left:
        lines = _some(left, data)
        note = _noted(claimed, lines, taken, notes)
        books += ledger.of_credit(note, claimed.total - total(each.total for each in notes))
        notes.append(note)
        for each in lines:
            taken[each.number] = taken.get(each.number, NOTHING) + each.amount
        left = {
            line.number: line.amount - taken.get(line.number, NOTHING)
            for line in claimed.lines
            if line.amount != taken.get(line.number, NOTHING)
        }
        assert ledger.disagreements(_balances(books), _by_oracle(claimed, taken)) == []

    assert total(each.net for each in notes) == claimed.net
    assert total(each.total for each in notes) == claimed.total
    for vat in {line.vat for line in claimed.lines}:
        back = total(tax.tax for note in notes for tax in note.taxes if tax.vat == vat)
        assert back == total(tax.tax for tax in claimed.taxes if tax.vat == vat)
    heads = {"P": claimed.hash, "A": notes[-1].hash}
    assert faults([claimed], notes, {("P", 2026): 1, ("A", 2026): len(notes)}, heads) == ()


def _some(left: Mapping[int, Decimal], data: st.DataObject) -> tuple[CreditLine, ...]:
    """Draw a part of what is left: in the end, of most of it, all."""
    chosen = data.draw(st.sets(st.sampled_from(sorted(left)), min_size=1))
    lines = []
    for number in sorted(chosen):
        most = int(left[number] * 100)
        cents = data.draw(st.integers(max(1, most // 2), most))
        cents = most if most < 100 else cents
        lines.append(CreditLine(number=number, amount=Decimal(cents).scaleb(-2)))
    return tuple(lines)


def _noted(
    claimed: Invoice,
    lines: tuple[CreditLine, ...],
    taken: Mapping[int, Decimal],
    notes: Sequence[CreditNote],
) -> CreditNote:
    return credit(
        claimed,
        lines,
        taken,
        reason="Erreur",
        number=f"A-2026-{len(notes) + 1:06d}",
        previous_hash=notes[-1].hash if notes else "",
        at=NOVEMBER,
    )


def _balances(books: Sequence[Posting]) -> list[Balance]:
    return [Balance(account=each.account, debit=each.debit, credit=each.credit) for each in books]


def _by_oracle(claimed: Invoice, taken: Mapping[int, Decimal]) -> dict[str, Decimal]:
    """Return what the documents say, their tax reckoned by fractions."""
    told = {REVENUE: claimed.net, CREDIT: total(taken.values())}
    of_all = oracle.taxes((str(at.vat.rate_percent), str(at.amount)) for at in claimed.lines)
    credited = oracle.taxes(
        (str(at.vat.rate_percent), str(taken[at.number]))
        for at in claimed.lines
        if at.number in taken
    )
    for rate, tax in of_all.items():
        owed = tax - credited.get(rate, Fraction(0))
        told[vat_account(Decimal(rate))] = Decimal(owed.numerator) / owed.denominator
    return told


def test_the_books_hold_what_is_owed_with_tax_and_what_is_earned_without() -> None:
    claimed = _claim(entry(TWENTY, Decimal("10.03")))

    entered = ledger.of_invoice(claimed, NOVEMBER)
    sides = {each.account: each.debit - each.credit for each in entered}

    assert sides == {
        RECEIVABLE: Decimal("12.04"),
        "revenue:air:entry": Decimal("-10.03"),
        "vat_collected:20": Decimal("-2.01"),
    }


def test_tax_that_the_books_do_not_hold_is_told_by_its_rate() -> None:
    books = _balances(ledger.of_invoice(_claim(entry(TWENTY, Decimal(10))), NOVEMBER))

    right = {REVENUE: Decimal(10), "vat_collected:20": Decimal(2)}

    wrong = ledger.disagreements(books, {REVENUE: Decimal(10)})

    assert ledger.disagreements(books, right) == []
    assert {each.number for each in wrong} == {"ledger: vat_collected:20", "ledger: receivable"}


def test_what_is_taxed_shares_no_invoice_with_what_is_outside_of_vat() -> None:
    tariffs = [entry(TWENTY, Decimal(1), "a"), entry(OUTSIDE_VAT, Decimal(1), "b")]
    fees = price(meter([visit()], (), OPERATORS, OCTOBER.window), tariffs)

    with pytest.raises(MixedFees, match="VAT"):
        draft(fees, ALADIN, OCTOBER, tariffs)


def test_only_what_is_taxed_says_so_under_its_seal_and_names_vat_ids() -> None:
    free, claimed = _claim(entry(OUTSIDE_VAT, Decimal(10))), _claim(entry(TWENTY, Decimal(10)))

    plain, told = document(free), document(claimed)

    assert (plain["vat_category"], told["vat_category"]) == ("O", "S")
    assert not {"net", "taxes"} & set(plain)
    assert "vat" not in plain["lines"][0]
    assert "vat_id" not in plain["seller"]
    assert told["seller"]["vat_id"] == PARIS.vat_id
    assert (told["net"], told["total"]) == ("10.00", "12.00")
    assert told["taxes"] == [
        {"category": "S", "rate_percent": "20", "taxable": "10.00", "tax": "2.00"}
    ]
    assert (debtor_vat_id(free), debtor_vat_id(claimed)) == ("", "FR44732829320")


def test_a_vat_id_is_reckoned_from_a_siren_and_from_nothing_else() -> None:
    assert vat_id_of("217500016") == PARIS.vat_id
    assert vat_id_of("217500017") == vat_id_of("") == vat_id_of("DE123456789") == ""


def test_a_changed_tax_is_told_by_the_verification() -> None:
    claimed = _claim(entry(TWENTY, Decimal(10)))
    (tax,) = claimed.taxes
    less = replace(claimed, taxes=(replace(tax, tax=Decimal("1.99")),))
    other = replace(less, total=Decimal("11.99"))

    for changed, reason in ((less, "not the sum of the lines and their tax"), (other, "its tax")):
        told = faults([changed], [], {("P", 2026): 1}, {"P": claimed.hash})
        assert any(reason in fault.reason for fault in told)


@pytest.mark.parametrize("rate", LEGAL_RATES)
def test_a_taxed_tariff_is_read_back_as_it_was_written(rate: Decimal) -> None:
    taxed = entry(Vat(category=VatCategory.STANDARD, rate_percent=rate), Decimal(1))

    assert read(write(taxed)) == taxed
    assert read({**write(taxed), "vat": None}).vat == OUTSIDE_VAT


@pytest.mark.parametrize(
    ("vat", "told"),
    [
        ({"category": "S", "rate_percent": "19.6"}, r"vat\.rate_percent: 19\.6 is no rate"),
        ({"category": "S", "rate_percent": "0"}, r"vat\.rate_percent"),
        ({"category": "S"}, r"vat\.rate_percent"),
        ({"category": "S", "rate_percent": "NaN"}, r"vat\.rate_percent"),
        ({"category": "O", "rate_percent": "20"}, r"vat\.rate_percent: .*has no rate"),
        ({"category": "Z"}, r"vat\.category"),
        ({"category": "S", "rate": "20"}, r"vat\.rate:"),
        ("S", "vat: VAT is an object"),
    ],
)
def test_vat_that_french_law_does_not_know_is_refused_by_its_field(vat: object, told: str) -> None:
    written = write(entry(OUTSIDE_VAT, Decimal(1)))

    with pytest.raises(InvalidTariff, match=told):
        read({**written, "vat": vat})


def _claim(one: Tariff) -> Invoice:
    fees = price(meter([visit()], (), OPERATORS, OCTOBER.window), [one])
    return issue(draft(fees, ALADIN, OCTOBER, [one]), "P-2026-000001", "", NOVEMBER)
