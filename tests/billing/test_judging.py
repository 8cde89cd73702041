"""Every claim under every official judge, and every judge shown to object."""

import io
import re
from dataclasses import replace
from decimal import Decimal

import facturx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from billing.export import cii, payment, pdf, ubl
from billing.export.claim import of_credit, of_invoice, place
from billing.judging import sums
from billing.judging.court import Court
from billing.judging.report import DocumentRefused, Judgement, Syntax, Written, require_accepted
from billing.model import Invoice
from billing.money import plain, product, rounded
from tests.billing.samples import credit_note, invoice, visit
from tests.billing.test_sellers import LYON
from zones.model import Layer, ZoneId

JUDGES = {
    Syntax.CII: ["XSD", "Factur-X EN 16931", "BR-FR CII", "Octroi sums"],
    Syntax.UBL_INVOICE: ["XSD", "EN 16931 UBL", "BR-FR UBL", "Octroi sums"],
    Syntax.UBL_CREDIT_NOTE: ["XSD", "EN 16931 UBL", "BR-FR UBL", "Octroi sums"],
}


def mixed() -> Invoice:
    return invoice(
        visit("flight", certain_ms=601_000),
        visit("boat", layer=Layer.RIVER, zone=ZoneId("river-seine"), distance_m=12_345),
        visit(
            "works",
            layer=Layer.SUBSOIL,
            zone=ZoneId("subsoil-metro-4"),
            certain_ms=7_260_123,
        ),
    )


def documents() -> dict[Syntax, bytes]:
    claim = of_invoice(mixed())
    credit = of_credit(credit_note(mixed(), {1: Decimal("0.10"), 2: mixed().lines[1].amount}))
    return {
        Syntax.CII: cii.write(claim),
        Syntax.UBL_INVOICE: ubl.write(claim),
        Syntax.UBL_CREDIT_NOTE: ubl.write(credit),
    }


@pytest.mark.parametrize("syntax", list(Syntax))
def test_what_is_written_is_valid_under_every_judge(court: Court, syntax: Syntax) -> None:
    (told,) = court.judge([Written(name="x", syntax=syntax, xml=documents()[syntax])])

    assert [each.judge for each in told] == JUDGES[syntax]
    assert all(each.rules for each in told)
    assert [each.objections for each in told] == [()] * 4


def test_what_a_city_claims_with_its_bank_is_valid_too(court: Court) -> None:
    claim = of_invoice(replace(mixed(), seller=LYON))
    written = {Syntax.CII: cii.write(claim), Syntax.UBL_INVOICE: ubl.write(claim)}

    told = court.judge([Written(name="x", syntax=each, xml=xml) for each, xml in written.items()])

    assert [each.objections for judged in told for each in judged] == [()] * 8
    for xml in written.values():
        assert LYON.iban.encode() in xml
        assert LYON.bic.encode() in xml


def test_what_supplements_several_invoices_is_valid_too_and_names_them(court: Court) -> None:
    claim = of_invoice(replace(mixed(), supplements=("P-2026-000007", "P-2026-000009")))
    written = {Syntax.CII: cii.write(claim), Syntax.UBL_INVOICE: ubl.write(claim)}

    told = court.judge([Written(name="x", syntax=each, xml=xml) for each, xml in written.items()])

    assert [each.objections for judged in told for each in judged] == [()] * 8
    for xml in written.values():
        assert xml.count(b"P-2026-000007") == xml.count(b"P-2026-000009") == 1


def test_a_credit_note_is_valid_as_cii_and_cites_its_invoice(court: Court) -> None:
    xml = cii.write(of_credit(credit_note(mixed())))

    (told,) = court.judge([Written(name="x", syntax=Syntax.CII, xml=xml)])

    assert [each.objections for each in told] == [()] * 4
    assert b">381<" in xml
    assert b"<ram:IssuerAssignedID>P-2026-000001<" in xml


# What the official rules forbid, broken one at a time in a document that is otherwise valid: the
# rule that must speak, what is looked for, and what it becomes.
IDENTIFIED = (
    rb'<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">FR83217500016</ram:ID>'
    rb"</ram:SpecifiedTaxRegistration></ram:SellerTradeParty>"
)
LINE_TAX = rb"<ram:CategoryCode>O(</ram:CategoryCode></ram:ApplicableTradeTax><ram:Spec)"
STANDARD = rb"<ram:CategoryCode>S\1"
FORBIDDEN = [
    (Syntax.CII, "BR-O-02", rb"</ram:SellerTradeParty>", IDENTIFIED),
    (
        Syntax.CII,
        "BR-O-10",
        rb"<ram:ExemptionReason(Code)?>[^/]*</ram:ExemptionReason(Code)?>",
        b"",
    ),
    (Syntax.CII, "BR-O-11", LINE_TAX, STANDARD),
    (Syntax.CII, "BR-CO-10", rb"(HeaderM\w+><ram:LineTotalAmount>)[\d.]+", rb"\g<1>1.00"),
    (Syntax.CII, "BR-CO-15", rb"(<ram:GrandTotalAmount>)[\d.]+", rb"\g<1>1.00"),
    (Syntax.CII, "BR-FR-01", rb"P-2026-000001<", rb"P-2026-" + b"0" * 40 + rb"<"),
    (Syntax.CII, "BR-FR-05", rb"<ram:SubjectCode>PMT<", rb"<ram:SubjectCode>AAI<"),
    (Syntax.CII, "BR-FR-08", rb"<ram:ID>S1<", rb"<ram:ID>X9<"),
    (Syntax.CII, "BR-FR-10", rb">217500016<", rb">2175<"),
    (Syntax.CII, "BR-FR-DEC-02", rb'(Quantity unitCode="MIN">)11<', rb"\g<1>11.00000<"),
    (Syntax.CII, "quantity times price", rb"<ram:ChargeAmount>0.35<", b"<ram:ChargeAmount>0.36<"),
    (Syntax.CII, "not expected", rb"<ram:TypeCode>380</ram:TypeCode>", rb""),
    (Syntax.CII, "not XML", rb"</rsm:CrossIndustryInvoice>", rb""),
    (Syntax.UBL_INVOICE, "BR-O-10", rb"<cbc:TaxExemptionReason(Code)?>[^/]*</cbc:\w+>", b""),
    (Syntax.UBL_INVOICE, "BR-CO-10", rb"(l><cbc:LineExtensionAmount \S+>)[\d.]+", rb"\g<1>1.00"),
    (Syntax.UBL_INVOICE, "BR-FR-05", rb"#PMD#", rb""),
    (Syntax.UBL_CREDIT_NOTE, "BR-FR-CO-05", rb"<cac:BillingReference>.*Reference>(?=<cac:A)", b""),
]


@pytest.mark.parametrize(("syntax", "rule", "found", "becomes"), FORBIDDEN)
def test_what_the_official_rules_forbid_is_refused_by_their_name(
    court: Court, syntax: Syntax, rule: str, found: bytes, becomes: bytes
) -> None:
    count = 0 if becomes == b"" else 1
    broken, changed = re.subn(found, becomes, documents()[syntax], count=count)
    document = Written(name="P-2026-000001", syntax=syntax, xml=broken)

    (told,) = court.judge([document])

    assert changed
    assert any(rule in objection for each in told for objection in each.objections), told
    with pytest.raises(DocumentRefused, match="P-2026-000001"):
        require_accepted(document, told)


def test_a_judge_that_looked_at_nothing_has_accepted_nothing() -> None:
    document = Written(name="P-2026-000001", syntax=Syntax.CII, xml=b"")

    with pytest.raises(DocumentRefused, match="looked at no rule"):
        require_accepted(document, [Judgement(judge="BR-FR CII", rules=0, objections=())])
    with pytest.raises(DocumentRefused, match="nobody judged"):
        require_accepted(document, [])


AMOUNTS = st.decimals(min_value="0.000001", max_value=9999, places=6)


@given(
    quantity=st.decimals(min_value="0.0001", max_value=99_999, places=4),
    unit_price=AMOUNTS,
    factor=st.decimals(min_value="0.0001", max_value=9, places=4),
)
def test_no_price_and_factor_make_a_line_that_is_not_its_product(
    quantity: Decimal, unit_price: Decimal, factor: Decimal
) -> None:
    exact = product(quantity, unit_price, factor)
    line = replace(
        invoice().lines[0],
        quantity=quantity,
        unit_price=unit_price,
        factor=factor,
        exact=exact,
        amount=rounded(exact),
    )
    claim = of_invoice(replace(invoice(), lines=(line,), total=line.amount))

    for syntax, xml in ((Syntax.CII, cii.write(claim)), (Syntax.UBL_INVOICE, ubl.write(claim))):
        assert sums.judged(Written(name="x", syntax=syntax, xml=xml)).objections == ()
    (written,) = claim.lines
    assert len(plain(written.quantity).partition(".")[2]) <= 4
    assert len(plain(written.price).partition(".")[2]) <= 6


def test_a_line_whose_amount_is_more_than_one_product_is_written_as_one_piece() -> None:
    capped = replace(invoice().lines[0], amount=Decimal("2.00"))
    claim = of_invoice(replace(invoice(), lines=(capped,), total=Decimal("2.00")))

    assert (claim.lines[0].quantity, claim.lines[0].price) == (Decimal(1), Decimal("2.00"))


def test_the_pdf_carries_the_very_invoice_that_was_judged_and_says_so() -> None:
    claimed = mixed()
    reader = PdfReader(io.BytesIO(pdf.write(claimed)))
    metadata = str(reader.trailer["/Root"]["/Metadata"].get_data(), "utf-8")  # type: ignore[index]

    assert reader.attachments["factur-x.xml"] == [cii.write(of_invoice(claimed))]
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>" in metadata
    assert facturx.get_xml_from_pdf(pdf.write(claimed))[0] == "factur-x.xml"


def test_a_draft_is_no_electronic_invoice() -> None:
    drafted = replace(mixed(), number=None, issued_at=None, due_on=None, hash="")

    assert not PdfReader(io.BytesIO(pdf.write(drafted))).attachments


def test_the_payment_code_says_who_is_paid_how_much_and_for_what() -> None:
    claimed = replace(mixed(), seller=LYON)
    told = payment.text(claimed).split("\n")

    assert told[:4] == ["BCD", "002", "1", "SCT"]
    assert told[5:8] == [LYON.name, LYON.iban, f"EUR{claimed.total}"]
    assert told[-1] == "P-2026-000001"
    assert len(payment.modules(claimed)) >= 21


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("12 rue de l'Œuvre, 75011 Paris", ("12 rue de l'Œuvre", "75011", "Paris")),
        (
            "Bât. B, 3 quai de Seine, 93400 Saint-Ouen",
            ("Bât. B, 3 quai de Seine", "93400", "Saint-Ouen"),
        ),
        ("somewhere", ("somewhere", "", "")),
        ("", ("", "", "")),
    ],
)
def test_an_address_is_told_apart_where_it_can_be(address: str, told: tuple[str, str, str]) -> None:
    found = place(address)

    assert (found.street, found.postcode, found.city) == told


def test_judging_goes_on_in_many_documents_and_in_order(court: Court) -> None:
    good = Written(name="good", syntax=Syntax.CII, xml=documents()[Syntax.CII])
    bad = replace(good, name="bad", xml=b"<no/>")

    told = court.judge([good, bad, good])

    assert [any(each.objections for each in one) for one in told] == [False, True, False]
