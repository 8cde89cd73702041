"""How are a quote and what is offered instead written down? Exactly, with every digit."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from permits.model import Quote, QuoteLine
from permits.offers import Alternative, QuoteTax, Relief, ReliefKind, Shift
from zones.model import ZoneId

Document = dict[str, Any]
TAX = ("rate_percent", "taxable", "tax")


def quote_document(quote: Quote) -> Document:
    """Write a quote down."""
    return {
        "currency": quote.currency,
        "total": str(quote.total),
        "lines": [_line_out(line) for line in quote.lines],
        # What was quoted before taxes were told says nothing of them.
        **({"taxes": [_tax_out(each) for each in quote.taxes]} if quote.taxes else {}),
    }


def quote_from(document: Mapping[str, Any]) -> Quote:
    """Read a quote back."""
    return Quote(
        currency=document["currency"],
        total=Decimal(document["total"]),
        lines=tuple(_line_in(each) for each in document["lines"]),
        taxes=tuple(
            QuoteTax(**{name: Decimal(each[name]) for name in TAX})
            for each in document.get("taxes", ())
        ),
    )


def _tax_out(tax: QuoteTax) -> Document:
    return {name: str(getattr(tax, name)) for name in TAX}


def _line_out(line: QuoteLine) -> Document:
    return {
        "tariff": line.tariff,
        "tariff_version": line.tariff_version,
        "act": line.act,
        "text": dict(line.text),
        "quantity": str(line.quantity),
        "unit": line.unit,
        "unit_price": str(line.unit_price),
        "amount": str(line.amount),
        "zone": line.zone,
        "list_price": None if line.list_price is None else str(line.list_price),
        "reliefs": [
            {"kind": each.kind.value, "of": each.of, "factor": str(each.factor)}
            for each in line.reliefs
        ],
        **({"vat_rate_percent": str(line.vat_rate_percent)} if line.vat_rate_percent else {}),
    }


def _line_in(document: Mapping[str, Any]) -> QuoteLine:
    zone, list_price = document["zone"], document.get("list_price")
    rate = document.get("vat_rate_percent")
    return QuoteLine(
        tariff=document["tariff"],
        tariff_version=document["tariff_version"],
        act=document["act"],
        text=document["text"],
        quantity=Decimal(document["quantity"]),
        unit=document["unit"],
        unit_price=Decimal(document["unit_price"]),
        amount=Decimal(document["amount"]),
        zone=None if zone is None else ZoneId(zone),
        list_price=None if list_price is None else Decimal(list_price),
        reliefs=tuple(
            Relief(kind=ReliefKind(each["kind"]), of=each["of"], factor=Decimal(each["factor"]))
            for each in document.get("reliefs", ())
        ),
        vat_rate_percent=None if rate is None else Decimal(rate),
    )


def alternative_document(alternative: Alternative) -> Document:
    """Write an alternative down."""
    return {
        "minutes": alternative.shift.minutes,
        "rise_m": alternative.shift.rise_m,
        "currency": alternative.currency,
        "total": str(alternative.total),
    }


def alternative_from(document: Mapping[str, Any]) -> Alternative:
    """Read an alternative back."""
    return Alternative(
        shift=Shift(minutes=document["minutes"], rise_m=document["rise_m"]),
        currency=document["currency"],
        total=Decimal(document["total"]),
    )
