"""How does one connection take thousands of messages a second from the broker?

paho reads a message by a call to select and three to recv, and makes an object of it. `BulkClient`
reads whatever has come at once and hands over plain values; all else it leaves to paho. It leans on
paho's inner methods, so it is only used with versions it is tested with; see `client_class`.
"""

import ssl
import threading
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import paho.mqtt.client as mqtt
from paho.mqtt import __version__ as paho_version
from paho.mqtt.enums import MQTTErrorCode
from typing_extensions import override

TESTED = ("2.1.0", "2.2.0")
CHUNK_BYTES = 1 << 18
PUBLISH, PUBACK = 0x30, 0x40
LONGEST_LENGTH = 4  # bytes in which a packet says how long it is


class NoPacket(ValueError):
    """What was received is not MQTT."""


class Delivered(NamedTuple):
    """One message as the broker delivered it; a topic that is no text is empty."""

    topic: str
    payload: bytes
    mid: int
    qos: int


class BulkClient(mqtt.Client):
    """paho's client, but messages come many at once, to `on_messages`, and leave at once."""

    on_messages: Callable[[Sequence[Delivered]], None]
    _unread = b""

    def __init__(self, *args: object, **named: object) -> None:
        """Take what paho's client takes, for MQTT 3.1.1."""
        super().__init__(*args, **named)  # type: ignore[arg-type] # passed on as they are
        self._one_writes = threading.Lock()

    @override
    def reconnect(self) -> MQTTErrorCode:
        self._unread = b""
        return super().reconnect()

    @override
    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:
        if self._sock is None:
            return MQTTErrorCode.MQTT_ERR_NO_CONN
        try:
            chunk = self._sock.recv(CHUNK_BYTES)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        except OSError:
            chunk = b""
        if not chunk:
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)
        self._last_bytes_received = time.monotonic()
        rc = self._take(self._unread + chunk)
        return self._loop_rc_handle(rc) if rc else rc

    def acknowledge(self, mids: Sequence[int]) -> None:
        """Acknowledge messages of QoS 1, together."""
        if mids:
            packet = b"".join(b"\x40\x02" + mid.to_bytes(2) for mid in mids)
            self._packet_queue(PUBACK, packet, mids[-1], 1)

    def flush(self) -> None:
        """Send at once what waits to be sent, not only when our thread next has its turn."""
        # Not through TLS, whose socket must not be read and written by two threads.
        if self._sock is not None and not isinstance(self._sock, ssl.SSLSocket):
            self._packet_write()

    @override
    def _packet_write(self) -> MQTTErrorCode:
        with self._one_writes:
            return super()._packet_write()

    def _take(self, data: bytes) -> MQTTErrorCode:
        """Take the packets that are complete, and keep the rest."""
        try:
            found, self._unread = packets(data)
        except NoPacket:
            return MQTTErrorCode.MQTT_ERR_PROTOCOL
        messages: list[Delivered] = []
        rc = MQTTErrorCode.MQTT_ERR_SUCCESS
        for kind, body in found:
            if kind & 0xF4 == PUBLISH:  # neither QoS 2 nor 3
                messages.append(delivered(kind, body))
            elif not rc:
                rc = self._left_to_paho(kind, body)
        if messages:
            self.on_messages(messages)
        return rc

    def _left_to_paho(self, kind: int, body: bytes) -> MQTTErrorCode:
        self._in_packet = {
            "command": kind,
            "have_remaining": 1,
            "remaining_count": [],
            "remaining_mult": 1,
            "remaining_length": len(body),
            "packet": bytearray(body),
            "to_process": 0,
            "pos": 0,
        }
        return self._packet_handle()


def client_class() -> type[mqtt.Client]:
    """Return the fastest client that is tested with this version of paho."""
    return BulkClient if paho_version in TESTED else mqtt.Client


def packets(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """Return the packets that are complete, each with its first byte, and what remains."""
    found: list[tuple[int, bytes]] = []
    place, end = 0, len(data)
    while True:
        length, shift, at = 0, 0, place
        while True:
            at += 1
            if at >= end:
                return found, data[place:]
            if at - place > LONGEST_LENGTH:
                msg = "a packet does not say how long it is"
                raise NoPacket(msg)
            length |= (data[at] & 0x7F) << shift
            if data[at] < 0x80:  # noqa: PLR2004 # the last one
                break
            shift += 7
        after = at + 1 + length
        if after > end:
            return found, data[place:]
        found.append((data[place], data[at + 1 : after]))
        place = after


def delivered(kind: int, body: bytes) -> Delivered:
    """Read a message of QoS 0 or 1; of one that is cut off, what there is."""
    end = 2 + int.from_bytes(body[:2])
    try:
        topic = body[2:end].decode()
    except UnicodeDecodeError:
        topic = ""
    if kind & 0x06:
        return Delivered(topic, body[end + 2 :], int.from_bytes(body[end : end + 2]), 1)
    return Delivered(topic, body[end:], 0, 0)
