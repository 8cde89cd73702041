"""A zone's crowd is counted over all processes that take observations in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from psycopg_pool import ConnectionPool

from permits.parties import Operator, OperatorId, SizeClass, Vehicle, VehicleId
from permits.registry import Registry, registry
from telemetry.intake.shares import Share
from telemetry.model import Reason, VerdictKind
from telemetry.outlets import Outlets
from telemetry.pipeline import Pipeline, Sources
from telemetry.rulebook import Rulebook
from telemetry.store.ingest import IngestStore
from tests.telemetry.city_builders import LON, NOON, rulebook, zone
from tests.telemetry.intake import Desk, message, position
from zones.demands import ZoneRules
from zones.model import Layer, Restriction

SHARES = (Share(number=1, of=2), Share(number=2, of=2))
# One operator of each share.
OURS, THEIRS = (
    next(name for name in ("ailes", "bateaux", "camionnette", "drones") if share.holds(name))
    for share in SHARES
)
VAN = "van"
AWAY = LON + 0.0025
FULL, MANY = (VerdictKind.VIOLATION, Reason.CAPACITY), (VerdictKind.VIOLATION, Reason.MOVEMENTS)


def fleet() -> Registry:
    """Return a registry of a van of each operator."""
    names = (OperatorId(OURS), OperatorId(THEIRS))
    return registry(
        [Operator(id=n, name=n, siren="732829320", size=SizeClass.SMALL) for n in names],
        [Vehicle(operator=n, id=VehicleId(VAN), layer=Layer.SURFACE, kind="van") for n in names],
        [],
    )


@dataclass
class Town:
    """Two processes on one database, and a street with rules."""

    pool: ConnectionPool
    asked: ZoneRules
    fleet: Registry = field(default_factory=fleet)
    seq: int = 0

    def __post_init__(self) -> None:
        street = zone("ztl", 100, restriction=Restriction.CONDITIONAL, rules=self.asked)
        self.rules: Rulebook = rulebook([street])
        self.pipelines = {OURS: self.begin(OURS), THEIRS: self.begin(THEIRS)}

    def begin(self, operator: str) -> Pipeline:
        """Return the process of an operator, as at its start."""
        [mine] = [share for share in SHARES if share.holds(operator)]
        sources = Sources(
            clock=lambda: NOON + timedelta(seconds=60),
            rulebook=lambda: self.rules,
            registry=lambda: self.fleet,
            open_since=lambda: NOON - timedelta(days=30),
        )
        outlets = Outlets(publish=lambda *_each: None, live=lambda _live: None)
        return Pipeline(IngestStore(self.pool, mine), sources, outlets)

    def restart(self, operator: str) -> None:
        """Begin an operator's process again."""
        self.pipelines[operator] = self.begin(operator)

    def tend(self) -> None:
        """Let a second pass: each tells the others, and then hears them."""
        for pipeline in (*self.pipelines.values(), *self.pipelines.values()):
            pipeline.tend()

    def say(self, operator: str, s: float, lon: float = LON) -> None:
        """Let an operator's van say where it is."""
        self.seq += 1
        said: dict[str, Any] = position(self.seq, lon=lon, speed=0)
        said["at"] += round(1000 * (s - self.seq))
        self.pipelines[operator].take([message(said, vehicle=VAN, operator=operator)])

    def amiss(self) -> Sequence[tuple[Any, ...]]:
        """Return what was found amiss with whom, and when."""
        found = Desk(self.pool).rows(
            "SELECT operator, extract(second FROM at)::int, kind, reason"
            " FROM telemetry.each_verdict ORDER BY at"
        )
        return [each for each in found if each[2] == VerdictKind.VIOLATION]


@pytest.fixture
def narrow(pool: ConnectionPool) -> Town:
    return Town(pool, ZoneRules(capacity=1))


def test_a_zone_is_full_also_of_vehicles_that_another_process_takes_in(narrow: Town) -> None:
    narrow.say(OURS, 0)
    narrow.tend()
    narrow.say(THEIRS, 1)
    narrow.say(OURS, 2)
    narrow.tend()
    narrow.say(THEIRS, 3)

    assert narrow.amiss() == [(THEIRS, 3, *FULL)]


def test_who_left_the_other_process_takes_no_place(narrow: Town) -> None:
    narrow.say(OURS, 0)
    narrow.say(THEIRS, 1)
    narrow.say(OURS, 2)
    narrow.tend()
    narrow.say(THEIRS, 3)
    narrow.say(OURS, 10, lon=AWAY)
    narrow.tend()
    narrow.say(THEIRS, 11)

    assert narrow.amiss() == [(THEIRS, 3, *FULL)]


@pytest.mark.parametrize("again", [OURS, THEIRS])
def test_a_process_that_begins_again_counts_as_before(narrow: Town, again: str) -> None:
    narrow.say(OURS, 0)
    narrow.say(THEIRS, 1)
    narrow.say(OURS, 2)
    narrow.tend()
    narrow.restart(again)
    narrow.tend()
    narrow.say(THEIRS, 3)
    narrow.say(OURS, 10, lon=AWAY)
    narrow.restart(OURS)
    narrow.tend()
    narrow.say(THEIRS, 11)

    assert narrow.amiss() == [(THEIRS, 3, *FULL)]


def test_entries_within_an_hour_are_counted_over_all_processes(pool: ConnectionPool) -> None:
    town = Town(pool, ZoneRules(movements_per_hour=1))
    town.say(OURS, 0, lon=AWAY)
    town.say(OURS, 20)
    town.tend()
    town.say(THEIRS, 21, lon=AWAY)
    town.say(THEIRS, 41)

    assert town.amiss() == [(THEIRS, 41, *MANY)]


def test_what_no_zone_counts_is_told_to_nobody(pool: ConnectionPool) -> None:
    town = Town(pool, ZoneRules(dwell_max_s=1000))
    town.say(OURS, 0)
    town.tend()

    assert Desk(pool).count("lodged") == 0
