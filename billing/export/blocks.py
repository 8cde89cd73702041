"""Of which blocks are invoices and credit notes on paper made? Heads, facts, table, sum, texts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from billing.export.paper import (
    BLUE,
    GREY,
    HALF_MM,
    INK,
    MARGIN_MM,
    PALE,
    WHITE,
    WIDTH_MM,
    Paper,
)
from billing.export.taxed_words import rate_text
from billing.export.words import siren_text, siret_text
from billing.model import CreditNote, Invoice, Seller
from billing.money import amount_text
from billing.taxing import debtor_vat_id

LABEL_MM, TAX_LABEL_MM = 40, 52
TAX_MM = 5
LINE_MM, PAD_MM = 4, 1
TO_THE_LEFT = 2


def heads(paper: Paper, invoice: Invoice) -> None:
    """Write who claims on the left, and who owes where a window envelope shows it."""
    top, seller, debtor = paper.get_y(), invoice.seller, invoice.debtor
    paper.ink(15, bold=True, colour=BLUE)
    paper.lines_of(seller.name, 8)
    paper.ink(8, colour=GREY)
    identity = f"{seller.address}\n{_registered(paper, seller)}"
    known = _vat_id(paper, seller.vat_id if invoice.taxes else "")
    paper.lines_of(f"{identity}{known}\n{seller.contact_in(paper.lang)}", 4, 80)
    paper.set_xy(HALF_MM, top + 22)
    paper.ink(8, colour=GREY)
    paper.say_below(0, 5, paper.words["to"])
    paper.ink(11, bold=True)
    paper.lines_of(debtor.name, 6, 82, HALF_MM)
    paper.ink(9)
    identity = f"{debtor.address}\n{paper.words['siren']} {siren_text(debtor.siren)}".strip()
    paper.lines_of(f"{identity}{_vat_id(paper, debtor_vat_id(invoice))}", 5, 82, HALF_MM)
    paper.set_y(max(paper.get_y() + 6, top + 52))


def _vat_id(paper: Paper, number: str) -> str:
    """Name a VAT id below, where one is told."""
    return "\n" + paper.words["vat_id"].format(number=number) if number else ""


def _registered(paper: Paper, seller: Seller) -> str:
    """Name the establishment that claims, where it is known, else the body."""
    if seller.siret:
        return f"{paper.words['siret']} {siret_text(seller.siret)}"
    return f"{paper.words['siren']} {siren_text(seller.siren)}"


def facts(paper: Paper, title: str, subtitle: str, told: Sequence[tuple[str, str]]) -> None:
    """Write the title, and what identifies the document: words and their values."""
    words = paper.words
    paper.ink(17, bold=True)
    paper.lines_of(words[title], 8)
    paper.ink(10, colour=GREY)
    paper.lines_of(words[subtitle], 6)
    paper.ln(3)
    paper.set_fill_color(*PALE)
    share = WIDTH_MM // len(told)
    for size, bold, row in ((7, False, 0), (10, True, 1)):
        paper.ink(size, bold=bold, colour=INK if row else GREY)
        for name, value in told:
            last = 0 if name == told[-1][0] else share
            paper.say(last, 6, value if row else words[name], fill=True)
        paper.ln(6)
    paper.ln(5)


def table(paper: Paper, columns: Sequence[tuple[str, int]], lines: Iterable[Sequence[str]]) -> None:
    """Write lines, each with its ground, which comes last, below it; pages repeat the heading.

    A column is one of the words, and its width in millimetres.
    """
    head, widths = [paper.words[name] for name, _ in columns], [width for _, width in columns]
    _heading(paper, widths, head)
    for position, line in enumerate(lines):
        row = _row(paper, widths, line)
        if paper.will_page_break(row.height):
            paper.add_page()
            _heading(paper, widths, head)
        _draw(paper, widths, row, PALE if position % 2 else WHITE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A line of a table, broken to its columns, and the ground it stands on."""

    cells: Sequence[Sequence[str]]
    ground: Sequence[str] = ()

    @property
    def above(self) -> float:
        """Return the height of what stands above the ground."""
        return LINE_MM * max(len(each) for each in self.cells) + 2 * PAD_MM

    @property
    def height(self) -> float:
        return self.above + (LINE_MM * len(self.ground) + PAD_MM if self.ground else 0)


def _row(paper: Paper, widths: Sequence[int], line: Sequence[str]) -> _Row:
    *texts, ground_ = line
    paper.ink(8)
    cells = [paper.broken(text, width) for text, width in zip(texts, widths, strict=True)]
    paper.ink(7, colour=GREY)
    return _Row(cells=cells, ground=paper.broken(ground_, sum(widths[1:])))


def _heading(paper: Paper, widths: Sequence[int], head: Sequence[str]) -> None:
    paper.ink(8, bold=True, colour=WHITE)
    cells = [paper.broken(text, width) for text, width in zip(head, widths, strict=True)]
    _fill(paper, widths, _Row(cells=cells), BLUE)
    _cells(paper, widths, cells)
    paper.set_xy(MARGIN_MM, paper.get_y() + _Row(cells=cells).height)


def _draw(paper: Paper, widths: Sequence[int], row: _Row, colour: tuple[int, int, int]) -> None:
    top = paper.get_y()
    _fill(paper, widths, row, colour)
    paper.ink(8)
    _cells(paper, widths, row.cells)
    paper.ink(7, colour=GREY)
    for position, text in enumerate(row.ground):
        paper.set_xy(MARGIN_MM + widths[0], top + row.above + LINE_MM * position)
        paper.say(sum(widths[1:]), LINE_MM, text)
    paper.set_xy(MARGIN_MM, top + row.height)


def _fill(paper: Paper, widths: Sequence[int], row: _Row, colour: tuple[int, int, int]) -> None:
    paper.set_fill_color(*colour)
    paper.fill_boxes([(MARGIN_MM, paper.get_y(), sum(widths), row.height)])


def _cells(paper: Paper, widths: Sequence[int], cells: Sequence[Sequence[str]]) -> None:
    """Write the cells of a row: number and text to the left, what is reckoned to the right."""
    top, x = paper.get_y(), MARGIN_MM
    for column, (lines, width) in enumerate(zip(cells, widths, strict=True)):
        for position, text in enumerate(lines):
            paper.set_xy(x, top + PAD_MM + LINE_MM * position)
            paper.say(width, LINE_MM, text, "L" if column < TO_THE_LEFT else "R")
        x += width
    paper.set_xy(MARGIN_MM, top)


def total(paper: Paper, label: str, told: Invoice | CreditNote, currency: str) -> None:
    """Write the sum with its taxes by rate, or why there is none on it."""
    taxes = list(_taxes(paper, told, currency))
    paper.keep_together(20 + TAX_MM * len(taxes))
    paper.ln(3)
    paper.set_draw_color(*BLUE)
    paper.line(HALF_MM, paper.get_y(), MARGIN_MM + WIDTH_MM, paper.get_y())
    paper.ln(1)
    for name, amount in taxes:
        paper.ink(9)
        paper.set_x(HALF_MM)
        paper.say(TAX_LABEL_MM, TAX_MM, name)
        paper.say_below(0, TAX_MM, amount, "R")
    paper.ink(12, bold=True)
    paper.set_x(HALF_MM)
    paper.say(LABEL_MM, 9, paper.words[label])
    paper.say_below(0, 9, amount_text(told.total, currency, paper.lang), "R")
    paper.ink(8)
    paper.say_below(0, 5, paper.words["vat"], "R")
    paper.ln(4)


def _taxes(paper: Paper, told: Invoice | CreditNote, currency: str) -> Iterator[tuple[str, str]]:
    """Tell the sum without tax, and the tax of each rate; of what is outside of VAT nothing."""
    if not told.taxes:
        return
    words, lang = paper.words, paper.lang
    yield words["net"], amount_text(told.net, currency, lang)
    for each in told.taxes:
        rate = rate_text(each.vat.rate_percent, lang)
        taxable = amount_text(each.taxable, currency, lang)
        tax = amount_text(each.tax, currency, lang)
        yield words["tax"].format(rate=rate, taxable=taxable), tax


def texts(paper: Paper, told: Iterable[tuple[str, str]]) -> None:
    """Write titles and what stands under them, each kept on one page."""
    for title, text in told:
        paper.keep_together(30)
        paper.ink(8, bold=True, colour=BLUE)
        paper.lines_of(title, 5)
        paper.ink(8)
        paper.lines_of(text, 4)
        paper.ln(2)
