"""Whose positions a message holds, and what in it is refused."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyais import encode_dict

from permits.registry import registry
from telemetry.formats.ais_parts import PATIENCE_MS, Fragments
from telemetry.intake.arrivals import Arrivals
from telemetry.intake.belief import doubts
from telemetry.messages import Addresses, Incoming, decode
from telemetry.model import UNREGISTERED, VehicleKey
from telemetry.receipts import receipts
from tests.telemetry.intake import NOON_MS, city, message, position
from tests.telemetry.sentences import in_two_parts, tagged
from zones.model import Layer


def read(topic: str, payload: bytes, received_at_ms: int = NOON_MS) -> Arrivals:
    return opened(Incoming(topic=topic, payload=payload, received_at_ms=received_at_ms))


def opened(*incoming: Incoming) -> Arrivals:
    return decode(incoming, Addresses(city()))


def whose(arrivals: Arrivals) -> VehicleKey:
    batch = arrivals.observations
    return batch.vehicles[int(batch.vehicle[0])]


def layer(arrivals: Arrivals) -> Layer:
    return list(Layer)[int(arrivals.observations.positions.layer[0])]


def ais(mmsi: int, **named: float) -> bytes:
    values: dict[str, float] = {"type": 1, "mmsi": mmsi, "lon": 2.35, "lat": 48.85}
    return str(encode_dict({**values, **named})[0]).encode()


def test_the_operator_is_the_topics_whatever_the_payload_says() -> None:
    arrivals = opened(message(position(1, operator="volt", vehicle="van-9")))

    assert arrivals.observations.senders == ("ailes",)
    assert whose(arrivals) == ("ailes", "drone-1")
    assert layer(arrivals) is Layer.AIR


@pytest.mark.parametrize(
    ("operator", "vehicle", "reason"),
    [
        ("ailes", "drone-2", "vehicle: 'drone-2' is not registered for ailes"),
        ("volt", "drone-1", "operator: 'volt' is not registered"),
    ],
)
def test_a_stranger_is_refused_by_sequence_number(operator: str, vehicle: str, reason: str) -> None:
    arrivals = opened(message(position(1), position(2), operator=operator, vehicle=vehicle))

    assert len(arrivals) == 0
    assert [(one.seq, one.boot, one.reason) for one in arrivals.refused] == [
        (1, "b1", reason),
        (2, "b1", reason),
    ]


def test_a_receiver_hears_registered_boats_and_strangers() -> None:
    known = read("octroi/v1/receiver-1/nmea", ais(227000001))
    stranger = read("octroi/v1/receiver-1/nmea", ais(227000002))

    assert whose(known) == ("ailes", "boat-1")
    assert whose(stranger) == (UNREGISTERED, "mmsi-227000002")
    assert layer(stranger) is Layer.RIVER
    assert stranger.observations.positions.at_ms.tolist() == [NOON_MS]
    assert stranger.stamped.tolist() == [False]


def test_whoever_is_no_receiver_hears_nobody() -> None:
    arrivals = read("octroi/v1/ailes/nmea", ais(227000001))

    assert arrivals.refused[0].reason == "sensor: 'ailes' is not registered"


def test_a_boat_speaks_for_itself_only() -> None:
    own = read("octroi/v1/ailes/boat-1/nmea", ais(227000001))
    other = read("octroi/v1/ailes/boat-1/nmea", ais(227000002))

    assert len(own) == 1
    assert other.refused[0].reason == "mmsi: 227000002 is not registered for boat-1"


def test_a_phone_is_read_on_its_own_topic() -> None:
    phone = {"_type": "location", "lat": 48.85, "lon": 2.35, "tst": NOON_MS // 1000}

    arrivals = read("owntracks/ailes/drone-1", json.dumps(phone).encode())

    assert arrivals.observations.positions.at_ms.tolist() == [NOON_MS]


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

    assert first.nameless[0] == again.nameless[0]
    assert first.nameless[0].key != later.nameless[0].key
    assert first.whole == again.whole
    assert first.whole[0].key == first.nameless[0].message


def test_an_ais_sentence_without_a_time_is_another_position_each_second_it_is_heard() -> None:
    heard = {
        ms: read("octroi/v1/receiver-1/nmea", ais(227000001), NOON_MS + ms).nameless[0]
        for ms in (0, 999, 1000, 5000, 90_000)
    }

    assert heard[0].key == heard[999].key
    assert len({one.key for one in heard.values()}) == 4
    assert len({one.message for one in heard.values()}) == 1


def test_an_ais_sentence_with_a_time_keeps_its_name_however_often_it_is_heard() -> None:
    timed = tagged(ais(227000001).decode(), f"c:{NOON_MS // 1000}").encode()
    first = read("octroi/v1/receiver-1/nmea", timed, NOON_MS)
    again = read("octroi/v1/receiver-1/nmea", timed, NOON_MS + 90_000)

    assert first.nameless == again.nameless


HALVES = [
    half.encode()
    for half in in_two_parts(encode_dict({"type": 19, "mmsi": 7, "lon": 2.35, "lat": 48.85})[0])
]
HEARD = "octroi/v1/receiver-1/nmea"


def answers(
    said: list[tuple[bytes, int]], fragments: Fragments
) -> list[tuple[set[str], set[str], int]]:
    """Return whose messages each is answered for, which of them are refused, and positions."""
    found = []
    for payload, ms in said:
        incoming = Incoming(topic=HEARD, payload=payload, received_at_ms=NOON_MS + ms)
        arrivals = decode([incoming], Addresses(city()), fragments)
        (entry,) = json.loads(receipts(arrivals, []).get("receiver-1", b'[{"refused":[]}]'))
        refused = {one["key"] for one in entry["refused"]}
        found.append((set(entry.get("keys", ())), refused, len(arrivals)))
    return found


def name(payload: bytes) -> str:
    return hashlib.sha256(payload).hexdigest()


def test_a_part_of_a_message_is_answered_when_the_others_came_and_not_before() -> None:
    first, second = HALVES
    both = {name(first), name(second)}

    told = answers([(first, 0), (first, 3000), (second, 4000), (first, 5000)], Fragments())

    assert told == [
        (set(), set(), 0),
        (set(), set(), 0),
        (both, set(), 1),
        ({name(first)}, set(), 0),
    ]


def test_a_part_whose_others_never_came_is_refused_in_its_own_name() -> None:
    first, _ = HALVES
    other = ais(227000001)

    told = answers([(first, 0), (other, PATIENCE_MS + 1), (other, PATIENCE_MS + 2)], Fragments())

    assert told == [
        (set(), set(), 0),
        ({name(first), name(other)}, {name(first)}, 1),
        ({name(other)}, set(), 1),
    ]


def test_a_part_sent_again_for_want_of_an_answer_is_refused_in_the_end() -> None:
    first, _ = HALVES

    told = answers([(first, 0), (first, PATIENCE_MS + 1)], Fragments())

    assert [refused for _, refused, _ in told] == [set(), {name(first)}]


def test_spelling_does_not_change_the_name_of_what_has_no_number() -> None:
    nameless = {key: value for key, value in position(1).items() if key != "seq"}
    plain = opened(message(nameless))
    spaced = read(message().topic, json.dumps(nameless, indent=2).encode())

    assert plain.nameless[0].key == spaced.nameless[0].key


def test_messages_read_together_are_read_as_each_alone() -> None:
    iso = position(3, at="2026-06-10T12:00:03Z", alt=None, h_acc=None, boot=7)
    sent = [
        message(position(1), position(2, boot="7"), iso),
        message(position(4), vehicle="boat-1"),
        message(position(5, alt_ref=None, speed=3.5), position(6, lat="x"), position(7)),
        message(),
        Incoming(topic="octroi/v1/receiver-1/nmea", payload=ais(227000001), received_at_ms=NOON_MS),
    ]

    together, alone = opened(*sent), [opened(one) for one in sent]

    fixes = [together.fix(row) for row in range(len(together))]
    assert fixes == [one.fix(row) for one in alone for row in range(len(one))]
    assert [fix.boot for fix in fixes[:3]] == ["b1", "7", "7"]
    assert (fixes[2].at_ms, fixes[2].alt_m, fixes[2].h_acc_m) == (NOON_MS + 3000, None, 10.0)
    assert together.refused == tuple(each for one in alone for each in one.refused)
    assert together.whole == tuple(each for one in alone for each in one.whole)
    batch = together.observations
    assert [batch.vehicles[number] for number in batch.vehicle] == [
        one.observations.vehicles[number] for one in alone for number in one.observations.vehicle
    ]


def test_who_is_registered_anew_is_known_from_then_on() -> None:
    before = Addresses(registry([], []))

    assert len(decode([message(position(1))], before)) == 0
    assert len(decode([message(position(1))], Addresses(city()))) == 1


@pytest.mark.parametrize(
    ("ahead_ms", "believed"), [(-1001, False), (-1000, True), (5000, True), (5001, False)]
)
def test_a_time_is_believed_from_the_open_period_to_five_seconds_ahead(
    ahead_ms: int, *, believed: bool
) -> None:
    sent = json.dumps(position(1, at=NOON_MS + ahead_ms)).encode()
    arrivals = read("octroi/v1/ailes/drone-1/position", sent, NOON_MS)

    assert (not doubts(arrivals.observations, earliest_ms=NOON_MS - 1000)) is believed


def test_a_receipt_names_ranges_reasons_and_keys() -> None:
    heard = ais(227000002) + b"\n!junk"
    told = receipts(
        opened(
            message(position(1), position(2), position(4), position(9, lon="x")),
            Incoming(topic="octroi/v1/receiver-1/nmea", payload=heard, received_at_ms=NOON_MS),
        ),
        [],
    )
    key = hashlib.sha256(heard).hexdigest()

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
    assert entry["keys"] == [key]
    assert entry["vehicle"] is None
    assert [one["key"] for one in entry["refused"]] == [key]


@given(st.sets(st.integers(0, 60)))
def test_a_receipt_holds_each_number_once_and_no_other(numbers: set[int]) -> None:
    arrivals = opened(message(*(position(n) for n in sorted(numbers, key=str))))

    told = json.loads(receipts(arrivals, [])["ailes"]) if numbers else [{"stored": []}]

    found = [n for first, last in told[0]["stored"] for n in range(first, last + 1)]
    assert found == sorted(numbers)


@given(st.text(max_size=40), st.binary(max_size=120))
def test_no_topic_and_no_payload_raise(topic: str, payload: bytes) -> None:
    arrivals = read(topic, payload)

    assert len(arrivals.observations) == len(arrivals)


@given(st.sampled_from(["position", "nmea", "remote-id"]), st.binary(max_size=120))
def test_no_payload_of_a_vehicle_raises(wire: str, payload: bytes) -> None:
    read(f"octroi/v1/ailes/drone-1/{wire}", payload)
