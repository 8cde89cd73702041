"""A sender resends what has no receipt, and counts what became of everything it sent."""

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from octroi.client import BrokerRefused, NotEntered, Sender
from octroi.embedded.access import digest
from octroi.embedded.directory import claimed
from octroi.embedded.mosquitto import Mosquitto, mosquitto_program
from octroi.embedded.ports import free_port
from octroi.embedded.rumqttd import Rumqttd
from octroi.outbox import OutboxFull, OutboxUnusable, TooLarge
from octroi.receipted import Receipt, Tally

NAME, KEY = "sender-a", "the key of a"
TOPIC = "octroi/v1/sender-a/drone-1/position"
RECEIPT = "octroi/v1/sender-a/receipt"
PATIENCE_S = 30.0


@dataclass(slots=True, kw_only=True)
class City:
    """The city's end: hears positions, and answers as the test says."""

    mqtt: Client
    heard: list[bytes]

    def tell(self, **said: object) -> None:
        """Answer, once something was heard: by then its sender listens."""
        deadline = time.monotonic() + PATIENCE_S
        while not self.heard and time.monotonic() < deadline:
            time.sleep(0.01)
        self.answer(**said)

    def answer(self, **said: object) -> None:
        entry = {"vehicle": "drone-1", "boot": "1", "stored": [], "refused": [], "quarantined": []}
        self.mqtt.publish(RECEIPT, json.dumps([{**entry, **said}]), qos=1).wait_for_publish(5)


@contextmanager
def city_at(url: str) -> Iterator[City]:
    place = urlsplit(url)
    mqtt = Client(CallbackAPIVersion.VERSION2)
    if place.username:
        mqtt.username_pw_set(place.username, place.password)
    city = City(mqtt=mqtt, heard=[])
    mqtt.on_message = lambda _client, _data, message: city.heard.append(bytes(message.payload))
    mqtt.connect(place.hostname or "", place.port or 0)
    mqtt.subscribe(TOPIC, qos=1)
    mqtt.loop_start()
    try:
        yield city
    finally:
        mqtt.disconnect()
        mqtt.loop_stop()


@pytest.fixture
def city(mosquitto: Mosquitto) -> Iterator[City]:
    mosquitto.set_users({NAME: digest(KEY)})
    with city_at(mosquitto.url) as city:
        yield city


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsBroker:
    """A Mosquitto that lets anybody in, over TLS only."""

    url: str
    ca: Path


@pytest.fixture
def tls_broker(tmp_path: Path) -> Iterator[TlsBroker]:
    program, port = mosquitto_program(), free_port()
    assert program is not None
    make = [
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
        *("-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=127.0.0.1"),
        *("-addext", "subjectAltName=IP:127.0.0.1"),
    ]
    subprocess.run(make, cwd=tmp_path, check=True, capture_output=True)
    for each in ("key.pem", "cert.pem"):
        (tmp_path / each).chmod(0o644)
    (tmp_path / "mosquitto.conf").write_text(
        f"user root\nlistener {port} 127.0.0.1\nallow_anonymous true\n"
        f"certfile {tmp_path}/cert.pem\nkeyfile {tmp_path}/key.pem\n"
    )
    command: list[str | Path] = [program, "-c", tmp_path / "mosquitto.conf"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + PATIENCE_S
            while time.monotonic() < deadline:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.02)
            yield TlsBroker(url=f"mqtts://127.0.0.1:{port}", ca=tmp_path / "cert.pem")
        finally:
            process.terminate()


@pytest.fixture
def address(city: City, mosquitto: Mosquitto) -> str:
    assert city.heard == []
    return f"mqtt://{mosquitto.url.rpartition('@')[2]}"


@pytest.fixture
def sender(address: str) -> Iterator[Sender]:
    with Sender(address, user=NAME, key=KEY) as sender:
        yield sender


def position(*numbers: int) -> bytes:
    return json.dumps(
        [{"at": 0, "lon": 2, "lat": 48, "boot": 1, "seq": n} for n in numbers]
    ).encode()


def test_what_is_receipted_is_settled_and_counted_once(city: City, sender: Sender) -> None:
    sender.send(TOPIC, position(1, 2, 3, 4))
    assert not sender.settle(timeout_s=0.3)
    city.tell(stored=[[1, 2]], refused=[{"seq": 3, "reason": "x"}])
    assert not sender.settle(timeout_s=0.3)
    city.tell(stored=[[1, 2]], quarantined=[{"seq": 4, "reason": "y"}])
    assert sender.settle(timeout_s=PATIENCE_S)
    assert sender.tally == Tally(sent=4, stored=2, refused=1, quarantined=1)


def test_who_connects_by_the_name_of_a_key_hears_the_receipts_of_its_holder(
    city: City, mosquitto: Mosquitto
) -> None:
    by_key = f"{NAME}.0123456789ab"
    mosquitto.set_users({NAME: digest("another"), by_key: digest(KEY)})
    address = f"mqtt://{mosquitto.url.rpartition('@')[2]}"
    with Sender(address, user=by_key, key=KEY) as sender:
        sender.send(TOPIC, position(1))
        city.tell(stored=[[1, 1]])
        assert sender.settle(timeout_s=PATIENCE_S)


def test_what_has_no_receipt_is_sent_again_and_nothing_else(city: City, address: str) -> None:
    with Sender(address, user=NAME, key=KEY, resend_after_s=0.2) as sender:
        sender.send(TOPIC, position(1))
        city.tell(stored=[[1, 1]])
        assert sender.settle(timeout_s=PATIENCE_S)
        sender.send(TOPIC, position(2))
        assert not sender.settle(timeout_s=1)
        city.tell(stored=[[2, 2]])
        assert sender.settle(timeout_s=PATIENCE_S)
    # After 0.2, 0.4 and 0.8 seconds, not every 0.2.
    assert 1 <= sender.tally.resent_messages <= 3
    assert city.heard.count(position(1)) == 1
    assert city.heard.count(position(2)) > 1


def test_what_has_no_number_is_named_by_its_content(city: City, sender: Sender) -> None:
    payload = b'{"at": 0, "lon": 2, "lat": 48}'
    sender.send(TOPIC, payload)
    city.tell(boot="", keys=[sha256(b"another").hexdigest()])
    assert not sender.settle(timeout_s=0.3)
    city.tell(boot="", keys=[sha256(payload).hexdigest()])
    assert sender.settle(timeout_s=PATIENCE_S)
    assert sender.tally.stored == 1


def test_the_same_content_twice_is_answered_by_one_receipt(city: City, sender: Sender) -> None:
    sender.send(TOPIC, position(1))
    sender.send(TOPIC, position(1))
    city.tell(stored=[[1, 1]])
    assert sender.settle(timeout_s=PATIENCE_S)


def test_a_wrong_key_is_refused_with_a_sentence(mosquitto: Mosquitto) -> None:
    mosquitto.set_users({NAME: digest(KEY)})
    url = f"mqtt://{mosquitto.url.rpartition('@')[2]}"
    with (
        pytest.raises(BrokerRefused, match="The broker refused sender-a: Not authorized"),
        Sender(url, user=NAME, key="wrong"),
    ):
        pass


def test_a_sender_outside_of_its_context_takes_nothing_and_says_so(
    city: City, address: str
) -> None:
    sender = Sender(address, user=NAME, key=KEY)
    with pytest.raises(NotEntered, match="with Sender"):
        sender.report("drone-1", at=datetime.now(UTC), lon=2, lat=48)  # noqa: TID251 - a sender's own
    with sender:
        pass
    with pytest.raises(NotEntered):
        sender.send(TOPIC, position(1))

    assert (sender.tally.sent, sender.unreceipted, city.heard) == (0, 0, [])


def test_a_broker_that_is_not_there_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with (
        pytest.raises(BrokerRefused, match=rf"No broker answers at 127\.0\.0\.1:{port}"),
        Sender(f"mqtt://127.0.0.1:{port}", user=NAME, key=KEY),
    ):
        pass


def test_a_position_is_reported_under_a_number_of_its_own(city: City, sender: Sender) -> None:
    for lon in (2.35, 2.36):
        sender.report("drone-1", at=datetime(2026, 6, 1, tzinfo=UTC), lon=lon, lat=48.85, h_acc=3)
    assert not sender.settle(timeout_s=0.3)
    first, second = (json.loads(each) for each in city.heard)
    assert (first["seq"], second["seq"]) == (1, 2)
    assert (first["at"], first["h_acc"]) == ("2026-06-01T00:00:00+00:00", 3)
    city.tell(boot=first["boot"], stored=[[1, 2]])
    assert sender.settle(timeout_s=PATIENCE_S)


def test_whoever_asks_hears_every_receipt_with_its_reason(city: City, address: str) -> None:
    told: list[Receipt] = []
    with Sender(address, user=NAME, key=KEY, told=told.append) as sender:
        sender.send(TOPIC, position(1, 2))
        city.tell(stored=[[1, 1]], quarantined=[{"seq": 2, "reason": "at: too old"}])
        assert sender.settle(timeout_s=PATIENCE_S)
    assert told == [
        Receipt("stored", "drone-1", "1", 1, "", ""),
        Receipt("quarantined", "drone-1", "1", 2, "", "at: too old"),
    ]
    assert sender.reasons == {("quarantined", "at: too old"): 1}


def test_what_was_unreceipted_when_a_sender_ended_is_sent_by_the_next(
    city: City, address: str, tmp_path: Path
) -> None:
    outbox = tmp_path / "outbox.db"
    with Sender(address, user=NAME, key=KEY, outbox=outbox) as first:
        first.send(TOPIC, position(1))
        first.send(TOPIC, position(2))
        city.tell(stored=[[1, 1]])
        assert not first.settle(timeout_s=0.3)
    assert first.unreceipted == 1
    city.heard.clear()
    with Sender(address, user=NAME, key=KEY, outbox=outbox) as second:
        city.tell(stored=[[2, 2]])
        assert second.settle(timeout_s=PATIENCE_S)
    assert city.heard == [position(2)]
    with Sender(address, user=NAME, key=KEY, outbox=outbox) as third:
        assert third.unreceipted == 0


def test_two_senders_never_share_an_outbox(address: str, tmp_path: Path) -> None:
    outbox = tmp_path / "outbox.db"
    with (
        Sender(address, user=NAME, key=KEY, outbox=outbox),
        pytest.raises(OutboxUnusable, match=r"outbox\.db cannot be used: database is locked"),
    ):
        Sender(address, user=NAME, key=KEY, outbox=outbox)


def test_a_full_outbox_waits_for_receipts_and_then_says_so(city: City, address: str) -> None:
    with Sender(address, user=NAME, key=KEY, room_bytes=3_000) as sender:
        sender.send(TOPIC, position(1))
        sender.send(TOPIC, position(2))
        with pytest.raises(OutboxFull, match="2 messages wait for a receipt"):
            sender.send(TOPIC, position(3), patience_s=0.2)
        city.tell(stored=[[1, 2]])
        sender.send(TOPIC, position(3), patience_s=5)
    assert sender.tally.sent == 3


def test_a_message_the_broker_would_hang_up_on_is_not_sent(sender: Sender) -> None:
    with pytest.raises(TooLarge, match="takes 1,000,000"):
        sender.send(TOPIC, b"0" * 1_000_000)
    assert sender.tally.sent == 0


def test_mqtt_5_speaks_too_and_tells_whose_topic_is_not_ours(city: City, address: str) -> None:
    with Sender(address, user=NAME, key=KEY, version="5") as sender:
        sender.send(TOPIC, position(1))
        city.tell(stored=[[1, 1]])
        assert sender.settle(timeout_s=PATIENCE_S)
        sender.send("octroi/v1/another/drone-1/position", position(2))
        assert sender.settle(timeout_s=PATIENCE_S)
    assert sender.reasons == {("refused", "topic: Not authorized"): 1}


def test_a_broker_killed_on_the_way_is_found_again_and_nothing_is_lost(tmp_path: Path) -> None:
    program = mosquitto_program()
    assert program is not None
    heard: set[bytes] = set()
    with ExitStack() as stack:
        directory = stack.enter_context(claimed(tmp_path))
        with Mosquitto(directory, program) as broker:
            broker.set_users({NAME: digest(KEY)})
            address = f"mqtt://{broker.url.rpartition('@')[2]}"
            sender = stack.enter_context(Sender(address, user=NAME, key=KEY, resend_after_s=0.3))
            for number in range(50):
                sender.send(TOPIC, position(number))
            # With its files as they were a while ago: what it acknowledged since is gone.
            psutil.Process(int((tmp_path / "broker" / "mosquitto.pid").read_text())).kill()
        for number in range(50, 100):
            sender.send(TOPIC, position(number))
        with Mosquitto(directory, program) as broker, city_at(broker.url) as city:
            deadline = time.monotonic() + PATIENCE_S
            while not sender.settle(timeout_s=0.3) and time.monotonic() < deadline:
                for payload in tuple(city.heard):
                    heard.add(payload)
                city.heard.clear()
                if heard:
                    numbers = [json.loads(each)[0]["seq"] for each in heard]
                    city.answer(stored=[[number, number] for number in numbers])
    assert heard == {position(number) for number in range(100)}
    assert sender.tally.stored == sender.tally.sent == 100


# The client leaves the socket of a failed handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_over_tls_the_broker_has_to_prove_who_it_is(tls_broker: TlsBroker) -> None:
    with Sender(tls_broker.url, user="any", key="any", ca=tls_broker.ca) as sender:
        sender.send("octroi/v1/any/drone-1/position", position(1))
        assert not sender.settle(timeout_s=0.3)
    with (
        pytest.raises(BrokerRefused, match="does not prove who it is"),
        Sender(tls_broker.url, user="any", key="any"),
    ):
        pass
    with (
        pytest.raises(BrokerRefused, match="There is no file of certificates"),
        Sender(tls_broker.url, user="any", key="any", ca="nowhere.pem"),
    ):
        pass


def test_the_broker_of_the_wheel_takes_a_sender_too(iotcore_broker: Rumqttd) -> None:
    with (
        city_at(iotcore_broker.url) as city,
        Sender(iotcore_broker.url, user=NAME, key=KEY) as sender,
    ):
        sender.send(TOPIC, position(1))
        city.tell(stored=[[1, 1]])
        assert sender.settle(timeout_s=PATIENCE_S)
