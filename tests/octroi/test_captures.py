"""What a receiver captured on the air is told as it was heard, and by whom it was sent."""

import struct
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from octroi.cli.replay_captures import captured
from telemetry.formats import remote_id
from telemetry.formats.remote_id_messages import BasicId, Location
from tests.telemetry.remote_id import BASIC, location, pack

DATA = Path(__file__).parents[1] / "data"
RADIO = bytes.fromhex("0000080000000000")  # what the radio said: eight bytes of nothing
NAN = bytes.fromhex("dd218869199d9209")


def wifi(path: Path, *heard: tuple[bytes, bytes]) -> Path:
    """Write a capture of frames, each of a transmitter with a message."""
    written = bytearray(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 127))
    for second, (transmitter, message) in enumerate(heard):
        header = bytes(10) + transmitter + bytes(8)
        frame = RADIO + header + NAN + b"\1\x10" + pack(message)
        written += struct.pack("<IIII", 1_796_126_400 + second, 0, len(frame), len(frame)) + frame
    path.write_bytes(written)
    return path


def test_who_and_where_are_joined_by_the_transmitter_they_came_from(tmp_path: Path) -> None:
    ours, another = b"\2aaaaa", b"\2bbbbb"
    capture = wifi(
        tmp_path / "nan.pcap",
        *((ours, location()), (ours, BASIC), (another, location()), (ours, location())),
    )

    read = [remote_id.read(one.payload, received_at_ms=one.at_ms)[0] for one in captured(capture)]

    assert [[fix.serial for fix in fixes] for fixes in read] == [[None], [], [None], ["1581F45678"]]


def test_a_capture_of_bluetooth_is_sent_without_what_came_with_a_wrong_checksum() -> None:
    found = list(captured(DATA / "remote-id" / "odid_bt5_lr_sample.pcapng"))

    said = [message for one in found for message in remote_id.messages(one.payload)]
    assert len(found) == 225
    assert sum(isinstance(one, Location) for one in said) == 222
    assert {one.id for one in said if isinstance(one, BasicId)} == {"SSEVTFG93700070"}
    assert datetime.fromtimestamp(found[0].at_ms / 1000, UTC).isoformat()[:16] == "2023-10-04T03:41"


@given(st.binary(max_size=300), st.integers(0, 300))
def test_a_capture_that_is_cut_or_broken_is_read_up_to_there(junk: bytes, cut: int) -> None:
    for name in ("odid_bt5_lr_sample.pcapng", "odid_wifi_sample.pcap"):
        whole = (DATA / "remote-id" / name).read_bytes()[: 4 + cut * 8] + junk
        with TemporaryDirectory() as folder:
            file = Path(folder) / name
            file.write_bytes(whole)
            assert all(one.payload for one in captured(file))
