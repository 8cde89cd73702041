"""How many invoices of ten lines are written, judged and printed a second on some processes?

Each is written as CII, judged by the schema, the official rules and Octroi's sums in the court's
processes, as when it is issued; then its Factur-X is made on two processes, as when a month of
them is asked for. Reading the rules is told apart. Processor time is that of one process which does
each in turn: what other programs on the machine take does not count. Exits with 1 when a judge
objects.

    .venv/bin/python -m bench.billing.issuing                  # a thousand
    .venv/bin/python -m bench.billing.issuing --invoices 100   # a quick look
"""

import argparse
import os
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from importlib import import_module
from uuid import UUID

from billing.export import cii, pdf
from billing.export.claim import of_invoice
from billing.export.printing import printed
from billing.invoices import issue, number_of
from billing.judging.court import Court
from billing.judging.report import Syntax, Written
from billing.model import FeeId, Invoice, InvoiceId, InvoiceLine
from billing.money import product, rounded, total
from billing.periods import month
from billing.sellers import PARIS
from permits.parties import Operator, OperatorId, SizeClass
from zones.model import Layer, ZoneId

LINES, BATCH, ALONE = 10, 50, 40
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
NOBODY = UUID(int=0)
TARGET = 15


def main() -> int:
    """Measure and print; 1 when a judge objects."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invoices", type=int, default=1_000)
    parser.add_argument("--seats", type=int, default=2)
    options = parser.parse_args()
    print(f"{options.seats} processes, load before {os.getloadavg()[0]:.1f}")
    claims = [claim(number) for number in range(1, options.invoices + 1)]
    judging, objections = _judged(claims, options.seats)
    printing = _printed(claims)
    many = len(claims)
    print(f"{many} written and judged: {judging:.1f} s, {many / judging:.1f} a second")
    print(f"{many} printed (Factur-X): {printing:.1f} s, {many / printing:.1f} a second")
    both = many / (judging + printing)
    print(f"judged, then printed: {both:.1f} a second; target {TARGET}")
    _alone(claims[:ALONE])
    return 1 if objections else 0


def _judged(claims: Sequence[Invoice], seats: int) -> tuple[float, int]:
    """Return how long judging takes once the rules are read, and how many were objected to."""
    with closing(Court(seats)) as court:
        begun = time.perf_counter()
        court.judge([written(claims[0])] * seats)
        print(f"reading the rules: {time.perf_counter() - begun:.1f} s")
        begun, objections = time.perf_counter(), 0
        for start in range(0, len(claims), BATCH):
            reports = court.judge([written(each) for each in claims[start : start + BATCH]])
            objections += sum(bool(one.objections) for report in reports for one in report)
        return time.perf_counter() - begun, objections


def _printed(claims: Sequence[Invoice]) -> float:
    begun = time.perf_counter()
    for _ in printed(claims):
        pass
    return time.perf_counter() - begun


def _alone(claims: Sequence[Invoice]) -> None:
    """Measure one process's processor time, of what is judged and of what is printed."""
    bench = import_module("billing.judging.bench")
    bench.judged(written(claims[0]))
    pdf.write(claims[0])

    def spent(work: Callable[[Invoice], object]) -> float:
        begun = time.process_time()
        for each in claims:
            work(each)
        return (time.process_time() - begun) / len(claims)

    judging, printing = spent(lambda each: bench.judged(written(each))), spent(pdf.write)
    print(
        f"processor time of one: written and judged {judging * 1e3:.0f} ms, printed "
        f"{printing * 1e3:.0f} ms, so {1 / (judging + printing):.1f} invoices a processor-second"
    )


def written(invoice: Invoice) -> Written:
    """Write an invoice for the judges."""
    xml = cii.write(of_invoice(invoice))
    return Written(name=str(invoice.number), syntax=Syntax.CII, xml=xml)


def claim(number: int) -> Invoice:
    """Return an issued invoice of ten lines."""
    lines = tuple(line(position, number) for position in range(1, LINES + 1))
    debtor = Operator(
        id=OperatorId("aladin"),
        name="Aladin Livraison SAS",
        siren="732829320",
        size=SizeClass.MEDIUM,
        address="12 rue de l'Œuvre, 75011 Paris",
    )
    drafted = Invoice(
        id=InvoiceId(NOBODY),
        debtor=debtor,
        seller=PARIS,
        period=month(2026, 10),
        lines=lines,
        total=total(each.amount for each in lines),
        currency="EUR",
    )
    return issue(drafted, number_of("P", 2026, number), "", AT)


def line(position: int, number: int) -> InvoiceLine:
    """Return a line, of another quantity in each invoice."""
    quantity = Decimal(number % 97 + position)
    exact = product(quantity, Decimal("0.35"))
    return InvoiceLine(
        number=position,
        tariff="air-minute",
        tariff_version=1,
        act="demonstration",
        text={"fr": "Suivi des vols en ville", "en": "Following flights in town"},
        layer=Layer.AIR,
        zone=ZoneId(f"air-{position}"),
        zone_name=f"Zone {position}",
        permit=None,
        quantity=quantity,
        unit="min",
        unit_price=Decimal("0.35"),
        factor=Decimal(1),
        exact=exact,
        amount=rounded(exact),
        fees=(FeeId(NOBODY),),
    )


if __name__ == "__main__":
    raise SystemExit(main())
