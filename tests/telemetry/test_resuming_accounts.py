"""A vehicle's own word and a receiver's are compared across the end of a process."""

import functools
import json

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool
from pyais import encode_dict

from telemetry.messages import Incoming
from telemetry.model import Reason
from telemetry.together.witnesses import Account, Accounts, from_json, to_json
from tests.telemetry.city_builders import LAT, LON
from tests.telemetry.intake import NOON_MS, Desk, position
from tests.telemetry.sentences import tagged
from tests.telemetry.test_resuming import KILLED, NOTHING, TENDED, emptied

STEPS, FIRST_S = 14, 20
BREAKS = st.lists(st.sampled_from([NOTHING, TENDED, KILLED]), min_size=STEPS, max_size=STEPS)


@functools.cache
def said(step: int) -> Incoming:
    """Return what the boat or, in its turn, a receiver says: they disagree at first."""
    second = FIRST_S + 3 * step
    received_at_ms = NOON_MS + second * 1000
    if step % 2 == 0:
        payload = json.dumps(position(second, alt=None, alt_ref=None)).encode()
        return incoming("octroi/v1/ailes/boat-1/position", payload, received_at_ms)
    lon = LON + (0.004 if step < STEPS // 2 else 0)
    fields: dict[str, str | int | float | bytes | bool] = {
        "type": 1,
        "mmsi": 227000001,
        "lon": lon,
        "lat": LAT,
        "speed": 0,
        "accuracy": 1,
    }
    sentence = tagged(encode_dict(fields)[0], f"c:{received_at_ms // 1000}")
    return incoming("octroi/v1/receiver-1/nmea", sentence.encode(), received_at_ms)


def incoming(topic: str, payload: bytes, received_at_ms: int) -> Incoming:
    return Incoming(topic=topic, payload=payload, received_at_ms=received_at_ms)


def disagreements(desk: Desk, breaks: list[int]) -> list[tuple[object, ...]]:
    pipeline = desk.pipeline()
    for step, what in enumerate(breaks):
        pipeline.take([said(step)])
        if what != NOTHING:
            pipeline.tend()
        if what == KILLED:
            pipeline = desk.pipeline()
    return desk.rows(
        "SELECT id, state, opened_at, last_at, count FROM telemetry.alert"  # noqa: S608 - a number
        f" WHERE reason = {Reason.DISAGREEMENT.value}"
    )


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(breaks=[KILLED] * STEPS)
@given(breaks=BREAKS)
def test_ending_a_process_changes_nothing_about_a_disagreement(
    pool: ConnectionPool, breaks: list[int]
) -> None:
    expected = disagreements(emptied(pool), [NOTHING] * STEPS)

    assert len(expected) == 1
    assert disagreements(emptied(pool), breaks) == expected


def test_accounts_are_read_as_they_were_written_a_speed_that_is_not_known_too() -> None:
    here = Account(at_ms=1, lon=2.35, lat=48.85, h_acc_m=5.0, speed_mps=3.0, layer=3)
    unknown = here._replace(speed_mps=float("nan"))

    assert from_json(to_json(Accounts(own=here))) == Accounts(own=here)
    assert repr(from_json(to_json(Accounts(heard=unknown)))) == repr(Accounts(heard=unknown))
