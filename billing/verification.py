"""Is what was issued still what was issued? The chain, the numbers and the sums, reckoned again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from billing.invoices import number_of, seal
from billing.model import Fault, Invoice
from billing.money import product, rounded, total


def faults(
    issued: Sequence[Invoice],
    counters: Mapping[tuple[str, int], int],
    heads: Mapping[str, str],
) -> tuple[Fault, ...]:
    """Tell everything that does not agree; `issued` comes in the order of the chain."""
    found = list(_gaps(issued, counters))
    for series, invoices in groupby(issued, key=_series):
        chain = list(invoices)
        found += _broken_links(chain)
        if heads.get(series, "") != chain[-1].hash:
            found.append(Fault(number=series, reason="the chain does not end where it should"))
    found += [fault for invoice in issued for fault in _wrong_sums(invoice)]
    return tuple(found)


def _series(invoice: Invoice) -> str:
    return (invoice.number or "").split("-")[0]


def _gaps(issued: Iterable[Invoice], counters: Mapping[tuple[str, int], int]) -> Iterator[Fault]:
    numbers = {invoice.number for invoice in issued}
    expected = {
        number_of(series, year, ordinal)
        for (series, year), last in counters.items()
        for ordinal in range(1, last + 1)
    }
    for number in sorted(expected - numbers):
        yield Fault(number=number, reason="the number was taken and its invoice is missing")
    for stranger in sorted(str(number) for number in numbers - expected):
        yield Fault(number=stranger, reason="the number was never taken from the counter")


def _broken_links(chain: Sequence[Invoice]) -> Iterator[Fault]:
    previous, at = "", None
    for invoice in chain:
        number = str(invoice.number)
        if invoice.previous_hash != previous:
            yield Fault(number=number, reason="it does not follow on the invoice before it")
        if invoice.hash != seal(invoice):
            yield Fault(number=number, reason="its content is not what was sealed")
        if at is not None and invoice.issued_at is not None and invoice.issued_at < at:
            yield Fault(number=number, reason="it was issued before the invoice before it")
        previous, at = invoice.hash, invoice.issued_at


def _wrong_sums(invoice: Invoice) -> Iterator[Fault]:
    number = str(invoice.number)
    for line in invoice.lines:
        exact = product(line.quantity, line.unit_price, line.factor)
        if exact != line.exact or rounded(exact) != line.amount:
            yield Fault(number=number, reason=f"line {line.number} is not its product")
    if total(line.amount for line in invoice.lines) != invoice.total:
        yield Fault(number=number, reason="the total is not the sum of the lines")
