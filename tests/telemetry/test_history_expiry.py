"""What is let go of, when, and what stays as evidence: with TimescaleDB and without it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from telemetry.kept.retention import Retention, limits
from telemetry.kept.statistics import By, Question, Step
from tests.telemetry.past import KEPT, Past, Was
from zones.periods import Window

START = datetime(2026, 3, 10, 10, tzinfo=UTC)
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
DAYS = st.integers(1, 4000)


@pytest.fixture
def past(either_pool: ConnectionPool) -> Past:
    return Past(either_pool, now=START + timedelta(hours=3))


def sums(past: Past) -> list[int]:
    window = Window(start=START - 10 * DAY, end=START + 400 * DAY)
    question = Question(by=By.ZONE, step=Step.DAY, window=window)
    return [cell.observations for cell in past.housekeeping().statistics(question)]


def test_positions_go_first_verdicts_later_and_their_sums_stay(past: Past) -> None:
    past.write(Was(at=START), Was(at=START + DAY))

    past.now = START + 63 * DAY
    first = past.housekeeping().expire()
    assert (first.positions, first.verdicts, first.sums) == (1, 0, 0)
    assert (past.ids("observation"), past.ids("verdict")) == ([2], [1, 2])

    past.now = START + 367 * DAY
    second = past.housekeeping().expire()
    assert (second.positions, second.verdicts) == (1, 1)
    assert (past.ids("observation"), past.ids("verdict")) == ([], [2])
    past.housekeeping().sum_up()
    assert sums(past) == [1, 1]

    past.now = START + 3700 * DAY
    assert past.housekeeping().expire().sums == 4
    assert sums(past) == []


def test_a_dry_run_counts_and_changes_nothing(past: Past) -> None:
    past.write(Was(at=START), Was(at=START + MINUTE))
    past.alert(1)
    past.now = START + 400 * DAY

    would = past.housekeeping().expire(dry_run=True)

    assert past.ids("observation") == past.ids("verdict") == [1, 2]
    assert past.ids("evidence_observation") == []
    assert (would.positions, would.verdicts, would.evidence_kept) == (2, 2, 4)
    assert past.housekeeping().expire() == would
    assert past.housekeeping().expire(dry_run=True) == replace(
        would, positions=0, verdicts=0, evidence_kept=0
    )


def test_what_a_fee_or_an_alert_rests_on_is_put_aside(past: Past) -> None:
    seen = [Was(at=START + minutes * MINUTE) for minutes in (0, 10, 11, 12, 20, 40, 60)]
    past.write(*seen, Was(at=START + 11 * MINUTE, vehicle="drone-2"))
    billed = past.visit(2, 4)
    past.visit(5, 5)
    past.alert(7, "closed")
    past.evident = frozenset({billed})

    past.now = START + 63 * DAY
    assert past.housekeeping().expire().evidence_kept == 4
    assert past.ids("evidence_observation") == [2, 3, 4, 7]
    past.now = START + 367 * DAY
    assert past.housekeeping().expire().evidence_kept == 4
    assert past.ids("evidence_verdict") == [2, 3, 4, 7]
    assert past.ids("observation") == past.ids("verdict") == []


def test_evidence_goes_with_its_case_and_stays_while_somebody_works_on_it(past: Past) -> None:
    past.write(Was(at=START), Was(at=START + 20 * MINUTE))
    past.alert(1)
    past.alert(2, "closed")
    past.evident = frozenset({past.visit(2, 2)})
    past.now = START + 400 * DAY
    past.housekeeping().expire()

    past.now = START + 1828 * DAY
    expired = past.housekeeping().expire()

    assert (expired.evidence, expired.visits, expired.alerts) == (2, 1, 1)
    assert past.ids("evidence_observation") == past.ids("evidence_verdict") == [1]


def test_where_a_vehicle_stood_and_what_it_said_go_with_its_positions(pool: ConnectionPool) -> None:
    past = Past(pool, now=START)
    with pool.connection() as connection:
        connection.execute(
            "INSERT INTO telemetry.track VALUES ('ailes', 'drone-1', '{}', NULL, %(at)s)",
            {"at": START},
        )
        connection.execute(
            "INSERT INTO telemetry.observation_key VALUES ('ailes', 'drone-1', 'hash', %(at)s)",
            {"at": START},
        )
        connection.execute(
            "INSERT INTO telemetry.refusal VALUES ('x', 'ailes', 't', '', 1, 'r', 'e', %(at)s,"
            " %(at)s)",
            {"at": START},
        )
    kept = ("track", "observation_key", "refusal")

    def left() -> list[int]:
        return [past.rows(f"SELECT count(*) FROM telemetry.{table}")[0][0] for table in kept]  # noqa: S608 - ours

    past.now = START + 62 * DAY
    past.housekeeping().expire()
    assert left() == [1, 1, 1]
    past.now = START + 63 * DAY
    past.housekeeping().expire()
    assert left() == [0, 1, 0]
    past.now = START + 64 * DAY
    past.housekeeping().expire()
    assert left() == [0, 0, 0]


def test_a_day_for_which_no_room_was_made_goes_like_the_others(past: Past) -> None:
    past.roomy = False
    past.write(Was(at=START), Was(at=START + 2 * DAY))
    past.now = START + 63 * DAY

    past.housekeeping().expire()

    assert past.ids("observation") == [2]


def test_what_comes_for_a_day_that_went_takes_nothing_from_its_sums(past: Past) -> None:
    past.write(Was(at=START), Was(at=START + MINUTE))
    past.now = START + 400 * DAY
    past.housekeeping().expire()

    past.write(Was(at=START + 2 * MINUTE, late=400 * DAY))
    past.housekeeping().sum_up()

    assert sums(past) == [2]


def test_the_house_is_tended_once_a_day_and_summed_each_time(past: Past) -> None:
    house = past.housekeeping()
    assert house.tend() is not None
    past.write(Was(at=START))
    assert house.tend() is None
    past.now += DAY
    assert house.tend() is not None


@given(positions=DAYS, verdicts=DAYS, evidence=DAYS, summed=DAYS)
def test_what_rests_on_something_is_kept_as_long_as_that(
    positions: int, verdicts: int, evidence: int, summed: int
) -> None:
    kept = limits(
        START,
        Retention(
            positions_days=positions,
            verdicts_days=verdicts,
            evidence_days=evidence,
            sums_days=summed,
        ),
    )

    assert kept.positions >= kept.verdicts >= kept.evidence
    assert kept.verdicts >= kept.sums
    assert timedelta() <= START - kept.positions - positions * DAY < DAY


def test_days_begin_at_midnight_of_utc_so_that_whole_ones_go() -> None:
    kept = limits(START, KEPT)

    assert kept.positions == datetime(2026, 1, 7, tzinfo=UTC)
    assert (kept.positions - datetime(1970, 1, 1, tzinfo=UTC)) % DAY == timedelta()
