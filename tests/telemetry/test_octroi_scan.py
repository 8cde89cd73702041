"""What is read at once says the same as what is read one by one, and nothing wrong is read."""

import json
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from telemetry.formats import octroi_json
from telemetry.formats.octroi_columns import Scanned, columns, merged, scan

NAMES = (
    *("at", "lon", "lat", "alt", "alt_ref", "h_acc", "v_acc", "speed", "heading", "boot", "seq"),
    *("note", "\\u0061t", "lonlat"),
)
NUMBERS = (
    *(
        "0",
        "-0",
        "-0.0",
        "7",
        "-7",
        "01",
        "1.",
        ".5",
        "1e2",
        "1E-2",
        "+1",
        "90",
        "90.0000000000001",
    ),
    *("180", "180.0000000000001", "360", "361", "1000000", "1000000.1", "9007199254740992"),
    *("9007199254740993", "2.348812345678901", "0.1234567890123456789", "0.000000000000000001"),
    *("1700000000000", "253402300799999", "253402300800000", "9223372036854775806", "1.5.5"),
)
WORDS = ('"AGL"', '"AMSL"', '"WGS84"', '"agl"', '"boot"', '"a\\u0062"', '"é"', '""', '"7"')
VALUES = (
    *NUMBERS,
    *WORDS,
    "null",
    "true",
    "[]",
    "{}",
    '"2026-11-23T17:00:00Z"',
    '"' + "x" * 65 + '"',
)

exact = st.decimals(-400, 400, places=7).map("{:f}".format)
spaces = st.sampled_from(("", "", " ", "\n\t "))
usual = st.fixed_dictionaries(
    {
        "at": st.integers(0, 2_000_000_000_000).map(str),
        "lon": st.decimals(-180, 180, places=7).map("{:f}".format),
        "lat": st.decimals(-90, 90, places=6).map("{:f}".format),
        "seq": st.integers(0, 10**18 - 1).map(str),
    },
    optional={
        "alt": st.decimals(-1000, 1000, places=1).map("{:f}".format),
        "alt_ref": st.sampled_from(('"AGL"', '"AMSL"', '"WGS84"', "null")),
        "boot": st.sampled_from(('"a"', '"b"', "1", '"1"', "null", '""')),
        "speed": st.decimals(0, 100, places=2).map("{:f}".format),
    },
)


@st.composite
def payloads(draw: st.DrawFn) -> bytes:
    """Write one or more positions, some of them with what is wrong or unusual."""
    written = []
    for fields in draw(st.lists(usual, min_size=1, max_size=3)):
        pairs = draw(st.permutations(list(fields.items())))
        if draw(st.booleans()):
            odd = st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES) | exact)
            pairs[draw(st.integers(0, len(pairs) - 1))] = draw(odd)
        gap = draw(spaces)
        said = [f'{gap}"{name}"{gap}:{gap}{value}{gap}' for name, value in pairs]
        written.append("{" + ",".join(said) + "}")
    text = draw(spaces).join(("[", ",".join(written), "]")) if len(written) > 1 else written[0]
    cut = draw(st.integers(-3, len(text.encode())))
    return text.encode() if cut < 0 else text.encode()[:cut] + text.encode()[cut + 1 :]


def said(read: Scanned) -> tuple[object, ...]:
    """Return what was read, to the last bit."""
    return (
        read.fractions.tobytes(),
        read.at_ms.tobytes(),
        read.seq.tobytes(),
        read.alt_ref.tobytes(),
        [read.boots[number] for number in read.boot],
    )


@given(some=st.lists(payloads(), max_size=4))
@example(some=[b"", b"[", b"{", b'{"at', b'{"at":', b"[{}]", b"[]", b"{}", b'{"boot":"'])
@example(some=[b'{"at":0,"lon":0,"lat":0,"seq":0}'] * 2 + [b'{"at":0,"lon":0,"lat":0,"seq":0}]'])
@example(some=[b'{"at":0,"lon":0,"lat":0,"seq":0,"seq":0}', b'{"at":0,"lon":0,"lat":0,"seq":0,}'])
def test_what_is_read_at_once_is_what_is_read_one_by_one(some: Sequence[bytes]) -> None:
    read = scan(some)

    found = []
    for payload, count in zip(some, read.counts, strict=True):
        positions = octroi_json.positions(payload) if count else []
        assert positions is not None
        assert len(positions) == count
        found += positions
    assert said(read) == said(columns(found))


@given(some=st.lists(st.lists(usual, min_size=1, max_size=3), max_size=4))
def test_what_is_written_plainly_is_read_at_once(some: list[list[dict[str, str]]]) -> None:
    written = [
        "["
        + ",".join("{" + ",".join(f'"{k}":{v}' for k, v in one.items()) + "}" for one in each)
        + "]"
        for each in some
    ]

    assert scan([each.encode() for each in written]).counts == [len(each) for each in some]


@pytest.mark.parametrize("value", [v for v in VALUES if v not in {"0", "7"}])
def test_no_number_is_taken_that_the_other_reader_refuses(value: str) -> None:
    payload = f'{{"at":0,"lon":{value},"lat":0,"seq":0}}'.encode()

    positions = octroi_json.positions(payload)

    assert positions is not None or scan([payload]).counts == [0]


@given(st.lists(st.booleans(), max_size=6))
def test_what_was_read_either_way_stands_in_the_order_in_which_it_came(marks: list[bool]) -> None:
    each = [
        json.dumps({"at": n, "lon": n / 8, "lat": 0.5, "seq": n, "boot": f"{n // 2}"}).encode()
        for n in range(len(marks))
    ]
    first = scan([one for one, mark in zip(each, marks, strict=True) if mark])
    rest = [one for one, mark in zip(each, marks, strict=True) if not mark]
    others = columns([position for one in rest for position in octroi_json.positions(one) or ()])

    both = merged(first, others, np.array(marks, bool))

    assert said(both) == said(scan(each))
