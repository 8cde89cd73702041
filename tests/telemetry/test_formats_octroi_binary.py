"""MessagePack and CBOR say what JSON says, and hide nothing that JSON could not."""

import json
import math
from collections.abc import Callable
from typing import Any

import cbor2
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.formats import octroi_cbor, octroi_json, octroi_msgpack
from telemetry.model import Fix, Malformed

Read = Callable[[bytes], tuple[list[Fix], list[Malformed]]]
Encode = Callable[[Any], bytes]

GOOD = {"at": 1_796_112_000_000, "lon": 2.35, "lat": 48.85, "seq": 7, "boot": "b1"}
BINARY = pytest.mark.parametrize(
    ("encode", "read"),
    [(msgspec.msgpack.encode, octroi_msgpack.read), (cbor2.dumps, octroi_cbor.read)],
    ids=["msgpack", "cbor"],
)

numbers = st.one_of(st.integers(-400, 400), st.floats(-400, 400, width=32))
anything = st.one_of(st.none(), st.booleans(), numbers, st.text(max_size=3))
element = st.fixed_dictionaries(
    {"at": st.one_of(st.just(GOOD["at"]), anything), "lon": numbers, "lat": numbers},
    optional=dict.fromkeys(
        ("alt", "alt_ref", "h_acc", "speed", "heading", "boot", "seq"), anything
    ),
)
messages = st.one_of(element, st.lists(st.one_of(element, anything), max_size=5))


@BINARY
@given(message=messages)
def test_the_same_fields_mean_the_same_in_every_encoding(
    encode: Encode, read: Read, message: object
) -> None:
    fixes, malformed = read(encode(message))

    expected, refused = octroi_json.read(json.dumps(message).encode())
    assert fixes == expected
    assert [(one.line, one.seq, one.boot) for one in malformed] == [
        (one.line, one.seq, one.boot) for one in refused
    ]


@BINARY
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_named_and_costs_no_neighbour(
    encode: Encode, read: Read, value: float
) -> None:
    fixes, malformed = read(encode([GOOD, GOOD | {"lat": value, "seq": 8}, GOOD]))

    assert len(fixes) == 2
    assert malformed[0].reason == f"lat: {value} is not a number"
    assert (malformed[0].seq, malformed[0].line) == (8, 2)


@BINARY
def test_bytes_where_a_text_belongs_are_refused(encode: Encode, read: Read) -> None:
    assert read(encode(GOOD | {"at": b"1"}))[1][0].reason.startswith("at: ")


@BINARY
def test_more_positions_than_a_message_may_hold_are_refused(encode: Encode, read: Read) -> None:
    assert "10001 positions" in read(encode([GOOD] * 10_001))[1][0].reason


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xc1",
        b"\x91\xc1",
        b"\x91" * 100_000,
        b"\xdd\xff\xff\xff\xff",
        b"\xdf\xff\xff\xff\xff",
        b"\x81\xa1a\xdd\xff\xff\xff\xff",
        b"\xdb\xff\xff\xff\xff",
        b"\x80\x80",
        b"\xd6\xff\x00\x00\x00\x01",
        b"\x82\xa1a\x01\xa1a\x02",
        b"\xde\x00\x02\xa1a\x01\xa1a\x01",
        b"\xdf\x00\x00\x00\x02\xa1a\x01\xa1a\x01",
    ],
)
def test_messagepack_that_promises_or_repeats_too_much_is_one_malformed(payload: bytes) -> None:
    fixes, malformed = octroi_msgpack.read(payload)

    assert fixes == []
    assert [one.reason.startswith("payload: ") for one in malformed] == [True]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x81" * 100_000,
        b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\xba\x08\x00\x00\x00",
        b"\x7a\x3f\xff\xff\xff",
        b"\x5a\x3f\xff\xff\xff",
        b"\x9f\x01\xff",
        b"\xbf\x61a\x01\xff",
        b"\xa2\x61a\x01\x61a\x02",
        b"\xa0\xa0",
        b"\xa1\x01\x02",
        b"\xc2\x43abc",
        b"\xc5\x82\x1b\x00\x0f\xff\xff\xff\xff\xff\xff\x01",
        b"\xd8\x1c\x81\xd8\x1d\x00",
        b"\xd9\xd9\xf7\xa0",
        b"\xf7",
    ],
)
def test_cbor_that_promises_repeats_or_tags_is_one_malformed(payload: bytes) -> None:
    fixes, malformed = octroi_cbor.read(payload)

    assert fixes == []
    assert [one.reason.startswith("payload: ") for one in malformed] == [True]


@given(st.binary(max_size=300))
def test_no_bytes_raise(payload: bytes) -> None:
    octroi_msgpack.read(payload)
    octroi_cbor.read(payload)
