"""Taxed claims on paper: who is taxed, at which rate, on what, and what is owed with tax."""

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from billing.export import cii, credit_pdf, pdf
from billing.export.claim import of_invoice
from billing.export.lettering import is_ordinary
from billing.export.taxed_words import TAXED_EN, TAXED_FR, TAXED_WORDS, rate_text
from billing.export.words import EN, FR
from billing.money import amount_text
from billing.vat import VatSubtotal
from tests.billing.samples import invoice
from tests.billing.taxed import TAXED_PARIS, TWENTY, taxed, taxed_note
from tests.billing.test_sellers import LYON

CLAIM = taxed(replace(LYON, vat_id="FR80216901231"), first="1234.56")
NOTE = taxed_note(CLAIM)


def text(content: bytes) -> str:
    pages = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return " ".join(pages.split())


def named(subtotal: VatSubtotal, lang: str) -> str:
    return TAXED_WORDS[lang]["tax"].format(
        rate=rate_text(subtotal.vat.rate_percent, lang),
        taxable=amount_text(subtotal.taxable, "EUR", lang),
    )


def spaced(told: str) -> str:
    return " ".join(told.split())


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_taxed_invoice_tells_net_tax_by_rate_total_and_both_vat_ids(lang: str) -> None:
    said = text(pdf.write(CLAIM, lang))
    (twenty, reduced) = CLAIM.taxes

    for amount in (CLAIM.net, twenty.tax, reduced.tax, CLAIM.total):
        assert spaced(amount_text(amount, "EUR", lang)) in said
    for told in (
        named(twenty, lang),
        named(reduced, lang),
        "FR80216901231",
        "FR44732829320",
        TAXED_WORDS[lang]["net"],
        TAXED_WORDS[lang]["total"],
        "L. 441-10",
        {"fr": "40 €", "en": "€40"}[lang],
        {"fr": "5,5 %", "en": "5.5%"}[lang],
    ):
        assert spaced(told) in said, told
    for wrong in (
        "L. 2125-5",
        "L. 2321-4",
        "Hors champ",
        "Outside the scope",
        "redevance domaniale",
    ):
        assert wrong not in said, wrong


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_taxed_credit_note_tells_the_tax_that_it_takes_back(lang: str) -> None:
    said = text(credit_pdf.write(NOTE, lang))

    for told in (
        *(named(each, lang) for each in NOTE.taxes),
        *(amount_text(each.tax, "EUR", lang) for each in NOTE.taxes),
        amount_text(NOTE.total, "EUR", lang),
        TAXED_WORDS[lang]["credit_total"],
        TAXED_WORDS[lang]["credit_tax_text"],
        "FR80216901231",
        "FR44732829320",
    ):
        assert spaced(told) in said, told
    assert "Hors champ" not in said


def test_what_is_outside_of_vat_says_so_and_names_no_vat_id_whoever_has_one() -> None:
    said = text(pdf.write(replace(invoice(), seller=TAXED_PARIS)))

    assert "Hors champ de la TVA" in said
    assert "L. 2125-5" in said
    assert "FR72217500016" not in said
    assert "HT" not in said


def test_taxed_words_stand_for_ordinary_ones_in_both_languages_alike_and_are_made_ready() -> None:
    assert TAXED_FR.keys() == TAXED_EN.keys()
    assert set(TAXED_FR) - set(FR) == set(TAXED_EN) - set(EN)
    assert is_ordinary(" ".join([*TAXED_FR.values(), *TAXED_EN.values()]))
    assert is_ordinary(rate_text(TWENTY.rate_percent, "fr"))


def test_a_taxed_paper_carries_the_very_claim_that_was_judged() -> None:
    attached = PdfReader(io.BytesIO(pdf.write(CLAIM))).attachments

    assert attached["factur-x.xml"] == [cii.write(of_invoice(CLAIM))]
