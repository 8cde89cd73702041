"""Do the sums of sealed documents hold? Reckoned again from what they say alone.

A line is its product; the tax of a rate is that of all its lines, rounded once; of credit notes, it
is that of all that was credited of their invoice by then, less what the notes before took back.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from billing.model import Fault
from billing.money import NOTHING, product, rounded, total

Sealed = Mapping[str, Any]
Sums = dict[str, Decimal]
PERCENT = Decimal("0.01")


def wrong_claim(claim: Sealed) -> Iterator[Fault]:
    """Tell what of an invoice does not follow from its lines."""
    number = str(claim["number"])
    for line in claim["lines"]:
        factors = (Decimal(line[name]) for name in ("quantity", "unit_price", "factor"))
        if rounded(product(*factors)) != Decimal(line["amount"]):
            yield Fault(number=number, reason=f"line {line['number']} is not its product")
    nets = _by_rate((_rate(line), Decimal(line["amount"])) for line in claim["lines"])
    yield from _wrong_sums(claim, nets, {rate: _tax(net, rate) for rate, net in nets.items()})


def wrong_credits(claims: Mapping[str, Sealed], notes: Iterable[Sealed]) -> Iterator[Fault]:
    """Tell what of credit notes, in the order of their issue, does not follow from their lines."""
    before: dict[str, Sums] = {}
    for note in notes:
        rates = {line["number"]: _rate(line) for line in claims[note["invoice"]]["lines"]}
        nets = _by_rate(
            (rates.get(line["number"], ""), Decimal(line["amount"])) for line in note["lines"]
        )
        taken = before.setdefault(note["invoice"], {})
        owed = {}
        for rate, net in nets.items():
            all_of_it = total((taken.get(rate, NOTHING), net))
            owed[rate] = _tax(all_of_it, rate) - _tax(taken.get(rate, NOTHING), rate)
            taken[rate] = all_of_it
        yield from _wrong_sums(note, nets, owed)


def _wrong_sums(document: Sealed, nets: Sums, owed: Sums) -> Iterator[Fault]:
    number, taxes = str(document["number"]), document.get("taxes", [])
    net = total(Decimal(line["amount"]) for line in document["lines"])
    if "net" in document and Decimal(document["net"]) != net:
        yield Fault(number=number, reason="the net is not the sum of the lines")
    if {each["rate_percent"]: Decimal(each["taxable"]) for each in taxes} != nets:
        yield Fault(number=number, reason="what is taxed is not the sum of the lines by rate")
    if {each["rate_percent"]: Decimal(each["tax"]) for each in taxes} != owed:
        yield Fault(number=number, reason="the tax is not the rate of what is taxed")
    if total((net, *(Decimal(each["tax"]) for each in taxes))) != Decimal(document["total"]):
        yield Fault(number=number, reason="the total is not the sum of the lines and the tax")


def _by_rate(amounts: Iterable[tuple[str, Decimal]]) -> Sums:
    """Add what is taxed by rate; what is outside of VAT has none."""
    sums: Sums = {}
    for rate, amount in amounts:
        if rate:
            sums[rate] = total((sums.get(rate, NOTHING), amount))
    return sums


def _rate(line: Sealed) -> str:
    return str(line["vat"]["rate_percent"]) if "vat" in line else ""


def _tax(net: Decimal, rate: str) -> Decimal:
    return rounded(product(net, Decimal(rate), PERCENT))
