"""Several processes that share the intake out: the map of each shows what all take in."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from octroi import peers
from octroi.peers import Peers
from permits.parties import OperatorId, VehicleId
from telemetry.alerting import AlertService
from telemetry.intake.shares import Share
from telemetry.model import VehicleKey
from telemetry.store.ingest import IngestStore
from telemetry.store.standing import save_alerts
from telemetry.told import AlertId, AlertState, Outcome
from telemetry.watched.feed import Row, Standing
from telemetry.watched.live import Hub
from telemetry.watched.relay import News, Unreadable, packed, unpacked
from telemetry.watched.views import View
from tests.telemetry.city_builders import NOON, Seen
from tests.telemetry.news import clock, news, next_of

FIRST, SECOND = Share(number=1, of=2), Share(number=2, of=2)
PATIENCE_S = 10.0


def of(share: Share) -> VehicleKey:
    """Return a vehicle of an operator that belongs to a share."""
    name = next(each for each in ("ailes", "bateaux", "colis", "drones") if share.holds(each))
    return VehicleKey(OperatorId(name), VehicleId("v-1"))


MINE, THEIRS = of(FIRST), of(SECOND)


class Process:
    """The map of one process, and the record that all share."""

    def __init__(self, url: str, pool: ConnectionPool, share: Share) -> None:
        self.hub = Hub(clock, share=share)
        self.service = AlertService(pool, clock, self.hub.tell)
        self.peers = Peers(url, self.hub, share, self.service.as_recorded)

    def shows(self) -> set[str]:
        return {row.uid for row in self.hub.snapshot().vehicles}

    def alerts(self) -> list[str]:
        return [each["state"] for each in self.hub.snapshot().alerts]


@pytest.fixture
def two(
    database_url: str, pool: ConnectionPool, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Process, Process]]:
    monkeypatch.setattr(peers, "ELSE_EVERY_S", 0.2)
    one, other = (Process(database_url, pool, share) for share in (FIRST, SECOND))
    with ExitStack() as stack:
        stack.enter_context(one.peers)
        # What was there before the other began it is told as well.
        one.hub.publish(news(Seen(vehicle=MINE, s=690)))
        stack.enter_context(other.peers)
        yield one, other


def soon(told: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not told():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_each_map_shows_what_every_process_takes_in(two: tuple[Process, Process]) -> None:
    one, other = two
    other.hub.publish(news(Seen(vehicle=THEIRS, s=690)))

    for each in two:
        soon(lambda each=each: each.shows() == {MINE.uid, THEIRS.uid})  # type: ignore[misc]
    one.hub.publish(news(Seen(vehicle=MINE, s=695, x=40)))
    soon(
        lambda: (
            {row.at_ms for row in one.hub.snapshot().vehicles}
            == {row.at_ms for row in other.hub.snapshot().vehicles}
        )
    )


@pytest.mark.parametrize("foreign", ["", "hello", "hello world"])
def test_what_somebody_else_says_on_the_channel_changes_no_map(
    two: tuple[Process, Process], database_url: str, foreign: str
) -> None:
    one, other = two
    with psycopg.connect(database_url, autocommit=True) as stranger:
        stranger.execute("SELECT pg_notify(%s, %s)", (peers.CHANNEL, foreign))

    other.hub.publish(news(Seen(vehicle=THEIRS, s=690)))

    soon(lambda: one.shows() == {MINE.uid, THEIRS.uid})


def test_an_alert_is_on_every_map_until_an_inspector_of_any_closes_it(
    two: tuple[Process, Process], pool: ConnectionPool
) -> None:
    one, other = two
    intrusion = news(Seen(vehicle=MINE, x=500, s=690))
    with IngestStore(pool).recording(NOON) as recording:
        save_alerts(recording, intrusion.alerts)

    one.hub.publish(intrusion)
    soon(lambda: other.alerts() == ["open"])
    (name,) = other.hub.known_alerts()
    other.service.move(name, AlertState.ACKNOWLEDGED, by="ines")
    soon(lambda: one.alerts() == ["acknowledged"])
    other.service.move(name, AlertState.CLOSED, by="ines", outcome=Outcome.RESOLVED)

    soon(lambda: one.alerts() == [])


def test_a_reader_goes_on_where_it_stopped_only_at_the_process_that_it_was_at(
    two: tuple[Process, Process],
) -> None:
    one, other = two
    soon(lambda: other.shows() == {MINE.uid})
    number = str(one.hub.snapshot().number)

    async def first(hub: Hub) -> list[str]:
        return [kind for kind, *_ in await next_of(hub.stream(View(), number))]

    assert asyncio.run(first(one.hub)) == []
    assert asyncio.run(first(other.hub)) == ["snapshot"]


rows = st.builds(
    Row,
    uid=st.text(max_size=30),
    operator=st.text(max_size=20),
    vehicle=st.text(max_size=20),
    layer=st.sampled_from(["air", "river"]),
    lon=st.floats(-180, 180),
    lat=st.floats(-90, 90),
    alt_m=st.none() | st.floats(-100, 1000),
    alt_ref=st.none() | st.just("AGL"),
    heading_deg=st.none() | st.floats(0, 360),
    speed_mps=st.none() | st.floats(0, 99),
    at_ms=st.integers(0, 2**50),
    status=st.just("ok"),
    permit=st.none() | st.uuids().map(str),
)
standings = st.builds(
    Standing, uid=st.text(max_size=9), zone=st.text(max_size=9), kind=st.none(), reason=st.none()
)
(AN_ALERT,) = news(Seen(vehicle=MINE, x=500, s=690)).alerts
alerts = st.builds(
    lambda name, minutes: replace(
        AN_ALERT, id=AlertId(name), last_at=NOON + timedelta(minutes=minutes)
    ),
    st.uuids(),
    st.integers(0, 99),
)


@given(
    st.builds(
        News,
        rows=st.lists(rows, max_size=30).map(tuple),
        standings=st.lists(standings, max_size=9).map(tuple),
        seen=st.lists(alerts, max_size=5).map(tuple),
        told=st.lists(alerts, max_size=5).map(tuple),
    ),
    st.sampled_from([1_000, 7_900]),
)
def test_news_arrive_whole_and_in_order_in_texts_that_are_short_enough(
    told: News, longest: int
) -> None:
    texts = list(packed(told, longest))

    assert all(len(text) <= longest for text in texts)
    parts = [unpacked(text) for text in texts]
    for name in ("rows", "standings", "seen", "told"):
        assert tuple(each for part in parts for each in getattr(part, name)) == getattr(told, name)


@pytest.mark.parametrize("text", ["", "nonsense", "c$~{l"])
def test_what_is_no_news_of_ours_is_named_as_such(text: str) -> None:
    with pytest.raises(Unreadable):
        unpacked(text)
