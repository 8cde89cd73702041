"""Whatever is sent, on whatever topic: each position is stored, refused or quarantined, once."""

import json
import math
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

import cbor2
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool
from pyais import encode_dict

from octroi.client import Sender
from octroi.embedded.access import digest
from octroi.embedded.mosquitto import Mosquitto
from telemetry.broker import Ingest
from telemetry.formats.ais_parts import Fragments
from telemetry.intake.arrivals import Arrivals
from telemetry.intake.belief import doubts
from telemetry.messages import Addresses, Incoming, decode
from tests.telemetry.city_builders import NOON
from tests.telemetry.intake import NOON_MS, Desk, city, position
from tests.telemetry.remote_id import BASIC, location, pack
from tests.telemetry.sentences import in_two_parts

EARLIEST = NOON - timedelta(days=30)
EARLIEST_MS = round(EARLIEST.timestamp() * 1000)
HEARD_MS = NOON_MS + 60_000
CITY = city()
PASSWORD = "a password of the test's own"  # noqa: S105 - it guards a throw-away broker
PATIENCE_S = 15.0
YEAR_2099_MS = 4_070_908_800_000
ENCODINGS: dict[str, Callable[[object], bytes]] = {
    "position": lambda said: json.dumps(said).encode(),
    "position.msgpack": msgspec.msgpack.encode,
    "position.cbor": cbor2.dumps,
}


class Sent(NamedTuple):
    """One message, and how many positions whoever made it put in."""

    topic: str
    payload: bytes
    positions: int


seqs = st.integers(0, 40)
fields: st.SearchStrategy[dict[str, object]] = st.one_of(
    st.just({}),
    st.sampled_from([0, YEAR_2099_MS, 2**62, "2099-01-01T00:00:00Z", "", None]).map(
        lambda at: {"at": at}
    ),
    st.sampled_from([math.nan, math.inf, 1e300, 181, "2.35", None, [2.35]]).map(
        lambda lon: {"lon": lon}
    ),
)
positions = st.one_of(
    st.tuples(seqs, fields).map(lambda one: position(one[0], **one[1])),
    st.sampled_from([None, 3, "", {}]),
)
whose = st.sampled_from(["ailes/drone-1", "ailes/drone-9", "volt/drone-1"])


def ours(owner: str, wire: str, said: list[object]) -> Sent:
    return Sent(f"octroi/v1/{owner}/{wire}", ENCODINGS[wire](said), len(said))


ours_sent = st.builds(
    ours, whose, st.sampled_from(sorted(ENCODINGS)), st.lists(positions, max_size=4)
)
broken_sent = st.builds(
    lambda wire, payload: Sent(f"octroi/v1/ailes/drone-1/{wire}", payload, 1),
    st.sampled_from([*ENCODINGS, "remote-id", "nmea"]),
    st.sampled_from([b"", b"\n"]),
)
elsewhere_sent = st.builds(
    lambda topic, payload: Sent(topic, payload, 1),
    st.sampled_from(["octroi/v1/ailes", "octroi/v1/a/b/c/d", "ailes", "octroi/v1/ailes/d/alert"]),
    st.binary(max_size=20),
)


def ais(second: int, **named: float) -> str:
    said: dict[str, float] = {"type": 1, "mmsi": 227000001, "lon": 2.35, "lat": 48.85}
    return str(encode_dict({**said, "second": second, **named})[0])


STATIC = str(encode_dict({"type": 24, "mmsi": 227000001, "partno": 0, "shipname": "ALMA"})[0])
WHOLE = in_two_parts(encode_dict({"type": 19, "mmsi": 227000002, "lon": 2.35, "lat": 48.85})[0])
lines = st.one_of(
    st.integers(0, 59).map(lambda second: (ais(second), 1)),
    st.integers(0, 59).map(lambda second: (ais(second, lon=181, lat=91), 1)),
    st.integers(0, 59).map(lambda second: (ais(second)[:-1] + "Z", 1)),
    st.sampled_from([(STATIC, 0), ("hello", 1), ("$GPGGA,1", 0), ("!AIVDM,2,5,1,A,x,0*00", 1)]),
    st.just(("\n".join(WHOLE), 1)),
)
nmea_sent = st.builds(
    lambda sender, said: Sent(
        f"octroi/v1/{sender}/nmea",
        "\n".join(line for line, _ in said).encode(),
        sum(count for _, count in said),
    ),
    st.sampled_from(["receiver-1", "receiver-9", "ailes/boat-1"]),
    st.lists(lines, min_size=1, max_size=4),
)
radio_sent = st.builds(
    lambda sender, said: Sent(f"octroi/v1/{sender}/remote-id", said[0], said[1]),
    st.sampled_from(["receiver-1", "ailes/boat-1"]),
    st.sampled_from(
        [
            (pack(BASIC, location()), 1),
            (pack(BASIC, location(tenths=7_000)), 1),
            (pack(BASIC, location(lat=0, lon=0)), 1),
            (pack(BASIC), 0),
            (pack(BASIC, location())[:-1], 1),
            (b"\xf2\x19\xff", 1),
        ]
    ),
)
PHONE = {"_type": "location", "lat": 48.85, "lon": 2.35, "tst": NOON_MS // 1000}
phone_sent = st.builds(
    lambda tail, said: Sent(
        f"owntracks/ailes/drone-1{tail}", json.dumps(said[0]).encode(), said[1]
    ),
    st.sampled_from(["", "/event", "/waypoint"]),
    st.sampled_from(
        [
            (PHONE, 1),
            (PHONE | {"tst": 0}, 1),
            (PHONE | {"lat": 99}, 1),
            ({"_type": "transition", "event": "enter", "tst": 1}, 0),
            ({"_type": "elsewhere"}, 1),
        ]
    ),
)
streams = st.lists(
    st.one_of(ours_sent, nmea_sent, radio_sent, phone_sent, broken_sent, elsewhere_sent),
    max_size=8,
)


def read(topic: str, payload: bytes, fragments: Fragments | None = None) -> Arrivals:
    message = Incoming(topic=topic, payload=payload, received_at_ms=HEARD_MS)
    return decode([message], Addresses(CITY), fragments)


@given(streams)
def test_each_position_sent_is_readable_or_refused_and_only_the_plausible_is_believed(
    stream: list[Sent],
) -> None:
    fragments = Fragments()
    for sent in stream:
        arrivals = read(sent.topic, sent.payload, fragments)

        assert len(arrivals) + len(arrivals.refused) == sent.positions, sent
        assert all(one.reason for one in arrivals.refused)
        where = arrivals.observations.positions
        doubted = {one.row for one in doubts(arrivals.observations, earliest_ms=EARLIEST_MS)}
        for row in range(len(arrivals)):
            assert -180 <= where.lon[row] <= 180
            assert -90 <= where.lat[row] <= 90
            within = EARLIEST_MS <= where.at_ms[row] <= HEARD_MS + 5_000
            assert (row not in doubted) is bool(within)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(stream=streams)
def test_sent_is_stored_refused_and_quarantined_to_the_last_one_however_often_it_is_sent(
    pool: ConnectionPool, stream: list[Sent]
) -> None:
    desk = Desk(pool)
    desk.empty()
    pipeline = desk.pipeline()
    messages = [
        Incoming(topic=one.topic, payload=one.payload, received_at_ms=HEARD_MS) for one in stream
    ]

    pipeline.take(messages)
    once = pipeline.counters.counts
    for message in messages:
        pipeline.take([message])

    counts = pipeline.counters.counts
    assert counts.received == counts.stored + counts.refused + counts.quarantined == once.received
    assert once.received + once.duplicates == sum(one.positions for one in stream)
    assert counts.stored == desk.count("observation") == desk.names()
    assert counts.refused == desk.count("refusal")
    assert counts.quarantined == desk.count("quarantine")
    assert all(
        EARLIEST <= at <= NOON + timedelta(seconds=65)
        for (at,) in desk.rows("SELECT at FROM telemetry.observation")
    )


LARGEST = 1_000_000  # bytes, what the broker lets through
FULL = {
    "position": [
        b"[" * LARGEST,
        b'{"a":' * (LARGEST // 5),
        b"[" + b"{}," * 9_998 + b'{"at":"' + b"9" * 900_000 + b'"}]',
        b'{"at":' + b"1" * LARGEST + b"}",
    ],
    "position.msgpack": [
        b"\x91" * LARGEST,
        b"\xdc\x27\x10" + b"\x80" * 10_000,
        b"\xdd\x00\x0f\x42\x3f" + b"\xc0" * 999_999,
        b"\xdf\x00\x03\xd0\x90" + b"\xa1a\x01" * 250_000,
    ],
    "position.cbor": [
        b"\x81" * LARGEST,
        b"\x99\x27\x10" + b"\xa0" * 10_000,
        b"\x9a\x00\x0f\x42\x3f" + b"\xf6" * 999_999,
        b"\xc2\x5a\x00\x0f\x00\x00" + b"\xff" * 983_040,
    ],
    "nmea": [
        b"!\n" * 10_000 + b"x" * 900_000,
        b"\n".join(b"!AIVDM,2,1,%d,A,x,0*00" % (n % 10) for n in range(10_000)),
        b"\\g:1-2-3*00\\" * 70_000,
        b"$GPRMC," + b"," * 900_000,
        (ais(1).encode() + b"\n") * 10_000,
        b"\n" * LARGEST,
    ],
    "remote-id": [
        location() * 10_000,
        location(lat=0, lon=0) * 10_000,
        b"\xf2\x19\x09" + b"\x72" * 225,
        b"\xf2" * LARGEST,
    ],
}


@pytest.mark.parametrize("wire", FULL)
def test_the_fullest_message_takes_a_time_that_grows_with_its_length_only(wire: str) -> None:
    for payload in FULL[wire]:
        begun = time.process_time()

        arrivals = read(f"octroi/v1/ailes/boat-1/{wire}", payload)

        # A quadratic reader takes minutes; one that names each line by all of them, too.
        assert time.process_time() - begun < 5, payload[:20]
        assert len(arrivals) + len(arrivals.refused) <= 10_000


OWN = "octroi/v1/ailes/drone-1"
TO_OPERATOR = (
    (f"{OWN}/position", json.dumps([position(1), position(2)]).encode()),
    (f"{OWN}/position.msgpack", msgspec.msgpack.encode(position(3))),
    (f"{OWN}/position.cbor", cbor2.dumps([position(4), position(5, lat=91)])),
    (f"{OWN}/position.cbor", cbor2.dumps(position(6, at=YEAR_2099_MS))),
    (f"{OWN}/position.msgpack", b""),
    ("owntracks/ailes/drone-1", json.dumps(PHONE).encode()),
    ("owntracks/ailes/drone-1/event", b'{"_type":"transition"}'),
)
TO_RECEIVER = (
    ("octroi/v1/receiver-1/nmea", WHOLE[0].encode()),
    ("octroi/v1/receiver-1/nmea", WHOLE[1].encode()),
    ("octroi/v1/receiver-1/remote-id", pack(BASIC, location(tenths=0))),
)


def test_over_a_broker_every_format_is_receipted_and_a_sender_knows_what_became_of_each(
    mosquitto: Mosquitto, pool: ConnectionPool
) -> None:
    mosquitto.set_users({"ailes": digest(PASSWORD), "receiver-1": digest(PASSWORD)})
    address = f"mqtt://127.0.0.1:{urlsplit(mosquitto.url).port}"
    desk = Desk(pool)
    ingest = Ingest(mosquitto.url, desk.pipeline(), lambda: desk.now, client_id=uuid.uuid4().hex)
    # Nothing stays behind at the broker, which other tests share.
    desk.outlet = lambda topic, payload, _retain: ingest.publish(topic, payload)
    tallies = []

    assert ingest.start(PATIENCE_S)
    try:
        for user, messages in (("ailes", TO_OPERATOR), ("receiver-1", TO_RECEIVER)):
            with Sender(address, user=user, key=PASSWORD) as sender:
                for topic, payload in messages:
                    sender.send(topic, payload)
                assert sender.settle(PATIENCE_S)
                tallies.append(sender.tally)
    finally:
        ingest.stop()

    assert [(t.sent, t.stored, t.refused, t.quarantined) for t in tallies] == [
        (9, 5, 3, 1),
        (3, 3, 0, 0),
    ]
    counts = (desk.count("observation"), desk.count("refusal"), desk.count("quarantine"))
    assert counts == (7, 3, 1)
    heard = desk.rows("SELECT vehicle FROM telemetry.observation WHERE sender = 'receiver-1'")
    assert sorted(heard) == [("boat-1",), ("mmsi-227000002",)]
