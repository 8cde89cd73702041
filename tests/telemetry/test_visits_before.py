"""Which visits did late positions change, and are they visits still?"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from psycopg_pool import ConnectionPool

from telemetry.model import VisitId
from telemetry.service import HistoryService
from tests.telemetry.asking import City
from zones.periods import Window

NOON = datetime(2026, 10, 14, 10, tzinfo=UTC)
DAY = Window(start=NOON - timedelta(hours=10), end=NOON + timedelta(hours=10))
NEXT_DAY = Window(start=DAY.end, end=NOON + timedelta(hours=34))
INSERT = """
INSERT INTO telemetry.visit (id, operator, vehicle, layer, zone_id, zone_version, entered_at,
    left_at, certain_ms, uncertain_ms, distance_m, observations, violations, first_observation,
    last_observation, recorded_at)
VALUES (%(id)s, 'aladin', 'drone-7', 2, 'air', 1, %(at)s, %(at)s, 0, 0, 0, 1, 0, 1, 1, %(at)s)
"""
OBSERVED = """
INSERT INTO telemetry.observation (id, operator, vehicle, sender, layer, at, received_at,
    recorded_at, lon, lat, alt_m, alt_ref, h_acc_m, v_acc_m, speed_mps, heading_deg, boot, seq)
SELECT n, 'aladin', 'drone-7', 'aladin', 2, at, at, at, 2.35, 48.85, 80, 1, 3, 5, 8, 0, 'b', n
FROM (SELECT n, %(at)s::timestamptz + make_interval(secs => n) AS at
      FROM generate_series(1, 9) AS n) AS made
"""
JUDGED = """
INSERT INTO telemetry.verdict (observation_id, operator, vehicle, layer, at, recorded_at, zone_id,
    zone_version, kind, reason, relation, margin_m, rulebook_version)
SELECT id, operator, vehicle, layer, at, at, 'air', 1, 1, 0, 1, 10, 1 FROM telemetry.observation
"""
LASTED = "UPDATE telemetry.visit SET left_at = left_at + '10 s', last_observation = 9"
BEFORE = """
INSERT INTO telemetry.visit_before (id, operator, corrected_at, late, said)
SELECT id, operator, %(now)s, 9, to_jsonb(visit) FROM telemetry.visit WHERE id = %(id)s
"""


def visit(pool: ConnectionPool, number: int, at: datetime = NOON) -> UUID:
    with pool.connection() as connection:
        connection.execute(INSERT, {"id": UUID(int=number), "at": at})
    return UUID(int=number)


def correct(pool: ConnectionPool, ident: UUID) -> None:
    """Keep what was said of a visit, and say nothing in its place."""
    with pool.connection() as connection:
        connection.execute(BEFORE, {"id": ident, "now": NOON + timedelta(days=1)})
        connection.execute("DELETE FROM telemetry.visit WHERE id = %(id)s", {"id": ident})


def test_corrected_visits_are_told_with_whether_they_are_visits_still(pool: ConnectionPool) -> None:
    history = HistoryService(pool, lambda: NOON)
    plain, changed, moved, gone = (visit(pool, number) for number in range(1, 5))
    for each in (changed, moved, gone):
        correct(pool, each)
    visit(pool, 2)
    visit(pool, 3, NOON + timedelta(days=1))

    told = history.corrected(DAY)

    assert plain not in told
    assert told == {changed: True, moved: True, gone: False}
    assert history.corrected(NEXT_DAY) == {moved: True}


def test_of_a_time_that_is_not_kept_nothing_is_told_to_be_gone(pool: ConnectionPool) -> None:
    history = HistoryService(pool, lambda: NOON)
    correct(pool, visit(pool, 1))
    assert history.corrected(DAY) == {UUID(int=1): False}

    with pool.connection() as connection:
        connection.execute("UPDATE telemetry.dropped SET before = %s", [NOON + timedelta(days=1)])

    assert history.corrected(DAY) == {}


@pytest.mark.parametrize(
    ("most", "told"),
    [
        (None, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (9, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (5, [1, 2, 3, 8, 9]),
        (2, [1, 9]),
    ],
)
def test_of_a_long_visit_the_positions_of_both_ends_are_told(
    pool: ConnectionPool, most: int | None, told: list[int]
) -> None:
    ident = visit(pool, 1)
    with pool.connection() as connection:
        for statement in (OBSERVED, JUDGED, LASTED):
            connection.execute(statement, {"at": NOON})

    found = HistoryService(pool, lambda: NOON).visit_evidence([VisitId(ident)], most)

    assert [seen.observation for seen in found[VisitId(ident)].sightings] == told


def test_what_was_said_of_a_visit_before_is_told_to_whose_it_is(city: City) -> None:
    gone, moved = visit(city.pool, 1), visit(city.pool, 2)
    for each in (gone, moved):
        correct(city.pool, each)
    visit(city.pool, 2, NOON + timedelta(hours=1))

    told = city.get(f"/v1/visits/{moved}/history", "operator:aladin")

    (before,) = told["former"]
    assert (before["late"], before["corrected_at"]) == (9, "2026-10-15T10:00:00Z")
    assert {name: before[name] for name in told["visit"]} == told["visit"] | {
        "entered_at": "2026-10-14T10:00:00Z",
        "left_at": "2026-10-14T10:00:00Z",
    }
    assert told["visit"]["entered_at"] == "2026-10-14T11:00:00Z"
    assert city.get(f"/v1/visits/{gone}/history") == {
        "visit": None,
        "former": [before | {"id": str(gone)}],
    }
    for ident, caller in (
        (gone, "operator:rival"),
        (moved, "operator:rival"),
        (UUID(int=3), "inspector:ines"),
    ):
        assert city.status("GET", f"/v1/visits/{ident}/history", caller) == 404
