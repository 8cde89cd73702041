"""Where do the figures go: the screen, a JSON file, a chapter of the documentation."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table as Screen

from bench.marks import write_between
from bench.zones.results import Results
from bench.zones.tables import Table, machine, tables
from bench.zones.targets import targets


def show(results: Results, console: Console) -> None:
    """Print everything."""
    console.print()
    console.print(machine(results).replace("`", ""))
    for table in tables(results):
        screen = Screen(title=table.title, title_justify="left", title_style="bold")
        for number, column in enumerate(table.columns):
            first = number == 0
            screen.add_column(column, justify="left" if first else "right", no_wrap=first)
        for row in table.rows:
            screen.add_row(*row)
        console.print()
        console.print(screen)
        for remark in table.remarks:
            console.print(remark, style="dim")


def write_json(results: Results, path: Path) -> None:
    """Write all figures, and which targets are met."""
    document = {**asdict(results), "targets": [asdict(each) for each in targets(results)]}
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write_markdown(results: Results, path: Path) -> None:
    """Write the tables between the page's marks."""
    write_between(path, "zones", list(_chapter(results)))


def _chapter(results: Results) -> Iterator[str]:
    yield from (machine(results), "")
    for table in tables(results):
        yield from (f"**{table.title}**", "")
        yield from _markdown(table)
        yield ""
        for remark in table.remarks:
            yield from (remark, "")


def _markdown(table: Table) -> Iterator[str]:
    yield _line(table.columns)
    yield _line(["---", *["---:"] * (len(table.columns) - 1)])
    yield from (_line(row) for row in table.rows)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("*", r"\*") for cell in cells) + " |"
