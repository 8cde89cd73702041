"""Over a real broker: nothing is acknowledged before its commit, and nothing is lost."""

import json
import queue
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

import psycopg
import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from psycopg_pool import ConnectionPool
from typing_extensions import override

from octroi.embedded.access import digest
from octroi.embedded.mosquitto import Mosquitto
from octroi.embedded.rumqttd import Rumqttd
from telemetry.broker import Ingest
from telemetry.messages import Incoming
from telemetry.working import Takes
from tests.telemetry.intake import Desk, OneByOne, message, position

PASSWORD = "a password of the test's own"  # noqa: S105 - it guards a throw-away broker
PATIENCE_S = 60.0  # also where the verbs are compiled first


@pytest.fixture
def url(mosquitto: Mosquitto) -> str:
    mosquitto.set_users({"ailes": digest(PASSWORD)})
    return mosquitto.url


@pytest.fixture
def client_id() -> str:
    return f"octroi-{uuid.uuid4().hex}"


@contextmanager
def ingesting(url: str, pipeline: Takes, client_id: str) -> Iterator[Ingest]:
    ingest = Ingest(url, pipeline, lambda: datetime.now(UTC), client_id=client_id)  # noqa: TID251 - the shell's clock
    assert ingest.start(PATIENCE_S)
    try:
        yield ingest
    finally:
        ingest.stop()


@contextmanager
def connected(url: str, user: str | None, password: str, client_id: str = "") -> Iterator[Client]:
    place = urlsplit(url)
    client = Client(
        CallbackAPIVersion.VERSION2, client_id, clean_session=not client_id, manual_ack=True
    )
    client.username_pw_set(user, password)
    welcome = threading.Event()
    client.on_connect = lambda *_: welcome.set()
    client.connect(place.hostname or "", place.port or 0)
    client.loop_start()
    assert welcome.wait(PATIENCE_S)
    try:
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


@contextmanager
def operator(url: str) -> Iterator[Client]:
    with connected(url, "ailes", PASSWORD) as client:
        yield client


def send(client: Client, *messages: Incoming) -> None:
    for each in messages:
        client.publish(each.topic, each.payload, qos=1).wait_for_publish(PATIENCE_S)


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


class Gated(OneByOne):
    """A pipeline that commits, then waits to be let through, and remembers what it was given."""

    def __init__(self, desk: Desk) -> None:
        self.pipeline = desk.pipeline()
        self.gate = threading.Event()
        self.committed = threading.Event()

    @override
    def take(self, messages: Sequence[Incoming]) -> object:
        outcome = self.pipeline.take(messages)
        self.committed.set()
        self.gate.wait(PATIENCE_S)
        return outcome

    def set_aside(self, message: Incoming, error: Exception) -> object:
        return self.pipeline.set_aside(message, error)

    def tend(self, *, behind: bool) -> None:
        self.pipeline.tend(behind=behind)


class Once(Gated):
    """A pipeline whose database is away after the first batch."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.refused = threading.Event()

    @override
    def take(self, messages: Sequence[Incoming]) -> object:
        if self.committed.is_set():
            self.refused.set()
            msg = "the database is away"
            raise psycopg.OperationalError(msg)
        return super().take(messages)


class Failing(Gated):
    """A pipeline in which one vehicle's messages break something."""

    @override
    def take(self, messages: Sequence[Incoming]) -> object:
        if any("broken" in one.topic for one in messages):
            msg = "something nobody thought of"
            raise RuntimeError(msg)
        return self.pipeline.take(messages)


def test_what_is_published_is_stored_and_receipted(
    url: str, pool: ConnectionPool, client_id: str
) -> None:
    desk, told = Desk(pool), queue.Queue[MQTTMessage]()
    with ingesting(url, desk.pipeline(), client_id) as ingest, operator(url) as client:
        desk.outlet = ingest.publish
        # Alerts of others stay with the broker for those who come later.
        client.on_message = lambda _client, _data, new: None if new.retain else told.put(new)
        client.subscribe([("octroi/v1/ailes/receipt", 1), ("octroi/v1/ailes/+/alert", 1)])

        send(client, message(position(1)))

        receipt, alert = told.get(timeout=PATIENCE_S), told.get(timeout=PATIENCE_S)
    assert json.loads(receipt.payload)[0]["stored"] == [[1, 1]]
    assert alert.topic == "octroi/v1/ailes/drone-1/alert"
    assert desk.count("observation") == 1


def test_what_is_sent_while_the_city_is_away_waits(
    url: str, pool: ConnectionPool, client_id: str
) -> None:
    desk = Desk(pool)
    with ingesting(url, desk.pipeline(), client_id):
        pass

    with operator(url) as client:
        send(client, *(message(position(n)) for n in range(1, 51)))
    with ingesting(url, desk.pipeline(), client_id):
        assert eventually(lambda: desk.count("observation") == 50)


def test_what_was_committed_but_not_acknowledged_comes_again_and_is_stored_once(
    url: str, pool: ConnectionPool, client_id: str
) -> None:
    desk = Desk(pool)
    gated = Gated(desk)
    with operator(url) as client, ingesting(url, gated, client_id) as ingest:
        send(client, message(position(1)))
        assert gated.committed.wait(PATIENCE_S)

        # Whoever takes our client id ends our connection; the acknowledgement outlives it.
        place = urlsplit(url)
        with connected(url, place.username, place.password or "", client_id):
            assert eventually(lambda: not ingest.connected)
        assert eventually(lambda: ingest.connected)
        gated.gate.set()

        assert eventually(lambda: gated.pipeline.counters.counts.duplicates >= 1)
    assert desk.count("observation") == 1
    assert gated.pipeline.counters.counts.received == 1


def test_an_acknowledgement_that_outlived_its_connection_is_dropped(
    url: str, pool: ConnectionPool, client_id: str
) -> None:
    desk = Desk(pool)
    once = Once(desk)
    with operator(url) as client, ingesting(url, once, client_id) as ingest:
        send(client, message(position(1)))
        assert once.committed.wait(PATIENCE_S)
        place = urlsplit(url)
        with connected(url, place.username, place.password or "", client_id):
            assert eventually(lambda: not ingest.connected)
        assert eventually(lambda: ingest.connected)

        once.gate.set()

        assert once.refused.wait(PATIENCE_S)
        time.sleep(0.2)  # an acknowledgement sent wrongly would have arrived by now
    later = desk.pipeline()
    with ingesting(url, later, client_id):
        assert eventually(lambda: later.counters.counts.duplicates == 1)


def test_a_database_that_comes_back_finds_nothing_lost(
    url: str, pool: ConnectionPool, client_id: str
) -> None:
    desk = Desk(pool)
    with operator(url) as client, ingesting(url, desk.pipeline(), client_id):
        rename(pool, "intake", "away")
        send(client, *(message(position(n)) for n in range(1, 6)))
        time.sleep(0.5)
        assert desk.count("observation") == 0

        rename(pool, "away", "intake")

        assert eventually(lambda: desk.count("observation") == 5)


def test_one_message_that_breaks_something_never_stops_the_stream(
    url: str, pool: ConnectionPool, client_id: str
) -> None:
    desk = Desk(pool)
    failing = Failing(desk)
    with operator(url) as client, ingesting(url, failing, client_id):
        bad = message(position(1), vehicle="broken")
        send(client, message(position(1)), bad, message(position(2)), bad, message(position(3)))

        assert eventually(lambda: desk.count("observation") == 3)
        assert eventually(lambda: failing.pipeline.counters.counts.refused == 1)


def test_the_wheels_broker_serves_as_well(
    iotcore_broker: Rumqttd, pool: ConnectionPool, client_id: str
) -> None:
    desk = Desk(pool)
    with (
        ingesting(iotcore_broker.url, desk.pipeline(), client_id),
        operator(iotcore_broker.url) as client,
    ):
        send(client, *(message(position(n)) for n in range(1, 301)))

        assert eventually(lambda: desk.count("observation") == 300)


def test_a_broker_that_is_away_is_said_so() -> None:
    ingest = Ingest("mqtt://127.0.0.1:1", Gated.__new__(Gated), lambda: datetime.now(UTC))  # noqa: TID251 - the shell's clock

    assert not ingest.start(timeout_s=0.2)

    ingest.stop()


def rename(pool: ConnectionPool, old: str, new: str) -> None:
    with pool.connection() as connection:
        connection.execute(
            psycopg.sql.SQL("ALTER TABLE telemetry.{} RENAME TO {}").format(
                psycopg.sql.Identifier(old), psycopg.sql.Identifier(new)
            )
        )
