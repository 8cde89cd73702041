"""Write the lines of a month as CSV and as Parquet, and look how memory grows with them.

The lines are made as they are asked for, ten an invoice, so that what grows is the export's alone.
Each way runs in a process of its own.
"""

import io
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from typing import NamedTuple

from bench.billing.issuing import LINES, claim
from bench.billing.report import Measured, Peer, Target
from billing.export import parquet, sheet, table
from billing.export.books import Books
from billing.model import Invoice
from billing.periods import month

KB, MB = 1024, 1e6
ALLOWED_MB = 60
Write = Callable[[Iterator[Invoice]], int]


class Written(NamedTuple):
    """How much was written, in how long, and by how much the process's peak grew."""

    size: int
    seconds: float
    grown_mb: float


def measured(lines: int) -> Measured:
    """Write lines in each way; compared is a tenth of them, as not all ways can take all."""
    csv, packed = _alone("csv", lines), _alone("parquet", lines)
    tenth = {name: _alone(name, lines // 10) for name in WAYS}
    return Measured(
        name=f"{lines:,} lines exported",
        targets=(
            Target(what="CSV: memory grown by", found=csv.grown_mb, asked=ALLOWED_MB, unit="MB"),
            Target(
                what="Parquet: memory grown by", found=packed.grown_mb, asked=ALLOWED_MB, unit="MB"
            ),
        ),
        remarks=(
            (
                f"CSV {csv.size / MB:.0f} MB in {csv.seconds:.1f} s of the processor, Parquet "
                f"{packed.size / MB:.0f} MB in {packed.seconds:.1f} s, making the lines included"
            ),
            f"of a tenth, CSV {tenth['csv'].grown_mb:.0f} MB more",
        ),
        peers=tuple(
            Peer(
                name=name,
                times=tenth[name].seconds / tenth[ours].seconds,
                remark=f"than our {ours}; its memory grew by {tenth[name].grown_mb:.0f} MB for "
                f"{lines // 10:,} lines, ours by {tenth[ours].grown_mb:.0f}",
            )
            for name, ours in (("pandas to_csv", "csv"), ("openpyxl, write-only", "xlsx"))
        ),
    )


def _alone(name: str, lines: int) -> Written:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_written, name, lines).result()


def _written(name: str, lines: int) -> Written:
    write = WAYS[name]
    write(_claims(10 * LINES))
    before, begun = _peak(), time.process_time()
    size = write(_claims(lines))
    return Written(size, time.process_time() - begun, (_peak() - before) / MB)


def _csv(made: Iterator[Invoice]) -> int:
    return sum(len(each.encode()) for each in table.write(made))


def _parquet(made: Iterator[Invoice]) -> int:
    return sum(map(len, parquet.lines(made, "2026-10")))


def _xlsx(made: Iterator[Invoice]) -> int:
    books = Books(period=month(2026, 10), invoices=tuple(made), notes=(), postings=())
    return len(sheet.write(books))


def _pandas(made: Iterator[Invoice]) -> int:
    pandas, sink = import_module("pandas"), io.StringIO()
    pandas.DataFrame(table.rows(made), columns=table.COLUMNS).to_csv(sink, index=False)
    return len(sink.getvalue().encode())


def _openpyxl(made: Iterator[Invoice]) -> int:
    book = import_module("openpyxl").Workbook(write_only=True)
    page = book.create_sheet("lines")
    page.append(table.COLUMNS)
    for row in table.rows(made):
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


def _claims(lines: int) -> Iterator[Invoice]:
    return (claim(number) for number in range(1, lines // LINES + 1))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KB
