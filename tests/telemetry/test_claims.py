"""A number is used once: whoever comes under it again repeats it or contradicts it."""

from datetime import timedelta

import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from telemetry.intake.claims import Boot, Used, boots_of, part, use
from telemetry.intake.shares import WHOLE
from telemetry.messages import Addresses, decode
from telemetry.pipeline import Pipeline
from telemetry.store.claimed import COUNT_EVERY
from telemetry.store.ingest import IngestStore
from telemetry.store.numbering import TurnEnded, begin_turn, hold_turn
from tests.telemetry.city_builders import LON
from tests.telemetry.intake import Desk, city, message, position

numbers = st.integers(0, 25)


@given(st.lists(st.tuples(numbers, st.integers(0, 4)), max_size=15))
def test_what_is_used_is_what_was_added_in_as_few_ranges_as_can_be(
    spans: list[tuple[int, int]],
) -> None:
    used, plain = Used(), set[int]()
    for first, length in spans:
        wanted = set(range(first, first + length + 1))
        assert used.touches(first, first + length) is bool(wanted & plain)
        if not wanted & plain:
            used.add(first, first + length)
            plain |= wanted

    assert [n for n in range(40) if used.touches(n, n)] == sorted(plain)
    assert len(used.firsts) == len(used.lasts) == sum(n - 1 not in plain for n in plain)


@given(st.lists(st.tuples(st.sampled_from("ab"), numbers), max_size=30), st.integers(0, 30))
def test_batches_are_parted_as_one_observation_after_the_other_would_be(
    sent: list[tuple[str, int]], cut: int
) -> None:
    used: dict[Boot, Used] = {}
    seen: set[tuple[str, int]] = set()
    for batch in (sent[:cut], sent[cut:]):
        positions = [position(seq, boot=boot) for boot, seq in batch]
        observations = decode([message(*positions)], Addresses(city())).observations
        rows = np.arange(len(observations))
        bearing = boots_of(observations, rows)
        for boot in bearing.boots:
            used.setdefault(boot, Used())

        parted = part(observations, rows, bearing, used)

        expected: list[int] = []
        within: dict[tuple[str, int], int] = {}
        for row, name in enumerate(batch):
            if name not in seen and name not in within:
                expected.append(row)
                within[name] = row
        assert sorted(parted.new.tolist()) == expected
        again = {row for row, name in enumerate(batch) if name in seen}
        assert set(parted.known.tolist()) == again
        assert {(each.row, each.before) for each in parted.repeats} == {
            (row, within[name])
            for row, name in enumerate(batch)
            if name in within and within[name] != row
        }
        use(parted.runs)
        seen |= set(within)


@pytest.fixture
def desk(pool: ConnectionPool) -> Desk:
    return Desk(pool)


def outcome(pipeline: Pipeline, *positions: dict[str, object]) -> tuple[int, int, int]:
    """Return how much of a message was stored, quarantined and known already."""
    counts = pipeline.take([message(*positions)]).counts
    return counts.stored, counts.quarantined, counts.duplicates


def test_repeats_and_contradictions_are_found_in_a_batch_and_in_the_record_alike(
    desk: Desk,
) -> None:
    pipeline = desk.pipeline()
    other = position(1, speed=3)

    assert outcome(pipeline, position(1), position(1), other) == (1, 1, 1)
    assert outcome(pipeline, position(1), position(2), position(1, at=position(2)["at"])) == (
        *(1, 1, 1),
    )
    assert desk.count("observation") == 2


def test_a_gap_that_is_filled_later_is_new_and_only_once(desk: Desk) -> None:
    pipeline = desk.pipeline()

    assert outcome(pipeline, position(1), position(4)) == (2, 0, 0)
    assert outcome(pipeline, *(position(n) for n in range(1, 5))) == (2, 0, 2)
    assert outcome(pipeline, *(position(n) for n in range(1, 5))) == (0, 0, 4)


def test_another_boot_counts_from_the_beginning(desk: Desk) -> None:
    pipeline = desk.pipeline()

    assert outcome(pipeline, position(1), position(1, boot="b2"), position(1, boot=7)) == (3, 0, 0)
    assert outcome(desk.pipeline(), position(1, boot="7")) == (0, 0, 1)


def test_whoever_starts_anew_knows_what_was_stored_whether_or_not_it_was_counted(
    desk: Desk,
) -> None:
    pipeline = desk.pipeline()
    outcome(pipeline, position(1), position(2))
    pipeline.tend()
    outcome(pipeline, position(3))
    counted = desk.rows("SELECT numbers::text FROM telemetry.used_number")

    later = desk.pipeline()

    assert counted == [("{[1,3)}",)]
    assert outcome(later, *(position(n) for n in range(1, 5))) == (1, 0, 3)
    assert desk.rows("SELECT numbers::text FROM telemetry.used_number") == [("{[1,4)}",)]


def test_what_is_used_is_written_down_now_and_then(desk: Desk) -> None:
    pipeline = desk.pipeline()
    outcome(pipeline, position(1), position(3))
    pipeline.tend()
    outcome(pipeline, position(2))
    pipeline.tend()
    assert desk.rows("SELECT numbers::text FROM telemetry.used_number") == [("{[1,2),[3,4)}",)]

    desk.now += COUNT_EVERY
    pipeline.tend()

    assert desk.rows("SELECT numbers::text FROM telemetry.used_number") == [("{[1,4)}",)]
    assert desk.rows(
        "SELECT counted_to = (SELECT max(id) FROM telemetry.observation) FROM telemetry.intake"
    ) == [(True,)]


def test_two_who_take_turns_store_everything_once(desk: Desk) -> None:
    one, other = desk.pipeline(), desk.pipeline()

    found = [
        outcome(each, position(1), position(n)) for n, each in enumerate((one, other) * 3, start=2)
    ]

    assert found == [(2, 0, 0)] + [(1, 0, 1)] * 5
    assert desk.count("observation") == desk.names() == 7
    assert desk.rows("SELECT count(DISTINCT id) FROM telemetry.observation") == [(7,)]


def test_whoever_lost_its_turn_finds_nobody_silent(desk: Desk) -> None:
    one, other = desk.pipeline(), desk.pipeline()
    outcome(one, position(1))
    outcome(other, position(2))

    desk.now += timedelta(minutes=5)
    one.tend()
    assert desk.count("visit") == 0

    other.tend()
    assert desk.count("visit") == 1


def test_who_takes_over_waits_for_what_is_being_written(desk: Desk) -> None:
    store = IngestStore(desk.pool)
    store.begin()

    with desk.pool.connection() as writing, desk.pool.connection() as other:
        writing.execute(hold_turn(1, WHOLE))
        other.execute("SET LOCAL lock_timeout = '50ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            begin_turn(other, WHOLE, starting=False)


def test_what_an_ended_turn_still_tries_to_write_is_not_written(desk: Desk) -> None:
    store = IngestStore(desk.pool)
    store.begin()
    IngestStore(desk.pool).begin()
    before = desk.count("used_number")

    with pytest.raises(TurnEnded), store.recording(desk.now) as recording:
        recording.connection.execute(
            "INSERT INTO telemetry.used_number VALUES ('ailes', 'd', '', '{[1,1]}')"
        )

    assert desk.count("used_number") == before


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_however_it_is_sent_again_and_by_whomever_it_is_taken_each_is_stored_once(
    pool: ConnectionPool, data: st.DataObject
) -> None:
    desk = Desk(pool)
    desk.empty()
    sent = st.tuples(numbers, st.sampled_from([LON, LON + 0.001]), st.sampled_from("ab"))
    batches = data.draw(st.lists(st.lists(sent, max_size=8), max_size=6))
    pipeline = desk.pipeline()
    first: dict[tuple[int, str], float] = {}

    for batch in batches:
        fresh = contrary = 0
        told: set[tuple[int, float, str]] = set()
        for seq, lon, boot in batch:
            fresh += (seq, boot) not in first
            contrary += first.setdefault((seq, boot), lon) != lon
            told.add((seq, lon, boot))
        if data.draw(st.booleans()):
            pipeline = desk.pipeline()
            desk.now += timedelta(seconds=1)
            pipeline.tend()
        before = desk.count("observation")
        positions = [position(seq, lon=lon, boot=boot) for seq, lon, boot in batch]
        counts = pipeline.take([message(*positions)]).counts

        assert counts.stored == fresh == desk.count("observation") - before
        assert counts.received + counts.duplicates == len(batch)
        assert bool(counts.quarantined) <= bool(contrary)

    assert set(desk.rows("SELECT seq, boot, lon FROM telemetry.observation")) == {
        (seq, boot, lon) for (seq, boot), lon in first.items()
    }
