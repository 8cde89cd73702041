"""What was asked, and what was found? A table for each measurement, on the screen and in files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.marks import write_between

NAME = "billing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One thing that was asked for and measured; `least` where more is better."""

    what: str
    found: float
    asked: float
    unit: str
    least: bool = False

    @property
    def is_met(self) -> bool:
        """Tell whether what was found is what was asked for."""
        return self.found >= self.asked if self.least else self.found <= self.asked

    def cells(self) -> tuple[str, ...]:
        """Return the row of the table."""
        sign = "≥" if self.least else "≤"
        told = "met" if self.is_met else "missed"
        return (
            self.what,
            f"{self.found:,.4g} {self.unit}",
            f"{sign} {self.asked:,.4g} {self.unit}",
            told,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Another way of doing the same, and how many times what ours takes it takes: the median."""

    name: str
    times: float
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One measurement: targets, other ways beside, and what else is to be known."""

    name: str
    targets: Sequence[Target]
    remarks: Sequence[str] = ()
    peers: Sequence[Peer] = ()
    is_right: bool = True

    def chapter(self) -> Iterator[str]:
        """Yield the lines of Markdown."""
        yield from (
            f"**{self.name}**",
            "",
            "|  | found | asked |  |",
            "| --- | ---: | ---: | --- |",
        )
        yield from (f"| {' | '.join(each.cells())} |" for each in self.targets)
        if self.peers:
            yield from ("", "| beside, in the same run | takes, times ours |  |")
            yield "| --- | ---: | --- |"
            yield from (
                f"| {each.name} | {each.times:,.1f} | {each.remark} |" for each in self.peers
            )
        yield ""
        yield from (f"- {each}" for each in self.remarks)
        yield ""


def write_markdown(path: Path, remark: str, measured: Sequence[Measured]) -> None:
    """Write the tables between the page's marks."""
    told = [line for each in measured for line in each.chapter()]
    write_between(path, NAME, [remark, "", *told])
