"""Verdicts that say the same are in one row, and are read as if each had its own."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from permits.parties import OperatorId, VehicleId
from telemetry.kept.records import Kept
from telemetry.model import NO_OBSERVATIONS, Observations, VehicleKey, Verdicts, VisitId
from telemetry.store.expiry import COUNT_VERDICTS, KEEP_VERDICTS
from telemetry.store.history import History
from telemetry.store.taking import Wanted, count
from telemetry.store.together import FEW, MOST, SPAN, SPAN_MS, together
from tests.telemetry.city_builders import LON, NOON
from tests.telemetry.intake import NOON_MS, Desk, message, position
from zones.columns import Positions
from zones.periods import Window

# Each verdict in a row of its own, as they were written once.
APART = """
CREATE TEMPORARY TABLE apart ON COMMIT DROP AS SELECT * FROM telemetry.each_verdict;
TRUNCATE telemetry.verdict;
INSERT INTO telemetry.verdict (observation_id, operator, vehicle, layer, at, recorded_at, zone_id,
    zone_version, permit_id, permit_version, kind, reason, relation, margin_m, margin_s,
    rulebook_version)
SELECT observation_id, operator, vehicle, layer, at, recorded_at, zone_id, zone_version, permit_id,
    permit_version, kind, reason, relation, margin_m, margin_s, rulebook_version FROM apart
"""
WINDOW = Window(start=NOON - timedelta(seconds=270), end=NOON - timedelta(seconds=40))

said = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(0, 3), st.sampled_from([np.nan, 1.5]), st.integers(0, 700)
    ),
    min_size=1,
    max_size=150,
)


def of_two_vehicles(at_ms: list[int]) -> Observations:
    rows = len(at_ms)
    full = np.ones(rows)
    return replace(
        NO_OBSERVATIONS,
        vehicles=(VehicleKey(OperatorId("a"), VehicleId("b")),) * 2,
        vehicle=np.arange(rows, dtype=np.int32) % 2,
        positions=Positions(
            at_ms=np.array(at_ms),
            lon=full,
            lat=full,
            alt_m=full,
            alt_ref=full.astype(np.int8),
            h_acc_m=full,
            v_acc_m=full,
            layer=full.astype(np.int8),
        ),
    )


@given(given_rows=said)
def test_each_verdict_is_in_one_row_with_none_that_says_otherwise(
    given_rows: list[tuple[int, int, float, int]],
) -> None:
    zone, kind, margin, after_s = (np.array(column) for column in zip(*given_rows, strict=True))
    at_ms = NOON_MS + 1000 * np.sort(after_s)
    batch = of_two_vehicles(at_ms.tolist())
    codes = kind.astype(np.int8)
    verdicts = Verdicts(
        observation=np.arange(len(kind), dtype=np.int32),
        zone=zone.astype(np.int32),
        relation=codes,
        kind=codes,
        reason=codes,
        permit=zone.astype(np.int32) - 1,
        margin_m=margin,
        margin_s=np.full(len(kind), np.nan),
    )

    found = together(batch, verdicts)

    rows = [
        found.order[begin : begin + count]
        for first, positions in found.parts()
        for begin, count in zip(first, positions, strict=True)
    ]
    assert sorted(np.concatenate(rows)) == list(range(len(kind)))
    assert max(len(row) for row in rows) <= MOST
    for row in rows:
        assert len({(n % 2, zone[n], kind[n], margin[n] == margin[n]) for n in row}) == 1
        assert len(set(at_ms[row] // SPAN_MS)) == 1
        assert at_ms[row[0]] == min(at_ms[row])


def seen(seq: int, lon: float = LON) -> dict[str, Any]:
    return position(seq, lon=lon, at=NOON_MS + 1000 * (seq - 340))


@pytest.fixture
def desk(pool: ConnectionPool) -> Desk:
    """A desk that has judged a drone in a forbidden zone, in batches of every size."""
    found = Desk(pool)
    pipeline, first = found.pipeline(), 1
    for size in (1, FEW, 1, MOST + 3, 2, 70, 1, 150, 30):
        pipeline.take([message(*(seen(s) for s in range(first, first + size)))])
        first += size
    pipeline.take([message(seen(first + 1, lon=LON + 0.003))])
    return found


def read(desk: Desk) -> list[object]:
    """Return all that is read of verdicts."""
    history = History(desk.pool)
    (visit,) = desk.rows("SELECT id FROM telemetry.visit")[0]
    return [
        desk.rows("SELECT * FROM telemetry.zone_hour"),
        history.sightings(VehicleKey(OperatorId("ailes"), VehicleId("drone-1")), WINDOW),
        *(history.visit_evidence([VisitId(visit)], most) for most in (None, 1, 7, 40, 300, 400)),
        count(desk.pool, Wanted(kept=Kept.VERDICTS, window=WINDOW, operator="ailes")),
        *put_aside(desk, [visit]),
    ]


def put_aside(desk: Desk, visits: list[object]) -> list[object]:
    """Return how many verdicts would go, and those under the visit before then; change nothing."""
    named = {
        "before": NOON - timedelta(seconds=100),
        "oldest": NOON - timedelta(hours=1),
        "around": timedelta(),
        "span": SPAN,
        "visits": visits,
    }
    with desk.pool.connection() as connection:
        connection.execute("UPDATE telemetry.alert SET opened_at = now(), last_at = now()")
        gone = connection.execute(COUNT_VERDICTS, {"before": NOON}).fetchall()
        connection.execute(KEEP_VERDICTS, named)
        kept = connection.execute("SELECT * FROM telemetry.evidence_verdict ORDER BY 1").fetchall()
        connection.rollback()
    return [gone, kept, len(kept) > MOST]


def test_what_is_read_is_the_same_as_of_rows_of_one_verdict(desk: Desk) -> None:
    rows, judged = desk.count("verdict"), desk.count("each_verdict")
    before = read(desk)

    with desk.pool.connection() as connection:
        connection.execute(APART)

    assert (rows < judged / 10, desk.count("verdict")) == (True, judged)
    assert read(desk) == before


def test_no_position_is_told_twice_where_only_the_ends_are_asked_for(desk: Desk) -> None:
    (visit,) = desk.rows("SELECT id FROM telemetry.visit")[0]

    for most in (7, 290, 300):
        (found,) = History(desk.pool).visit_evidence([VisitId(visit)], most).values()
        told = [each.observation for each in found.sightings]
        assert len(told) == len(set(told)) == most
