"""Write the lines of a month as CSV and as Parquet, and look how memory grows with them.

All of them come out of PostgreSQL through the service, as the API and the command hand them out.
What writing takes by itself is measured beside other ways on fewer lines, made as they are asked
for; what making them takes is taken off. Each way runs in a process of its own.
"""

import io
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from importlib import import_module
from itertools import islice
from multiprocessing import get_context
from typing import NamedTuple

from psycopg_pool import ConnectionPool

from bench.billing.issuing import AT, LINES, claim
from bench.billing.report import Measured, Peer, Target
from bench.billing.serving import server
from bench.billing.stored import fill
from billing.export import parquet, sheet, table
from billing.export.lines import COLUMNS, Row, rows
from billing.exporting import Kind, export
from billing.periods import month
from billing.running import Sources
from billing.service import BillingService

KB, MB = 1024, 1e6
ALLOWED_MB = 60
WARMING = 20_000  # lines, some pages and blocks of rows: after them memory stays as it is
MADE, COMPARED, PAGES = 97, 20, 200  # invoices made; a 20th compared; a 200th, as workbooks
OCTOBER, SEPTEMBER = month(2026, 10), month(2026, 9)
STORED = {Kind.CSV: "CSV", Kind.PARQUET: "Parquet"}
Write = Callable[[Iterator[Row]], int]


class Written(NamedTuple):
    """How much was written, in how long, of the processor and on the clock, and peak's growth."""

    size: int
    seconds: float
    clock_s: float
    grown_mb: float


def measured(lines: int) -> Measured:
    """Write lines out of the database in two forms at once; compare other ways on fewer."""
    with server() as url:
        fill(url, SEPTEMBER, WARMING)
        fill(url, OCTOBER, lines)
        with ThreadPoolExecutor(len(STORED)) as both:
            found = both.map(lambda kind: _alone(_exported, kind, url), STORED)
            told = dict(zip(STORED, found, strict=True))
    some = {name: _alone(_written, name, lines // share) for name, share in SHARES.items()}
    return Measured(
        name=f"{lines:,} stored lines exported",
        targets=tuple(
            Target(
                what=f"{STORED[kind]}: memory grown by",
                found=found.grown_mb,
                asked=ALLOWED_MB,
                unit="MB",
            )
            for kind, found in told.items()
        ),
        remarks=(
            *(_remark(STORED[kind], found, lines) for kind, found in told.items()),
            (
                f"writing alone, of {lines // COMPARED:,} lines at hand: CSV "
                f"{_each_us(some['csv'], lines // COMPARED):.0f} µs a line, Parquet "
                f"{_each_us(some['parquet'], lines // COMPARED):.0f} µs, after making each"
            ),
        ),
        peers=tuple(
            Peer(
                name=name,
                times=some[name].seconds / some[ours].seconds,
                remark=f"than our {ours}; its memory grew by {some[name].grown_mb:.0f} MB for "
                f"{lines // SHARES[name]:,} lines, ours by {some[ours].grown_mb:.0f}",
            )
            for name, ours in (("pandas to_csv", "csv"), ("openpyxl, write-only", "xlsx"))
        ),
        is_right=all(found.size > lines for found in told.values()),
    )


def _remark(name: str, found: Written, lines: int) -> str:
    return (
        f"{name}: {found.size / MB:.0f} MB, {lines / found.clock_s:,.0f} lines a second, "
        f"{found.seconds:.1f} s of the service's processor"
    )


def _each_us(found: Written, lines: int) -> float:
    return 1e6 * found.seconds / lines


def _alone(work: Callable[..., Written], *given: object) -> Written:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


def _exported(kind: Kind, url: str) -> Written:
    """Export a month through the service; a small one before has read all the code."""
    sources = Sources(
        visits=lambda _window: (),
        permits=lambda _window: (),
        operators=dict,
        evidence=lambda _visits, _most: {},
    )
    with closing(ConnectionPool(url, min_size=1, max_size=1)) as pool:
        service = BillingService(pool, lambda: AT, sources, lambda _documents: [])
        sum(map(len, export(service, kind, SEPTEMBER).pieces))
        return _spent(lambda: sum(map(len, export(service, kind, OCTOBER).pieces)))


def _written(name: str, lines: int) -> Written:
    write = WAYS[name]
    write(islice(_made(), 10 * LINES))
    found = _spent(lambda: write(islice(_made(), lines)))
    making = _spent(lambda: sum(1 for _ in islice(_made(), lines)))
    return found._replace(seconds=found.seconds - making.seconds)


def _spent(work: Callable[[], int]) -> Written:
    before, begun, clock = _peak(), time.process_time(), time.perf_counter()
    size = work()
    used, took = time.process_time() - begun, time.perf_counter() - clock
    return Written(size, used, took, (_peak() - before) / MB)


def _csv(made: Iterator[Row]) -> int:
    return sum(len(each.encode()) for each in table.write(made))


def _parquet(made: Iterator[Row]) -> int:
    return sum(map(len, parquet.lines(made, OCTOBER.label)))


def _xlsx(made: Iterator[Row]) -> int:
    return sum(map(len, sheet.write(made, OCTOBER.label)))


def _pandas(made: Iterator[Row]) -> int:
    pandas, sink = import_module("pandas"), io.StringIO()
    pandas.DataFrame(table.texts(made), columns=COLUMNS).to_csv(sink, index=False)
    return len(sink.getvalue().encode())


def _openpyxl(made: Iterator[Row]) -> int:
    book = import_module("openpyxl").Workbook(write_only=True)
    page = book.create_sheet("lines")
    page.append(COLUMNS)
    for row in table.texts(made):
        page.append(row)
    with tempfile.TemporaryFile() as sink:
        book.save(sink)
        return sink.tell()


WAYS: dict[str, Write] = {
    "csv": _csv,
    "parquet": _parquet,
    "xlsx": _xlsx,
    "pandas to_csv": _pandas,
    "openpyxl, write-only": _openpyxl,
}
SHARES = {
    "csv": COMPARED,
    "parquet": COMPARED,
    "pandas to_csv": COMPARED,
    "xlsx": PAGES,
    "openpyxl, write-only": PAGES,
}


def _made() -> Iterator[Row]:
    """Yield the lines of invoices without end, the same again after some."""
    some = list(rows(claim(number) for number in range(1, MADE + 1)))
    while True:
        yield from some


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KB
