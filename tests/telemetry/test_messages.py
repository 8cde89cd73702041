"""Whose positions a message holds, and what in it is refused."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyais import encode_dict

from telemetry.belief import doubt
from telemetry.messages import Decoded, Incoming, decode, gather
from telemetry.model import UNREGISTERED
from telemetry.receipts import ranges, receipts
from tests.telemetry.intake import NOON_MS, city, message, position
from zones.model import Layer


def read(topic: str, payload: bytes, received_at_ms: int = NOON_MS) -> Decoded:
    return decode(topic, payload, received_at_ms=received_at_ms, registry=city())


def opened(incoming: Incoming) -> Decoded:
    return read(incoming.topic, incoming.payload, incoming.received_at_ms)


def ais(mmsi: int, **named: float) -> bytes:
    values: dict[str, float] = {"type": 1, "mmsi": mmsi, "lon": 2.35, "lat": 48.85}
    return str(encode_dict({**values, **named})[0]).encode()


def test_the_operator_is_the_topics_whatever_the_payload_says() -> None:
    decoded = opened(message(position(1, operator="volt", vehicle="van-9")))

    assert decoded.sender == "ailes"
    assert decoded.reports[0].vehicle == ("ailes", "drone-1")
    assert decoded.reports[0].layer is Layer.AIR


@pytest.mark.parametrize(
    ("operator", "vehicle", "reason"),
    [
        ("ailes", "drone-2", "vehicle: 'drone-2' is not registered for ailes"),
        ("volt", "drone-1", "operator: 'volt' is not registered"),
    ],
)
def test_a_stranger_is_refused_by_sequence_number(operator: str, vehicle: str, reason: str) -> None:
    decoded = opened(message(position(1), position(2), operator=operator, vehicle=vehicle))

    assert decoded.reports == ()
    assert [(one.seq, one.boot, one.reason) for one in decoded.refused] == [
        (1, "b1", reason),
        (2, "b1", reason),
    ]


def test_a_receiver_hears_registered_boats_and_strangers() -> None:
    known = read("octroi/v1/receiver-1/nmea", ais(227000001))
    stranger = read("octroi/v1/receiver-1/nmea", ais(227000002))

    assert known.reports[0].vehicle == ("ailes", "boat-1")
    assert stranger.reports[0].vehicle == (UNREGISTERED, "mmsi-227000002")
    assert stranger.reports[0].layer is Layer.RIVER
    assert stranger.reports[0].at_ms == NOON_MS


def test_whoever_is_no_receiver_hears_nobody() -> None:
    decoded = read("octroi/v1/ailes/nmea", ais(227000001))

    assert decoded.refused[0].reason == "sensor: 'ailes' is not registered"


def test_a_boat_speaks_for_itself_only() -> None:
    own = read("octroi/v1/ailes/boat-1/nmea", ais(227000001))
    other = read("octroi/v1/ailes/boat-1/nmea", ais(227000002))

    assert len(own.reports) == 1
    assert other.refused[0].reason == "mmsi: 227000002 is not registered for boat-1"


def test_a_phone_is_read_on_its_own_topic() -> None:
    phone = {"_type": "location", "lat": 48.85, "lon": 2.35, "tst": NOON_MS // 1000}

    decoded = read("owntracks/ailes/drone-1", json.dumps(phone).encode())

    assert decoded.reports[0].at_ms == NOON_MS


@pytest.mark.parametrize(
    "topic",
    ["", "octroi/v1/ailes", "octroi/v1/ailes/drone-1/permit", "a/b/c", "octroi/v2/a/b/nmea"],
)
def test_other_topics_carry_no_positions(topic: str) -> None:
    assert read(topic, b"{}").refused[0].reason == "topic: carries no positions"


def test_without_a_sequence_number_the_content_is_the_name() -> None:
    nameless = {key: value for key, value in position(1).items() if key != "seq"}
    first, again = opened(message(nameless)), opened(message(nameless))
    later = opened(message(nameless | {"at": NOON_MS + 1}))

    assert first.reports[0].key == again.reports[0].key != later.reports[0].key
    assert first.key == again.key != ""


def test_an_ais_sentence_heard_again_later_keeps_its_name() -> None:
    first = read("octroi/v1/receiver-1/nmea", ais(227000001), NOON_MS)
    again = read("octroi/v1/receiver-1/nmea", ais(227000001), NOON_MS + 90_000)
    next_second = read("octroi/v1/receiver-1/nmea", ais(227000001, second=1), NOON_MS)

    assert first.reports[0].key == again.reports[0].key != next_second.reports[0].key


def test_spelling_does_not_change_the_content() -> None:
    plain = opened(message(position(1)))
    spaced = json.dumps(position(1), indent=2).encode()

    assert plain.reports[0].digest == read(message().topic, spaced).reports[0].digest


@pytest.mark.parametrize(
    ("ahead_ms", "believed"), [(-1001, False), (-1000, True), (5000, True), (5001, False)]
)
def test_a_time_is_believed_from_the_open_period_to_five_seconds_ahead(
    ahead_ms: int, *, believed: bool
) -> None:
    (report,) = opened(message(position(1))).reports
    report = replace(report, at_ms=NOON_MS + ahead_ms, received_at_ms=NOON_MS)

    assert (doubt(report, earliest_ms=NOON_MS - 1000) == "") is believed


def test_a_receipt_names_ranges_reasons_and_keys() -> None:
    mixed = opened(message(position(1), position(2), position(4), position(9, lon="x")))
    nameless = read("octroi/v1/receiver-1/nmea", ais(227000002) + b"\n!junk")

    told = receipts([mixed, nameless], [])

    assert json.loads(told["ailes"]) == [
        {
            "vehicle": "drone-1",
            "boot": "b1",
            "stored": [[1, 2], [4, 4]],
            "refused": [{"seq": 9, "reason": "lon: Expected `float`, got `str`"}],
            "quarantined": [],
        }
    ]
    (entry,) = json.loads(told["receiver-1"])
    assert entry["keys"] == [nameless.key]
    assert entry["vehicle"] is None
    assert [one["key"] for one in entry["refused"]] == [nameless.key]


@given(st.sets(st.integers(0, 60)))
def test_ranges_hold_each_number_once_and_no_other(numbers: set[int]) -> None:
    found = [n for first, last in ranges(numbers) for n in range(first, last + 1)]

    assert found == sorted(numbers)


@given(st.text(max_size=40), st.binary(max_size=120))
def test_no_topic_and_no_payload_raise(topic: str, payload: bytes) -> None:
    decoded = read(topic, payload)

    assert len(gather(decoded.reports)) == len(decoded.reports)


@given(st.sampled_from(["position", "nmea", "remote-id"]), st.binary(max_size=120))
def test_no_payload_of_a_vehicle_raises(wire: str, payload: bytes) -> None:
    read(f"octroi/v1/ailes/drone-1/{wire}", payload)
