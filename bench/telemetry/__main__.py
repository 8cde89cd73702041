"""How many observations a second are judged, durably stored and receipted, and how soon?

In one run, on one installation of its own in a temporary directory (PostgreSQL that syncs each
commit, broker, web server, pipeline): fleets that report one position a message and gateways that
send fifty, QoS 1, at the rates asked for and at more than can be taken; then the same with plain
paho in place of the bulk client, and what one would write first: an R-tree and prepared areas with
an INSERT each, and a PostGIS trigger. Receipts and alerts are counted from when each observation
was due, whether or not anything keeps up (an open loop, from a process of its own). Then writing
beside `executemany`, and the cost of an observation by size of batch and number of vehicles; the
first table says what was asked, and what was found. PostGIS is Debian's postgresql-15-postgis-3;
without it the run says so and goes on.
Exits with 1 when an observation is lost: sent = stored + refused + quarantined, all receipted.

    python -m bench.telemetry                       # everything, some five minutes
    python -m bench.telemetry --quick               # a look, in one
    python -m bench.telemetry --only "Octroi, 1,000/s"  # one rate
    python -m bench.telemetry --minutes 10          # and memory over ten minutes of full load
"""

import argparse
import sys
from pathlib import Path

from bench.telemetry import report
from bench.telemetry.peers import RTREE, TRIGGER
from bench.telemetry.run import OURS, PLAIN, Leg, Plan, run
from octroi.logs import configure


def main() -> int:
    """Measure, tell, write; 1 when something was lost."""
    options = _options()
    configure("error")
    results = run(_plan(options), lambda what: print(f"… {what}", file=sys.stderr, flush=True))
    print("\n".join(report.chapter(results)))
    if options.out:
        report.write_json(results, options.out)
    if options.markdown:
        report.write_markdown(results, options.markdown)
    return int(any(each.lost for each in results.flown))


def _plan(options: argparse.Namespace) -> Plan:
    if options.quick:
        return Plan(
            zones=options.zones or 200,
            permits=100,
            vehicles=100,
            legs=[
                Leg(who=OURS, rate=200, each=1, seconds=2),
                Leg(who=OURS, rate=2_000, each=50, seconds=2),
                Leg(who=RTREE, rate=100, each=1, seconds=1),
            ],
            warm_up_s=1.0,
            grown=[100],
            written=1_000,
        )
    seconds = options.seconds
    legs = [
        Leg(who=OURS, rate=1_000, each=1, seconds=seconds),
        Leg(who=OURS, rate=5_000, each=1, seconds=seconds),
        Leg(who=OURS, rate=8_000, each=1, seconds=seconds),
        Leg(who=OURS, rate=16_000, each=1, seconds=seconds / 2),
        Leg(who=OURS, rate=50_000, each=50, seconds=seconds),
        Leg(who=OURS, rate=120_000, each=50, seconds=seconds),
        Leg(who=PLAIN, rate=16_000, each=1, seconds=seconds / 2),
        Leg(who=RTREE, rate=2_000, each=1, seconds=seconds / 2),
        Leg(who=TRIGGER, rate=2_000, each=1, seconds=seconds / 2),
    ]
    if options.minutes:
        legs.insert(0, Leg(who=OURS, rate=options.rate, each=50, seconds=60 * options.minutes))
    return Plan(
        zones=options.zones or 2_000,
        permits=2_000,
        vehicles=2_000,
        legs=[each for each in legs if options.only in f"{each.who}, {each.rate:,.0f}/s"],
        warm_up_s=3.0,
        grown=[1_000, 10_000, 50_000],
        written=20_000,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.telemetry",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seconds", type=float, default=10.0, help="length of a leg (%(default)s)")
    parser.add_argument("--minutes", type=float, default=0.0, help="of full load, for memory")
    parser.add_argument("--rate", type=float, default=20_000, help="of that load (%(default)s)")
    parser.add_argument("--zones", type=int, default=0, help="how many zones (2000)")
    parser.add_argument("--only", default="", help="those with this in their name")
    parser.add_argument("--quick", action="store_true", help="a small city, little of each")
    parser.add_argument("--out", type=Path, help="write all figures to this JSON file")
    parser.add_argument("--markdown", type=Path, help="write the tables between this file's marks")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
