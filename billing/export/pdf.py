"""An invoice on paper: A4, in French or English, that a debtor understands without Octroi."""

from collections.abc import Iterator

from billing.canonical import canonical
from billing.export import blocks, cii, payment
from billing.export.claim import of_invoice
from billing.export.grounds import grounds
from billing.export.paper import BLUE, INK, MARGIN_MM, Imprint, Paper
from billing.export.taxed_words import rate_text
from billing.export.words import DASH, day, month_name
from billing.invoices import document
from billing.model import Invoice, Seller
from billing.money import TIMES, amount_text, number_text, price_text
from billing.periods import CITY
from billing.units import quantity_text

COLUMNS = (
    ("line", 9),
    ("what", 71),
    ("quantity", 24),
    ("unit_price", 24),
    ("factor", 18),
    ("amount", 28),
)
TAXED_COLUMNS = (
    ("line", 9),
    ("what", 59),
    ("quantity", 24),
    ("unit_price", 24),
    ("factor", 16),
    ("rate", 14),
    ("amount", 28),
)
CODE_MM = 37
MODULE_MM = 1


def write(invoice: Invoice, lang: str = "fr") -> bytes:
    """Write an invoice as PDF, a claim as Factur-X; the same invoice gives the same bytes."""
    imprint = Imprint(
        title="title",
        name=invoice.number or str(invoice.id),
        numbered=invoice.number is not None,
        issued_at=invoice.issued_at,
        seller=invoice.seller,
        said=canonical(document(invoice)).decode(),
        taxed=bool(invoice.taxes),
    )
    paper = Paper(imprint, lang)
    if invoice.number:
        paper.carry(cii.write(of_invoice(invoice)))
    paper.add_page()
    blocks.heads(paper, invoice)
    _facts(paper, invoice)
    _table(paper, invoice)
    label = "sum" if invoice.seller.demonstration else "total"
    blocks.total(paper, label, invoice, invoice.currency)
    if invoice.number and invoice.seller.paid_by_transfer:
        _payment(paper, invoice)
    _explanations(paper, invoice)
    return paper.printed()


def _facts(paper: Paper, invoice: Invoice) -> None:
    """Write what identifies the claim."""
    issued = invoice.issued_at.astimezone(CITY).date() if invoice.issued_at else None
    told = (
        ("number", invoice.number or DASH),
        ("issued_on", day(issued, paper.lang) if issued else DASH),
        ("period", month_name(invoice.period.year, invoice.period.month, paper.lang)),
        ("due_on", _due(paper, invoice)),
    )
    blocks.facts(paper, "title", "subtitle", told)
    if invoice.supplements:
        before = paper.words["supplements"].format(numbers=", ".join(invoice.supplements))
        paper.ink(9)
        paper.lines_of(before, 5)
        paper.ln(3)


def _due(paper: Paper, invoice: Invoice) -> str:
    """Tell until when to pay; of a demonstration nobody has to."""
    if invoice.due_on is None or invoice.seller.demonstration:
        return DASH
    return day(invoice.due_on, paper.lang)


def _table(paper: Paper, invoice: Invoice) -> None:
    """Write the lines; taxed ones tell their rate, too."""
    columns = TAXED_COLUMNS if invoice.taxes else COLUMNS
    blocks.table(paper, columns, _lines(paper, invoice))


def _lines(paper: Paper, invoice: Invoice) -> Iterator[tuple[str, ...]]:
    currency, lang = invoice.currency, paper.lang
    for line in invoice.lines:
        yield (
            str(line.number),
            line.text[lang],
            quantity_text(line.quantity, line.unit, lang),
            price_text(line.unit_price, currency, lang),
            number_text(line.factor, lang),
            *([rate_text(line.vat.rate_percent, lang)] if invoice.taxes else []),
            amount_text(line.amount, currency, lang),
            "\n".join(grounds(line, currency, lang)),
        )


def _payment(paper: Paper, invoice: Invoice) -> None:
    """Write where to pay, and the code that a banking application reads."""
    words = paper.words
    paper.keep_together(CODE_MM + 8)
    top = paper.get_y()
    rows = payment.modules(invoice)
    paper.set_fill_color(*INK)
    paper.fill_boxes(
        (MARGIN_MM + x, top + y, length, MODULE_MM)
        for y, row in enumerate(rows)
        for x, length in payment.runs(row)
    )
    paper.ink(9, bold=True, colour=BLUE)
    paper.set_xy(MARGIN_MM + CODE_MM + 6, top)
    paper.say_below(0, 5, words["pay"])
    paper.ink(8)
    text = words["pay_text"].format(
        amount=amount_text(invoice.total, invoice.currency, paper.lang),
        due=_due(paper, invoice),
        name=invoice.seller.name,
        account="\n".join(_account(paper, invoice.seller)),
        number=invoice.number,
    )
    paper.lines_of(text, 5, x=MARGIN_MM + CODE_MM + 6)
    paper.set_y(max(paper.get_y(), top + CODE_MM) + 5)


def _account(paper: Paper, seller: Seller) -> Iterator[str]:
    yield f"IBAN{paper.words['colon']} {payment.grouped(seller.iban)}"
    if seller.bic:
        yield f"BIC{paper.words['colon']} {seller.bic}"
    if seller.creditor:
        yield f"{paper.words['creditor']} {seller.creditor}"


def _explanations(paper: Paper, invoice: Invoice) -> None:
    """Write how it was reckoned, how to object, until when, and the seal."""
    words = paper.words
    address = f"{invoice.seller.explained_at}/invoices/{invoice.number or invoice.id}"
    contact, court = invoice.seller.contact_in(paper.lang), invoice.seller.court_in(paper.lang)
    nature = f" {words['nature']}" if invoice.seller.demonstration else ""
    previous = f"{words['previous']} {invoice.previous_hash or words['first']}"
    told = (
        (words["bases"], words["bases_text"].format(times=TIMES, address=address)),
        *([(words["tax_title"], words["tax_text"])] if invoice.taxes else []),
        (words["object"], words["object_text"].format(contact=contact, court=court) + nature),
        (words["late"], words["late_text"]),
        (words["limits"], words["limits_text"]),
        (words["seal"], f"{invoice.hash or DASH}\n{previous}"),
    )
    blocks.texts(paper, told)
