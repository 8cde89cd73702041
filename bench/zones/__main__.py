"""How fast, how large and how right is the zone index, beside all that could stand in its place?

In one run, on the same zones and points: shapely's STRtree three ways, rtree two ways, H3, DuckDB
and PostGIS. Points a second of processor time, contenders taking turns, median of five rounds; one
point at a time, on the wall; every answer held against brute force. Then the whole question with
layers, calendars, heights and accuracy; building, changing and holding; the start of a process;
the growth with zones and vertices. Exits with 1 when an answer of ours is wrong.

    python -m bench.zones                       # everything
    python -m bench.zones --quick               # a look, in some minutes
    python -m bench.zones --only exact --exact 10000000
"""

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bench.zones import growth, report
from bench.zones.contenders.roster import BUILDERS, OURS
from bench.zones.results import Results
from bench.zones.run import PARTS, Plan, run
from bench.zones.sets import PARIS

WIDTH = 130  # of a file or a pipe
SETS = ("200", "2000", "50000", PARIS)


def main() -> int:
    """Measure, tell, write; 1 when an answer of ours is wrong."""
    options = _options()
    plan, console = _plan(options), Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    with _progress(console) as progress:
        task = progress.add_task("", total=None)
        results = run(plan, lambda what: progress.update(task, description=what))
    report.show(results, console)
    if options.out:
        report.write_json(results, options.out)
    if options.markdown:
        report.write_markdown(results, options.markdown)
    if options.plot and results.growth:
        growth.draw(results.growth, plan.growth, options.plot)
    return int(_wrong(results) > 0)


def _wrong(results: Results) -> int:
    asked = [each.agreements[OURS] for each in results.sets if OURS in each.agreements]
    return sum(each.mismatches for each in (*asked, *results.exact.values()))


def _plan(options: argparse.Namespace) -> Plan:
    sets = [name for name in SETS if name in options.sets.split(",")]
    parts = options.only.split(",") if options.only else PARTS
    chosen = [name for name in BUILDERS if options.contenders.lower() in name.lower()]
    if options.quick:
        sets = [name for name in sets if name != "50000"]
    return Plan(
        sets=sets,
        parts=parts,
        contenders=list(dict.fromkeys([OURS, *chosen])),
        growth=[each for each in growth.ZONES if not options.quick or each <= 3000],
        exact=options.exact,
        budget_s=0.5 if options.quick else options.seconds,
    )


def _progress(console: Console) -> Progress:
    columns = (SpinnerColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    return Progress(*columns, console=console, transient=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.zones",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--sets", default=",".join(SETS), help="which sets (%(default)s)")
    parser.add_argument("--only", default="", help=f"some of {','.join(PARTS)}, or exact")
    parser.add_argument("--contenders", default="", help="those with this in their name, and ours")
    parser.add_argument("--seconds", type=float, default=2.0, help="a contender's time a figure")
    parser.add_argument("--exact", type=int, default=0, help="points to hold against brute force")
    parser.add_argument("--quick", action="store_true", help="without 50,000 zones, little time")
    parser.add_argument("--out", type=Path, help="write all figures to this JSON file")
    parser.add_argument("--markdown", type=Path, help="write the tables between this file's marks")
    parser.add_argument("--plot", type=Path, help="draw the growth into this picture")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
