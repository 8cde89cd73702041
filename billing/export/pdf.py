"""An invoice on paper: A4, in French or English, that a debtor understands without Octroi.

Not yet Factur-X: the PDF carries no XML and claims no PDF/A.
"""

from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, TableCellFillMode, XPos, YPos
from fpdf.fonts import FontFace
from typing_extensions import override

from billing.explaining import TIMES
from billing.export.words import (
    DASH,
    WORDS,
    amount_text,
    day,
    month_name,
    number_text,
    price_text,
    quantity_text,
    siren_text,
)
from billing.model import Invoice, InvoiceLine
from billing.periods import CITY

FONTS = Path(__file__).parents[1] / "data" / "fonts"
FAMILY = "DejaVu"
INK = (28, 36, 48)
GREY = (96, 106, 118)
BLUE = (0, 56, 118)
RED = (176, 24, 32)
PALE = (241, 244, 248)
WHITE = (255, 255, 255)
MARGIN_MM = 18
WIDTH_MM = 210 - 2 * MARGIN_MM
HALF_MM = MARGIN_MM + 92
COLUMNS_MM = (9, 71, 24, 24, 18, 28)


class Paper(FPDF):
    """A4 pages with the invoice's number and the page's at the foot, and its mark across."""

    def __init__(self, invoice: Invoice, lang: str) -> None:
        super().__init__(unit="mm", format="A4")
        self.invoice = invoice
        self.lang = lang
        self.words = WORDS[lang]
        self.add_font(FAMILY, "", FONTS / "DejaVuSansCondensed.ttf")
        self.add_font(FAMILY, "B", FONTS / "DejaVuSansCondensed-Bold.ttf")
        self.set_margins(MARGIN_MM, 16, MARGIN_MM)
        self.set_auto_page_break(True, margin=22)
        self.set_creation_date(invoice.issued_at or datetime(2000, 1, 1, tzinfo=UTC))
        self.set_title(f"{self.words['title']} {invoice.number or invoice.id}")
        self.set_author(invoice.seller.name)
        self.set_lang(lang)

    @override
    def header(self) -> None:
        """Mark every page that claims nothing."""
        if self.mark:
            self.ink(8, bold=True, colour=RED)
            self.set_draw_color(*RED)
            self.cell(0, 7, self.mark, border=1, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            self.ln(4)

    @override
    def footer(self) -> None:
        """Number the pages."""
        self.set_y(-14)
        self.ink(7, colour=GREY)
        page = self.words["page"].format(page=self.page_no(), pages="{nb}")
        name = self.invoice.number or str(self.invoice.id)
        self.cell(0, 4, f"{self.invoice.seller.name} · {name} · {page}", align="C")

    @property
    def mark(self) -> str:
        """Return what says that nothing is due, or nothing."""
        marks = [self.words["draft"]] if self.invoice.number is None else []
        if self.invoice.seller.demonstration:
            marks.append(self.words["demonstration"])
        return "  ·  ".join(marks)

    def ink(self, size: int, *, bold: bool = False, colour: tuple[int, int, int] = INK) -> None:
        """Choose how to write."""
        self.set_font(FAMILY, "B" if bold else "", size)
        self.set_text_color(*colour)

    def keep_together(self, height: int) -> None:
        """Begin a new page unless so many millimetres are left."""
        if self.will_page_break(height):
            self.add_page()

    def lines_of(self, text: str, height: int, width: int = 0, align: str = "L") -> None:
        """Write lines and go on below them, at the margin."""
        self.multi_cell(width, height, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def write(invoice: Invoice, lang: str = "fr") -> bytes:
    """Write an invoice as PDF; the same invoice always gives the same bytes."""
    paper = Paper(invoice, lang)
    paper.add_page()
    _heads(paper)
    _facts(paper)
    _lines(paper)
    _total(paper)
    _explanations(paper)
    return bytes(paper.output())


def _heads(paper: Paper) -> None:
    """Write who claims on the left, and who owes where a window envelope shows it."""
    seller, debtor = paper.invoice.seller, paper.invoice.debtor
    top = paper.get_y()
    paper.ink(15, bold=True, colour=BLUE)
    paper.lines_of(seller.name, 8)
    paper.ink(8, colour=GREY)
    identity = f"{seller.address}\n{paper.words['siren']} {siren_text(seller.siren)}"
    paper.lines_of(f"{identity}\n{seller.contact}", 4, 80)
    paper.set_xy(HALF_MM, top + 22)
    paper.ink(8, colour=GREY)
    paper.cell(0, 5, paper.words["to"], new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.ink(11, bold=True)
    paper.set_x(HALF_MM)
    paper.multi_cell(82, 6, debtor.name, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.ink(9)
    paper.set_x(HALF_MM)
    identity = f"{debtor.address}\n{paper.words['siren']} {siren_text(debtor.siren)}".strip()
    paper.multi_cell(82, 5, identity, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.set_y(max(paper.get_y() + 6, top + 52))


def _facts(paper: Paper) -> None:
    """Write the title, and what identifies the claim."""
    invoice, words = paper.invoice, paper.words
    paper.ink(17, bold=True)
    paper.lines_of(words["title"], 8)
    paper.ink(10, colour=GREY)
    paper.lines_of(words["subtitle"], 6)
    paper.ln(3)
    issued = invoice.issued_at.astimezone(CITY).date() if invoice.issued_at else None
    facts = (
        ("number", invoice.number or DASH),
        ("issued_on", day(issued, paper.lang) if issued else DASH),
        ("period", month_name(invoice.period.year, invoice.period.month, paper.lang)),
        ("due_on", day(invoice.due_on, paper.lang) if invoice.due_on else DASH),
    )
    paper.set_fill_color(*PALE)
    share = WIDTH_MM // len(facts)
    for size, bold, row in ((7, False, 0), (10, True, 1)):
        paper.ink(size, bold=bold, colour=INK if row else GREY)
        for name, value in facts:
            last = 0 if name == facts[-1][0] else share
            paper.cell(last, 6, value if row else words[name], fill=True)
        paper.ln(6)
    paper.ln(5)


def _lines(paper: Paper) -> None:
    """Write the lines, each with the ground it stands on below it."""
    words = paper.words
    paper.ink(8)
    paper.set_draw_color(*GREY)
    with paper.table(
        col_widths=COLUMNS_MM,
        width=sum(COLUMNS_MM),
        text_align=("LEFT", "LEFT", "RIGHT", "RIGHT", "RIGHT", "RIGHT"),
        borders_layout=TableBordersLayout.NONE,
        cell_fill_mode=TableCellFillMode.NONE,
        headings_style=FontFace(emphasis="BOLD", color=WHITE, fill_color=BLUE, size_pt=8),
        line_height=4,
        v_align="TOP",
        padding=(1, 1),
    ) as table:
        heading = ("line", "what", "quantity", "unit_price", "factor", "amount")
        table.row([words[name] for name in heading])
        for line in paper.invoice.lines:
            fill = PALE if line.number % 2 == 0 else WHITE
            row = table.row(style=FontFace(fill_color=fill, color=INK, size_pt=8))
            # Spanning both rows also keeps them on one page.
            row.cell(str(line.number), rowspan=2)
            for text in _cells(paper, line):
                row.cell(text)
            ground = table.row(style=FontFace(fill_color=fill, color=GREY, size_pt=7))
            ground.cell(_ground(paper, line), colspan=5, padding=(0, 1, 1, 1))


def _cells(paper: Paper, line: InvoiceLine) -> tuple[str, ...]:
    currency, lang = paper.invoice.currency, paper.lang
    return (
        line.text[lang],
        quantity_text(line.quantity, line.unit, lang),
        price_text(line.unit_price, currency, lang),
        number_text(line.factor, lang),
        amount_text(line.amount, currency, lang),
    )


def _ground(paper: Paper, line: InvoiceLine) -> str:
    words = paper.words
    parts = [words["tariff"].format(tariff=line.tariff, version=line.tariff_version, act=line.act)]
    if line.zone:
        named = f"{line.zone_name} ({line.zone})" if line.zone_name != line.zone else line.zone
        parts.append(words["zone"].format(zone=named))
    if line.permit:
        parts.append(words["permit"].format(permit=line.permit))
    return "\n".join(parts)


def _total(paper: Paper) -> None:
    """Write what is owed, and why there is no tax on it."""
    invoice = paper.invoice
    paper.keep_together(20)
    paper.ln(3)
    paper.set_draw_color(*BLUE)
    paper.line(HALF_MM, paper.get_y(), MARGIN_MM + WIDTH_MM, paper.get_y())
    paper.ln(1)
    paper.ink(12, bold=True)
    paper.set_x(HALF_MM)
    paper.cell(40, 9, paper.words["total"])
    amount = amount_text(invoice.total, invoice.currency, paper.lang)
    paper.cell(0, 9, amount, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.ink(8)
    paper.cell(0, 5, paper.words["vat"], align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.ln(4)


def _explanations(paper: Paper) -> None:
    """Write how it was reckoned, how to object, until when, and the seal."""
    invoice, words = paper.invoice, paper.words
    number = invoice.number or str(invoice.id)
    contact, court = invoice.seller.contact, invoice.seller.court
    nature = f" {words['nature']}" if invoice.seller.demonstration else ""
    previous = f"{words['previous']} {invoice.previous_hash or words['first']}"
    for title, text in (
        (words["bases"], words["bases_text"].format(times=TIMES, number=number)),
        (words["object"], words["object_text"].format(contact=contact, court=court) + nature),
        (words["limits"], words["limits_text"]),
        (words["seal"], f"{invoice.hash or DASH}\n{previous}"),
    ):
        paper.keep_together(30)
        paper.ink(8, bold=True, colour=BLUE)
        paper.lines_of(title, 5)
        paper.ink(8)
        paper.lines_of(text, 4)
        paper.ln(2)
