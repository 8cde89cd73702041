"""DJI's subtitles: three spellings, and what they leave open."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.formats import track_srt
from telemetry.model import Fix, Malformed
from zones.model import Layer

MINI_3 = """<font size="28">FrameCnt: 1, DiffTime: 33ms
2024-08-07 12:34:24.380
[iso: 100] [latitude: 69.189116] [longitude: 35.259334]
[rel_alt: 1.100 abs_alt: -2.927] [ct: 5310] </font>
"""
MAVIC_2 = """<font size="36">SrtCnt : 1, DiffTime : 33ms
2019-09-25 01:22:35,118,697
[ev : 0.7] [latitude : 0.608553] [longtitude : -1.963766] [altitude: 1.3] </font>
"""
RECORDED = Path(__file__).parents[1] / "data" / "srt"


def recorded(name: str) -> list[Fix | Malformed]:
    lines = (RECORDED / f"{name}.SRT").read_text(encoding="utf-8").splitlines(keepends=True)
    return list(track_srt.read(lines, name))


def one(text: str) -> Fix | Malformed:
    lines = ["1\n", "00:00:00,000 --> 00:00:00,033\n", *text.splitlines(keepends=True)]
    (found,) = track_srt.read(lines, "film")
    return found


def test_every_second_of_a_mavic_pros_flight_is_read() -> None:
    found = recorded("mavic_pro")

    fixes = [each for each in found if isinstance(each, Fix)]
    assert len(fixes) == len(found) == 468
    assert (fixes[0].lon, fixes[0].lat, fixes[0].alt_m) == (149.0251, -20.2533, 1.9)
    assert fixes[0].at_text == "2017-08-05T14:11:51+02:00"
    assert (fixes[-1].line, fixes[-1].at_text) == (2804, "2017-08-05T14:19:39+02:00")


def test_a_drone_that_writes_no_date_has_places_and_heights_without_an_instant() -> None:
    found = recorded("p4_rtk")

    fixes = [each for each in found if isinstance(each, Fix)]
    assert len(fixes) == len(found) == 55
    assert {(fix.at_ms, fix.at_text) for fix in fixes} == {(None, "")}
    assert (fixes[1].lon, fixes[1].lat, fixes[1].alt_m) == (-58.851740, -34.237911, 85.83)


def test_a_file_that_breaks_off_is_read_as_far_as_it_goes_and_its_end_is_named_by_line() -> None:
    *before, last = recorded("broken_incomplete")

    assert len(before) == 19
    assert all(isinstance(each, Fix) for each in before)
    assert last == Malformed(line=116, reason="the cue has no whole position")


def test_the_height_is_above_the_take_off_so_that_its_reference_is_unknown() -> None:
    for name in ("mavic_pro", "p4_rtk"):
        for fix in recorded(name):
            assert isinstance(fix, Fix)
            assert fix.alt_m is not None
            assert fix.alt_ref is None
            assert fix.layer is Layer.AIR


@pytest.mark.parametrize(
    ("text", "place", "alt_m"),
    [
        (
            MINI_3,
            (35.259334, 69.189116),
            1.1,
        ),
        (
            MAVIC_2,
            (-1.963766, 0.608553),
            1.3,
        ),
        (
            "F/2.8, SS 1667.11, GPS (120.3534, 23.1201, 26), D 499.16m, H 98.00m, H.S 4.81m/s",
            (120.3534, 23.1201),
            98.0,
        ),
        ("GPS(2.3500,48.8600,19)", (2.35, 48.86), None),
    ],
)
def test_each_drones_spelling_is_understood(
    text: str, place: tuple[float, float], alt_m: float | None
) -> None:
    found = one(text)

    assert isinstance(found, Fix)
    assert (found.lon, found.lat) == place
    assert found.alt_m == alt_m


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("GPS(2.35,148.86,19)", "no place on Earth"),
        ("GPS(0.0000,0.0000,0)", "had no position"),
        ("GPS(n/a,n/a,n/a)", "no whole position"),
        ("GPS(2.35,48.8", "no whole position"),
        ("[latitude: 48.86]", "no whole position"),
        ("GPS(2.35,48.86,19) 2026.02.30 10:00:00", "no date and time"),
        ("", "no whole position"),
    ],
)
def test_what_a_cue_lacks_is_said(text: str, named: str) -> None:
    found = one(text)

    assert isinstance(found, Malformed)
    assert found.line == 2
    assert named in found.reason


def test_four_decimals_cost_more_accuracy_than_six() -> None:
    coarse, fine = one("GPS(2.3500,48.8600,19)"), one("GPS(2.350000,48.860000,19)")

    assert isinstance(coarse, Fix)
    assert isinstance(fine, Fix)
    # Half of 0.0001°: 5.56 m north, and cos 48.86° of 5.57 m east, by hand.
    assert coarse.h_acc_m == pytest.approx(10 + (5.56**2 + 3.67**2) ** 0.5, abs=0.02)
    assert fine.h_acc_m == pytest.approx(10.067, abs=0.002)


@given(st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1)))  # noqa: DTZ001 - a drone's clock
def test_the_clock_is_that_of_paris(clock: datetime) -> None:
    found = one(f"GPS(2.35,48.86,9)\n{clock:%Y-%m-%d %H:%M:%S}.{clock.microsecond // 1000:03d}")

    assert isinstance(found, Fix)
    at = datetime.fromisoformat(found.at_text)
    assert at.replace(tzinfo=None) == clock.replace(microsecond=clock.microsecond // 1000 * 1000)
    assert at.tzinfo in {timezone(timedelta(hours=1)), timezone(timedelta(hours=2))}
    assert found.at_ms == round(at.timestamp() * 1000)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert len(list(track_srt.read(["00:00:00,000 --> 00:00:01,000\n", text], "x"))) >= 1
