"""Taxed claims to test with: lines of several rates, of a seller with a VAT id."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from billing.model import CreditNote, Invoice, InvoiceLine, Seller
from billing.sellers import PARIS
from billing.taxing import subtotals, subtotals_of_credit, with_tax
from billing.vat import Vat, VatCategory
from tests.billing.samples import credit_note, invoice, visit
from zones.model import Layer, ZoneId

TWENTY, REDUCED = (
    Vat(category=VatCategory.STANDARD, rate_percent=Decimal(rate)) for rate in ("20", "5.5")
)
TAXED_PARIS = replace(PARIS, vat_id="FR72217500016")


def taxed(seller: Seller = TAXED_PARIS, **amounts: str) -> Invoice:
    """Return a claim of three lines, the second at the reduced rate; `first` … are amounts."""
    claimed = invoice(
        visit("flight", certain_ms=601_000),
        visit("boat", layer=Layer.RIVER, zone=ZoneId("river-seine"), distance_m=12_345),
        visit("works", layer=Layer.SUBSOIL, zone=ZoneId("subsoil-metro-4"), certain_ms=7_260_123),
    )
    names = ("first", "second", "third")
    lines = []
    for name, vat, line in zip(names, (TWENTY, REDUCED, TWENTY), claimed.lines, strict=False):
        amount = Decimal(amounts[name]) if name in amounts else line.amount
        lines.append(replace(_of(line, amount) if name in amounts else line, vat=vat))
    taxes = subtotals(lines)
    net = sum((each.amount for each in lines), Decimal(0))
    return replace(
        claimed, seller=seller, lines=tuple(lines), taxes=taxes, total=with_tax(net, taxes)
    )


def _of(line: InvoiceLine, amount: Decimal) -> InvoiceLine:
    one = Decimal(1)
    return replace(line, quantity=one, unit_price=amount, factor=one, exact=amount, amount=amount)


def taxed_note(
    of: Invoice,
    lines: Mapping[int, Decimal] | None = None,
    taken: Mapping[int, Decimal] | None = None,
) -> CreditNote:
    """Return a credit note for a taxed claim, after what was `taken` of its lines before."""
    note = credit_note(of, lines)
    taxes = subtotals_of_credit(of, taken or {}, note.lines)
    return replace(note, taxes=taxes, total=with_tax(note.net, taxes))
