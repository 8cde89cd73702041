"""Taxed claims become titles: the tax of a document, shared in cents among its lines."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from billing.export.pes import codes, slips
from billing.export.pes.sharing import shares
from billing.judging import titles, treasury
from billing.judging.treasury import NoSchemas
from billing.money import total
from tests.billing.pes.accountant import CODES, SCHEMAS, booked, days, file
from tests.billing.samples import credit_note, invoice
from tests.billing.taxed import REDUCED, TWENTY, taxed, taxed_note

CLAIM = taxed()
NOTE = taxed_note(CLAIM, {1: Decimal("1.85"), 2: Decimal("35.00")})
CENTS = st.integers(1, 10**7).map(lambda cents: Decimal(cents) / 100)


def written() -> bytes:
    return file([CLAIM], [NOTE])


def values(xml: bytes, name: str) -> list[str]:
    return [each.get("V", "") for each in etree.fromstring(xml).iter(name)]


def broken(name: str, value: str) -> bytes:
    """Say another value where an element is first, or leave it out."""
    root: Any = etree.fromstring(written())
    node = next(root.iter(name))
    if value:
        node.set("V", value)
    else:
        node.getparent().remove(node)
    return bytes(etree.tostring(root, encoding="ISO-8859-1", xml_declaration=True))


@given(amount=CENTS, parts=st.lists(CENTS, min_size=1, max_size=6))
def test_shares_are_in_cents_add_up_and_are_no_cent_beside_their_proportion(
    amount: Decimal, parts: list[Decimal]
) -> None:
    told = shares(amount, parts)

    assert total(told) == amount
    for share, part in zip(told, parts, strict=True):
        assert share == round(share, 2)
        assert abs(share * total(parts) - amount * part) < total(parts) / 100


def test_a_line_of_a_title_is_an_imputation_at_one_rate_with_its_tax() -> None:
    (slip, lowering) = slips.slips([CLAIM], [NOTE], booked(), days([CLAIM], [NOTE]))

    (title,) = slip.titles
    assert [(each.imputation.nature, each.vat, each.tax) for each in title.lines] == [
        ("70323", TWENTY, Decimal("2.99")),
        ("70328", REDUCED, Decimal("1.93")),
    ]
    assert slip.amount + slip.tax == CLAIM.total
    assert lowering.amount + lowering.tax == NOTE.total
    assert [each.origin.line for each in lowering.titles[0].lines if each.origin] == [1, 2]


def test_one_imputation_at_two_rates_is_two_lines_of_which_each_is_lowered() -> None:
    one = codes.read(CODES.partition("[tariff")[0])

    (slip, lowering) = slips.slips([CLAIM], [NOTE], one, days([CLAIM], [NOTE]))

    assert [each.vat for each in slip.titles[0].lines] == [TWENTY, REDUCED]
    assert [each.vat for each in lowering.titles[0].lines] == [TWENTY, REDUCED]


@settings(max_examples=30)
@given(first=CENTS, second=CENTS, third=CENTS)
def test_titles_hold_to_the_cent_what_was_claimed_with_tax_and_keep_every_rule(
    first: Decimal, second: Decimal, third: Decimal
) -> None:
    claimed = taxed(first=str(first), second=str(second), third=str(third))
    note = taxed_note(claimed)

    told = slips.slips([claimed], [note], booked(), days([claimed], [note]))

    assert [each.amount + each.tax for each in told] == [claimed.total, note.total]
    assert titles.judged(file([claimed], [note])).objections == ()


def test_the_official_schemas_take_taxed_titles_or_are_asked_for_by_name() -> None:
    if SCHEMAS is None:
        with pytest.raises(NoSchemas, match="OCTROI_PES_SCHEMAS names no folder"):
            treasury.judged(written(), SCHEMAS)
        return
    assert [each.objections for each in treasury.judged(written(), SCHEMAS)] == [(), ()]
    schema, _ = treasury.judged(broken("MtTVA", "0.00"), SCHEMAS)
    assert "MtTVA" in schema.objections[0]


def test_tax_is_told_where_there_is_some_and_only_there() -> None:
    untaxed = file([invoice()], [credit_note(invoice())])

    assert values(written(), "MtBordTVA") == ["4.92", str(NOTE.total - NOTE.net)]
    assert values(written(), "TxTva") == ["20", "5.5", "20", "5.5"]
    assert set(values(written(), "TvaIntraCom")) == {"0"}
    for name in ("MtBordTVA", "TxTva", "MtTVA"):
        assert values(untaxed, name) == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MtTVA", "", "tax: TxTva and MtTVA go together"),
        ("TxTva", "", "tax: TxTva and MtTVA go together"),
        ("TxTva", "10", "tax: MtTVA 2.99 is not 10 % of 14.96"),
        ("MtBordTVA", "4.91", "sum: MtBordTVA says 4.91"),
        ("MtBordTVA", "", "sum: MtBordTVA says 0"),
    ],
)
def test_a_wrong_tax_is_named_by_its_rule(name: str, value: str, said: str) -> None:
    assert any(each.startswith(said) for each in titles.judged(broken(name, value)).objections)
