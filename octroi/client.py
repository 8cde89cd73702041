"""How does a sender know that the city has its observations?

By the city's own receipt after the commit, never by the broker's acknowledgement. What has no
receipt is sent again. One `Sender` is one MQTT user: an operator with its vehicles, or a sensor.

    with Sender("mqtt://127.0.0.1:1883", user="my-fleet", key="oct_…") as sender:
        sender.send("octroi/v1/my-fleet/drone-7/position", b'{"at": …, "boot": 1, "seq": 1, …}')
        sender.settle(timeout_s=10)
"""

import hashlib
import json
import secrets
import socket
import threading
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Self, cast
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

RESEND_AFTER_S = 3.0
CONNECT_TIMEOUT_S = 10.0
PLAIN_PORT = 1883
TLS_PORT = 8883


class BrokerRefused(ConnectionError):
    """The broker does not let this user in, or does not answer."""


@dataclass(slots=True)
class Tally:
    """What became of what was sent; observations, each counted once."""

    sent: int = 0
    stored: int = 0
    refused: int = 0
    quarantined: int = 0
    resent_messages: int = 0


@dataclass(slots=True)
class _Pending:
    topic: str
    payload: bytes
    names: set[Hashable]
    sent_at: float


@dataclass(slots=True)
class _Outbox:
    """Messages without a receipt yet, found by the names of their observations."""

    messages: dict[int, _Pending] = field(default_factory=dict)
    by_name: dict[Hashable, int] = field(default_factory=dict)


class Sender:
    """Publishes observations and resends each until the city has receipted it."""

    def __init__(self, url: str, *, user: str, key: str) -> None:
        """Prepare a sender; nothing is connected before the context is entered."""
        self.tally = Tally()
        self._user = user
        self._address = urlsplit(url)
        self._outbox = _Outbox()
        self._next = 0
        self._changed = threading.Condition()
        self._connected = threading.Event()
        self._refusal = ""
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=f"{user}-{secrets.token_hex(8)}"
        )
        self._client.username_pw_set(user, key)
        self._client.max_queued_messages_set(0)
        self._client.max_inflight_messages_set(1000)
        self._client.on_connect = self._on_connect
        self._client.on_message = self._on_message
        self._client.on_socket_open = _without_delay

    def __enter__(self) -> Self:
        """Connect; raise BrokerRefused when the broker does not let us in."""
        host = self._address.hostname or "127.0.0.1"
        tls = self._address.scheme == "mqtts"
        if tls:
            self._client.tls_set()
        try:
            self._client.connect(host, self._address.port or (TLS_PORT if tls else PLAIN_PORT))
        except OSError as error:
            msg = f"No broker answers at {host}:{self._address.port}: {error}"
            raise BrokerRefused(msg) from error
        self._client.loop_start()
        if not self._connected.wait(CONNECT_TIMEOUT_S) or self._refusal:
            self._client.loop_stop()
            reason = self._refusal or "no answer"
            msg = f"The broker refused {self._user}: {reason}; one of your own has to know its key."
            raise BrokerRefused(msg)
        return self

    def __exit__(self, *_exc: object) -> None:
        """Disconnect; what has no receipt by now is the caller's to know from `unreceipted`."""
        self._client.disconnect()
        self._client.loop_stop()

    @property
    def unreceipted(self) -> int:
        """Return how many messages have no receipt yet."""
        with self._changed:
            return len(self._outbox.messages)

    def send(self, topic: str, payload: bytes) -> None:
        """Publish one message and remember it until its receipt."""
        names = _names(topic, payload)
        with self._changed:
            self._next += 1
            pending = _Pending(topic, payload, names, monotonic())
            self._outbox.messages[self._next] = pending
            self._outbox.by_name.update(dict.fromkeys(names, self._next))
            self.tally.sent += len(names)
        self._client.publish(topic, payload, qos=1)

    def resend(self) -> int:
        """Publish again what has waited too long for its receipt; return how many messages."""
        now = monotonic()
        with self._changed:
            waiting = [
                each
                for each in self._outbox.messages.values()
                if now - each.sent_at >= RESEND_AFTER_S
            ]
            for each in waiting:
                each.sent_at = now
            self.tally.resent_messages += len(waiting)
        for each in waiting:
            self._client.publish(each.topic, each.payload, qos=1)
        return len(waiting)

    def settle(self, timeout_s: float) -> bool:
        """Wait, resending, until everything is receipted; tell whether it is."""
        deadline = monotonic() + timeout_s
        while monotonic() < deadline:
            with self._changed:
                if not self._outbox.messages:
                    return True
                self._changed.wait(timeout=0.2)
            self.resend()
        return self.unreceipted == 0

    def _on_connect(
        self, client: mqtt.Client, _data: object, _flags: object, reason: ReasonCode, _props: object
    ) -> None:
        self._refusal = str(reason) if reason.is_failure else ""
        if not self._refusal:
            # A user behind a dot is one key of who stands before it, and told as that.
            owner = self._user.partition(".")[0]
            client.subscribe(f"octroi/v1/{owner}/receipt", qos=1)
        self._connected.set()

    def _on_message(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        with self._changed:
            for entry in json.loads(message.payload):
                self._account(entry)
            self._changed.notify_all()

    def _account(self, entry: dict[str, Any]) -> None:
        vehicle, boot = entry.get("vehicle"), entry.get("boot", "")
        for first, last in entry.get("stored", ()):
            names = [(vehicle, str(boot), seq) for seq in range(first, last + 1)]
            self.tally.stored += self._settled(names)
        for outcome in ("refused", "quarantined"):
            names = [
                each.get("key") or (vehicle, str(boot), each["seq"])
                for each in entry.get(outcome, ())
            ]
            setattr(self.tally, outcome, getattr(self.tally, outcome) + self._settled(names))
        # Keys come for every message without `seq`; those told of above are settled already.
        self.tally.stored += self._settled(entry.get("keys", ()))

    def _settled(self, names: Iterable[Hashable]) -> int:
        settled = 0
        for name in names:
            number = self._outbox.by_name.pop(name, None)
            if number is None:
                continue
            settled += 1
            pending = self._outbox.messages[number]
            pending.names.discard(name)
            if not pending.names:
                del self._outbox.messages[number]
        return settled


def _names(topic: str, payload: bytes) -> set[Hashable]:
    """Return how the receipt will name what is in a message."""
    if topic.endswith("/position"):
        vehicle = topic.split("/")[3]
        content = json.loads(payload)
        each = content if isinstance(content, list) else [content]
        names = {(vehicle, str(one["boot"]), one["seq"]) for one in each if "seq" in one}
        if len(names) == len(each):
            return set(names)
    return {hashlib.sha256(payload).hexdigest()}


def _without_delay(_client: mqtt.Client, _data: object, connection: object) -> None:
    # Nagle's algorithm would hold small messages back for tens of milliseconds.
    cast("socket.socket", connection).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
