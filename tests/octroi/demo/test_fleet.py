"""The demonstration's fleet is the same every time, keeps to physics, and mostly to the law."""

import json
from collections import Counter
from typing import Any

import numpy as np
import pytest
import shapely

from octroi.demo.cast import Cast, cast, shares
from octroi.demo.companies import SIREN_DIGITS, siren
from octroi.demo.crews import Character, Crew, Misdeed, Voice
from octroi.demo.fleet import Fleet, Message
from octroi.demo.geography import Metres, metres
from octroi.demo.sightings import truth
from octroi.demo.words import topic
from telemetry.formats import nmea, octroi_json, remote_id
from telemetry.model import Fix
from tests.octroi.demo.drawing import END, START, TEN_MINUTES, area_of
from zones.model import HeightReference, Layer

PARIS_AND_2_KM = (2.1966, 48.7976, 2.4973, 48.9202)
MEASURED_MPS = 0.5  # what a measured speed may be off
FASTEST_MPS = {"drone": 20.0, "robot": 1.67, "van": 8.0, "boat": 3.2}


def test_the_same_seed_sends_the_same_bytes(city: dict[str, Any], fleet: Fleet) -> None:
    again = Fleet(characters=cast(7, 60, START, END, city).characters, seed=7, start=START)

    assert again.messages(0, 60) == fleet.messages(0, 60)


def test_another_seed_sends_others(city: dict[str, Any], fleet: Fleet) -> None:
    other = Fleet(characters=cast(8, 60, START, END, city).characters, seed=8, start=START)

    assert other.messages(0, 10) != fleet.messages(0, 10)


def test_a_span_asked_for_in_pieces_is_the_same_span(fleet: Fleet) -> None:
    whole = fleet.messages(0, 50)
    pieces = [one for begin in (0, 13, 37) for one in fleet.messages(*_piece(begin))]

    assert sorted(pieces, key=lambda one: (one.at_ms, one.topic)) == whole
    assert list(fleet.stream(0, 50)) == whole


def _piece(begin: int) -> tuple[float, float]:
    ends = {0: 13, 13: 37, 37: 50}
    return float(begin), float(ends[begin])


def test_a_message_is_about_an_instant_of_its_span(fleet: Fleet) -> None:
    start_ms = int(START.timestamp() * 1000)

    for one in fleet.messages(30, 40):
        assert start_ms + 30_000 <= one.at_ms < start_ms + 40_000


def test_a_longer_stride_sends_fewer_messages(company: Cast, fleet: Fleet) -> None:
    sparse = Fleet(characters=company.characters, seed=7, start=START, stride=5.0)

    assert len(sparse.messages(0, 300)) < 0.25 * len(fleet.messages(0, 300))


def test_every_number_of_vehicles_is_met_in_every_layer(city: dict[str, Any]) -> None:
    for wanted in (18, 60, 400):
        drawn = cast(1, wanted, START, END, city).vehicles

        assert len(drawn) == wanted
        assert {one.layer for one in drawn} == set(Layer)
        assert len({one.id for one in drawn}) == wanted


def test_too_small_a_fleet_is_enlarged_until_it_tells_every_story() -> None:
    assert sum(shares(1).values()) == sum(shares(18).values()) == 18


def test_every_siren_is_fictive_and_its_check_digit_is_right(company: Cast) -> None:
    def luhn(digits: str) -> int:
        odd = [int(digit) for digit in digits[::-1][::2]]
        even = [sum(divmod(2 * int(digit), 10)) for digit in digits[::-1][1::2]]
        return (sum(odd) + sum(even)) % 10

    numbers = [one.siren for one in company.operators]

    assert all(len(number) == SIREN_DIGITS and luhn(number) == 0 for number in numbers)
    assert all(number.startswith("00000") for number in numbers)
    assert len(set(numbers)) == len(numbers) >= 8
    assert luhn(siren(73_282_932)) == 0


def test_every_story_has_its_rule_breaker(company: Cast) -> None:
    deeds = Counter(one.misdeed for one in company.characters if one.misdeed)

    assert set(deeds) == set(Misdeed)
    assert set(company.misdeeds) == {
        one.vehicle.id for one in company.characters if one.misdeed is not None
    }
    assert all(set(texts) == {"fr", "en"} for texts in company.misdeeds.values())


def test_every_position_is_in_or_near_paris(fleet: Fleet) -> None:
    west, south, east, north = PARIS_AND_2_KM
    for number in range(len(fleet.characters)):
        seen = fleet.sightings(number, TEN_MINUTES)

        assert west < seen.lon.min() <= seen.lon.max() < east
        assert south < seen.lat.min() <= seen.lat.max() < north


def test_speeds_are_believable_and_agree_with_the_way_made(fleet: Fleet) -> None:
    for number, character in enumerate(fleet.characters):
        if character.misdeed is Misdeed.TOO_FAST:
            continue
        seen = fleet.sightings(number, TEN_MINUTES)
        limit = FASTEST_MPS.get(character.vehicle.kind, 1.2)
        t_s = seen.at_ms / 1000.0 - START.timestamp()
        way = np.hypot(*np.diff(truth(character, t_s), axis=0).T) / np.diff(t_s)

        assert seen.speed_mps.max() <= limit + MEASURED_MPS, character.vehicle.id
        assert way.max() <= limit, character.vehicle.id


def test_noise_wanders_and_does_not_jump(fleet: Fleet) -> None:
    for number, character in enumerate(fleet.characters):
        seen = fleet.sightings(number, TEN_MINUTES)
        t_s = seen.at_ms / 1000.0 - START.timestamp()
        said = np.array([metres(*one) for one in zip(seen.lon, seen.lat, strict=True)])
        error = said - truth(character, t_s)
        size = np.hypot(error[:, 0], error[:, 1])
        steps = np.hypot(*np.diff(error, axis=0).T)[np.diff(t_s) < 1.1]

        assert np.quantile(size, 0.95) <= character.h_acc_m
        assert size.max() > 0.1 * character.h_acc_m
        assert steps.size == 0 or steps.max() < 0.5 * character.h_acc_m


def test_the_lawful_stay_within_what_they_ask_for(company: Cast, fleet: Fleet) -> None:
    crews = {one.vehicle.id: crew for crew in company.crews for one in crew.characters}
    for number, character in enumerate(fleet.characters):
        if character.misdeed in {None, Misdeed.SILENT, Misdeed.TRANSIT, Misdeed.TOO_FAST}:
            crew = crews[character.vehicle.id]
            seen = fleet.sightings(number, TEN_MINUTES)
            said = [metres(*one) for one in zip(seen.lon, seen.lat, strict=True)]
            granted = shapely.union_all([area_of(one["footprint"]) for one in crew.spaces])

            assert shapely.contains_xy(granted, said).all(), character.vehicle.id
            assert _within_band(crew, seen.height_m, character.v_acc_m), character.vehicle.id


def _within_band(crew: Crew, heights_m: Metres, v_acc_m: float) -> bool:
    space = crew.spaces[0]
    if "lower" not in space:
        return bool(np.isnan(heights_m).all())
    lower, upper = (space[limit]["value"] for limit in ("lower", "upper"))
    return bool(heights_m.min() - v_acc_m > lower and heights_m.max() + v_acc_m < upper)


def test_what_is_sent_is_read_as_it_was_meant(fleet: Fleet) -> None:
    sent = fleet.messages(0, 30)
    voices = Counter(character.voice for character in fleet.characters)
    for number, character in enumerate(fleet.characters):
        seen = fleet.sightings(number, (0.0, 30.0))
        mine = [one for one in sent if one.topic == topic(character)]
        fixes = [fix for one in mine for fix in _read(character, one) if _is(fix, character)]

        assert [fix.at_ms for fix in fixes] == seen.at_ms.tolist()
        assert [fix.lon for fix in fixes] == pytest.approx(seen.lon, abs=3e-6)
        assert [fix.lat for fix in fixes] == pytest.approx(seen.lat, abs=3e-6)
        assert [fix.speed_mps for fix in fixes] == pytest.approx(seen.speed_mps, abs=0.13)
        assert {fix.h_acc_m for fix in fixes} <= {character.h_acc_m}

    assert set(voices) == set(Voice)
    assert voices[Voice.AIS] >= 3


def _read(character: Character, message: Message) -> list[Fix]:
    match character.voice:
        case Voice.JSON:
            fixes, malformed = octroi_json.read(message.payload)
        case Voice.AIS:
            fixes, malformed = nmea.read(message.payload)
        case Voice.REMOTE_ID:
            fixes, malformed = remote_id.read(message.payload, received_at_ms=message.at_ms)
    assert malformed == []
    return fixes


def _is(fix: Fix, character: Character) -> bool:
    vehicle = character.vehicle
    return character.voice is Voice.JSON or (
        fix.mmsi == vehicle.mmsi if vehicle.mmsi else fix.serial == vehicle.serial
    )


def test_a_broadcast_says_how_high_the_drone_is(fleet: Fleet) -> None:
    message = next(one for one in fleet.messages(0, 2) if one.topic.endswith("/remote-id"))

    ((fix,), _) = remote_id.read(message.payload, received_at_ms=message.at_ms)

    assert fix.alt_ref is HeightReference.AGL
    assert fix.alt_m == pytest.approx(55.0, abs=6.0)


def test_trackers_number_their_reports(fleet: Fleet) -> None:
    by_topic: dict[str, list[dict[str, Any]]] = {}
    for one in fleet.messages(0, 60):
        if one.topic.endswith("/position"):
            by_topic.setdefault(one.topic, []).append(json.loads(one.payload))

    for reports in by_topic.values():
        numbers = [one["seq"] for one in reports]

        assert numbers == sorted(set(numbers))
        assert {one["boot"] for one in reports} == {int(START.timestamp())}
