"""AIS in NMEA sentences: parts, tags, logs and what is wrong with them."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyais import encode_dict
from pyais.util import compute_checksum

from telemetry.formats.ais_parts import MOST_WAITING, PATIENCE_MS, Parts
from telemetry.formats.nmea import H_ACC_FLAG_NOT_SET_M, H_ACC_FLAG_SET_M, KNOT, read
from tests.telemetry.sentences import checked, in_two_parts, tagged
from zones.model import Layer

DATA = Path(__file__).parents[1] / "data" / "ais"
BOAT = "!AIVDM,1,1,,A,13HUOS?P00PEqtdNC7Pptwvh2>`<,0*69"
MOORED: dict[str, str | float | bytes] = {"type": 1, "mmsi": 227000001}
CLASS_B: dict[str, str | float | bytes] = {
    **MOORED,
    "type": 19,
    "lon": 2.35,
    "lat": 48.85,
}
PARIS = {
    226012830: H_ACC_FLAG_SET_M,
    226012430: H_ACC_FLAG_NOT_SET_M,
    226005890: H_ACC_FLAG_SET_M,
    226008840: H_ACC_FLAG_SET_M,
    227789150: H_ACC_FLAG_SET_M,
}


def report(**fields: float) -> str:
    return encode_dict({**MOORED, **fields}, radio_channel="A")[0]


def in_the_log() -> list[dict[str, Any]]:
    lines = (DATA / "ais-nmea.log.chk").read_text().splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def test_the_five_boats_moored_in_paris_are_read_with_the_accuracy_their_flag_says() -> None:
    fixes, malformed = read((DATA / "french_vessels_from_fid55.nmea").read_bytes())

    in_paris = {f.mmsi: f.h_acc_m for f in fixes if f.mmsi in PARIS}
    assert in_paris == PARIS
    assert malformed == []
    assert all(f.at_ms is None and f.layer is Layer.RIVER for f in fixes)


def test_broken_sentences_are_named_and_cost_their_neighbours_nothing() -> None:
    fixes, malformed = read((DATA / "pyais_test_sentences.nmea").read_bytes())

    assert len(fixes) == 77
    assert len(malformed) == 45
    assert all(defect.reason and defect.line for defect in malformed)


def test_the_tag_block_gives_the_time_in_seconds_or_milliseconds() -> None:
    lines = [tagged(BOAT, "s:rx1,c:1796112000"), tagged(BOAT, "c:1796112000123"), BOAT]

    fixes, _ = read(lines)

    assert [fix.at_ms for fix in fixes] == [1_796_112_000_000, 1_796_112_000_123, None]


def test_a_tag_block_whose_checksum_is_wrong_is_not_believed() -> None:
    fixes, malformed = read([f"\\c:1796112000*00\\{BOAT}"])

    assert fixes == []
    assert "TAG block" in malformed[0].reason


def test_a_class_b_report_in_two_parts_is_one_position_with_the_first_parts_time() -> None:
    known: dict[str, str | float | bytes] = {
        "type": 19,
        "lon": 2.35,
        "lat": 48.85,
        "shipname": "ALMA",
    }
    first, second = in_two_parts(encode_dict({**MOORED, **known})[0])

    fixes, malformed = read([tagged(first, "c:1796112000"), BOAT, second])

    assert malformed == []
    assert [(f.mmsi, f.at_ms) for f in fixes if f.at_ms] == [(227000001, 1_796_112_000_000)]


def test_static_data_in_parts_is_passed_over_but_a_lone_second_part_is_named() -> None:
    first, second = in_two_parts(encode_dict({"type": 5, "mmsi": 227000001})[0])

    assert read([first, second]) == ([], [])
    assert read([first]) == ([], [])
    assert "parts [1] of 2 are missing" in read([second])[1][0].reason


def test_a_position_whose_second_part_never_comes_is_named() -> None:
    first, second = in_two_parts(encode_dict({"type": 19, "mmsi": 227000001, "lon": 2.35})[0])

    fixes, malformed = read([first, first, second])

    assert len(fixes) == 1
    assert malformed[0].reason == "sentence: parts [2] of 2 are missing"


@pytest.mark.parametrize(("lon", "lat"), [(181, 91), (181, 48.85), (2.35, 91)])
def test_a_place_that_is_not_available_is_malformed(lon: float, lat: float) -> None:
    fixes, malformed = read([report(lon=lon, lat=lat)])

    assert fixes == []
    assert malformed[0].reason.startswith("lon/lat: ")


def test_unknown_speed_course_and_heading_are_unknown() -> None:
    (fix,), _ = read([report(lon=2.35, lat=48.85, speed=102.3, course=360.0, heading=511)])

    assert (fix.speed_mps, fix.heading_deg) == (None, None)


def test_knots_become_metres_a_second() -> None:
    (fix,), _ = read([report(lon=2.35, lat=48.85, speed=6.5, course=270.5, heading=90)])

    assert fix.speed_mps == pytest.approx(6.5 * KNOT)
    assert fix.heading_deg == 270.5


def test_a_moored_boat_points_where_its_bow_does() -> None:
    (fix,), _ = read([report(lon=2.35, lat=48.85, speed=0.0, course=270.5, heading=90)])

    assert fix.heading_deg == 90


def test_a_receiver_says_where_it_is_itself_only_when_asked() -> None:
    body = "GPRMC,090000.50,A,4851.0000,N,00221.0000,E,3.6,090.0,011226,,,A"
    line = f"${body}*{compute_checksum(f'${body}*00'.encode()):02X}"

    (fix,), _ = read([line], own=True)

    assert read([line]) == ([], [])
    assert (fix.at_ms, fix.lon, fix.lat) == (1_796_115_600_500, 2.35, 48.85)
    assert "checksum" in read([line[:-2] + "ZZ"], own=True)[1][0].reason


def test_an_inland_recording_is_decoded_to_what_gpsd_expects_of_it() -> None:
    expected = [
        (one["mmsi"], one["lon"] / 600_000, one["lat"] / 600_000, one["accuracy"])
        for one in in_the_log()
        if one["type"] in {1, 3, 18}
    ]
    nowhere = [one for one in expected if one[1:3] == (181, 91)]

    fixes, malformed = read((DATA / "ais-nmea.log").read_bytes())

    known = [one for one in expected if one not in nowhere]
    for fix, (mmsi, lon, lat, accurate) in zip(fixes, known, strict=True):
        assert (fix.mmsi, fix.h_acc_m == H_ACC_FLAG_SET_M) == (mmsi, accurate)
        assert fix.lon == pytest.approx(lon, abs=1e-6)
        assert fix.lat == pytest.approx(lat, abs=1e-6)
    assert len(malformed) == len(nowhere) == 3


def test_what_gpsd_expects_of_speeds_and_courses_is_read_or_unknown() -> None:
    reports = [one for one in in_the_log() if one["type"] in {1, 3, 18} and one["lat"] != 54600000]

    fixes, _ = read((DATA / "ais-nmea.log").read_bytes())

    for fix, one in zip(fixes, reports, strict=True):
        speed = None if one["speed"] == 1023 else one["speed"] / 10 * KNOT
        assert fix.speed_mps == (None if speed is None else pytest.approx(speed))
        known = {one["course"] / 10, one["heading"]} - {360, 511}
        assert fix.heading_deg in {*known, None} if not known else fix.heading_deg in known


def test_parts_that_come_as_messages_of_their_own_make_one_position() -> None:
    first, second = in_two_parts(encode_dict(CLASS_B)[0])
    waiting = Parts(patient=True)

    assert read([tagged(first, "c:1796112000")], waiting=waiting, now_ms=0) == ([], [])
    assert read([BOAT], waiting=waiting, now_ms=1)[1] == []
    (fix,), malformed = read([second], waiting=waiting, now_ms=2)

    assert malformed == []
    assert (fix.mmsi, fix.at_ms) == (227000001, 1_796_112_000_000)


def test_parts_delivered_again_say_the_same_again_and_nothing_else() -> None:
    first, second = in_two_parts(encode_dict(CLASS_B)[0])
    waiting = Parts(patient=True)

    said = [read([one], waiting=waiting, now_ms=0) for one in (first, first, second, second, first)]

    assert [len(fixes) for fixes, _ in said] == [0, 0, 1, 1, 0]
    assert len({fix.said for fixes, _ in said for fix in fixes}) == 1
    assert [malformed for _, malformed in said if malformed] == []


def test_a_part_whose_others_never_come_is_named_after_half_a_minute_with_the_next_message() -> (
    None
):
    first, _ = in_two_parts(encode_dict(CLASS_B)[0])
    waiting = Parts(patient=True)
    read([first], waiting=waiting, now_ms=0)

    assert read([], waiting=waiting, now_ms=PATIENCE_MS) == ([], [])
    _, malformed = read([], waiting=waiting, now_ms=PATIENCE_MS + 1)

    assert [one.reason for one in malformed] == ["sentence: parts [2] of 2 are missing"]
    assert read([], waiting=waiting, now_ms=PATIENCE_MS * 3) == ([], [])


def test_what_waits_is_bounded_and_what_is_pushed_out_is_named() -> None:
    payload = encode_dict(CLASS_B)[0].split(",")[5][:28]
    firsts = [checked(f"AIVDM,2,1,3,{channel},{payload},0") for channel in range(MOST_WAITING + 5)]
    waiting = Parts(patient=True)

    _, malformed = read(firsts, waiting=waiting)

    assert len(malformed) == 5


@given(st.permutations([0, 1, 2, 3]))
def test_two_messages_in_parts_are_told_apart_in_any_order(order: list[int]) -> None:
    other = encode_dict(CLASS_B | {"mmsi": 227000002})[0]
    parts = [*in_two_parts(encode_dict(CLASS_B)[0]), *in_two_parts(other, number=4)]

    fixes, malformed = read([parts[place] for place in order])

    assert sorted(fix.mmsi or 0 for fix in fixes) == [227000001, 227000002]
    assert malformed == []


@given(st.lists(st.text(max_size=60), max_size=5), st.integers(0, 4))
def test_junk_between_sentences_changes_nothing(junk: list[str], place: int) -> None:
    lines = [*junk[:place], BOAT, *junk[place:]]

    fixes, _ = read(lines)

    assert 227000000 < (fixes[0].mmsi or 0) < 228000000


@given(st.integers(0, len(BOAT) - 1), st.characters(codec="ascii"))
def test_one_changed_character_never_moves_a_boat(place: int, character: str) -> None:
    changed = BOAT[:place] + character + BOAT[place + 1 :]
    expected, _ = read([BOAT])

    fixes, _ = read([changed])

    assert [f.lon for f in fixes] in ([], [expected[0].lon])
