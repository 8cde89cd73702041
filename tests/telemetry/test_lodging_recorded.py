"""What was said of stays while vehicles moved is what going through the record again says."""

from datetime import timedelta

import pytest
from psycopg_pool import ConnectionPool

from telemetry.consequences import Standing, consequences
from telemetry.following.stays import instant
from telemetry.model import Reason, VerdictKind
from telemetry.store.history import History
from telemetry.store.reopening import Past
from tests.telemetry.city_builders import DRONE, LON, NOON, rulebook, zone
from tests.telemetry.intake import NOON_MS, Desk, message, position
from zones.columns import Relation
from zones.demands import ZoneRules
from zones.model import Restriction
from zones.periods import Window

LIMITS = ZoneRules(transit=False, dwell_max_s=20, movements_per_hour=1)
STREET = rulebook([zone("ztl", 100, restriction=Restriction.CONDITIONAL, rules=LIMITS)])
OUTSIDE = LON + 0.01
# Through it without a stop, in the end, and before that a stay that is too long.
JOURNEY = [
    *((s, OUTSIDE if s == 0 else LON, 0) for s in range(0, 40, 5)),
    *((s, OUTSIDE, 10) for s in (40, 45)),
    *((s, LON, 10) for s in (50, 55)),
    (60, OUTSIDE, 10),
]
FOUND = [
    *[(VerdictKind.UNCERTAIN, Reason.DWELL)] * 1,
    *[(VerdictKind.VIOLATION, Reason.DWELL)] * 2,
    *[(VerdictKind.VIOLATION, Reason.MOVEMENTS)] * 2,
    (VerdictKind.VIOLATION, Reason.TRANSIT),
]


def test_what_is_recorded_over_restarts_is_what_is_found_again_and_told(
    pool: ConnectionPool,
) -> None:
    desk = Desk(pool, rules=STREET)
    pipeline = desk.pipeline()
    for seq, (s, lon, speed) in enumerate(JOURNEY):
        at = position(seq, lon=lon, speed=speed, at=NOON_MS + s * 1000)
        pipeline.take([message(at)])
        if seq % 3 == 0:
            pipeline.tend()
        if seq % 3 < 2:  # at once after it was written down, or with something to go through
            pipeline = desk.pipeline()

    recorded = desk.rows(
        "SELECT kind, reason, margin_s, relation FROM telemetry.known_verdict ORDER BY at"
    )
    with pool.connection() as connection:
        seen = Past(connection, DRONE).positions(instant(NOON_MS), 100)
    assert seen is not None
    again = consequences(Standing(), seen.batch, seen.ids, STREET, desk.now).verdicts
    assert again is not None
    margins = [None if m != m else m for m in again.margin_s.tolist()]  # noqa: PLR0124 - no number
    columns = (again.kind.tolist(), again.reason.tolist(), margins, again.relation.tolist())
    assert recorded == list(zip(*columns, strict=True))
    amiss = [(kind, reason) for kind, reason, *_ in recorded if kind != VerdictKind.COMPLIANT]
    assert amiss == FOUND
    around = Window(start=NOON, end=NOON + timedelta(minutes=2))
    sightings = History(pool).sightings(DRONE, around)
    told = [each.margin_s for each in sightings if each.reason is Reason.DWELL]
    assert told == [pytest.approx(-2.5), -5, -10]
    assert sightings[-1].relation is Relation.LEFT
    assert desk.rows("SELECT DISTINCT reason FROM telemetry.alert") == [(Reason.TRANSIT,)]
