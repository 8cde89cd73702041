"""What happened is summed by zone, layer and hour: the same with TimescaleDB and without it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from telemetry.kept.statistics import By, Cell, Question, Step, disclosed
from tests.telemetry.past import Past, Was
from zones.model import Layer
from zones.periods import Window

TEN = datetime(2026, 6, 10, 10, tzinfo=UTC)
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
CLEAR = """
TRUNCATE telemetry.observation, telemetry.verdict, telemetry.zone_hour_summed,
    telemetry.layer_hour_summed;
UPDATE telemetry.summed SET through = '-infinity', seen = '-infinity'
"""
MORNING = Window(start=TEN - HOUR, end=TEN + 2 * HOUR)


@pytest.fixture
def past(either_pool: ConnectionPool) -> Past:
    return Past(either_pool, now=TEN + 3 * HOUR)


def asked(past: Past, **named: object) -> list[tuple[object, ...]]:
    question = Question(**{"by": By.ZONE, "step": Step.HOUR, "window": MORNING} | named)  # type: ignore[arg-type]
    cells = past.housekeeping().statistics(question)
    return [
        (cell.start, cell.zone, cell.observations, cell.vehicles, cell.violations, cell.uncertain)
        for cell in cells
    ]


def test_an_hour_is_summed_by_zone_whoever_took_part(past: Past) -> None:
    past.write(
        Was(at=TEN + MINUTE),
        Was(at=TEN + 2 * MINUTE, kind=2),
        Was(at=TEN + 3 * MINUTE, vehicle="drone-2", kind=3),
        Was(at=TEN + 4 * MINUTE, operator="bateaux", vehicle="drone-1"),
        Was(at=TEN + HOUR),
        Was(at=TEN + 5 * MINUTE, zone="quay"),
        Was(at=TEN + 6 * MINUTE, zone=None),
    )
    expected = [
        (TEN, "city", 4, 3, 1, 1),
        (TEN, "quay", 1, 1, 0, 0),
        (TEN + HOUR, "city", 1, 1, 0, 0),
    ]

    assert asked(past) == expected
    past.housekeeping().sum_up()
    assert asked(past) == expected
    assert asked(past, operator="ailes", zone="city")[0] == (TEN, "city", 3, 2, 1, 1)
    assert asked(past, by=By.LAYER) == [
        (TEN, None, 6, 3, None, None),
        (TEN + HOUR, None, 1, 1, None, None),
    ]


def test_what_comes_late_for_an_hour_that_was_summed_is_added(past: Past) -> None:
    past.write(Was(at=TEN))
    past.housekeeping().sum_up()
    past.write(Was(at=TEN + MINUTE, vehicle="drone-2", kind=2, late=3 * HOUR + MINUTE))
    past.now += 2 * MINUTE

    past.housekeeping().sum_up()

    assert asked(past) == [(TEN, "city", 2, 2, 1, 0)]
    assert asked(past, by=By.LAYER) == [(TEN, None, 2, 2, None, None)]


def test_an_hour_that_is_not_over_is_told_as_far_as_it_went(past: Past) -> None:
    past.now = TEN + 30 * MINUTE
    past.write(Was(at=TEN + 10 * MINUTE))
    past.housekeeping().sum_up()
    past.write(Was(at=TEN + 29 * MINUTE))

    assert asked(past) == [(TEN, "city", 2, 1, 0, 0)]


def test_an_observation_judged_twice_in_a_zone_counts_once(past: Past) -> None:
    past.write(Was(at=TEN))
    with past.pool.connection() as connection:
        connection.execute("INSERT INTO telemetry.verdict SELECT * FROM telemetry.verdict")

    assert asked(past) == [(TEN, "city", 1, 1, 0, 0)]


@pytest.mark.parametrize(
    ("midnight", "hours"),
    [(datetime(2026, 3, 28, 23, tzinfo=UTC), 23), (datetime(2026, 10, 24, 22, tzinfo=UTC), 25)],
)
def test_a_day_is_one_of_paris_when_the_clock_changes(
    past: Past, midnight: datetime, hours: int
) -> None:
    past.now = midnight + 3 * DAY
    past.write(*(Was(at=midnight + number * HOUR) for number in range(-1, hours + 1)))
    window = Window(start=midnight, end=midnight + DAY)

    for _ in range(2):
        days = asked(past, step=Step.DAY, window=Window(start=midnight - DAY, end=past.now))
        assert [row[2] for row in days] == [1, hours, 1]
        assert days[1][0] == midnight
        past.housekeeping().sum_up()
    assert len(asked(past, window=window)) == 24


def test_pages_follow_each_other_without_a_gap(past: Past) -> None:
    past.write(
        *(
            Was(at=TEN + number * HOUR, zone=zone, layer=layer)
            for number in range(2)
            for zone in ("a", "b")
            for layer in (0, 2)
        )
    )
    whole = past.housekeeping().statistics(Question(by=By.ZONE, step=Step.HOUR, window=MORNING))
    pages: list[Cell] = []
    while True:
        last = pages[-1] if pages else None
        page = past.housekeeping().statistics(
            Question(
                by=By.ZONE,
                step=Step.HOUR,
                window=MORNING,
                after=None if last is None else (last.start, last.layer, last.zone or ""),
                limit=3,
            )
        )
        pages += page
        if len(page) < 3:
            break

    assert len(whole) == 8
    assert tuple(pages) == whole


WAS = st.builds(
    Was,
    at=st.integers(-60, 119).map(lambda minutes: TEN + minutes * MINUTE),
    vehicle=st.sampled_from(["v", "w"]),
    operator=st.sampled_from(["ailes", "bateaux"]),
    zone=st.sampled_from(["city", "quay"]),
    kind=st.integers(1, 3),
)


def counted(seen: Sequence[Was]) -> list[tuple[object, ...]]:
    """Count by hand what each zone and hour saw."""
    hours = defaultdict[tuple[datetime, str], list[Was]](list)
    for one in seen:
        hours[one.at.replace(minute=0), one.zone or ""].append(one)
    return [
        (
            hour,
            zone,
            len(there),
            len({(one.operator, one.vehicle) for one in there}),
            sum(one.kind == 2 for one in there),
            sum(one.kind == 3 for one in there),
        )
        for (hour, zone), there in sorted(hours.items())
    ]


@given(batches=st.lists(st.lists(WAS, max_size=6), max_size=4))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_summing_in_between_changes_nothing_whatever_comes_when(
    pool: ConnectionPool, batches: list[list[Was]]
) -> None:
    with pool.connection() as connection:
        connection.execute(CLEAR)
    past = Past(pool, now=TEN - HOUR)
    for batch in batches:
        past.now += 50 * MINUTE
        past.write(*(replace(one, late=past.now - one.at) for one in batch))
        past.housekeeping().sum_up()
        assert asked(past) == counted(past.written)


def cell(observations: int, largest: int, operators: int) -> Cell:
    return Cell(
        start=TEN,
        layer=Layer.AIR,
        zone=None,
        observations=observations,
        vehicles=1,
        violations=None,
        uncertain=None,
        operators=operators,
        largest=largest,
    )


@pytest.mark.parametrize(
    ("observations", "largest", "operators", "told"),
    [(100, 85, 3, True), (100, 86, 3, False), (100, 60, 2, False), (1, 1, 1, False)],
)
def test_the_public_learns_nothing_of_one_business(
    *, observations: int, largest: int, operators: int, told: bool
) -> None:
    assert bool(disclosed([cell(observations, largest, operators)])) is told
