"""How does a sender know that the city has its observations?

By the city's own receipt after the commit, never by the broker's acknowledgement. What has no
receipt is sent again, with growing pauses, for as long as the sender lives; with an outbox on disk
also after it was killed. One `Sender` is one MQTT user: an operator with its vehicles, or a sensor.

    from datetime import UTC, datetime
    from octroi.client import Sender

    with Sender("mqtts://city.example", user="my-fleet", key="oct_…", outbox="fleet.db") as city:
        for fix in receiver:
            city.report("drone-7", at=datetime.now(UTC), lon=fix.lon, lat=fix.lat, h_acc=fix.error)
        city.settle(timeout_s=30)
        print(city.tally, city.reasons)
"""

import json
import secrets
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any, Literal, Self, TypedDict, Unpack, cast
from urllib.parse import SplitResult, urlsplit

import paho.mqtt.client as mqtt
import structlog
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.reasoncodes import ReasonCode

from octroi.outbox import Outbox, OutboxFull, Pending
from octroi.receipted import Outcome, Receipt, Tally, receipt, said

RESEND_AFTER_S, LONGEST_PAUSE_S, LOOK_EVERY_S = 3.0, 60.0, 0.1
CONNECT_TIMEOUT_S = 10.0
PATIENCE_S = 600.0
ROOM_BYTES = 64_000_000
PLAIN_PORT, TLS_PORT = 1883, 8883

log = structlog.get_logger()


class BrokerRefused(ConnectionError):
    """The broker does not let this user in, or does not answer."""


class NotEntered(RuntimeError):
    """A sender that is given something to send before its `with`, or after."""


class Known(TypedDict, total=False):
    """What may be known of a position beside its place; units as on the wire."""

    alt: float
    alt_ref: Literal["AGL", "AMSL", "WGS84"]
    h_acc: float
    v_acc: float
    speed: float
    heading: float


class Sender:
    """Publishes observations and resends each until the city has receipted it.

    `send` and `report` are called inside of its `with`, from any thread. `told` hears every
    receipt, in a thread of the sender's; it must not wait.
    """

    def __init__(  # noqa: PLR0913 - each has its default
        self,
        url: str,
        *,
        user: str,
        key: str,
        outbox: str | Path | None = None,
        ca: str | Path | None = None,
        version: Literal["3.1.1", "5"] = "3.1.1",
        room_bytes: int = ROOM_BYTES,
        resend_after_s: float = RESEND_AFTER_S,
        told: Callable[[Receipt], object] = lambda _receipt: None,
    ) -> None:
        """Prepare a sender; nothing is connected before the context is entered.

        `outbox` is a file that keeps what has no receipt over the end of the process; `ca` a file
        of certificates to trust instead of the system's; `room_bytes` about the memory it may take.
        """
        self.tally = Tally()
        self.reasons: Counter[tuple[Outcome, str]] = Counter()
        self.user = user
        self._address = urlsplit(url)
        self._ca = None if ca is None else Path(ca)
        self._told = told
        self._resend_after_s = resend_after_s
        self._outbox = Outbox(room_bytes, None if outbox is None else Path(outbox))
        self._boot, self._seqs = secrets.token_hex(6), Counter[str]()
        self._changed = threading.Condition()
        self._answered = threading.Event()
        self._leaving = threading.Event()
        self._tending = threading.Thread(target=self._tend, name="octroi-sender", daemon=True)
        self._refusal = ""
        self._behind = len(self._outbox) > 0
        self._unpublished: dict[int, str] = {}
        self._client = self._prepared(version)
        self._client.username_pw_set(user, key)

    def __enter__(self) -> Self:
        """Connect; raise BrokerRefused when the broker does not let us in."""
        _connect(self._client, self._address, self._ca)
        self._client.loop_start()
        if not self._answered.wait(CONNECT_TIMEOUT_S) or self._refusal:
            self._client.loop_stop()
            reason = self._refusal or "no answer"
            msg = f"The broker refused {self.user}: {reason}; one of your own has to know its key."
            raise BrokerRefused(msg)
        self._tending.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Disconnect; what has no receipt by now is told by `unreceipted`, and in the outbox."""
        self._leaving.set()
        self._tending.join()
        self._client.disconnect()
        self._client.loop_stop()
        with self._changed:
            self._outbox.close()

    @property
    def unreceipted(self) -> int:
        """Return how many messages have no receipt yet."""
        with self._changed:
            return len(self._outbox)

    @property
    def refusal(self) -> str:
        """Return why the broker does not let us in any more; nothing while it does."""
        return self._refusal

    def report(
        self, vehicle: str, *, at: datetime, lon: float, lat: float, **known: Unpack[Known]
    ) -> None:
        """Send one position of a vehicle of ours, named by a number of its own."""
        with self._changed:
            self._seqs[vehicle] += 1
            seq = self._seqs[vehicle]
        place = {"at": at.isoformat(), "lon": lon, "lat": lat, "boot": self._boot, "seq": seq}
        topic = f"octroi/v1/{self._owner}/{vehicle}/position"
        self.send(topic, json.dumps(place | known).encode())

    def send(self, topic: str, payload: bytes, *, patience_s: float = PATIENCE_S) -> None:
        """Publish one message and remember it until its receipt; wait where there is no room."""
        if self._leaving.is_set() or not self._tending.is_alive():
            msg = f"{self.user} is not connected: send inside of `with Sender(…) as city:`."
            raise NotEntered(msg)
        pending = Pending.of(topic, payload)
        with self._changed:
            if not self._changed.wait_for(lambda: self._outbox.takes(pending), patience_s):
                msg = f"{len(self._outbox)} messages wait for a receipt; there is no room for more."
                raise OutboxFull(msg)
            self._outbox.add(pending)
            self.tally.sent += len(pending.names)
            if self._behind:
                return  # it goes after those that wait already
            pending.due_at = monotonic() + self._resend_after_s
        pending.publication = self._client.publish(topic, payload, qos=1)

    def settle(self, timeout_s: float) -> bool:
        """Wait until everything is receipted; tell whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not len(self._outbox), timeout_s)

    @property
    def _owner(self) -> str:
        # A user behind a dot is one key of who stands before it, and told as that.
        return self.user.partition(".")[0]

    def _prepared(self, version: str) -> mqtt.Client:
        latest = version == "5"
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"{self.user}-{secrets.token_hex(8)}",
            protocol=MQTTProtocolVersion.MQTTv5 if latest else MQTTProtocolVersion.MQTTv311,
        )
        client.max_queued_messages_set(0)  # the outbox is what limits
        client.max_inflight_messages_set(1000)
        client.reconnect_delay_set(1, 30)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        client.on_socket_open = _without_delay
        return client

    def _tend(self) -> None:
        """Send again what has waited too long for its receipt."""
        while not self._leaving.wait(LOOK_EVERY_S):
            with self._changed:
                self._account_unpublished()
                due = self._due(monotonic()) if self._client.is_connected() else []
                self._behind = bool(due) or not self._client.is_connected()
            for each in due:
                each.publication = self._client.publish(each.topic, each.payload, qos=1)

    def _due(self, now: float) -> list[Pending]:
        found: list[Pending] = []
        for each in self._outbox:
            if each.due_at > now:
                continue
            if each.under_way:
                # The client brings it as soon as it can; our patience begins then.
                each.due_at = now + self._resend_after_s
                continue
            pause_s = self._resend_after_s * 2 ** min(each.attempts, 10)
            each.due_at = now + min(pause_s, LONGEST_PAUSE_S)
            self.tally.resent_messages += 1 if each.publication else 0
            each.attempts += 1
            found.append(each)
        return found

    def _account_unpublished(self) -> None:
        """Take MQTT 5's word that a message is refused: no receipt will come."""
        for each in self._outbox if self._unpublished else ():
            reason = self._unpublished.pop(each.publication.mid if each.publication else 0, None)
            if reason is not None:
                for name in self._outbox.settle(tuple(each.names)):
                    self._count("refused", name, f"topic: {reason}")
                self._outbox.commit()
                self._changed.notify_all()

    def _on_connect(
        self, client: mqtt.Client, _data: object, _flags: object, reason: ReasonCode, _props: object
    ) -> None:
        self._refusal = str(reason) if reason.is_failure else ""
        if not self._refusal:
            client.subscribe(f"octroi/v1/{self._owner}/receipt", qos=1)
            with self._changed:
                for each in self._outbox:
                    each.attempts = 0
                    each.due_at = min(each.due_at, monotonic() + self._resend_after_s)
        self._answered.set()

    def _on_disconnect(self, *_args: object) -> None:
        self._behind = True

    def _on_publish(
        self, _client: mqtt.Client, _data: object, mid: int, reason: ReasonCode, _props: object
    ) -> None:
        # Without the lock: the client holds one of its own here that `publish` needs.
        if reason.is_failure:
            self._unpublished[mid] = str(reason)

    def _on_message(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        with self._changed:
            entries = json.loads(message.payload)
            told = [one for entry in entries for one in self._account(entry)]
            self._outbox.commit()
            self._changed.notify_all()
        for one in told:
            try:
                self._told(one)
            except Exception:
                log.exception("sender.telling-failed")

    def _account(self, entry: dict[str, Any]) -> Iterator[Receipt]:
        for outcome, names, reason in said(entry):
            for name in self._outbox.settle(names):
                yield self._count(outcome, name, reason)

    def _count(self, outcome: Outcome, name: Hashable, reason: str) -> Receipt:
        setattr(self.tally, outcome, getattr(self.tally, outcome) + 1)
        if reason:
            self.reasons[outcome, reason] += 1
        return receipt(outcome, name, reason)


def _connect(client: mqtt.Client, address: SplitResult, ca: Path | None) -> None:
    tls = address.scheme == "mqtts"
    place = (address.hostname or "127.0.0.1", address.port or (TLS_PORT if tls else PLAIN_PORT))
    named = f"{place[0]}:{place[1]}"
    if ca is not None and not ca.is_file():
        msg = f"There is no file of certificates {ca}."
        raise BrokerRefused(msg)
    try:
        if tls:
            client.tls_set(None if ca is None else str(ca))
        client.connect(*place)
    except ssl.SSLError as error:
        msg = f"The broker at {named} does not prove who it is: {error}."
        raise BrokerRefused(msg) from error
    except OSError as error:
        msg = f"No broker answers at {named}: {error}"
        raise BrokerRefused(msg) from error


def _without_delay(_client: mqtt.Client, _data: object, connection: object) -> None:
    # Nagle's algorithm would hold small messages back for tens of milliseconds.
    cast("socket.socket", connection).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
