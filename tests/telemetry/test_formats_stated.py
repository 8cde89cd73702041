"""The defaults that docs/formats.md states are those that the readers take."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import cbor2
import msgspec
import pytest
from pyais import encode_dict
from pyais.util import compute_checksum

from octroi.embedded.access import WRITES
from telemetry.formats import nmea, track_gpx, track_json, track_srt
from telemetry.formats.track_csv import header_of, rows
from telemetry.intake.parting import EVERYTHING
from telemetry.intake.wires import Wire, read
from telemetry.model import Fix, Malformed
from tests.telemetry.remote_id import location
from tests.telemetry.test_formats_track_json import FLIGHTS, SCOOTER

DOCS = Path(__file__).parents[2] / "docs" / "formats.md"
PLACE = {"at": 1_796_112_000_000, "lon": 2.35, "lat": 48.85, "alt": 40}
PHONE = {"_type": "location", "lat": 48.85, "lon": 2.35, "tst": 1_796_112_000, "alt": 40}
FEATURE = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [2.35, 48.85, 40]},
    "properties": {},
}
GPX = '<gpx xmlns="x"><wpt lon="2.35" lat="48.85"><ele>40</ele></wpt></gpx>'
SRT = (
    "1",
    "00:00:00,000 --> 00:00:01,000",
    "[latitude: 48.850000] [longitude: 2.350000] [rel_alt: 40.0]",
)


def on(wire: Wire, payload: bytes) -> Fix:
    (fix,), _ = read(wire, payload, received_at_ms=0, own=True)
    return fix


def first(results: Iterator[Fix | Malformed]) -> Fix:
    fix = next(results)
    assert isinstance(fix, Fix)
    return fix


def ais(**fields: float) -> Fix:
    said: dict[str, float] = {"type": 1, "mmsi": 227000001, "lon": 2.35, "lat": 48.85}
    return on(Wire.NMEA, str(encode_dict({**said, **fields})[0]).encode())


def rmc() -> Fix:
    body = "$GPRMC,090000,A,4851.0000,N,00221.0000,E,3.6,090.0,011226,,,A"
    return on(Wire.NMEA, f"{body}*{compute_checksum(body + '*00'):02X}".encode())


def csv() -> Fix:
    return first(rows(header_of("vehicle,at,lon,lat,alt"), ["v,1796112000000,2.35,48.85,40"], 2))


SAMPLES: dict[str, Callable[[], Fix]] = {
    "Octroi JSON": lambda: on(Wire.POSITION, json.dumps(PLACE).encode()),
    "MessagePack": lambda: on(Wire.POSITION_MSGPACK, msgspec.msgpack.encode(PLACE)),
    "CBOR": lambda: on(Wire.POSITION_CBOR, cbor2.dumps(PLACE)),
    "AIS, accuracy flag set": lambda: ais(accuracy=1),
    "AIS, accuracy flag not set": lambda: ais(accuracy=0),
    "AIS, type 27, flag not set": lambda: ais(type=27, accuracy=0),
    "NMEA `RMC`": rmc,
    "Remote ID": lambda: on(Wire.REMOTE_ID, location(accuracy=0)),
    "OwnTracks": lambda: on(Wire.OWNTRACKS, json.dumps(PHONE).encode()),
    "CSV": csv,
    "GeoJSON": lambda: first(track_json.read(json.dumps(FEATURE), "track")),
    "GPX": lambda: first(track_gpx.read(GPX, "track")),
    "DJI subtitles": lambda: first(track_srt.read(SRT, "track")),
    "MDS telemetry": lambda: first(
        track_json.read(
            json.dumps([SCOOTER | {"location": {"lat": 48.85, "lng": 2.35, "altitude": 40}}]),
            "track",
        )
    ),
    "Network Remote ID": lambda: first(track_json.read(json.dumps(FLIGHTS), "track")),
}
STATED = {
    cells[0].strip(): cells[1:]
    for line in DOCS.read_text().partition("nothing is said")[2].splitlines()
    if len(cells := line.strip("|").split("|")) == 4 and re.match(r" \d", cells[1])
}


def test_each_format_states_its_defaults() -> None:
    assert STATED.keys() == SAMPLES.keys()


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_stated_is_what_is_taken(name: str) -> None:
    horizontal, vertical, above = STATED[name]

    fix = SAMPLES[name]()

    assert fix.h_acc_m == pytest.approx(float(horizontal.split(",")[0]), abs=0.1)
    assert fix.v_acc_m == float(vertical)
    reference = above.split(";")[0].strip()
    if reference == "no height":
        assert fix.alt_m is None
    else:
        assert fix.alt_m is not None
        assert fix.alt_ref == (reference if reference in {"AMSL", "WGS84"} else None)


def test_every_topic_that_is_stated_is_heard_and_may_be_written() -> None:
    written = {re.sub("%u", "+", topic) for topic in WRITES}
    stated = DOCS.read_text()

    assert written == set(EVERYTHING)
    ends = {topic.rpartition("/")[2] for topic in EVERYTHING} - {"+"}
    assert [end for end in ends if f"/{end}`" not in stated] == []
    assert nmea.LONG_RANGE_ROUNDING_M + nmea.H_ACC_FLAG_NOT_SET_M == 140
