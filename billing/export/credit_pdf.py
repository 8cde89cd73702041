"""A credit note on paper: what of which invoice is no longer owed, and why, as a Factur-X."""

from collections.abc import Iterator

from billing.canonical import canonical
from billing.crediting import document
from billing.export import blocks, cii
from billing.export.claim import of_credit
from billing.export.grounds import grounds
from billing.export.paper import Imprint, Paper
from billing.export.taxed_words import rate_text
from billing.export.words import DASH, day, month_name
from billing.invoices import document as claimed
from billing.model import CreditNote
from billing.money import amount_text
from billing.periods import CITY

COLUMNS = (("line", 9), ("what", 99), ("claimed", 33), ("credited", 33))
TAXED_COLUMNS = (("line", 9), ("what", 85), ("rate", 14), ("claimed", 33), ("credited", 33))


def write(note: CreditNote, lang: str = "fr") -> bytes:
    """Write a credit note as Factur-X; the same note gives the same bytes."""
    invoice = note.invoice
    imprint = Imprint(
        title="credit_title",
        name=note.number,
        numbered=True,
        issued_at=note.issued_at,
        seller=invoice.seller,
        said="".join(canonical(each).decode() for each in (document(note), claimed(invoice))),
        taxed=bool(invoice.taxes),
    )
    paper = Paper(imprint, lang)
    paper.carry(cii.write(of_credit(note)))
    paper.add_page()
    blocks.heads(paper, invoice)
    told = (
        ("number", note.number),
        ("issued_on", day(note.issued_at.astimezone(CITY).date(), lang)),
        ("corrects", str(invoice.number)),
        ("period", month_name(invoice.period.year, invoice.period.month, lang)),
    )
    blocks.facts(paper, "credit_title", "credit_subtitle", told)
    columns = TAXED_COLUMNS if invoice.taxes else COLUMNS
    blocks.table(paper, columns, _lines(paper, note))
    blocks.total(paper, "credit_total", note, invoice.currency)
    _explanations(paper, note)
    return paper.printed()


def _lines(paper: Paper, note: CreditNote) -> Iterator[tuple[str, ...]]:
    """Tell of each line what was claimed and what is taken back."""
    currency, lang = note.invoice.currency, paper.lang
    lines = {each.number: each for each in note.invoice.lines}
    for each in note.lines:
        line = lines[each.number]
        yield (
            str(line.number),
            line.text[lang],
            *([rate_text(line.vat.rate_percent, lang)] if note.invoice.taxes else []),
            amount_text(line.amount, currency, lang),
            amount_text(each.amount, currency, lang),
            "\n".join(grounds(line, currency, lang)),
        )


def _explanations(paper: Paper, note: CreditNote) -> None:
    """Write why, what follows for who paid or did not, how to object, and the seal."""
    words, invoice = paper.words, note.invoice
    issued = invoice.issued_at.astimezone(CITY).date() if invoice.issued_at else None
    effect = words["credit_effect_text"].format(
        number=invoice.number,
        day=day(issued, paper.lang) if issued else DASH,
        claimed=amount_text(invoice.total, invoice.currency, paper.lang),
        amount=amount_text(note.total, invoice.currency, paper.lang),
        contact=invoice.seller.contact_in(paper.lang),
    )
    contact, court = invoice.seller.contact_in(paper.lang), invoice.seller.court_in(paper.lang)
    nature = f" {words['nature']}" if invoice.seller.demonstration else ""
    previous = f"{words['previous_credit']} {note.previous_hash or words['first']}"
    told = (
        (words["reason"], note.reason),
        (words["credit_effect"], effect),
        *([(words["tax_title"], words["credit_tax_text"])] if invoice.taxes else []),
        (words["object"], words["object_text"].format(contact=contact, court=court) + nature),
        (words["seal"], f"{note.hash}\n{previous}\n{words['of_invoice']} {invoice.hash}"),
    )
    blocks.texts(paper, told)
