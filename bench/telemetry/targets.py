"""What was asked of telemetry, and what was found?"""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.telemetry.peers import RTREE, TRIGGER
from bench.telemetry.run import OURS, PLAIN, Flown, Results

SINGLES, GATEWAYS = 1, 50
NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One line: what, how much was found and asked, and whether that is enough."""

    what: str
    found: str
    asked: str
    met: str


def targets(results: Results) -> Iterator[Target]:
    """Yield every figure that was asked for, in one order, measured or not."""
    yield _settled(results, SINGLES, 8_000)
    yield from _told_soon(results, rate=5_000, each=SINGLES, median_ms=3, p99_ms=25)
    yield _settled(results, GATEWAYS, 100_000)
    yield from _told_soon(results, rate=50_000, each=GATEWAYS, median_ms=None, p99_ms=30)
    lost = sum(one.lost for one in results.flown if one.leg.who == OURS)
    yield _most("observations lost", lost if results.flown else None, 0)
    for peer, times in ((RTREE, 10.0), (PLAIN, 2.5), (TRIGGER, 10.0)):
        yield _least(f"one a message: times {peer}", _times(results, peer), times)
    written = [each.packed / each.executemany for each in results.writes]
    yield _least("rows written: times executemany", max(written, default=None), 10.0)
    yield _most(f"an observation's cost: {_grown(results)}", _growth(results), 1.25)
    yield _most("memory: grown from the second minute to the last, %", _swollen(results), 5.0)


def _settled(results: Results, each: int, asked: float) -> Target:
    """Tell how many a second were settled, if as many were offered."""
    offered = any(
        (one.leg.who, one.leg.each) == (OURS, each) and one.leg.rate >= asked
        for one in results.flown
    )
    found = _most_settled(results, OURS, each) if offered else None
    return _least(f"{each} a message: settled a second", found, asked)


def _told_soon(
    results: Results, *, rate: float, each: int, median_ms: float | None, p99_ms: float
) -> Iterator[Target]:
    """Yield how soon operators heard of an alert at a rate."""
    found = [
        one.found.alerts_ms
        for one in results.flown
        if (one.leg.who, one.leg.rate, one.leg.each) == (OURS, rate, each) and one.found.alerts_ms
    ]
    named = f"{rate:,.0f}/s, {each} a message: from due to alerted, ms"
    if median_ms is not None:
        yield _most(f"{named}, median", found[0][0] if found else None, median_ms)
    yield _most(f"{named}, 99th", found[0][2] if found else None, p99_ms)


def _most_settled(results: Results, who: str, each: int) -> float | None:
    settled = [
        one.sustained for one in results.flown if one.leg.who == who and one.leg.each == each
    ]
    return max(settled, default=None)


def _times(results: Results, peer: str) -> float | None:
    ours, theirs = (_most_settled(results, who, SINGLES) for who in (OURS, peer))
    return ours / theirs if ours and theirs else None


def _grown(results: Results) -> str:
    grown = results.plan.grown
    return f"times with {grown[-1]:,} vehicles what it is with {grown[0]:,}"


def _growth(results: Results) -> float | None:
    grown = results.plan.grown
    least, most = (
        {(one.messages, one.each): one.cpu_us for one in results.costs if one.vehicles == vehicles}
        for vehicles in (grown[0], grown[-1])
    )
    same = sorted(least.keys() & most.keys())
    return most[same[-1]] / least[same[-1]] if same and len(grown) > 1 else None


def _swollen(results: Results) -> float | None:
    """Return by how much the process grew over the longest leg, once it was warm."""
    minutes: list[Flown] = [one for one in results.flown if len(one.each_minute_mib) > 2]
    if not minutes:
        return None
    measured = minutes[0].each_minute_mib
    return 100 * (measured[-1] / measured[1] - 1)


def _least(what: str, found: float | None, asked: float) -> Target:
    return _target(what, found, f"≥ {_told(asked)}", met=found is not None and found >= asked)


def _most(what: str, found: float | None, asked: float) -> Target:
    return _target(what, found, f"≤ {_told(asked)}", met=found is not None and found <= asked)


def _target(what: str, found: float | None, asked: str, *, met: bool) -> Target:
    if found is None:
        return Target(what=what, found=NOT_MEASURED, asked=asked, met="")
    return Target(what=what, found=_told(found), asked=asked, met="met" if met else "not met")


def _told(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 or value == round(value) else f"{value:,.2f}"
