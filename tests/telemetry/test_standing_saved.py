"""What came of a batch goes to the database whole, however much it is, and what fails is said."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from permits.parties import VehicleId
from telemetry.alerts import Situations
from telemetry.concern.situations import Situation
from telemetry.consequences import Standing, quiet
from telemetry.following.stands import Track
from telemetry.model import VehicleKey
from telemetry.resuming import saved, standing_at
from telemetry.store.claimed import Numbers
from telemetry.store.ingest import Recording
from telemetry.store.standing import save_alerts
from telemetry.told import Alert, AlertState, Outcome
from tests.telemetry.city_builders import DRONE, LAT, LON, NOON, rulebook
from tests.telemetry.desk import an_alert

MANY, LONG = 1_000, "Quai " * 800
LIMIT_S = 20


def test_what_the_database_refuses_of_an_alert_is_what_is_raised(pool: ConnectionPool) -> None:
    wrong: Any = None

    with pytest.raises(psycopg.IntegrityError, match="count"), pool.connection() as connection:
        save_alerts(
            Recording(connection, NOON, Numbers()),
            [an_alert(1), replace(an_alert(2), count=wrong), an_alert(3)],
        )

    with pool.connection() as connection:
        assert connection.execute("SELECT count(*) FROM telemetry.alert").fetchone() == (0,)
        assert save_alerts(Recording(connection, NOON, Numbers()), [an_alert(1)]) == (an_alert(1),)


def test_an_alert_told_thrice_in_one_batch_is_returned_as_it_stood_each_time(
    pool: ConnectionPool,
) -> None:
    later = NOON + timedelta(seconds=5)
    opened, other, gone_on = an_alert(1), an_alert(2), an_alert(1, last_at=later, count=7)
    over = replace(gone_on, state=AlertState.CLOSED, outcome=Outcome.OVER)

    with pool.connection() as connection:
        told = save_alerts(Recording(connection, NOON, Numbers()), [opened, other, gone_on, over])
        steps = connection.execute(
            "SELECT state FROM telemetry.alert_event WHERE alert_id = %s ORDER BY id", [opened.id]
        ).fetchall()

    assert told == (opened, other, gone_on, over)
    assert steps == [("open",), ("closed",)]


def test_a_thousand_long_standings_and_alerts_are_written_without_waiting_for_ever(
    pool: ConnectionPool,
) -> None:
    alerts = [an_alert(number, zone_name=LONG, vehicle=_drone(number)) for number in range(MANY)]
    book = rulebook([])
    standing = Standing(
        fleet=standing_at([_track(alert.vehicle) for alert in alerts], book),
        situations={
            alert.vehicle: Situations(at_ms=0, ongoing=(_told(alert),)) for alert in alerts
        },
    )
    outcome = replace(quiet(standing, book, NOON, NOON), alerts=tuple(alerts))

    with pool.connection() as connection, ended_after(LIMIT_S, pool, connection):
        told = saved(Recording(connection, NOON, Numbers()), standing, outcome).alerts

    assert told == tuple(alerts)
    with pool.connection() as connection:
        long = "SELECT count(*) FROM telemetry.track WHERE length(situations) > %s"
        assert connection.execute(long, [len(LONG)]).fetchone() == (MANY,)


def _drone(number: int) -> VehicleKey:
    return DRONE._replace(vehicle=VehicleId(f"drone-{number}"))


def _track(key: VehicleKey) -> Track:
    return Track(
        operator=key.operator,
        vehicle=key.vehicle,
        at_ms=0,
        heard_ms=0,
        lon=LON,
        lat=LAT,
        layer=0,
        observation=1,
    )


def _told(alert: Alert) -> Situation:
    return Situation(
        reason=alert.reason, first_ms=0, last_ms=0, lon=alert.lon, lat=alert.lat, alert=alert
    )


@contextmanager
def ended_after(
    limit_s: float, pool: ConnectionPool, connection: psycopg.Connection
) -> Iterator[None]:
    """End a connection that is in use for too long, so that who waits for it hears of that."""

    def end() -> None:
        with pool.connection() as another:
            another.execute("SELECT pg_terminate_backend(%s)", [connection.info.backend_pid])

    timer = threading.Timer(limit_s, end)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
