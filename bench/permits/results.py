"""What was measured? A line for each way of deciding and each draw, on the screen and in files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.marks import write_between

COLUMNS = (
    *("", "a second", "processor, ms", "granted", "median, ms", "99th, ms"),
    *("refused", "median, ms", "99th, ms", "wrong"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What one round of applications was answered; nothing is measured of the peer's answers."""

    decisions: Sequence[str]
    seconds: float
    took_ms: Sequence[float]
    wrong: int
    processor_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """All rounds of one way of deciding."""

    name: str
    rounds: Sequence[Answered]

    def cells(self) -> tuple[str, ...]:
        """Return the line: the median rate, the least and the greatest, and all answers."""
        rates = sorted(len(each.decisions) / each.seconds for each in self.rounds)
        rate = f"{np.median(rates):,.0f} ({rates[0]:,.0f} to {rates[-1]:,.0f})"
        wrong = sum(each.wrong for each in self.rounds)
        used = 1000 * np.median([each.processor_s / len(each.decisions) for each in self.rounds])
        return (
            self.name,
            rate,
            f"{used:.1f}",
            *self._of("granted"),
            *self._of("refused"),
            f"{wrong:,}",
        )

    def _of(self, decision: str) -> tuple[str, str, str]:
        count = sum(said == decision for each in self.rounds for said in each.decisions)
        took = [
            one
            for each in self.rounds
            for said, one in zip(each.decisions, each.took_ms, strict=False)
            if said == decision
        ]
        if not took:
            return f"{count:,}", "", ""
        p50, p99 = np.percentile(took, (50, 99))
        return f"{count:,}", f"{p50:,.0f}", f"{p99:,.0f}"


def show(lines: Sequence[Line]) -> str:
    """Write the lines for the screen."""
    rows = [COLUMNS, *(line.cells() for line in lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def write_markdown(path: Path, remark: str, lines: Sequence[Line]) -> None:
    """Write the lines between the page's marks."""
    write_between(path, "permits", [remark, "", *_table(lines)])


def _table(lines: Sequence[Line]) -> Iterator[str]:
    yield _row(COLUMNS)
    yield _row(("---", *["---:"] * (len(COLUMNS) - 1)))
    yield from (_row(line.cells()) for line in lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
