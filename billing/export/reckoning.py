"""Do the sums of sealed documents hold? Reckoned again from what they say alone.

A line is its product; the tax of a rate is that of all its lines, rounded once; of credit notes, it
is that of all that was credited of their invoice by then, less what the notes before took back.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from billing.model import Fault
from billing.money import NOTHING, product, rounded, total
from billing.taxing import by_rate, tax_between, taxed
from billing.vat import OUTSIDE_VAT, Vat, VatCategory, VatSubtotal

Sealed = Mapping[str, Any]


def wrong_claim(claim: Sealed) -> Iterator[Fault]:
    """Tell what of an invoice does not follow from its lines."""
    number = str(claim["number"])
    for line in claim["lines"]:
        factors = (Decimal(line[name]) for name in ("quantity", "unit_price", "factor"))
        if rounded(product(*factors)) != Decimal(line["amount"]):
            yield Fault(number=number, reason=f"line {line['number']} is not its product")
    owed = taxed((_vat(line), Decimal(line["amount"])) for line in claim["lines"])
    yield from _wrong_sums(claim, owed)


def wrong_credits(claims: Mapping[str, Sealed], notes: Iterable[Sealed]) -> Iterator[Fault]:
    """Tell what of credit notes, in the order of their issue, does not follow from their lines."""
    before: dict[str, dict[Vat, Decimal]] = {}
    for note in notes:
        vats = {line["number"]: _vat(line) for line in claims[note["invoice"]]["lines"]}
        nets = by_rate(
            (vats.get(line["number"], OUTSIDE_VAT), Decimal(line["amount"]))
            for line in note["lines"]
        )
        taken = before.setdefault(note["invoice"], {})
        owed = []
        for vat, net in nets.items():
            known = taken.get(vat, NOTHING)
            owed.append(VatSubtotal(vat=vat, taxable=net, tax=tax_between(known, net, vat)))
            taken[vat] = total((known, net))
        yield from _wrong_sums(note, owed)


def _wrong_sums(document: Sealed, owed: Iterable[VatSubtotal]) -> Iterator[Fault]:
    number, taxes = str(document["number"]), document.get("taxes", [])
    due = {each.vat.rate_percent: each for each in owed}
    told = {Decimal(each["rate_percent"]): each for each in taxes}
    net = total(Decimal(line["amount"]) for line in document["lines"])
    if "net" in document and Decimal(document["net"]) != net:
        yield Fault(number=number, reason="the net is not the sum of the lines")
    if _sums(told, "taxable") != {rate: each.taxable for rate, each in due.items()}:
        yield Fault(number=number, reason="what is taxed is not the sum of the lines by rate")
    if _sums(told, "tax") != {rate: each.tax for rate, each in due.items()}:
        yield Fault(number=number, reason="the tax is not the rate of what is taxed")
    if total((net, *(Decimal(each["tax"]) for each in taxes))) != Decimal(document["total"]):
        yield Fault(number=number, reason="the total is not the sum of the lines and the tax")


def _sums(told: Mapping[Decimal, Sealed], name: str) -> dict[Decimal, Decimal]:
    return {rate: Decimal(each[name]) for rate, each in told.items()}


def _vat(line: Sealed) -> Vat:
    said = line.get("vat")
    if not said:
        return OUTSIDE_VAT
    return Vat(category=VatCategory(said["category"]), rate_percent=Decimal(said["rate_percent"]))
