"""Is what was issued still what was issued? The chain, the numbers and the sums, reckoned again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from billing import crediting
from billing.invoices import number_of, seal
from billing.model import CreditNote, Fault, Invoice
from billing.money import NOTHING, product, rounded
from billing.taxing import subtotals, subtotals_of_credit, with_tax

WRONG_TOTAL = "the total is not the sum of the lines and their tax"


class Link(NamedTuple):
    """A sealed document as a link of its chain."""

    number: str
    previous: str
    hash: str
    seal: str
    at: datetime | None

    @property
    def series(self) -> str:
        """Return the series of the number."""
        return self.number.partition("-")[0]


def faults(
    issued: Sequence[Invoice],
    credited: Sequence[CreditNote],
    counters: Mapping[tuple[str, int], int],
    heads: Mapping[str, str],
) -> tuple[Fault, ...]:
    """Tell everything that does not agree; what was issued comes in the order of its chain."""
    links = [*map(_invoice_link, issued), *map(_credit_link, credited)]
    found = list(_gaps((link.number for link in links), counters))
    for series, group in groupby(links, key=lambda link: link.series):
        chain = list(group)
        found += _broken_links(chain)
        if heads.get(series, "") != chain[-1].hash:
            found.append(Fault(number=series, reason="the chain does not end where it should"))
    found += [fault for invoice in issued for fault in _wrong_sums(invoice)]
    found += _wrong_credits(credited)
    return tuple(found)


def _invoice_link(invoice: Invoice) -> Link:
    sealed = seal(invoice)
    number = str(invoice.number)
    return Link(number, invoice.previous_hash, invoice.hash, sealed, invoice.issued_at)


def _credit_link(note: CreditNote) -> Link:
    sealed = crediting.seal(note)
    return Link(note.number, note.previous_hash, note.hash, sealed, note.issued_at)


def _gaps(told: Iterable[str], counters: Mapping[tuple[str, int], int]) -> Iterator[Fault]:
    numbers = set(told)
    expected = {
        number_of(series, year, ordinal)
        for (series, year), last in counters.items()
        for ordinal in range(1, last + 1)
    }
    for number in sorted(expected - numbers):
        yield Fault(number=number, reason="the number was taken and its invoice is missing")
    for stranger in sorted(numbers - expected):
        yield Fault(number=stranger, reason="the number was never taken from the counter")


def _broken_links(chain: Sequence[Link]) -> Iterator[Fault]:
    previous, at = "", None
    for link in chain:
        if link.previous != previous:
            yield Fault(number=link.number, reason="it does not follow on the one before it")
        if link.hash != link.seal:
            yield Fault(number=link.number, reason="its content is not what was sealed")
        if at is not None and link.at is not None and link.at < at:
            yield Fault(number=link.number, reason="it was issued before the one before it")
        previous, at = link.hash, link.at


def _wrong_credits(credited: Sequence[CreditNote]) -> Iterator[Fault]:
    all_taken: dict[str | None, dict[int, Decimal]] = {}
    for note in credited:
        amounts = {line.number: line.amount for line in note.invoice.lines}
        taken = all_taken.setdefault(note.invoice.number, {})
        if subtotals_of_credit(note.invoice, taken, note.lines) != note.taxes:
            yield Fault(number=note.number, reason="its tax is not the rest of its rates")
        for line in note.lines:
            taken[line.number] = taken.get(line.number, NOTHING) + line.amount
            if taken[line.number] > amounts.get(line.number, NOTHING):
                yield Fault(number=note.number, reason=f"line {line.number} is credited too much")
        if with_tax(note.net, note.taxes) != note.total:
            yield Fault(number=note.number, reason=WRONG_TOTAL)


def _wrong_sums(invoice: Invoice) -> Iterator[Fault]:
    number = str(invoice.number)
    for line in invoice.lines:
        exact = product(line.quantity, line.unit_price, line.factor)
        if exact != line.exact or rounded(exact) != line.amount:
            yield Fault(number=number, reason=f"line {line.number} is not its product")
    if subtotals(invoice.lines) != invoice.taxes:
        yield Fault(number=number, reason="its tax is not that of its lines")
    if with_tax(invoice.net, invoice.taxes) != invoice.total:
        yield Fault(number=number, reason=WRONG_TOTAL)
