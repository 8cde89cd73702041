"""What fails once, in a thread that looks by itself or listens, is not the end of that thread."""

import threading
import time
from collections.abc import Callable
from uuid import uuid4

import psycopg
import pytest

from octroi import listening
from octroi.changes import NOTICES, PERMITS, Changes
from octroi.listening import Listening
from octroi.metrics import Meters
from octroi.rulebooks import ANYTHING, Changed
from octroi.ticking import Ticking

PATIENCE_S = 10.0


def soon(told: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not told():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def shown(meters: Meters) -> dict[tuple[str, str], float]:
    return {
        (one.name, one.labels["thread"]): one.value
        for family in meters.ticks.metrics()
        for one in family.samples
    }


def test_a_look_that_fails_in_any_way_is_counted_and_followed_by_the_next() -> None:
    looks: list[int] = []
    meters = Meters()

    def tick() -> None:
        looks.append(len(looks))
        if len(looks) <= 2:
            msg = "one bad permit"
            raise LookupError(msg)

    begun = time.time()  # noqa: TID251 - what is shown is compared with the real clock
    with Ticking(tick, "permits", meters.ticks, 0.01):
        soon(lambda: len(looks) > 3)

    found = shown(meters)
    assert found["octroi_tick_failures_total", "permits"] == 2
    assert found["octroi_ticked_timestamp_seconds", "permits"] >= begun


def test_a_listener_begins_again_whatever_ended_it(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "RETRY_S", 0.01)
    begun: list[int] = []
    going = threading.Event()

    def hears(_connection: psycopg.Connection) -> None:
        begun.append(1)
        if len(begun) < 3:
            msg = "a foreign word"
            raise ValueError(msg)
        listener.begun.set()
        going.set()
        listener.stopping.wait()

    listener = Listening(database_url, "anything", hears)
    with listener:
        assert going.wait(PATIENCE_S)


def test_what_somebody_else_says_on_the_channels_of_changes_is_passed_over(
    database_url: str,
) -> None:
    heard: list[Changed] = []
    told: list[str] = []

    def tell(notice: str) -> None:
        told.append(notice)
        if notice == "nonsense":
            msg = "not a permit"
            raise ValueError(msg)

    permit = uuid4()
    with (
        Changes(database_url, heard.append, tell),
        psycopg.connect(database_url, autocommit=True) as other,
    ):
        for channel, payload in (
            (PERMITS, "nonsense"),
            (NOTICES, "nonsense"),
            (PERMITS, str(permit)),
            (NOTICES, str(permit)),
        ):
            other.execute("SELECT pg_notify(%s, %s)", (channel, payload))
        soon(lambda: told == ["nonsense", str(permit)])

    # Nothing was lost, so nothing was read again.
    assert heard[0] == ANYTHING
    assert ANYTHING not in heard[1:]
    assert {name for each in heard[1:] for name in each.permits or ()} == {permit}
