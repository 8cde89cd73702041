"""What was asked, and what was found? A table for each measurement, on the screen and in files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

BEGIN, END = "<!-- billing: begin -->", "<!-- billing: end -->"


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


def around_marks(path: Path) -> tuple[str, str]:
    """Return what stands before and after the figures of a file, which has a place for them."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    before, marked, rest = text.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not marked or not closed:
        msg = f"{path} has no place for the figures: {BEGIN} and {END}, each on a line"
        raise SystemExit(msg)
    return before, after


def write_markdown(path: Path, remark: str, measured: Sequence[Measured]) -> None:
    """Write the tables between the file's marks."""
    before, after = around_marks(path)
    told = "\n".join(line for each in measured for line in each.chapter())
    path.write_text(f"{before}{BEGIN}\n\n{remark}\n\n{told}\n{END}{after}", encoding="utf-8")
