"""How are the figures told? The same tables on the screen and in the documentation."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.zones.contenders.roster import BUILDERS, OURS, PROTOCOL
from bench.zones.exactness import Agreement
from bench.zones.measuring import Rate
from bench.zones.results import TARGET_BATCH, Results, SetResult
from bench.zones.targets import targets

NONE = "-"
FULL_ROUNDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with what must be said about it."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...] = ()


def tables(results: Results) -> Iterator[Table]:
    """Yield the tables of one run, the targets first."""
    if targets(results):
        yield _targets(results)
    for each in results.sets:
        yield _contenders(each)
    if any(each.weights for each in results.sets):
        yield _weights(results.sets)
    if results.demanding:
        yield _demanding(results)
    if results.start:
        yield _start(results)
    if results.exact:
        yield _exact(results.exact)


def machine(results: Results) -> str:
    """Say where, with what and under which load."""
    here = results.machine
    versions = ", ".join(f"{name} {version}" for name, version in here.versions.items())
    before, after = (
        " ".join(f"{one:.1f}" for one in load) for load in (here.load_before, here.load_after)
    )
    return (
        f"Machine `{here.name}`, {here.cores} cores; load average before {before}, after {after}; "
        f"{results.minutes:.0f} minutes, at most {results.peak_mb:,.0f} MB. {versions}."
    )


def _targets(results: Results) -> Table:
    rows = tuple(
        (each.what, each.found, each.asked, "met" if each.met else "NOT met")
        for each in targets(results)
    )
    return Table(title="Targets", columns=("", "found", "asked", ""), rows=rows)


def _contenders(result: SetResult) -> Table:
    batches = tuple(result.rates)
    several = {rate.rounds for found in result.rates.values() for rate in found.values()} - {
        FULL_ROUNDS
    }
    remarks = [f"{name}: not measured. {reason}." for name, reason in result.absent.items()]
    if several:
        remarks.append(
            "In brackets: how many rounds its time allowed, where fewer than the others."
        )
    for name, trip in result.round_trips.items():
        remarks.append(
            f"* {name} pays a round trip of its protocol: a question without work takes "
            f"{trip.p50_us:.0f} µs at p50, {trip.p99_us:.0f} at p99. Ours is a call in the process."
        )
    return Table(
        title=f"{_title(result)}: {result.vertices:,} vertices, {result.hits:.2f} zones a point",
        columns=(
            "",
            "1 point, p50 / p99 µs",
            *(f"{batch:,}" for batch in batches),
            f"Octroi at {TARGET_BATCH:,}",
            "mismatches",
        ),
        rows=tuple(_row(result, name) for name in BUILDERS if name in result.single),
        remarks=tuple(remarks),
    )


def _row(result: SetResult, name: str) -> tuple[str, ...]:
    single = result.single[name]
    ratio = result.ratio(name)
    return (
        f"{name} *" if name in PROTOCOL else name,
        f"{single.p50_us:,.1f} / {single.p99_us:,.1f}",
        *(_rate(found.get(name)) for found in result.rates.values()),
        NONE if ratio is None or name == OURS else f"{ratio:,.1f} x",
        _mismatches(result.agreements.get(name)),
    )


def _rate(rate: Rate | None) -> str:
    if rate is None:
        return NONE
    told = f"{rate.median / 1e6:.2f} M" if rate.median >= 1e6 else f"{rate.median / 1e3:,.1f} k"
    return told if rate.rounds >= FULL_ROUNDS else f"{told} ({rate.rounds})"


def _mismatches(agreement: Agreement | None) -> str:
    if agreement is None:
        return NONE
    if not agreement.mismatches:
        return "0"
    return f"{agreement.missing:,} missing, {agreement.excess:,} too many"


def _title(result: SetResult) -> str:
    return f"{result.zones:,} zones" + ("" if result.name.isdigit() else " of the real layers")


def _weights(sets: list[SetResult]) -> Table:
    rows = [(_title(each), name, *_weight(each, name)) for each in sets for name in each.weights]
    return Table(
        title="Building and holding",
        columns=(
            "",
            "",
            "built, s",
            "one changed zone, ms",
            "a batch afterwards",
            "held, MB",
            "at most, MB",
        ),
        rows=tuple(rows),
        remarks=("From zones that exist to the first answer; compiled code already loaded.",),
    )


def _weight(result: SetResult, name: str) -> tuple[str, ...]:
    weight = result.weights[name]
    if weight is None:
        return "took too long", NONE, NONE, NONE, NONE
    return (
        f"{weight.build_s:.3f}",
        NONE if weight.changed_ms is None else f"{weight.changed_ms:,.1f}",
        NONE if weight.afterwards is None else f"{weight.afterwards:.2f} x as long",
        f"{weight.held_mb:,.1f}",
        f"{weight.peak_mb:,.1f}",
    )


def _demanding(results: Results) -> Table:
    found = results.demanding
    if found is None:
        return Table(title="", columns=(), rows=())
    pairs = max(found.footprint, 1)
    rows = (
        *(
            (f"observations/s/core in batches of {batch:,}", _rate(rate))
            for batch, rate in found.rates.items()
        ),
        ("zones an observation, by footprint alone", f"{found.footprint / found.points:.2f}"),
        ("of these left by the layer", f"{found.own_layer / pairs:.1%}"),
        ("and by validity and calendar", f"{found.in_force / pairs:.1%}"),
        ("and by height", f"{found.at_height / pairs:.1%}"),
        (
            "with horizontal accuracy (zones nearby count as uncertain)",
            f"{found.with_accuracy / pairs:.1%}",
        ),
        ("of the final answers uncertain", f"{found.uncertain / max(found.with_accuracy, 1):.1%}"),
    )
    return Table(title="The whole question, 2,000 zones", columns=("", ""), rows=rows)


def _start(results: Results) -> Table:
    start = results.start
    if start is None:
        return Table(title="", columns=(), rows=())
    return Table(
        title="Start of a process to its first answer, s",
        columns=("", ""),
        rows=(
            ("Octroi, compiled code kept from an earlier run", f"{start.warm_s:.2f}"),
            ("shapely's boxes, without numba", f"{start.without_numba_s:.2f}"),
            ("Octroi, nothing compiled yet", f"{start.compiling_s:.2f}"),
        ),
    )


def _exact(exact: dict[str, Agreement]) -> Table:
    return Table(
        title="Against brute force at length",
        columns=(
            "set",
            "points",
            "exactly on a boundary",
            "pairs",
            "exactly on a boundary",
            "mismatches",
        ),
        rows=tuple(
            (
                name,
                f"{each.points:,}",
                f"{each.boundary_points:,}",
                f"{each.pairs:,}",
                f"{each.boundary_pairs:,}",
                _mismatches(each),
            )
            for name, each in exact.items()
        ),
    )
