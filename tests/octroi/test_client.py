"""A sender resends what has no receipt, and counts what became of everything it sent."""

import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from octroi import client
from octroi.client import BrokerRefused, Sender, Tally
from octroi.embedded.access import digest
from octroi.embedded.mosquitto import Mosquitto

NAME, KEY = "sender-a", "the key of a"
TOPIC = "octroi/v1/sender-a/drone-1/position"
RECEIPT = "octroi/v1/sender-a/receipt"


@dataclass(slots=True, kw_only=True)
class City:
    """The city's end: hears positions, and answers as the test says."""

    mqtt: Client
    heard: list[bytes]

    def tell(self, **said: object) -> None:
        """Answer, once something was heard: by then its sender listens."""
        deadline = time.monotonic() + 5
        while not self.heard and time.monotonic() < deadline:
            time.sleep(0.01)
        entry = {"vehicle": "drone-1", "boot": "1", "stored": [], "refused": [], "quarantined": []}
        self.mqtt.publish(RECEIPT, json.dumps([{**entry, **said}]), qos=1).wait_for_publish(5)


@pytest.fixture
def city(mosquitto: Mosquitto) -> Iterator[City]:
    mosquitto.set_users({NAME: digest(KEY)})
    mqtt = Client(CallbackAPIVersion.VERSION2)
    user, _, rest = mosquitto.url.removeprefix("mqtt://").partition(":")
    password, _, address = rest.rpartition("@")
    mqtt.username_pw_set(user, password)
    city = City(mqtt=mqtt, heard=[])
    mqtt.on_message = lambda _client, _data, message: city.heard.append(bytes(message.payload))
    host, _, port = address.partition(":")
    mqtt.connect(host, int(port))
    mqtt.subscribe(TOPIC, qos=1)
    mqtt.loop_start()
    yield city
    mqtt.disconnect()
    mqtt.loop_stop()


@pytest.fixture
def sender(city: City, mosquitto: Mosquitto) -> Iterator[Sender]:
    assert city.heard == []
    with Sender(f"mqtt://{mosquitto.url.rpartition('@')[2]}", user=NAME, key=KEY) as sender:
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
    assert sender.settle(timeout_s=5)
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
        assert sender.settle(timeout_s=5)


def test_what_has_no_receipt_is_sent_again_and_nothing_else(
    city: City, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender.send(TOPIC, position(1))
    city.tell(stored=[[1, 1]])
    assert sender.settle(timeout_s=5)
    monkeypatch.setattr(client, "RESEND_AFTER_S", 0.2)
    sender.send(TOPIC, position(2))
    assert not sender.settle(timeout_s=1)
    city.tell(stored=[[2, 2]])
    assert sender.settle(timeout_s=5)
    assert sender.tally.resent_messages >= 1
    assert city.heard.count(position(1)) == 1
    assert city.heard.count(position(2)) > 1


def test_what_has_no_number_is_named_by_its_content(city: City, sender: Sender) -> None:
    payload = b'{"at": 0, "lon": 2, "lat": 48}'
    sender.send(TOPIC, payload)
    city.tell(boot="", keys=[sha256(b"another").hexdigest()])
    assert not sender.settle(timeout_s=0.3)
    city.tell(boot="", keys=[sha256(payload).hexdigest()])
    assert sender.settle(timeout_s=5)
    assert sender.tally.stored == 1


def test_a_wrong_key_is_refused_with_a_sentence(mosquitto: Mosquitto) -> None:
    mosquitto.set_users({NAME: digest(KEY)})
    url = f"mqtt://{mosquitto.url.rpartition('@')[2]}"
    with (
        pytest.raises(BrokerRefused, match="The broker refused sender-a: Not authorized"),
        Sender(url, user=NAME, key="wrong"),
    ):
        pass


def test_a_broker_that_is_not_there_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with (
        pytest.raises(BrokerRefused, match=rf"No broker answers at 127\.0\.0\.1:{port}"),
        Sender(f"mqtt://127.0.0.1:{port}", user=NAME, key=KEY),
    ):
        pass
