"""A stretch read by columns says what its rows say one by one."""

import io

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from telemetry.formats import track_csv_columns
from telemetry.formats.stretch import Stretch, stretch_of
from telemetry.formats.track_csv import OPTIONAL, REQUIRED, UnreadableTrack, rows

HEADER = [*REQUIRED, *OPTIONAL]
# Spellings on which two readers of numbers, instants and texts may differ.
ODD = ["", " ", "0x10", "+5", "1_0", "inf", "nan", "NULL", "N/A", "-0", "1e999", " 3 ", "3\t", "é"]
INSTANTS = [
    "",
    "2026-12-01T09:00:00+01:00",
    "2026-12-01 09:00:00.123Z",
    "2026-12-01T09:00:00.1234Z",
    "2026-12-01T09Z",
    "2026-12-01T09:00:00",
    "2026-02-30T09:00:00Z",
    "20261201T090000Z",
    "2026-12-01T09:00:00+01:00:30",
    "1969-12-31T23:59:59Z",
    "9999-12-31T23:59:59-12:00",
    "1796112000000",
    "253402300800000",
    "-1",
    "٣",
]

numbers = st.one_of(st.sampled_from(ODD), st.integers(-9, 99).map(str), st.floats().map(repr))
plain = {
    "vehicle": st.sampled_from(["a", "b ", "Béa", "a"]),
    "at": st.sampled_from(INSTANTS[:3]),
    "lon": st.floats(-180, 180).map(repr),
    "lat": st.floats(-90, 90).map(repr),
    "alt": st.sampled_from(["", "12.5", "-3"]),
    "alt_ref": st.sampled_from(["", "AGL", " AMSL", "WGS84"]),
    "h_acc": st.sampled_from(["", "0", "5"]),
    "v_acc": st.sampled_from(["", "0", "5"]),
    "speed": st.sampled_from(["", "1"]),
    "heading": st.sampled_from(["", "359.9"]),
    "layer": st.sampled_from(["", "air", "river "]),
}
odd = dict.fromkeys(HEADER, numbers) | {
    "vehicle": st.sampled_from(["", " ", '"a,b"', 'a"', "\x0b", "\0", "\u2028", "=1"]),
    "at": st.sampled_from([*INSTANTS, *ODD]),
    "alt_ref": st.sampled_from(["agl", "SEA", "NULL"]),
    "layer": st.sampled_from(["AIR", "sea"]),
}


@st.composite
def lines(draw: st.DrawFn) -> str:
    fields = {name: draw(plain[name]) for name in HEADER}
    for name in draw(st.lists(st.sampled_from(HEADER), max_size=1)):
        fields[name] = draw(odd[name])
    return ",".join(fields.values())


def by_columns(text: str) -> list[Stretch]:
    file = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", newline=None)
    return list(track_csv_columns.read(file))


@given(
    st.lists(st.one_of(lines(), st.sampled_from(["", " ", "a,b"])), max_size=4),
    st.sampled_from(["", "\n"]),
)
@example(["a,1796112000000,2,48,,,,,,,", "a,2026-12-01T09:00:00Z,2,48,,,,,,,"], "\n")
@example(["a,0x10,2,48,,,,,,,"], "")
@example(["a,,2,48,,,-1,,,,", "b,,2,48,,,,-1,,,"], "")
@example(["a,,181,48,,,,,,,", "b,,2,-91,,,,,,,", "c,,2,48,inf,,,,nan,,"], "")
def test_columns_say_what_rows_say(body: list[str], end: str) -> None:
    text = "\n".join([",".join(HEADER), *body]) + end
    expected = stretch_of(list(rows(HEADER, body, 2)))

    found = by_columns(text)

    assert [each for stretch in found for each in stretch.malformed] == list(expected.malformed)
    assert [line for stretch in found for line in stretch.line] == expected.line.tolist()
    if len(expected):
        (stretch,) = found
        assert stretch.vehicle.to_pylist() == expected.vehicle.to_pylist()
        assert stretch.at.to_pylist() == expected.at.to_pylist()
        for name in ("at_ms", "lon", "lat", "alt_m", "alt_ref", "h_acc_m", "v_acc_m", "layer"):
            column, wanted = (getattr(each.positions, name) for each in (stretch, expected))
            np.testing.assert_array_equal(column, wanted, name)
            assert column.dtype == wanted.dtype


def test_rows_are_numbered_on_across_stretches() -> None:
    row = "a,2026-12-01T09:00:00+01:00,2.05,48.05,1234567890,AGL,3,\n"
    text = "vehicle,at,lon,lat,alt,alt_ref,h_acc,v_acc\n" + row * 60_000

    found = by_columns(text)

    assert len(found) > 1
    assert [line for each in found for line in each.line] == list(range(2, 60_002))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_systems_line_ends_are_line_ends(end: str) -> None:
    text = end.join(["vehicle,at,lon,lat", "a,,2,48", "b,,NaN,48", "c,,2,48", ""])

    (found,) = by_columns(text)

    assert found.vehicle.to_pylist() == ["a", "c"]
    assert [each.line for each in found.malformed] == [3]


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("", "vehicle"),
        ("vehicle,at,lon", "lat"),
        ("vehicle,at,lon,lat,colour", "'colour'"),
        ("vehicle,at,lon,lat,lat", "lat twice"),
        ('vehicle,"at', "not CSV"),
    ],
)
def test_a_header_that_is_none_is_refused_with_its_reason(header: str, named: str) -> None:
    with pytest.raises(UnreadableTrack, match=named):
        by_columns(header + "\na,,2,48\n")


def test_a_line_that_never_ends_is_not_kept() -> None:
    with pytest.raises(UnreadableTrack, match="longer than"):
        by_columns("vehicle,at,lon,lat\n" + "x" * 3_000_000)
