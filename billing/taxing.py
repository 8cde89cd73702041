"""How much tax is on a document? For each rate its taxable sum times the rate, rounded once.

EN 16931, BR-S-08, BR-S-09 and BR-CO-14 to -17: never per line, where cents would drift. A credit
note takes back the tax of all that is credited by now, less what the notes before it took back:
so an invoice and its notes end at nothing, in tax as in price.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from stdnum.exceptions import ValidationError
from stdnum.fr import siren

from billing.model import CreditLine, Invoice, InvoiceLine
from billing.money import EXACT, NOTHING, cents, plain, product, rounded, total
from billing.vat import OUTSIDE_VAT, Vat, VatSubtotal

PERCENT = Decimal("0.01")
FRENCH = "FR"


class NoVatId(Exception):
    """Tax that is claimed by a seller who names no VAT id: no taxed document is valid without."""


def require_vat_id(invoice: Invoice) -> None:
    """Refuse to claim tax in the name of a seller without a VAT id (EN 16931, BR-S-02)."""
    if invoice.taxes and not invoice.seller.vat_id:
        msg = (
            f"seller.vat_id: {invoice.id} claims VAT and {invoice.seller.name} names no VAT id; "
            "name it in the file of OCTROI_SELLER and run the month again"
        )
        raise NoVatId(msg)


def tax_on(taxable: Decimal, vat: Vat) -> Decimal:
    """Return the tax on a sum, to the cent."""
    return rounded(product(taxable, vat.rate_percent, PERCENT))


def tax_between(before: Decimal, more: Decimal, vat: Vat) -> Decimal:
    """Return the tax that comes with `more`, where a sum of `before` was reckoned with already."""
    return EXACT.subtract(tax_on(EXACT.add(before, more), vat), tax_on(before, vat))


def by_rate(amounts: Iterable[tuple[Vat, Decimal]]) -> dict[Vat, Decimal]:
    """Add what is taxed, by rate, the highest first."""
    nets: dict[Vat, Decimal] = {}
    for vat, amount in amounts:
        if vat.taxed:
            nets[vat] = EXACT.add(nets.get(vat, NOTHING), amount)
    return dict(sorted(nets.items(), key=_rate, reverse=True))


def subtotals(lines: Iterable[InvoiceLine]) -> tuple[VatSubtotal, ...]:
    """Return the tax of a document's lines, a subtotal a rate, the highest first."""
    return taxed((line.vat, line.amount) for line in lines)


def taxed(amounts: Iterable[tuple[Vat, Decimal]]) -> tuple[VatSubtotal, ...]:
    """Return the tax of rounded amounts, a subtotal a rate, the highest first."""
    return tuple(
        VatSubtotal(vat=vat, taxable=net, tax=tax_on(net, vat))
        for vat, net in by_rate(amounts).items()
    )


def subtotals_of_credit(
    invoice: Invoice, taken: Mapping[int, Decimal], lines: Iterable[CreditLine]
) -> tuple[VatSubtotal, ...]:
    """Return the tax that a credit takes back, after what was `taken` of each line before."""
    vats = {line.number: line.vat for line in invoice.lines}
    before = by_rate((vats[number], amount) for number, amount in taken.items())
    nets = by_rate((vats.get(each.number, OUTSIDE_VAT), each.amount) for each in lines)
    return tuple(
        VatSubtotal(vat=vat, taxable=net, tax=tax_between(before.get(vat, NOTHING), net, vat))
        for vat, net in nets.items()
    )


def with_tax(net: Decimal, taxes: Iterable[VatSubtotal]) -> Decimal:
    """Return what is owed: the sum of the lines and the tax on it (BR-CO-15)."""
    return EXACT.add(net, total(each.tax for each in taxes))


def tax_document(net: Decimal, taxes: Iterable[VatSubtotal]) -> dict[str, Any]:
    """Write what is hashed of tax: nothing where there is none, as before taxes were told."""
    told = [
        {
            **vat_document(each.vat),
            "taxable": cents(each.taxable),
            "tax": cents(each.tax),
        }
        for each in taxes
    ]
    return {"net": cents(net), "taxes": told} if told else {}


def vat_document(vat: Vat) -> dict[str, str]:
    """Write a category with its rate."""
    return {"category": vat.category.value, "rate_percent": plain(vat.rate_percent)}


def debtor_vat_id(invoice: Invoice) -> str:
    """Return the VAT id that a French debtor's SIREN gives; where no tax is due none may be said.

    EN 16931, BR-O-02: what is outside of VAT names no VAT id.
    """
    return vat_id_of(invoice.debtor.siren) if invoice.taxes else ""


def vat_id_of(company: str) -> str:
    """Return the French VAT id of a SIREN: two digits reckoned from it go before it."""
    try:
        return f"{FRENCH}{siren.to_tva(siren.validate(company))}"
    except ValidationError:
        return ""


def _rate(entry: tuple[Vat, Decimal]) -> Decimal:
    return entry[0].rate_percent
