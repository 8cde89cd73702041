"""Of which blocks are invoices and credit notes on paper made? Heads, facts, table, sum, texts."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from fpdf.enums import TableBordersLayout, TableCellFillMode, XPos, YPos
from fpdf.fonts import FontFace

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
from billing.export.words import siren_text
from billing.model import InvoiceLine, Seller
from permits.parties import Operator

LABEL_MM = 40


def heads(paper: Paper, seller: Seller, debtor: Operator) -> None:
    """Write who claims on the left, and who owes where a window envelope shows it."""
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
            paper.cell(last, 6, value if row else words[name], fill=True)
        paper.ln(6)
    paper.ln(5)


def table(
    paper: Paper, widths: Sequence[int], heading: Sequence[str], lines: Iterable[Sequence[str]]
) -> None:
    """Write lines, each with its ground, which comes last, below it."""
    with _table(paper, widths) as rows:
        rows.row([paper.words[name] for name in heading])
        for position, (number, *texts, ground) in enumerate(lines):
            fill = PALE if position % 2 else WHITE
            row = rows.row(style=FontFace(fill_color=fill, color=INK, size_pt=8))
            # Spanning both rows also keeps them on one page.
            row.cell(number, rowspan=2)
            for text in texts:
                row.cell(text)
            below = rows.row(style=FontFace(fill_color=fill, color=GREY, size_pt=7))
            below.cell(ground, colspan=len(texts), padding=(0, 1, 1, 1))


def _table(paper: Paper, widths: Sequence[int]) -> AbstractContextManager[Any]:
    paper.ink(8)
    paper.set_draw_color(*GREY)
    opened: AbstractContextManager[Any] = paper.table(
        col_widths=widths,
        width=sum(widths),
        text_align=("LEFT", "LEFT", *["RIGHT"] * (len(widths) - 2)),
        borders_layout=TableBordersLayout.NONE,
        cell_fill_mode=TableCellFillMode.NONE,
        headings_style=FontFace(emphasis="BOLD", color=WHITE, fill_color=BLUE, size_pt=8),
        line_height=4,
        v_align="TOP",
        padding=(1, 1),
    )
    return opened


def ground(paper: Paper, line: InvoiceLine) -> str:
    """Tell what a line stands on: tariff and act, zone, permit."""
    words = paper.words
    parts = [words["tariff"].format(tariff=line.tariff, version=line.tariff_version, act=line.act)]
    if line.zone:
        named = f"{line.zone_name} ({line.zone})" if line.zone_name != line.zone else line.zone
        parts.append(words["zone"].format(zone=named))
    if line.permit:
        parts.append(words["permit"].format(permit=line.permit))
    return "\n".join(parts)


def total(paper: Paper, label: str, amount: str) -> None:
    """Write the sum, and why there is no tax on it."""
    paper.keep_together(20)
    paper.ln(3)
    paper.set_draw_color(*BLUE)
    paper.line(HALF_MM, paper.get_y(), MARGIN_MM + WIDTH_MM, paper.get_y())
    paper.ln(1)
    paper.ink(12, bold=True)
    paper.set_x(HALF_MM)
    paper.cell(LABEL_MM, 9, paper.words[label])
    paper.cell(0, 9, amount, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.ink(8)
    paper.cell(0, 5, paper.words["vat"], align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.ln(4)


def texts(paper: Paper, told: Iterable[tuple[str, str]]) -> None:
    """Write titles and what stands under them, each kept on one page."""
    for title, text in told:
        paper.keep_together(30)
        paper.ink(8, bold=True, colour=BLUE)
        paper.lines_of(title, 5)
        paper.ink(8)
        paper.lines_of(text, 4)
        paper.ln(2)
