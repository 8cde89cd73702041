import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.formats.octroi_json import read
from telemetry.formats.position import H_ACC_M, V_ACC_M
from zones.model import HeightReference

GOOD = {"at": 1_796_112_000_000, "lon": 2.35, "lat": 48.85, "seq": 7, "boot": "b1"}


def test_a_position_needs_no_more_than_when_and_where() -> None:
    fixes, malformed = read(b'{"at":"2026-12-01T09:00:00+01:00","lon":2.35,"lat":48.85}')

    assert malformed == []
    assert fixes[0].at_ms == 1_796_112_000_000
    assert (fixes[0].h_acc_m, fixes[0].v_acc_m) == (H_ACC_M, V_ACC_M)
    assert (fixes[0].alt_m, fixes[0].alt_ref, fixes[0].seq) == (None, None, -1)


def test_an_accuracy_of_zero_is_exact_and_a_height_without_reference_is_unknown() -> None:
    fixes, _ = read(json.dumps(GOOD | {"h_acc": 0, "v_acc": 0, "alt": 40}).encode())

    assert (fixes[0].h_acc_m, fixes[0].v_acc_m) == (0, 0)
    assert (fixes[0].alt_m, fixes[0].alt_ref) == (40, None)


def test_a_height_keeps_its_reference() -> None:
    fixes, _ = read(json.dumps(GOOD | {"alt": 40, "alt_ref": "AMSL"}).encode())

    assert fixes[0].alt_ref is HeightReference.AMSL


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lon", "2.35"),
        ("lon", True),
        ("lon", 180.1),
        ("lon", float("nan")),
        ("lat", float("inf")),
        ("lat", -90.5),
        ("lat", None),
        ("at", "yesterday"),
        ("at", "2026-12-01T09:00:00"),
        ("at", -1),
        ("at", 10**18),
        ("at", 1.5),
        ("h_acc", -1),
        ("v_acc", float("-inf")),
        ("speed", -0.1),
        ("heading", 361),
        ("alt_ref", "QNH"),
        ("alt", 1e300),
        ("boot", "a\u0000b"),
    ],
)
def test_a_bad_field_is_named_with_the_sequence_number(field: str, value: object) -> None:
    fixes, malformed = read(json.dumps(GOOD | {field: value}).encode())

    assert fixes == []
    assert malformed[0].reason.startswith(f"{field}: ")
    assert malformed[0].seq == 7


@pytest.mark.parametrize("field", ["at", "lon", "lat"])
def test_a_missing_field_is_named(field: str) -> None:
    _, malformed = read(json.dumps({k: v for k, v in GOOD.items() if k != field}).encode())

    assert malformed[0].reason == f"{field}: missing"


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"null",
        b"7",
        b"\xff\xfe",
        b'{"lon":"\\ud800"}',
        b"[" * 100_000,
        b'{"at":1,"lon":1e999,"lat":2}',
        b'{"at":1,"lon":[1],"lat":{}}',
        b'{"at":1,"lon":1,"lat":2,"seq":' + b"1" * 5000 + b"}",
        json.dumps([GOOD] * 10_001).encode(),
    ],
)
def test_what_cannot_be_read_at_all_is_one_malformed(payload: bytes) -> None:
    fixes, malformed = read(payload)

    assert fixes == []
    assert len(malformed) == 1


def test_an_empty_array_says_nothing() -> None:
    assert read(b"[]") == ([], [])


bad = st.sampled_from(
    [{}, GOOD | {"lon": "x"}, GOOD | {"lat": float("nan")}, 3, None, [GOOD], GOOD | {"at": ""}]
)
good = st.floats(-180, 180).map(lambda lon: GOOD | {"lon": lon})


@given(st.lists(st.one_of(good, bad), max_size=12))
def test_a_bad_element_never_costs_its_neighbours(elements: list[object]) -> None:
    fixes, malformed = read(json.dumps(elements).encode())

    readable = [
        e["lon"] for e in elements if isinstance(e, dict) and read(json.dumps(e).encode())[0]
    ]
    assert [fix.lon for fix in fixes] == readable
    assert len(fixes) + len(malformed) == len(elements)


@given(st.binary(max_size=200))
def test_no_payload_raises(payload: bytes) -> None:
    fixes, malformed = read(payload)

    assert fixes or malformed or payload.strip() == b"[]"


def test_what_is_not_a_number_is_called_so() -> None:
    _, malformed = read(json.dumps(GOOD | {"lon": float("nan")}).encode())

    assert malformed[0].reason == "lon: NaN is not a number"


@pytest.mark.parametrize(
    ("twice", "field"),
    [
        (b'"lon":2.39', "lon"),
        (b'"lon" : 2.35', "lon"),
        (b'"h_acc":1,"h_acc":null', "h_acc"),
        (b'"alt":null,"alt":null', "alt"),
        (b'"l\\u006fn":2.39', "lon"),
        (b'"note":"\\"","lat":2.39', "lat"),
    ],
)
def test_a_field_that_is_named_twice_is_refused_and_costs_its_neighbours_nothing(
    twice: bytes, field: str
) -> None:
    good = json.dumps(GOOD).encode()
    bad = json.dumps(GOOD | {"seq": 8}).encode()[:-1] + b"," + twice + b"}"

    for payload in (bad, b"[%b]" % bad, b"[%b,%b,%b]" % (good, bad, good)):
        fixes, malformed = read(payload)

        assert [one.seq for one in fixes] == [7] * (payload.count(b"{") - 1)
        assert [(one.reason, one.seq, one.boot) for one in malformed] == [
            (f"{field}: it is stated twice", 8, "b1")
        ]


def test_two_numbers_name_nothing() -> None:
    _, (bad,) = read(b'{"at":0,"lon":2,"lat":48,"boot":"b","seq":1,"seq":2}')

    assert (bad.reason, bad.seq, bad.boot) == ("seq: it is stated twice", None, "")


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "at": st.sampled_from([0, "2026-12-01T09:00:00Z"]),
                "lon": st.just(2),
                "lat": st.just(4),
            },
            optional={
                "alt": st.sampled_from([None, 3]),
                "boot": st.sampled_from([7, "b", '"lon"', "\\", None]),
                "note": st.sampled_from(["lat", '"lat"', {"lat": 3}, None]),
                "seq": st.just(1),
            },
        ),
        max_size=4,
    )
)
def test_what_names_every_field_once_is_read_whatever_it_says_beside(said: list[object]) -> None:
    fixes, malformed = read(json.dumps(said).encode())

    assert (len(fixes), malformed) == (len(said), [])
