"""`octroi decode` shows what a message says, with nothing running."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.telemetry.remote_id import BASIC, location, pack

OCTROI = Path(sys.executable).with_name("octroi")
DATA = Path(__file__).parents[1] / "data"
AIS, CAPTURES = DATA / "ais" / "ais-nmea.log", DATA / "remote-id"


def decoded(file: Path, wire: str) -> tuple[int, list[dict[str, object]], str]:
    command: list[str | Path] = [OCTROI, "decode", file, "--as", wire]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_a_remote_id_pack_is_shown_message_by_message_and_as_the_position_it_makes(
    tmp_path: Path,
) -> None:
    file = tmp_path / "pack"
    file.write_bytes(pack(BASIC, location()))

    code, said, _ = decoded(file, "remote-id")

    assert code == 0
    assert [one["type"] for one in said] == ["basic-id", "location", "position"]
    assert (said[0]["id"], said[2]["serial"]) == ("1581F45678", "1581F45678")
    assert (said[2]["h_acc_m"], said[2]["alt_ref"]) == (3.0, "WGS84")


def test_a_log_of_ais_is_shown_with_vessels_positions_and_what_is_refused() -> None:
    code, said, refused = decoded(AIS, "nmea")

    assert code == 1
    assert [one["type"] for one in said].count("particulars") == 27
    assert {one.get("name") for one in said} >= {"SEA ENTERPRISE", "AVANTI"}
    assert refused.count("not available (181, 91)") == 3


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    code, said, told = decoded(tmp_path / "none", "position.cbor")

    assert (code, said) == (2, [])
    assert "No such file" in told


@pytest.mark.parametrize(
    ("name", "positions"), [("odid_wifi_bcn_sample.pcap", 21), ("odid_bt5_lr_sample.pcapng", 0)]
)
def test_a_capture_is_shown_frame_by_frame(name: str, positions: int) -> None:
    code, said, refused = decoded(CAPTURES / name, "remote-id")

    assert [one["type"] for one in said].count("position") == positions
    assert {one.get("id") for one in said} & {"MFG1A0123456789", "SSEVTFG93700070"}
    assert code == (0 if positions else 1)
    assert not refused or ":frame 29:1: lon/lat: not available (0, 0)" in refused


def test_a_capture_is_no_message_of_another_format() -> None:
    code, said, told = decoded(CAPTURES / "odid_wifi_sample.pcap", "nmea")

    assert (code, said) == (2, [])
    assert "--as remote-id" in told
