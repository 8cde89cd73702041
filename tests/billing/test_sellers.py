"""A city claims in its own name, or in nobody's."""

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from billing.export import cii, credit_pdf, payment, pdf
from billing.export.claim import of_invoice
from billing.invoices import document
from billing.sellers import PARIS, InvalidSeller, seller_from
from tests.billing.samples import credit_note, invoice

CITY = """
name = "Ville de Lyon"
siret = "216 901 231 00011"
address = "1 place de la Comédie, 69001 Lyon"
contact = "redevances@lyon.example"
court = "tribunal administratif de Lyon"
iban = "FR76 3000 1007 9412 3456 7890 185"
bic = "BDFEFRPPCCT"
creditor = "FR72ZZZ123456"
court_en = "administrative court of Lyon"
"""
LYON = seller_from(CITY)
CLAIM = replace(invoice(), seller=replace(LYON, explained_at="https://octroi.lyon.example"))


def text(content: bytes) -> str:
    pages = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return " ".join(pages.split())


def test_a_city_claims_as_its_file_says() -> None:
    assert LYON.demonstration is False
    assert (LYON.siren, LYON.siret) == ("216901231", "21690123100011")
    assert LYON.iban == "FR7630001007941234567890185"
    assert payment.text(CLAIM).split("\n")[4:7] == ["BDFEFRPPCCT", "Ville de Lyon", LYON.iban]
    assert b">BDFEFRPPCCT<" in cii.write(of_invoice(CLAIM))


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("fr", ("Payer par virement", "Identifiant créancier SEPA : FR72ZZZ123456", "intérêts")),
        ("en", ("Pay by transfer", "administrative court of Lyon", "Late payment bears interest")),
    ],
)
def test_the_paper_of_a_city_says_where_to_pay_whom_to_ask_and_what_late_payment_costs(
    lang: str, said: tuple[str, ...]
) -> None:
    told = text(pdf.write(CLAIM, lang))

    found = ("FR76 3000 1007", "BDFEFRPPCCT", "https://octroi.lyon.example/invoices/P-2026-000001")
    for each in (*said, *found):
        assert each in told, each
    assert "DÉMONSTRATION" not in told
    assert "DEMONSTRATION" not in told
    assert LYON.contact in text(credit_pdf.write(credit_note(CLAIM), lang))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_demonstration_asks_nobody_to_pay(lang: str) -> None:
    shown = replace(invoice(), seller=replace(PARIS, iban=LYON.iban))
    told = text(pdf.write(shown, lang))

    for asked in ("Payer par virement", "Pay by transfer", "FR76", "2 décembre", "2 December"):
        assert asked not in told, asked
    assert "Rien n'est dû" in told or "Nothing is due" in told
    assert LYON.iban.encode() not in cii.write(of_invoice(shown))


def test_what_was_sealed_before_a_field_was_told_stays_as_it_was_sealed() -> None:
    assert list(document(invoice())["seller"]) == [
        "name", "siren", "address", "contact", "court", "demonstration",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("7890 185", "7890 186", "iban: FR76 3000 1007 9412 3456 7890 186 is no IBAN"),
        ("00011", "00012", "siret: 216 901 231 00012 is no SIRET"),
        ("BDFEFRPPCCT", "BDF", "bic: BDF is no BIC"),
        ("FR72ZZZ", "FR73ZZZ", "creditor: FR73ZZZ123456 is no SEPA creditor identifier"),
        (", 69001 Lyon", "", "address: write it as street, 75004 Paris"),
        ('court = "', 'cour = "', "cour is not a field of it: name, siret"),
        ('"redevances@lyon.example"', '""', "contact: it is missing"),
        ('"redevances@lyon.example"', "7", "contact: it takes one line of text"),
        ("name =", "name", "it is not valid TOML"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_its_field(
    before: str, after: str, said: str
) -> None:
    with pytest.raises(InvalidSeller, match=said):
        seller_from(CITY.replace(before, after, 1))
