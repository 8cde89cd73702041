"""What vessels say of themselves, held against gpsd's decoding of an inland recording."""

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pyais import encode_dict
from pyais.util import compute_checksum

from telemetry.formats.ais_static import Particulars, read
from telemetry.model import Malformed

DATA = Path(__file__).parents[1] / "data" / "ais"
PART_A, PART_B = 0, 1


def expected(kind: int) -> dict[int, dict[str, Any]]:
    lines = (DATA / "ais-nmea.log.chk").read_text().splitlines()
    found = [json.loads(line) for line in lines if line.startswith("{")]
    return {one["mmsi"]: one for one in found if one["type"] == kind}


def recorded() -> list[Particulars]:
    found = list(read((DATA / "ais-nmea.log").read_bytes()))
    assert [one for one in found if isinstance(one, Malformed)] == []
    return [one for one in found if isinstance(one, Particulars)]


def test_names_and_sizes_of_class_a_are_those_that_gpsd_reads() -> None:
    by_mmsi = expected(5)

    read_ones = {one.mmsi: one for one in recorded() if one.name and one.mmsi in by_mmsi}

    assert read_ones.keys() == by_mmsi.keys()
    for mmsi, one in read_ones.items():
        said = by_mmsi[mmsi]
        assert (one.name, one.callsign or "") == (said["shipname"], said["callsign"])
        assert (one.imo or 0, one.ship_type or 0) == (said["imo"], said["shiptype"])
        assert (one.length_m or 0) == said["to_bow"] + said["to_stern"]
        assert (one.beam_m or 0) == said["to_port"] + said["to_starboard"]
        assert round((one.draught_m or 0) * 10) == said["draught"]
        assert (one.destination or "") == said["destination"]


def test_the_two_parts_of_class_b_are_those_that_gpsd_joins() -> None:
    by_mmsi = expected(24)

    for mmsi, said in by_mmsi.items():
        own = [one for one in recorded() if one.mmsi == mmsi]
        assert {one.name for one in own} - {None} == {said["shipname"]}
        assert {one.callsign for one in own} - {None} == {said["callsign"]}


def test_inland_ships_are_those_that_gpsd_reads() -> None:
    by_mmsi = expected(8)

    inland = {one.mmsi: one for one in recorded() if one.eni}

    assert inland.keys() == by_mmsi.keys()
    for mmsi, one in inland.items():
        said = by_mmsi[mmsi]
        assert (one.eni, one.eri_type) == (said["vin"], said["shiptype"])
        assert round((one.length_m or 0) * 10) == said["length"]
        assert round((one.beam_m or 0) * 10) == said["beam"]
        assert round((one.draught_m or 0) * 100) == said["draught"]
        assert one.hazard == (None if said["hazard"] == 5 else said["hazard"])


def test_a_part_b_has_no_name_and_a_position_says_nothing_of_the_vessel() -> None:
    part: dict[str, str | float | bytes] = {"type": 24, "mmsi": 227000001, "partno": PART_B}
    (one,) = read(encode_dict(part | {"callsign": "FA1234", "to_bow": 10, "to_stern": 20}))
    position = encode_dict({"type": 1, "mmsi": 227000001, "lon": 2.0, "lat": 48.0})

    assert one == Particulars(mmsi=227000001, callsign="FA1234", length_m=30)
    assert list(read(position)) == []


def test_a_message_that_lost_its_end_is_named() -> None:
    body = "!AIVDM,1,1,,A,H52KMeDU653hhhi,0"

    (one,) = read([f"{body}*{compute_checksum(body):02X}"])

    assert isinstance(one, Malformed)
    assert one.reason == "message: 90 of 160 bits"


@given(st.lists(st.text(max_size=60), max_size=5))
def test_no_lines_raise(lines: list[str]) -> None:
    list(read(lines))
