"""How is MQTT 3.1.1 spoken with as little work as can be?"""

import socket
import sys

from bench.telemetry.city import Place
from telemetry.intake.bulk import PUBLISH, packets

HEIGHT_M = 60
RECEIVE_BYTES = 1 << 18
CONNECT, SUBSCRIBE, CONNACK, SUBACK, QOS_1 = 0x10, 0x82, 0x20, 0x90, 0x02
CLEAN_WITH_PASSWORD = 0xC2
NEVER_TOO_QUIET = bytes(2)  # making what is sent takes longer than a broker waits for a sign


def position(at_ms: int, where: Place, seq: int) -> bytes:
    """Write one position as a drone would."""
    return (
        b'{"at":%d,"lon":%.7f,"lat":%.7f,"alt":%d,"alt_ref":"AGL","h_acc":3.0,"v_acc":4.0,'
        b'"speed":8.0,"heading":90,"boot":1,"seq":%d}'
    ) % (at_ms, *where, HEIGHT_M, seq)


def publish(topic: str, body: bytes, mid: int) -> bytes:
    """Write a message of QoS 1."""
    return packet(PUBLISH | QOS_1, text(topic) + mid.to_bytes(2) + body)


def connected(port: int, operator: str, key: str) -> socket.socket:
    """Connect as an operator, and listen to its receipts and alerts."""
    found = socket.create_connection(("127.0.0.1", port))
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    head = text("MQTT") + bytes([4, CLEAN_WITH_PASSWORD]) + NEVER_TOO_QUIET
    name = f"flying-{operator}"
    found.sendall(packet(CONNECT, head + text(name) + text(operator) + text(key)))
    _expect(found, CONNACK)
    topics = [f"octroi/v1/{operator}/{what}" for what in ("receipt", "+/alert")]
    found.sendall(packet(SUBSCRIBE, b"\0\1" + b"".join(text(each) + b"\0" for each in topics)))
    _expect(found, SUBACK)
    return found


def text(value: str) -> bytes:
    """Write a text as MQTT does."""
    return len(value.encode()).to_bytes(2) + value.encode()


def packet(kind: int, body: bytes) -> bytes:
    """Write a packet of MQTT."""
    length, rest = b"", len(body)
    while True:
        byte, rest = rest & 0x7F, rest >> 7
        length += bytes([byte | 0x80 if rest else byte])
        if not rest:
            return bytes([kind]) + length + body


def _expect(connection: socket.socket, kind: int) -> None:
    """Wait for an answer; retained alerts that come before it are of no interest."""
    connection.settimeout(10)
    unread = b""
    while True:
        found, unread = packets(unread + connection.recv(RECEIVE_BYTES))
        for given, body in found:
            if given == kind:
                if kind == CONNACK and body[1]:
                    sys.exit("The broker did not let the load generator in.")
                return
