"""What a visit rests on is the same, however much of it is read from the database."""

from datetime import timedelta

import pytest
from psycopg_pool import ConnectionPool

from telemetry.kept.evidence import beneath
from telemetry.store.history import History
from tests.telemetry.city_builders import NOON
from tests.telemetry.past import Past, Was

# Fixes in the zone, one of another zone among them, and fixes before and after: some of one
# instant, the last far from those before.
APART_S = [0, 1, 2, 3, 3, 4, 10, 11, 12, 13, 13, 13, 14, 20, 21, 22, 23, 100, 101]
ZONES = [None, None, *["city"] * 5, "other", *["city"] * 9, None, None]


@pytest.mark.parametrize("most", [1, 2, 3, 4, 5, 8, 13, 14, 15, 100])
def test_many_positions_are_told_by_both_ends_of_all(pool: ConnectionPool, most: int) -> None:
    past = Past(pool)
    past.write(
        *(
            Was(at=NOON + timedelta(seconds=second), zone=zone)
            for second, zone in zip(APART_S, ZONES, strict=True)
        )
    )
    past.write(*(Was(at=NOON + timedelta(seconds=n), vehicle="drone-2") for n in range(12)))
    # Entered and left between two fixes, as crossings are; another with no fix on either side.
    half = timedelta(seconds=0.5)
    entered = NOON + timedelta(seconds=APART_S[2]) - half
    left = NOON + timedelta(seconds=APART_S[16]) + half
    visits = [past.visit(3, 17, entered_at=entered, left_at=left), past.visit(20, 31)]
    elsewhere = past.visit(8, 8)
    read = History(pool).visit_evidence

    everything, some = read([*visits, elsewhere]), read(visits, most)

    found = [[one.observation for one in everything[name].sightings] for name in visits]
    assert found == [[2, 3, 4, 5, 6, 7, *range(9, 19)], list(range(20, 32))]
    assert [one.observation for one in everything[elsewhere].sightings] == [7, 8, 9]
    for name, ids in zip(visits, found, strict=True):
        assert some[name].sightings == beneath(
            everything[name].visit, everything[name].sightings, most
        )
        kept = ids if most >= len(ids) else ids[: (most + 1) // 2] + ids[len(ids) - most // 2 :]
        assert [one.observation for one in some[name].sightings] == kept
