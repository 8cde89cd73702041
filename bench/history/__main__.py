"""How soon is the track of any vehicle in any hour there, among millions of positions?

Starts a database of its own in a temporary directory, fills a week of the history's partitions with
made positions (each vehicle moves for 5,000 seconds on end, one position a second; rows lie in the
order of time, as they come), and asks for the busiest hour of vehicles drawn at random, as the API
does. The same question is asked without the index, as one would who sorts by time alone.

Then the hours of a day are summed up, and the positions of a day written as Parquet. To fill sooner
the server loses in a power cut what it has; what is measured reads, but for the sums.

    .venv/bin/python -m bench.history                                     # as published
    .venv/bin/python -m bench.history --rows 500000                       # a quick look
"""

import argparse
import os
import platform
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np
import psutil
import psycopg
from psycopg import Connection, sql
from psycopg_pool import ConnectionPool

from bench.marks import write_between
from octroi.embedded.directory import claimed
from octroi.embedded.postgres import EmbeddedPostgres
from octroi.migrate import migrate
from permits.parties import OperatorId, VehicleId
from telemetry.housekeeping import Housekeeping
from telemetry.kept.records import Kept
from telemetry.kept.retention import Retention
from telemetry.model import VehicleKey
from telemetry.store.history import History
from telemetry.store.taking import Wanted
from zones.periods import Window

MONDAY = datetime(2026, 6, 8, tzinfo=UTC)
WEEK, DAY = timedelta(days=7), timedelta(days=1)
MOVING_S = 5_000
SEED = 7
FILL = """
INSERT INTO telemetry.observation (id, operator, vehicle, sender, layer, at, received_at,
    recorded_at, lon, lat, alt_m, alt_ref, h_acc_m, v_acc_m, speed_mps, heading_deg, boot, seq)
SELECT row_number() OVER (ORDER BY at), 'operator-' || number %% 50, 'vehicle-' || number,
    'operator-' || number %% 50, number %% 4, at, at, at,
    2.3 + (number * 31 %% 1000) / 10000.0 + second / 1e6, 48.85 + (number * 17 %% 1000) / 20000.0,
    80, 1, 3, 5, 8.5, number %% 360, 'b1', second
FROM (SELECT number, second,
        %(monday)s::timestamptz + make_interval(secs => number * 7919 %% 599800 + second) AS at
      FROM generate_series(0, %(vehicles)s - 1) AS number,
        generate_series(0, 4999) AS second) AS made
ORDER BY at
"""
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE schemaname = 'telemetry' AND tablename = 'observation'
"""
# What is filled here is thrown away.
IN_A_HURRY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "work_mem": "256MB",
    "maintenance_work_mem": "512MB",
}
WITHOUT_INDEX = """
SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off;
SET max_parallel_workers_per_gather = 0
"""


def main() -> int:
    """Measure and print."""
    options = _options()
    before = os.getloadavg()
    with _server() as url:
        lines = _measured(url, options)
    remark = (
        f"Machine `{platform.node()}`, {os.cpu_count()} cores, Python {platform.python_version()}; "
        f"load average before {_load(before)}, after {_load(os.getloadavg())}."
    )
    print(remark, *lines, sep="\n")
    if options.markdown:
        told = [remark, "", *(f"- {line}" for line in lines)]
        write_between(options.markdown, "history", told)
    return 0


def _measured(url: str, options: argparse.Namespace) -> Sequence[str]:
    vehicles = options.rows // MOVING_S
    with psycopg.connect(url, autocommit=True) as connection:
        took = _timed(lambda: _fill(connection, vehicles))
    random, rows = Random(SEED), vehicles * MOVING_S
    drawn = [random.randrange(vehicles) for _ in range(options.asked)]
    with ConnectionPool(url, min_size=1, max_size=1) as pool:
        indexed = _tracks(pool, drawn)
    with ConnectionPool(url, min_size=1, max_size=1, configure=_without_index) as pool:
        scanned = _tracks(pool, drawn[: options.scanned])
    lines = [
        f"{rows:,} positions of {vehicles:,} vehicles in a week, made in {took:.0f} s",
        _line("an hour of a vehicle, 3,600 positions", indexed),
        _line("the same without the index", scanned),
    ]
    with ConnectionPool(url, min_size=1, max_size=2) as pool:
        house = _house(pool)
        lines.append(f"the hours of a day summed: {_timed(house.sum_up):.1f} s, "
                     f"again {1000 * _timed(house.sum_up):.0f} ms")  # fmt: skip
        lines.append(_exported(house))
    return lines


def _house(pool: ConnectionPool) -> Housekeeping:
    kept = Retention(positions_days=62, verdicts_days=366, evidence_days=1827, sums_days=3653)
    # Only the hours that are over are summed.
    return Housekeeping(pool, lambda: MONDAY + DAY, kept, lambda _visits: ())


def _exported(house: Housekeeping) -> str:
    wanted = Wanted(kept=Kept.POSITIONS, window=Window(start=MONDAY, end=MONDAY + DAY))
    with tempfile.TemporaryFile() as sink:
        before = _peak_mb()
        begun = time.perf_counter()
        written = house.take_away(wanted, sink, lambda _written, _of: None)
        took = time.perf_counter() - begun
        size = sink.tell() / 1e6
    return (
        f"a day written as Parquet: {written:,} rows in {took:.0f} s, "
        f"{written / took:,.0f} a second, {size:,.0f} MB; "
        f"the process grew by {_peak_mb() - before:.0f} MB"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """How long each hour took, and the processor time of one, on both sides, in milliseconds."""

    took_ms: Sequence[float]
    processor_ms: float


def _tracks(pool: ConnectionPool, drawn: Sequence[int]) -> Read:
    """Read each vehicle's hour."""
    read, took, used = History(pool), [], _processor_ms(pool)
    for number in drawn:
        start = MONDAY + timedelta(seconds=number * 7919 % 599_800 + 600)
        window = Window(start=start, end=start + timedelta(hours=1))
        key = VehicleKey(OperatorId(f"operator-{number % 50}"), VehicleId(f"vehicle-{number}"))
        begun = time.perf_counter()
        found = read.track(key, window)
        took.append(1000 * (time.perf_counter() - begun))
        if len(found) != 3_600:
            msg = f"{key.uid}: {len(found)} positions instead of 3600"
            raise SystemExit(msg)
    return Read(took_ms=took, processor_ms=(_processor_ms(pool) - used) / len(drawn))


def _processor_ms(pool: ConnectionPool) -> float:
    """Return what this process and the server's have used so far; the pool has one connection."""
    with pool.connection() as connection:
        theirs = psutil.Process(connection.info.backend_pid).cpu_times()
    return float(1000 * (time.process_time() + theirs.user + theirs.system))


def _fill(connection: Connection, vehicles: int) -> None:
    """Write all positions, and only then their indexes."""
    for day in range(WEEK.days):
        named = {"day": (MONDAY + timedelta(days=day)).date()}
        connection.execute("SELECT telemetry.ensure_day(%(day)s)", named)
    indexes = connection.execute(INDEXES).fetchall()
    for name, _ in indexes:
        connection.execute(sql.SQL("DROP INDEX telemetry.{}").format(sql.Identifier(name)))
    connection.execute(FILL, {"monday": MONDAY, "vehicles": vehicles})
    for _, definition in indexes:
        connection.execute(definition.replace(" ON ONLY ", " ON ").encode())
    connection.execute("VACUUM ANALYZE telemetry.observation")


def _without_index(connection: Connection) -> None:
    connection.autocommit = True
    connection.execute(WITHOUT_INDEX)
    connection.autocommit = False


def _line(name: str, read: Read) -> str:
    p50, p99 = np.percentile(read.took_ms, (50, 99))
    return (
        f"{name}: median {p50:.1f} ms, 99th {p99:.1f} ms, longest {max(read.took_ms):.1f} ms of "
        f"{len(read.took_ms)}; {read.processor_ms:.1f} ms of processor, database included"
    )


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _load(average: tuple[float, float, float]) -> str:
    return " ".join(f"{each:.1f}" for each in average)


@contextmanager
def _server() -> Iterator[str]:
    with (
        tempfile.TemporaryDirectory(prefix="octroi-history-") as place,
        claimed(Path(place)) as directory,
        EmbeddedPostgres(directory, options=IN_A_HURRY) as server,
    ):
        migrate(server.url)
        yield server.url


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench.history",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rows", type=int, default=10_000_000, help="positions, 5,000 a vehicle")
    parser.add_argument("--asked", type=int, default=300, help="hours asked for")
    parser.add_argument("--scanned", type=int, default=5, help="of them without the index")
    parser.add_argument("--markdown", type=Path, help="write the figures into this file")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
