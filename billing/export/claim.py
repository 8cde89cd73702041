"""What does an electronic invoice say? The terms of EN 16931, whatever its syntax.

A quantity has at most four decimals and a price six (BR-FR-DEC-02, -03); the rules let nobody see
whether their product is the amount, so it is reckoned here, and a line whose formula has more in
it than one product is written as one piece at its amount, with the formula in its description.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from billing.export.grounds import grounds
from billing.export.notes import OF_FEES, OF_SALES, REASON, Notes
from billing.model import CreditNote, Invoice, InvoiceLine, Seller
from billing.money import NOTHING, ONE, plain, product, rounded
from billing.periods import CITY
from billing.taxing import debtor_vat_id
from billing.vat import OUTSIDE_VAT, Vat, VatSubtotal
from permits.parties import Operator

INVOICE, CREDIT = "380", "381"
RULEBOOK = "urn:cen.eu:en16931:2017"
PROCESS = "S1"  # BR-FR-08: an invoice for services
SIREN, ADDRESS = "0002", "0225"  # identifier schemes: legal register, French e-invoicing address
VAT_ID = "VA"  # BT-31-1 and BT-48-1: what a tax number is
EXEMPTION_CODE = "VATEX-EU-O"
EXEMPTION = "Hors champ de la TVA : redevance domaniale, article 256 B du CGI"
TRANSFER = "58"  # SEPA credit transfer
DAY = timedelta(days=1)
ADDRESSED = re.compile(r"(?P<street>.+), (?P<postcode>\d{5}) (?P<city>[^,]+)", re.DOTALL)
UNIT_CODES = {"min": "MIN", "h": "HUR", "km": "KMT", "m2": "MTK", "m": "MTR", "d": "DAY"}
PIECE = "C62"
QUANTITY_DECIMALS, PRICE_DECIMALS = 4, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLine:
    """A line: `quantity` times `price` for each `base` units is `amount`, to the cent, untaxed."""

    number: int
    name: str
    note: str
    quantity: Decimal
    unit: str
    price: Decimal
    base: Decimal
    amount: Decimal
    vat: Vat


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An invoice or a credit note, as the European standard sees it.

    `net` is the sum of the lines, `total` that with tax; `taxes` has a subtotal a rate (BG-23), and
    one without tax where the claim is outside of VAT. There, nobody has a VAT id (BR-O-02).
    `preceding` are the invoices that it corrects or supplements (BG-3), with their dates where
    those are known here.
    """

    kind: str
    number: str
    issued_on: date
    due_on: date | None
    seller: Seller
    buyer: Operator
    starts_on: date
    ends_on: date
    lines: tuple[ClaimLine, ...]
    net: Decimal
    taxes: tuple[VatSubtotal, ...]
    total: Decimal
    currency: str
    notes: Notes
    preceding: tuple[tuple[str, date | None], ...] = ()
    seller_vat_id: str = ""
    buyer_vat_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An address in parts; what cannot be told apart is the street."""

    street: str
    postcode: str
    city: str


def of_invoice(invoice: Invoice) -> Claim:
    """Say an issued invoice in the standard's terms."""
    return _claim(
        invoice,
        kind=INVOICE,
        number=invoice.number or str(invoice.id),
        issued_at=invoice.issued_at,
        lines=tuple(_line(each, invoice.currency) for each in invoice.lines),
        sums=invoice,
        preceding=tuple((number, None) for number in invoice.supplements),
    )


def of_credit(note: CreditNote) -> Claim:
    """Say a credit note in the standard's terms: amounts are positive, the kind says the rest."""
    credited = {each.number: each.amount for each in note.lines}
    lines = [
        _line(each, note.invoice.currency)
        if credited[each.number] == each.amount
        else _piece(each, credited[each.number], note.invoice.currency)
        for each in note.invoice.lines
        if each.number in credited
    ]
    invoice = note.invoice
    before = ((str(invoice.number), _day(invoice.issued_at)),) if invoice.issued_at else ()
    return _claim(
        invoice,
        kind=CREDIT,
        number=note.number,
        issued_at=note.issued_at,
        lines=tuple(lines),
        sums=note,
        said=((REASON, note.reason),),
        preceding=before,
    )


def place(address: str) -> Place:
    """Tell street, postcode and town apart where an address is written `street, 75001 Town`."""
    found = ADDRESSED.fullmatch(address.strip())
    if found is None:
        return Place(street=address.strip(), postcode="", city="")
    return Place(street=found["street"], postcode=found["postcode"], city=found["city"])


def _claim(  # noqa: PLR0913 - what an invoice and a credit note say differently
    invoice: Invoice,
    *,
    kind: str,
    number: str,
    issued_at: datetime | None,
    lines: tuple[ClaimLine, ...],
    sums: Invoice | CreditNote,
    said: Notes = (),
    preceding: tuple[tuple[str, date | None], ...] = (),
) -> Claim:
    window, taxed = invoice.period.window, bool(invoice.taxes)
    start, end = window.start or issued_at, window.end or issued_at
    return Claim(
        kind=kind,
        number=number,
        issued_on=_day(issued_at),
        due_on=invoice.due_on if kind == INVOICE else None,
        seller=invoice.seller,
        buyer=invoice.debtor,
        starts_on=_day(start),
        ends_on=_day(end) - DAY,
        lines=lines,
        net=sums.net,
        taxes=sums.taxes or (_untaxed(sums.net),),
        total=sums.total,
        currency=invoice.currency,
        notes=(*(OF_SALES if taxed else OF_FEES), *said),
        preceding=preceding,
        seller_vat_id=invoice.seller.vat_id if taxed else "",
        buyer_vat_id=debtor_vat_id(invoice),
    )


def _untaxed(net: Decimal) -> VatSubtotal:
    return VatSubtotal(vat=OUTSIDE_VAT, taxable=net, tax=NOTHING)


def _day(at: datetime | None) -> date:
    return at.astimezone(CITY).date() if at else date.max


def _line(line: InvoiceLine, currency: str) -> ClaimLine:
    """Write a line as quantity and price, if their product is its amount to the cent."""
    price, base = _in_six_decimals(product(line.unit_price, line.factor))
    exact = product(line.quantity, line.unit_price, line.factor)
    if rounded(exact) != line.amount or not price or _decimals(line.quantity) > QUANTITY_DECIMALS:
        return _piece(line, line.amount, currency)
    return ClaimLine(
        number=line.number,
        name=line.text["fr"],
        note=" ; ".join(grounds(line, currency, "fr")),
        quantity=line.quantity,
        unit=UNIT_CODES.get(line.unit, PIECE),
        price=price,
        base=base,
        amount=line.amount,
        vat=line.vat,
    )


def _piece(line: InvoiceLine, amount: Decimal, currency: str) -> ClaimLine:
    return ClaimLine(
        number=line.number,
        name=line.text["fr"],
        note=" ; ".join(grounds(line, currency, "fr")),
        quantity=ONE,
        unit=PIECE,
        price=amount,
        base=ONE,
        amount=amount,
        vat=line.vat,
    )


def _in_six_decimals(price: Decimal) -> tuple[Decimal, Decimal]:
    """Quote a price with more decimals for ten, a hundred … units, so that none is lost."""
    beyond = max(0, _decimals(price) - PRICE_DECIMALS)
    return price.scaleb(beyond), Decimal(10**beyond)


def _decimals(number: Decimal) -> int:
    return len(plain(number).partition(".")[2])
