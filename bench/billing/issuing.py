"""Issue a month's invoices of ten lines, judged and numbered, and print them as Factur-X."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from importlib import import_module
from random import Random
from statistics import median
from typing import Any
from uuid import UUID

import facturx
import psutil
from fpdf import FPDF
from psycopg_pool import ConnectionPool

from bench.billing.report import Measured, Peer, Target
from bench.billing.serving import server
from bench.billing.sets import operator, plain_tariff, vehicles, visits
from billing.export import cii, pdf
from billing.export.claim import of_invoice
from billing.export.lettering import WHOLE
from billing.export.printing import printed
from billing.invoices import issue, number_of
from billing.judging.court import Court
from billing.judging.report import Syntax, Written
from billing.model import FeeId, Invoice, InvoiceId, InvoiceLine
from billing.money import product, rounded, total
from billing.periods import month
from billing.running import Sources
from billing.sellers import PARIS
from billing.service import BillingService
from billing.tariffs import read
from permits.parties import Operator, OperatorId, SizeClass
from telemetry.model import Visit
from zones.model import LAYERS, Layer, ZoneId

LINES, BATCH, ALONE, SEATS, TURNS = 10, 50, 40, 2, 5
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
OCTOBER = month(2026, 10)
NOBODY = UUID(int=0)
KB = 1000
TARGET = 15
Saxon = Any  # saxonche has no type to name


def measured(count: int) -> Measured:
    """Issue and print invoices; then some of them alone, in our way and as manuals say."""
    with (
        server() as url,
        ConnectionPool(url, min_size=1, max_size=1) as pool,
        closing(Court(SEATS)) as court,
    ):
        service = _service(pool, court, count)
        drafts = service.run(OCTOBER).drafts
        court.judge([written(claim(each)) for each in range(1, SEATS + 1)])  # reads the rules
        used, begun = _processor_s(pool), time.perf_counter()
        issued: list[Invoice] = []
        for start in range(0, len(drafts), BATCH):
            some = [each.id for each in drafts[start : start + BATCH]]
            issued += service.accounts.issue(some, by="treasury")
        issuing, used = time.perf_counter() - begun, _processor_s(pool) - used
        right = not service.verify() and all(len(each.lines) == LINES for each in issued)
    begun = time.perf_counter()
    size = sum(map(len, printed(issued)))
    printing, turns = time.perf_counter() - begun, _turns()
    alone = median(ours for ours, _ in turns)
    return Measured(
        name=f"{len(issued):,} invoices of {LINES} lines issued, judged and printed",
        targets=(
            Target(
                what="issued, then printed as Factur-X, a second",
                found=len(issued) / (issuing + printing),
                asked=TARGET,
                unit="",
                least=True,
            ),
        ),
        remarks=(
            (
                f"issued {len(issued) / issuing:.1f} a second, {1000 * used / len(issued):.0f} ms "
                f"of the processor each: service, judges and database"
            ),
            f"printed {len(issued) / printing:.1f} a second, {size / len(issued) / KB:.0f} kB each",
            (
                f"one process alone: written, judged and printed in {1000 * alone:.0f} ms of the "
                f"processor, so {2 / alone:.0f} a second on two cores that do nothing else"
            ),
            f"numbers, chain, sums and books verified afterwards: {'yes' if right else 'NO'}",
        ),
        peers=(
            Peer(
                name="fpdf2, factur-x (with XSD) and saxonche as published",
                times=median(theirs / ours for ours, theirs in turns),
                remark="the same XML and rules; no numbers, chain, books, layout or payment code",
            ),
        ),
        is_right=right,
    )


def _service(pool: ConnectionPool, court: Court, operators: int) -> BillingService:
    """Return a service over operators that each were in ten zones."""
    owners = [
        replace(operator(number), id=OperatorId(f"op-{number}")) for number in range(operators)
    ]
    sources = Sources(
        visits=lambda _window: [each for owner in owners for each in _in_ten_zones(owner)],
        permits=lambda _window: (),
        operators=lambda: {each.id: each for each in owners},
        evidence=lambda _visits, _most: {},
    )
    service = BillingService(pool, lambda: AT, sources, court.judge)
    minute = {"kind": "per_started_minute", "unit_price": "0.35", "permit_required": False}
    service.publish([read({**plain_tariff("air-minute", Layer.AIR), **minute})], by="council")
    return service


def _in_ten_zones(owner: Operator) -> list[Visit]:
    fleet = vehicles(owner, len(LAYERS))
    fleet = {key: each for key, each in fleet.items() if each.layer is Layer.AIR}
    made = visits(fleet, LINES, Random(owner.id))
    return [
        replace(each, zone=ZoneId(f"zone-{number}"), purpose=None)
        for number, each in enumerate(made)
    ]


def _processor_s(pool: ConnectionPool) -> float:
    """Return what this process, its judges and the one connection's server have used so far."""
    with pool.connection() as connection:
        theirs = psutil.Process(connection.info.backend_pid)
        used = [each.cpu_times() for each in (theirs, *psutil.Process().children())]
    return time.process_time() + float(sum(each.user + each.system for each in used))


def _turns() -> list[tuple[float, float]]:
    """Write, judge and print in one process, in our way and the manuals' way in turns."""
    bench = import_module("billing.judging.bench")
    claims = [claim(number) for number in range(1, ALONE + 1)]
    compiler = bench.processor().new_xslt30_processor()
    published = [
        compiler.compile_stylesheet(stylesheet_file=str(bench.OFFICIAL / name))
        for name in bench.RULES[Syntax.CII].values()
    ]

    def ours(invoice: Invoice) -> None:
        bench.judged(written(invoice))
        pdf.write(invoice)

    def theirs(invoice: Invoice) -> None:
        _by_the_manuals(invoice, bench.processor(), published)

    ours(claims[0])
    theirs(claims[0])
    share = ALONE // TURNS
    parts = [claims[start : start + share] for start in range(0, ALONE, share)]
    return [(_spent(ours, part), _spent(theirs, part[:3])) for part in parts]


def _spent(work: Callable[[Invoice], None], claims: Sequence[Invoice]) -> float:
    begun = time.process_time()
    for each in claims:
        work(each)
    return (time.process_time() - begun) / len(claims)


def _by_the_manuals(invoice: Invoice, saxon: Saxon, published: Sequence[Saxon]) -> None:
    """Print with fpdf2, have factur-x check and embed the XML, and saxonche apply the rules."""
    xml = cii.write(of_invoice(invoice))
    for rules in published:
        rules.transform_to_string(xdm_node=saxon.parse_xml(xml_text=xml.decode()))
    paper = FPDF()
    paper.add_font("DejaVu", "", WHOLE[""])
    paper.set_font("DejaVu", size=8)
    paper.add_page()
    for line in invoice.lines:
        told = f"{line.number} {line.text['fr']} {line.zone_name} {line.quantity} {line.unit_price}"
        for each in (told, f"{line.tariff} {line.tariff_version} {line.act}", f"{line.amount} EUR"):
            paper.multi_cell(0, 4, each, new_x="LMARGIN", new_y="NEXT")
    facturx.generate_from_binary(bytes(paper.output()), xml, check_xsd=True)


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
