"""A boat along a border for an hour: what its one alert looks like, on record and on the map."""

from datetime import timedelta

from psycopg_pool import ConnectionPool

from telemetry.messages import Incoming
from telemetry.watched.live import Hub
from tests.telemetry.city_builders import LON, NOON
from tests.telemetry.intake import NOON_MS, Desk, message, position

IN, NEAR = LON + 0.0012, LON + 0.0015  # 12 m inside the border, and 10 m outside of it


def heard(s: int, lon: float) -> Incoming:
    """Return a position as it comes at its second after noon."""
    one = message(position(s, lon=lon), vehicle="boat-1")
    return one._replace(received_at_ms=NOON_MS + 1000 * s)


def test_a_track_that_grazes_a_border_for_an_hour_is_one_alert_until_the_map_hears_its_end(
    pool: ConnectionPool,
) -> None:
    desk = Desk(pool)
    hub = Hub(lambda: desk.now)
    pipeline = desk.pipeline()
    shown = []
    for s in range(0, 4300, 20):
        desk.now = NOON + timedelta(seconds=s)
        pipeline.take([heard(s, IN if s < 3600 and s % 40 == 0 else NEAR)])
        for live in desk.lived:
            hub.publish(live)
        desk.lived.clear()
        shown.append(len(hub.snapshot().alerts))

    assert desk.rows("SELECT state, outcome, count FROM telemetry.alert") == [
        ("closed", "over", 90)
    ]
    states = desk.rows("SELECT state FROM telemetry.alert_event ORDER BY id")
    assert states == [("open",), ("closed",)]
    # It waits for ten minutes beside the border, and is over then.
    assert shown == [1] * shown.count(1) + [0] * shown.count(0)
    assert shown.count(1) * 20 - 3560 in range(600, 660)
