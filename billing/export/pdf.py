"""An invoice on paper: A4, in French or English, that a debtor understands without Octroi."""

from fpdf.enums import TableBordersLayout, TableCellFillMode, XPos, YPos
from fpdf.fonts import FontFace

from billing.explaining import TIMES
from billing.export import cii, payment
from billing.export.claim import of_invoice
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
from billing.export.words import (
    DASH,
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

COLUMNS_MM = (9, 71, 24, 24, 18, 28)
CODE_MM = 37
MODULE_MM = 1


def write(invoice: Invoice, lang: str = "fr") -> bytes:
    """Write an invoice as PDF, a claim as Factur-X; the same invoice gives the same bytes."""
    paper = Paper(invoice, lang)
    if invoice.number:
        paper.carry(cii.write(of_invoice(invoice)))
    paper.add_page()
    _heads(paper)
    _facts(paper)
    _lines(paper)
    _total(paper)
    if invoice.number and invoice.seller.iban:
        _payment(paper)
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


def _payment(paper: Paper) -> None:
    """Write where to pay, and the code that a banking application reads."""
    invoice, words = paper.invoice, paper.words
    paper.keep_together(CODE_MM + 8)
    top = paper.get_y()
    rows = payment.modules(invoice)
    paper.set_fill_color(*INK)
    for y, row in enumerate(rows):
        for x, length in payment.runs(row):
            paper.rect(MARGIN_MM + x, top + y, length, MODULE_MM, style="F")
    paper.ink(9, bold=True, colour=BLUE)
    paper.set_xy(MARGIN_MM + CODE_MM + 6, top)
    paper.cell(0, 5, words["pay"], new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.ink(8)
    due = day(invoice.due_on, paper.lang) if invoice.due_on else DASH
    paper.set_x(MARGIN_MM + CODE_MM + 6)
    text = words["pay_text"].format(
        amount=amount_text(invoice.total, invoice.currency, paper.lang),
        due=due,
        name=invoice.seller.name,
        iban=payment.grouped(invoice.seller.iban),
        number=invoice.number,
    )
    paper.multi_cell(0, 5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.set_y(max(paper.get_y(), top + CODE_MM) + 5)


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
