"""Where do the figures go: the screen, a JSON file, a chapter of the documentation."""

import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from bench.marks import write_between
from bench.telemetry.run import Flown, Results
from bench.telemetry.targets import targets

LONG = 3  # minutes

Rows = Sequence[Sequence[str]]


def chapter(results: Results) -> Iterator[str]:
    """Yield the lines of the chapter."""
    plan = results.plan
    load = " ".join(f"{each:.1f}" for each in results.load)
    yield (
        f"Machine `{platform.node()}`, {os.cpu_count()} cores, {platform.machine()}, Python "
        f"{platform.python_version()}; load average before {load}. {plan.zones:,} zones, "
        f"{plan.permits:,} permits, {plan.vehicles:,} vehicles; generator, broker, database and "
        "Octroi on the same cores."
    )
    yield from ("", "**What was asked and what was found**", "")
    yield from _table(
        ("", "found", "asked", ""),
        [(one.what, one.found, one.asked, one.met) for one in targets(results)],
    )
    yield from ("", "**From when it was due to when its operator was told, milliseconds**", "")
    yield from _table(
        (
            *("who", "offered, /s", "a message", "settled, /s", "receipt p50", "p99"),
            *("alert p50", "p99", "lost", "generator late, p99"),
        ),
        [_line(each) for each in results.flown],
    )
    yield from ("", "**Processor time an observation, microseconds, by process**", "")
    yield from _table(
        (
            "who",
            "offered, /s",
            "a message",
            "Octroi or peer",
            "PostgreSQL",
            "broker",
            "memory, MiB",
        ),
        [_spent(each) for each in results.flown],
    )
    yield ""
    yield from _weights(results)
    yield from _writes(results)
    yield from _costs(results)
    for who, why in results.without.items():
        yield f"Without {who}: {why}."


def write_json(results: Results, path: Path) -> None:
    """Write all figures."""
    path.write_text(json.dumps(asdict(results), indent=1, default=_plain) + "\n", encoding="utf-8")


def write_markdown(results: Results, path: Path) -> None:
    """Write the tables between the page's marks."""
    write_between(path, "telemetry", list(chapter(results)))


def _line(one: Flown) -> tuple[str, ...]:
    found = one.found
    return (
        *(one.leg.who, f"{one.leg.rate:,.0f}", str(one.leg.each), f"{one.sustained:,.0f}"),
        *_median_and_p99(found.receipts_ms),
        *_median_and_p99(found.alerts_ms),
        *(f"{one.lost:,}", f"{found.late_p99_ms:.1f}"),
    )


def _median_and_p99(percentiles: Sequence[float]) -> tuple[str, str]:
    if not percentiles:
        return "none", "none"
    return f"{percentiles[0]:,.1f}", f"{percentiles[2]:,.1f}"


def _spent(one: Flown) -> tuple[str, ...]:
    each = [f"{1e6 * spent / one.found.sent:.1f}" for spent in one.cpu_s.values()]
    memory = f"{one.each_minute_mib[0]:.0f} to {one.each_minute_mib[-1]:.0f}"
    return (one.leg.who, f"{one.leg.rate:,.0f}", str(one.leg.each), *each, memory)


def _weights(results: Results) -> Iterator[str]:
    """Say what the process weighed at each minute of a long leg."""
    for one in results.flown:
        if len(one.each_minute_mib) > LONG:
            told = ", ".join(f"{each:.0f}" for each in one.each_minute_mib)
            yield f"Memory at {one.leg.rate:,.0f}/s, minute by minute, MiB: {told}."
            yield ""


def _writes(results: Results) -> Iterator[str]:
    yield from ("**Observations written durably, rows a second on the wall**", "")
    yield from _table(
        ("rows a commit", "Octroi", "executemany", "times"),
        [
            (
                *(f"{each.size:,}", f"{each.packed:,.0f}", f"{each.executemany:,.0f}"),
                f"{each.packed / each.executemany:.1f}",
            )
            for each in results.writes
        ],
    )


def _costs(results: Results) -> Iterator[str]:
    yield from ("", "**Processor time of the pipeline alone, microseconds an observation**", "")
    yield from _table(
        ("vehicles", "messages a batch", "positions a message", "µs"),
        [
            (f"{each.vehicles:,}", f"{each.messages:,}", str(each.each), f"{each.cpu_us:,.1f}")
            for each in results.costs
        ],
    )
    yield ""


def _table(columns: Sequence[str], rows: Rows) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _plain(value: object) -> object:
    """Return what JSON can hold of a struct."""
    return {name: getattr(value, name) for name in getattr(value, "__struct_fields__", ())}
