"""Does the embedded broker keep operators apart, and does it last?"""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from urllib.parse import urlsplit

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from structlog.testing import capture_logs

from octroi.embedded.access import CITY, InvalidUser, digest, password_file, users_in
from octroi.embedded.broker import Broker, client_id, embedded_broker
from octroi.embedded.directory import claimed
from octroi.embedded.mosquitto import Mosquitto, mosquitto_program
from octroi.embedded.oversize import LIMIT_BYTES
from octroi.embedded.rumqttd import Rumqttd

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30.0
SECRETS = {"op-a": "secret of a", "op-b": "secret of b", "sensor-s": "secret of s"}
DIGESTS = {name: digest(secret) for name, secret in SECRETS.items()}
KEY_OF_A = "op-a.0123456789ab"

SERVE = """
import sys, time
from pathlib import Path
from octroi.embedded.access import digest
from octroi.embedded.broker import embedded_broker
from octroi.embedded.directory import claimed
with claimed(Path(sys.argv[1])) as directory, embedded_broker(directory) as broker:
    broker.set_users({"op-a": digest("secret of a")})
    print(broker.url, flush=True)
    time.sleep(600)
"""


class Person:
    """Somebody connected to a broker, and all that reached them."""

    def __init__(self, url: str, name: str, password: str, **session: object) -> None:
        self.heard: Queue[tuple[str, bytes]] = Queue()
        self.refused: Queue[bool] = Queue()
        self._granted: Queue[int] = Queue()
        self.client = Client(CallbackAPIVersion.VERSION2, **session)  # type: ignore[arg-type]
        self.client.username_pw_set(name, password)
        self.client.on_connect = lambda _c, _d, _f, reason, _p: self.refused.put(reason.is_failure)
        self.client.on_subscribe = lambda _c, _d, mid, _r, _p: self._granted.put(mid)
        self.client.on_message = self._hear
        at = urlsplit(url)
        self.client.connect(at.hostname or "", at.port or 0)
        self.client.loop_start()

    def _hear(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self.heard.put((message.topic, bytes(message.payload)))

    def listen(self, topic: str) -> None:
        self.client.subscribe(topic, qos=1)
        self._granted.get(timeout=PATIENCE_S)

    def say(self, topic: str, payload: str = "x") -> None:
        self.client.publish(topic, payload, qos=1).wait_for_publish(PATIENCE_S)

    def next(self) -> tuple[str, bytes]:
        return self.heard.get(timeout=PATIENCE_S)

    def leave(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@contextmanager
def connected(broker: Broker | str, name: str, **session: object) -> Iterator[Person]:
    url = broker if isinstance(broker, str) else broker.url
    own = urlsplit(url).password or ""
    person = Person(url, name, own if name == CITY else SECRETS[name], **session)
    assert not person.refused.get(timeout=PATIENCE_S)
    try:
        yield person
    finally:
        person.leave()


@pytest.fixture
def guarded(mosquitto: Mosquitto) -> Mosquitto:
    mosquitto.set_users(DIGESTS)
    return mosquitto


def _heard_by_the_city(broker: Mosquitto, sender: str, *topics: str) -> list[str]:
    """Publish as the sender and return what arrived, judged at the receiver."""
    with connected(broker, CITY) as city, connected(broker, sender) as person:
        city.listen("#")
        for topic in topics:
            person.say(topic)
        # The broker keeps one sender's order: once this arrived, nothing is still under way.
        person.say(f"octroi/v1/{sender}/nmea", "end")
        arrived = list(iter(city.next, (f"octroi/v1/{sender}/nmea", b"end")))
    return [topic for topic, _payload in arrived]


@pytest.mark.parametrize(
    "topic",
    [
        "octroi/v1/op-a/van-1/position",
        "octroi/v1/op-a/van-1/nmea",
        "octroi/v1/op-a/van-1/remote-id",
        "octroi/v1/op-a/remote-id",
        "owntracks/op-a/van-1",
    ],
)
def test_an_operator_is_heard_under_its_own_name(guarded: Mosquitto, topic: str) -> None:
    assert _heard_by_the_city(guarded, "op-a", topic) == [topic]


@pytest.mark.parametrize(
    "topic",
    [
        "octroi/v1/op-b/van-1/position",
        "octroi/v1/op-b/van-1/nmea",
        "octroi/v1/op-b/nmea",
        "owntracks/op-b/van-1",
        "octroi/v1/op-a/receipt",
        "octroi/v1/op-a/permit",
        "octroi/v1/op-a/van-1/alert",
        "octroi/v1/op-b/van-1/alert",
        "octroi/v1/op-a/van-1/deeper/position",
        "elsewhere",
    ],
)
def test_an_operator_is_not_heard_under_any_other(guarded: Mosquitto, topic: str) -> None:
    assert _heard_by_the_city(guarded, "op-a", topic) == []


@pytest.mark.parametrize("wish", ["#", "octroi/v1/#", "octroi/v1/op-b/#", "octroi/v1/+/receipt"])
def test_an_operator_hears_only_what_it_is_told(guarded: Mosquitto, wish: str) -> None:
    with connected(guarded, CITY) as city, connected(guarded, "op-a") as listener:
        listener.listen(wish)
        listener.listen("octroi/v1/op-a/receipt")

        with connected(guarded, "op-b") as other:
            other.say("octroi/v1/op-b/van-1/position")
        for topic in ("receipt", "permit", "van-1/alert"):
            city.say(f"octroi/v1/op-b/{topic}", "not for a")
        city.say("octroi/v1/op-a/receipt", "end")

        assert listener.next() == ("octroi/v1/op-a/receipt", b"end")


@pytest.mark.parametrize("topic", ["receipt", "permit", "van-1/alert"])
def test_the_city_reaches_an_operator(guarded: Mosquitto, topic: str) -> None:
    with connected(guarded, CITY) as city, connected(guarded, "op-a") as listener:
        listener.listen("octroi/v1/op-a/#")

        city.say(f"octroi/v1/op-a/{topic}", "for a")

        assert listener.next() == (f"octroi/v1/op-a/{topic}", b"for a")


def test_a_receiver_of_the_city_is_heard(guarded: Mosquitto) -> None:
    assert _heard_by_the_city(guarded, "sensor-s", "octroi/v1/sensor-s/remote-id") == [
        "octroi/v1/sensor-s/remote-id"
    ]


@pytest.mark.parametrize(("name", "password"), [("op-a", "wrong"), ("nobody", "x"), ("", "")])
def test_a_stranger_is_not_let_in(guarded: Mosquitto, name: str, password: str) -> None:
    stranger = Person(guarded.url, name, password)

    assert stranger.refused.get(timeout=PATIENCE_S)
    stranger.leave()


def test_a_removed_user_is_shut_out_and_its_connection_ended(guarded: Mosquitto) -> None:
    with connected(guarded, "op-b") as leaving:
        ended: Queue[bool] = Queue()
        leaving.client.on_disconnect = lambda *_: ended.put(item=True)

        guarded.set_users({name: DIGESTS[name] for name in DIGESTS if name != "op-b"})

        assert ended.get(timeout=PATIENCE_S)
        assert leaving.refused.get(timeout=PATIENCE_S)


def test_a_user_behind_a_dot_is_heard_and_told_as_who_stands_before_it(guarded: Mosquitto) -> None:
    guarded.set_users(DIGESTS | {KEY_OF_A: digest("second secret")})
    with connected(guarded, CITY) as city:
        person = Person(guarded.url, KEY_OF_A, "second secret")
        person.listen("octroi/v1/op-a/receipt")
        city.listen("octroi/#")
        for topic in ("op-b/van-1/position", "op-a/receipt", "op-a/van-1/position"):
            person.say(f"octroi/v1/{topic}")
        assert city.next() == ("octroi/v1/op-a/van-1/position", b"x")

        city.say("octroi/v1/op-a/receipt")
        assert person.next() == ("octroi/v1/op-a/receipt", b"x")
        person.leave()


def test_a_changed_password_ends_the_connections_made_with_the_old_one(guarded: Mosquitto) -> None:
    with connected(guarded, "op-a") as staying, connected(guarded, "op-b") as leaving:
        ended: Queue[bool] = Queue()
        leaving.client.on_disconnect = lambda *_: ended.put(item=True)

        guarded.set_users(DIGESTS | {"op-b": digest("another")})

        assert ended.get(timeout=PATIENCE_S)
        assert staying.client.is_connected()


def test_other_users_stay_connected_while_one_is_added(guarded: Mosquitto) -> None:
    with connected(guarded, CITY) as city, connected(guarded, "op-a") as listener:
        listener.listen("octroi/v1/op-a/receipt")

        guarded.set_users(DIGESTS | {"op-c": digest("secret of c")})
        city.say("octroi/v1/op-a/receipt")

        assert listener.next() == ("octroi/v1/op-a/receipt", b"x")
        assert listener.refused.empty()


def test_nothing_is_dropped_while_the_city_is_away(guarded: Mosquitto) -> None:
    session = {"client_id": client_id(guarded.url) + "-test", "clean_session": False}
    with connected(guarded, CITY, **session) as city:
        city.listen("octroi/v1/op-a/+/position")
    with connected(guarded, "op-a") as person:
        for number in range(3_000):  # the default keeps 1,000
            person.client.publish("octroi/v1/op-a/van-1/position", str(number), qos=1)
        person.say("octroi/v1/op-a/van-1/position", "last")

    with connected(guarded, CITY, **session) as city:
        heard = [city.next()[1] for _ in range(3_001)]
    assert heard[-1] == b"last"


def test_files_with_secrets_are_for_the_broker_only(guarded: Mosquitto, tmp_path: Path) -> None:
    assert guarded.guarded
    with claimed(tmp_path) as directory, embedded_broker(directory):
        modes = {path.stat().st_mode & 0o077 for path in (tmp_path / "broker").glob("pass*")}
        assert modes == {0}
        assert (tmp_path / "broker.password").stat().st_mode & 0o777 == 0o600


def test_users_port_and_queues_survive_a_restart(tmp_path: Path) -> None:
    session = {"client_id": "city-session", "clean_session": False}
    with claimed(tmp_path) as directory, embedded_broker(directory) as broker:
        broker.set_users(DIGESTS)
        before = broker.url
        with connected(broker, CITY, **session) as city:
            city.listen("octroi/v1/op-a/+/position")
        with connected(broker, "op-a") as person:
            person.say("octroi/v1/op-a/van-1/position", "kept")

    with claimed(tmp_path) as directory, embedded_broker(directory) as broker:
        assert broker.url == before
        with connected(broker, CITY, **session) as city:
            assert city.next() == ("octroi/v1/op-a/van-1/position", b"kept")


def test_a_killed_octroi_takes_its_broker_along(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SERVE, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as serving:
        assert serving.stdout is not None
        url = serving.stdout.readline().strip()
        broker = psutil.Process(int((tmp_path / "broker/mosquitto.pid").read_text()))
        serving.send_signal(signal.SIGKILL)

    deadline = time.monotonic() + PATIENCE_S
    while _lives(broker) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _lives(broker)

    with claimed(tmp_path) as directory, embedded_broker(directory) as again:
        assert again.url == url
        with connected(again, "op-a"):
            pass


def test_the_broker_never_runs_as_root(guarded: Mosquitto, tmp_path: Path) -> None:
    assert guarded.guarded
    with claimed(tmp_path) as directory, embedded_broker(directory):
        pid = int((tmp_path / "broker/mosquitto.pid").read_text())
        assert psutil.Process(pid).uids().effective != 0


def test_the_wheels_broker_carries_messages_and_says_it_has_no_guard(
    iotcore_broker: Rumqttd,
) -> None:
    assert not iotcore_broker.guarded
    with connected(iotcore_broker, CITY) as city, connected(iotcore_broker, "op-a") as person:
        city.listen("octroi/v1/+/+/position")

        person.say("octroi/v1/op-a/van-1/position", "x" * 200_000)

        assert len(city.next()[1]) == 200_000


def test_the_wheels_broker_listens_on_loopback_only(iotcore_broker: Rumqttd) -> None:
    port = urlsplit(iotcore_broker.url).port
    listening = [
        connection.laddr.ip
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
    ]

    assert listening == ["127.0.0.1"]


def test_the_wheels_broker_stops(tmp_path: Path) -> None:
    with claimed(tmp_path) as directory, Rumqttd(directory) as broker:
        url = broker.url

    with pytest.raises(ConnectionRefusedError):
        Person(url, CITY, "x")


def test_mosquitto_is_found_where_debian_puts_it() -> None:
    assert mosquitto_program() is not None


@pytest.mark.parametrize("name", ["+", "#", "a/b", "a:b", "a\nb", "", "$SYS", "octroi", "é", "a b"])
def test_a_name_that_would_reach_other_topics_is_refused(name: str) -> None:
    with pytest.raises(InvalidUser):
        password_file({name: digest("secret")})


def test_an_empty_password_is_refused() -> None:
    with pytest.raises(InvalidUser, match="needs a password"):
        digest("")


names = st.from_regex(r"op-[a-z0-9]{1,5}", fullmatch=True)


@given(st.dictionaries(names, st.text("abc$/=", min_size=1)))
def test_users_written_are_the_users_read(digests: dict[str, str]) -> None:
    assert users_in(password_file(digests)) == digests


def test_the_citys_client_id_cannot_be_told_without_the_password() -> None:
    mine = client_id("mqtt://octroi:one@127.0.0.1:1883")

    assert mine == client_id("mqtt://octroi:one@127.0.0.1:2883")
    assert mine != client_id("mqtt://octroi:two@127.0.0.1:1883")


def _lives(process: psutil.Process) -> bool:
    return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)


def test_a_sender_of_too_large_a_message_is_hung_up_on_and_told_of(guarded: Mosquitto) -> None:
    before = guarded.oversized
    with capture_logs() as events, connected(guarded, "op-a") as person:
        gone = Queue[object]()
        person.client.on_disconnect = lambda *left: gone.put(left)
        person.client.publish("octroi/v1/op-a/drone-1/position", b"x" * LIMIT_BYTES, qos=1)
        assert gone.get(timeout=PATIENCE_S)
        person.client.loop_stop()
        deadline = time.monotonic() + PATIENCE_S
        while guarded.oversized == before and time.monotonic() < deadline:
            time.sleep(0.05)

    assert guarded.oversized > before
    told = next(each for each in events if each["event"] == "broker.oversize")
    assert (told["user"], told["limit_bytes"]) == ("op-a", LIMIT_BYTES)


def test_the_broker_of_the_wheel_hangs_up_too_and_counts_nothing(iotcore_broker: Rumqttd) -> None:
    with connected(iotcore_broker, "op-a") as person:
        gone = Queue[object]()
        person.client.on_disconnect = lambda *left: gone.put(left)
        person.client.publish("octroi/v1/op-a/drone-1/position", b"x" * 1_100_000, qos=1)
        assert gone.get(timeout=PATIENCE_S)
        person.client.loop_stop()
    assert iotcore_broker.oversized is None
