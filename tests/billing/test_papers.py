"""Paper has every letter of what it says, and every word within its column."""

import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from billing.export import credit_pdf, pdf
from billing.export.lettering import LATIN, WHOLE, fonts_for, is_ordinary
from billing.export.paper import BLUE, WIDTH_MM, Imprint, Paper
from billing.export.printing import Printable, printed
from billing.export.words import WORDS
from billing.units import UNITS
from tests.billing.samples import ALADIN, credit_note, invoice

CLAIM = invoice()


@pytest.fixture(scope="module")
def paper() -> Iterator[Paper]:
    imprint = Imprint(
        title="title", name="", numbered=False, issued_at=None, seller=CLAIM.seller, said=""
    )
    made = Paper(imprint, "fr")
    made.ink(8)
    yield made
    made.printed()  # which closes the fonts


def text(content: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_the_words_of_every_paper_are_of_the_letters_that_are_read_in_no_time() -> None:
    words = [*WORDS["fr"].values(), *WORDS["en"].values()]
    units = [unit for each in UNITS.values() for unit in each]

    assert fonts_for(" ".join([*words, *units]).replace("\n", " ")) is LATIN


def test_all_that_papers_say_of_themselves_is_of_letters_made_ready() -> None:
    words = [*WORDS["fr"].values(), *WORDS["en"].values()]
    units = [unit for each in UNITS.values() for unit in each]

    assert is_ordinary(" ".join([*words, *units]).replace("\n", " "))


@pytest.mark.parametrize("name", ["Łódź Żegluga", "Œuvre & Fils (Paris) \\ «Nord»", "Société Ÿ"])
def test_a_paper_has_the_letters_of_its_names_whether_they_were_made_ready_or_not(
    name: str,
) -> None:
    named = replace(CLAIM, debtor=replace(ALADIN, name=name))

    assert fonts_for(name) is LATIN
    assert name in text(pdf.write(named))
    assert pdf.write(named) == pdf.write(named)
    assert name not in text(pdf.write(CLAIM))


@pytest.mark.parametrize("align", ["L", "R"])
@pytest.mark.parametrize("fill", [False, True])
def test_a_line_is_written_as_the_library_writes_it_to_the_byte(
    paper: Paper, align: str, *, fill: bool
) -> None:
    said, pages = "Déjà (vu) \\ 3 €", []
    for say in (paper.say, paper.cell):
        paper.add_page()
        paper.ink(9, bold=True, colour=BLUE)
        paper.set_xy(30, 40)
        say(60, 5, said, align=align, fill=fill)
        pages.append(str(paper.pages[paper.page].contents))

    assert pages[0] == pages[1]


def test_a_name_in_other_letters_has_them_on_paper() -> None:
    named = replace(CLAIM, debtor=replace(ALADIN, name="Ζέφυρος и Борей"))

    assert fonts_for(named.debtor.name) is WHOLE
    assert "Ζέφυρος и Борей" in text(pdf.write(named))
    assert "Ζέφυρος и Борей" in text(credit_pdf.write(credit_note(named)))


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("fr", ("Avoir", "A-2026-000001", "Facture corrigée", "36,50", "n'est plus dû", "Motif")),
        ("en", ("Credit note", "P-2026-000001", "Invoice corrected", "36.50", "no longer owed")),
    ],
)
def test_a_credit_note_says_what_is_taken_back_why_and_what_follows(
    lang: str, words: tuple[str, ...]
) -> None:
    (first, second) = CLAIM.lines
    note = credit_note(CLAIM, {first.number: first.amount - 2, second.number: second.amount})

    told = text(credit_pdf.write(note, lang)).replace("\n", " ")

    for word in (*words, "Double facturation", note.hash, CLAIM.hash):
        assert word in told, word
    assert credit_pdf.write(note, lang) == credit_pdf.write(note, lang)


@given(st.text("abcdé -\n'", max_size=400), st.integers(9, int(WIDTH_MM)))
def test_broken_lines_fit_and_lose_no_letter(paper: Paper, said: str, width: int) -> None:
    lines = paper.broken(said, width)

    room = width - 2 * paper.c_margin
    assert all(paper.get_string_width(each) <= room + 0.01 for each in lines)
    assert "".join(lines).replace(" ", "") == said.replace(" ", "").replace("\n", "")
    assert len(lines) >= said.count("\n") + 1


@pytest.mark.slow
def test_many_are_printed_side_by_side_as_they_are_one_after_the_other() -> None:
    plain = [replace(each, text=dict(each.text)) for each in CLAIM.lines]
    claimed = replace(CLAIM, lines=tuple(plain))
    documents: list[Printable] = [claimed, credit_note(claimed), claimed]

    alone, beside = list(printed(documents, "en")), list(printed(documents, "en", few=0))

    assert beside == alone
    assert "Credit note" in text(alone[1])


@pytest.mark.parametrize(("lang", "word"), [("fr", "Complète"), ("en", "Supplements")])
def test_what_comes_late_names_the_invoices_that_it_supplements(lang: str, word: str) -> None:
    late = replace(CLAIM, supplements=("P-2026-000007", "P-2026-000009"))

    said = text(pdf.write(late, lang))

    assert word in said
    assert "P-2026-000007, P-2026-000009" in said
    assert word not in text(pdf.write(CLAIM, lang))
