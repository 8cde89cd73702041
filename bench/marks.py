"""Where in a page do figures stand? Between two marks, and measuring again replaces them."""

from collections.abc import Sequence
from pathlib import Path


def around(path: Path, name: str) -> tuple[str, str]:
    """Return what stands before and behind the figures of this name; a page without is refused."""
    begin, end = marks(name)
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    before, marked, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not marked or not closed:
        msg = f"{path} has no place for the figures: {begin} and {end}, each on a line"
        raise SystemExit(msg)
    return before, after


def write_between(path: Path, name: str, lines: Sequence[str]) -> None:
    """Write lines between the marks of this name."""
    begin, end = marks(name)
    before, after = around(path, name)
    chapter = "\n".join(lines).strip("\n")
    path.write_text(f"{before}{begin}\n\n{chapter}\n\n{end}{after}", encoding="utf-8")


def marks(name: str) -> tuple[str, str]:
    """Return the marks that figures of this name stand between."""
    return f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
