"""Messages taken many at once are those that paho takes one by one, with TLS and without."""

import socket
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from typing_extensions import override

from octroi.embedded.mosquitto import mosquitto_program
from telemetry.broker import Ingest
from telemetry.intake.bulk import BulkClient, NoPacket, client_class, delivered, packets
from telemetry.messages import Incoming
from tests.telemetry.intake import OneByOne

PATIENCE_S = 20.0
MESSAGES = 600


def packet(kind: int, body: bytes) -> bytes:
    length, rest = b"", len(body)
    while True:
        byte, rest = rest & 0x7F, rest >> 7
        length += bytes([byte | 0x80 if rest else byte])
        if not rest:
            return bytes([kind]) + length + body


@given(
    st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=300)), max_size=6),
    st.lists(st.integers(0, 2000), max_size=6),
)
def test_however_the_stream_is_cut_its_packets_are_the_same(
    sent: list[tuple[int, bytes]], cuts: list[int]
) -> None:
    stream = b"".join(packet(kind, body) for kind, body in sent)
    places = sorted(min(cut, len(stream)) for cut in cuts)
    found: list[tuple[int, bytes]] = []
    rest = b""
    for begin, end in zip([0, *places], [*places, len(stream)], strict=True):
        more, rest = packets(rest + stream[begin:end])
        found += more

    assert found == sent
    assert rest == b""


def test_what_never_says_how_long_it_is_is_no_packet() -> None:
    with pytest.raises(NoPacket):
        packets(b"\x30\xff\xff\xff\xff\xff\xff")


@given(st.binary(max_size=30))
def test_no_message_however_cut_off_raises(body: bytes) -> None:
    delivered(0x30, body)
    delivered(0x32, body)


def test_a_message_is_read_with_its_number() -> None:
    one = delivered(0x3A, b"\x00\x03a/b\x01\x02payload")

    assert one == ("a/b", b"payload", 0x102, 1)
    assert delivered(0x30, b"\x00\x01\xffpayload") == ("", b"payload", 0, 0)


def test_the_version_of_paho_that_is_installed_is_one_that_is_tested() -> None:
    assert client_class() is BulkClient


class Taken(OneByOne):
    """A pipeline that keeps what it is given."""

    def __init__(self) -> None:
        self.payloads: list[bytes] = []

    @override
    def take(self, messages: Sequence[Incoming]) -> object:
        self.payloads += [one.payload for one in messages]
        return self.payloads

    def set_aside(self, _message: Incoming, _error: Exception) -> object:
        return None

    def tend(self, **_behind: bool) -> None:
        return None


@pytest.fixture(params=["plain", "tls"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    lines = [f"listener {port} 127.0.0.1", "allow_anonymous true", "set_tcp_nodelay true"]
    lines += ["max_queued_messages 0", "user root"]
    if request.param == "tls":
        write_certificate(tmp_path)
        lines += [f"certfile {tmp_path}/certificate.pem", f"keyfile {tmp_path}/key.pem"]
        request.getfixturevalue("monkeypatch").setenv(
            "SSL_CERT_FILE", f"{tmp_path}/certificate.pem"
        )
    configuration = tmp_path / "mosquitto.conf"
    configuration.write_text("\n".join(lines))
    program = mosquitto_program()
    assert program is not None
    with subprocess.Popen([program, "-c", configuration], stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(port)
            yield f"{'mqtts' if request.param == 'tls' else 'mqtt'}://localhost:{port}"
        finally:
            process.terminate()


@pytest.mark.parametrize("kind", [BulkClient, Client])
def test_each_message_is_delivered_in_order_and_acknowledged_for_good(
    broker: str, kind: type[Client]
) -> None:
    # Of all sizes, so that some come many at a time and some in many parts.
    sent = [b"%d " % n + b"x" * (n % 7 * 20_000 if n % 50 == 0 else n) for n in range(MESSAGES)]
    name = f"octroi-{uuid.uuid4().hex}"
    with ingesting(broker, kind, name) as first:
        publish(broker, sent)
        eventually(lambda: len(first.payloads) >= MESSAGES)
    assert first.payloads == sent

    with ingesting(broker, kind, name) as second:
        publish(broker, [b"last"])
        eventually(lambda: bool(second.payloads))
    assert second.payloads == [b"last"]


@contextmanager
def ingesting(url: str, kind: type[Client], name: str) -> Iterator[Taken]:
    taken = Taken()
    ingest = Ingest(url, taken, lambda: datetime.now(UTC), client_id=name, kind=kind)  # noqa: TID251 - the shell's clock
    assert ingest.start(PATIENCE_S)
    try:
        yield taken
    finally:
        # What was taken is acknowledged by the time its worker has ended.
        ingest.stop()


def publish(url: str, payloads: list[bytes]) -> None:
    client = Client(CallbackAPIVersion.VERSION2)
    if url.startswith("mqtts"):
        client.tls_set()
    client.max_inflight_messages_set(len(payloads))
    client.connect("localhost", int(url.rpartition(":")[2]))
    client.loop_start()
    told = [client.publish("octroi/v1/ailes/drone-1/position", each, qos=1) for each in payloads]
    for each in told:
        each.wait_for_publish(PATIENCE_S)
    client.disconnect()
    client.loop_stop()


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and not holds():
        time.sleep(0.02)


def wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.02)
        else:
            return


def write_certificate(place: Path) -> None:
    """Write a certificate of localhost that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)  # noqa: TID251 - as the broker's clock
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (place / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (place / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
