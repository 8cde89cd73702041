"""Every field of an application wrong in every way: refused by its pointer, and nothing kept."""

import json
from copy import deepcopy
from datetime import timedelta
from typing import Any

import httpx
import pytest
from psycopg_pool import ConnectionPool

from tests.permits.cases import NOW
from tests.permits.conftest import Town

Path = tuple[str | int, ...]
GONE = object()
V: Path = ("volumes", 0)
F: Path = (*V, "footprint")
O: Path = ("occupation",)  # noqa: E741 - beside V and F
SOON = (NOW + timedelta(hours=1)).isoformat()
LATER = (NOW + timedelta(hours=2)).isoformat()
PAST = (NOW - timedelta(hours=2)).isoformat()
LATE = (NOW - timedelta(hours=1)).isoformat()
RING = [[2.35, 48.85], [2.351, 48.85], [2.351, 48.851], [2.35, 48.851], [2.35, 48.85]]
BOW_TIE = [RING[0], RING[2], RING[1], RING[3], RING[0]]
POINT: dict[str, Any] = {"type": "Point", "coordinates": [2.35, 48.85]}
SWAPPED = [[lat, lon] for lon, lat in RING]
FLIGHT: dict[str, Any] = {
    "purpose": "delivery",
    "layer": "air",
    "vehicles": ["drone-7"],
    "volumes": [
        {
            "footprint": {"type": "Polygon", "coordinates": [RING]},
            "lower": {"value": 30, "reference": "AGL"},
            "upper": {"value": 80, "reference": "AGL"},
            "start": SOON,
            "end": LATER,
        }
    ],
}
TERRACE: dict[str, Any] = {
    "purpose": "leisure",
    "layer": "surface",
    "occupation": {"kind": "terrace"},
    "volumes": [
        {"footprint": {"type": "Polygon", "coordinates": [RING]}, "start": SOON, "end": LATER}
    ],
}


def many(count: int) -> list[list[list[float]]]:
    return [[*([[2.35, 48.85]] * count), [2.36, 48.86], [2.35, 48.85]]]


# What is wrong, and the pointer that has to name it (of the field itself where none is said).
FLIGHTS: list[tuple[Path, object, str | None]] = [
    (("purpose",), GONE, None),
    (("purpose",), "fun", None),
    (("purpose",), None, None),
    (("layer",), GONE, None),
    (("layer",), "space", None),
    (("vehicles",), GONE, None),
    (("vehicles",), [], None),
    (("vehicles",), ["drone-7", "drone-7"], None),
    (("vehicles",), "drone-7", None),
    (("vehicles", 0), "drone-404", None),
    (("vehicles", 0), "drone-9", None),  # the rival's
    (("vehicles", 0), "a/b", None),
    (("vehicles", 0), 7, None),
    (("volumes",), GONE, None),
    (("volumes",), [], None),
    (("volumes",), {}, None),
    (("volumes",), [FLIGHT["volumes"][0]] * 21, None),
    (V, 7, None),
    (F, GONE, None),
    (F, None, None),
    ((*F, "type"), "Circle", None),
    ((*F, "type"), GONE, None),
    ((*F, "coordinates"), GONE, None),
    ((*F, "coordinates"), [], "/volumes/0/footprint"),
    ((*F, "coordinates"), [BOW_TIE], "/volumes/0/footprint"),
    ((*F, "coordinates"), [[[2.35, 48.85], [2.36, 48.85]]], "/volumes/0/footprint"),
    ((*F, "coordinates"), [[*RING[:4], [2.4, 48.9]]], "/volumes/0/footprint"),
    ((*F, "coordinates"), [[*RING[:1], [2.35, float("nan")], *RING[1:]]], "/volumes/0/footprint"),
    ((*F, "coordinates"), [[*RING[:1], [2.35, 91.0], *RING[1:]]], "/volumes/0/footprint"),
    ((*F, "coordinates"), [[*RING[:1], [181.0, 48.85], *RING[1:]]], "/volumes/0/footprint"),
    ((*F, "coordinates"), [[*RING[:1], ["2.35", 48.85], *RING[1:]]], "/volumes/0/footprint"),
    ((*F, "coordinates"), many(20_000), "/volumes/0/footprint"),
    ((*F, "radius_m"), 50, "/volumes/0/footprint"),
    ((*F, "half_width_m"), 5, "/volumes/0/footprint"),
    ((*F, "crs"), "EPSG:2154", None),
    (F, POINT, None),
    (
        F,
        {"type": "Point", "coordinates": [2.35, 48.85], "radius_m": -1},
        "/volumes/0/footprint/radius_m",
    ),
    (
        F,
        {"type": "Point", "coordinates": [2.35, 48.85], "radius_m": float("inf")},
        "/volumes/0/footprint/radius_m",
    ),
    (F, {"type": "LineString", "coordinates": RING[:2]}, None),
    ((*V, "start"), GONE, None),
    ((*V, "start"), "2026-12-01T09:00:00", None),
    ((*V, "start"), "tomorrow", None),
    ((*V, "start"), 1_800_000_000, None),
    ((*V, "start"), LATER, "/volumes/0/end"),
    ((*V, "end"), GONE, None),
    ((*V, "end"), SOON, None),
    ((*V, "end"), PAST, None),
    # 60 m over the ellipsoid is some 15 m over the sea, and the ground here lies higher.
    ((*V, "upper"), {"value": 60, "reference": "WGS84"}, "/volumes/0/lower"),
    (V, {**FLIGHT["volumes"][0], "start": PAST, "end": LATE}, "/volumes/0/end"),
    ((*V, "upper", "value"), float("nan"), None),
    ((*V, "upper", "value"), float("-inf"), None),
    ((*V, "upper", "value"), "80", None),
    ((*V, "upper", "value"), 1e9, None),
    ((*V, "upper", "value"), 20, "/volumes/0/upper"),
    ((*V, "upper", "value"), 30, "/volumes/0/upper"),
    ((*V, "upper", "reference"), GONE, None),
    ((*V, "upper", "reference"), "MSL", None),
    ((*V, "upper", "unit"), "cubit", None),
    ((*V, "recurrence"), "every day", None),
    ((*V, "recurrence"), "FREQ=DAILY", None),
    ((*V, "recurrence"), "FREQ=DAILY;COUNT=201", None),
    ((*V, "recurrence"), "FREQ=SECONDLY;COUNT=3", None),
    ((*V, "recurrence"), "X" * 201, None),
    ((*V, "recurrence"), 7, None),
    (("volumes",), [{**FLIGHT["volumes"][0], "recurrence": "FREQ=DAILY;COUNT=120"}] * 2, None),
    (O, {"kind": "terrace"}, "/occupation/kind"),
    (
        (),
        {
            **FLIGHT,
            "vehicles": [f"drone-{number}" for number in range(20)],
            "volumes": [{**FLIGHT["volumes"][0], "recurrence": "FREQ=DAILY;COUNT=101"}],
        },
        "/volumes",
    ),
    (("reference",), "x" * 201, None),
    (("reference",), "NUL \x00", None),
    (("colour",), "red", None),
]
PLACES: list[tuple[Path, object, str | None]] = [
    (O, GONE, "/vehicles"),
    (O, None, "/vehicles"),
    (O, "terrace", None),
    ((*O, "kind"), GONE, None),
    ((*O, "kind"), "garden", None),
    ((*O, "kind"), "mooring", None),
    ((*O, "area_m2"), 1.0, None),
    ((*O, "area_m2"), 1e6, None),
    ((*O, "area_m2"), 0, None),
    ((*O, "area_m2"), float("nan"), None),
    ((*O, "area_m2"), "12", None),
    ((*O, "length_m"), 3, None),
    ((*O, "length_m"), -3, None),
    ((*O, "technique"), "dynamite", None),
    ((*O, "colour"), "red", None),
    (("layer",), "air", "/occupation/kind"),
    (("vehicles",), ["drone-7"], None),
    (
        ("volumes",),
        [
            TERRACE["volumes"][0],
            {
                **TERRACE["volumes"][0],
                "footprint": {"type": "Point", "coordinates": [2.4, 48.8], "radius_m": 5},
            },
        ],
        "/volumes/1/footprint",
    ),
]
WRONG = [(FLIGHT, *each) for each in FLIGHTS] + [(TERRACE, *each) for each in PLACES]


@pytest.fixture
def town(pool: ConnectionPool) -> Town:
    return Town(service_area=(1.0, 48.0, 4.0, 50.0), pool=pool)


def changed(good: dict[str, Any], path: Path, value: object) -> bytes:
    body = deepcopy(good)
    if not path:
        return json.dumps(value).encode()
    place: Any = body
    for step in path[:-1]:
        place = place[step]
    if value is GONE:
        place.pop(path[-1], None)
    else:
        place[path[-1]] = value
    return json.dumps(body).encode()


def kept(pool: ConnectionPool) -> int:
    with pool.connection() as connection:
        row = connection.execute("SELECT count(*) FROM permits.version").fetchone()
    assert row is not None
    return int(row[0])


def test_each_wrong_field_is_named_by_pointer_and_nothing_is_kept(
    client: httpx.Client,
    operator: dict[str, str],
    pool: ConnectionPool,
) -> None:
    headers = {**operator, "Content-Type": "application/json"}
    for good, path, value, pointer in WRONG:
        told = client.post("/v1/permits", content=changed(good, path, value), headers=headers)

        where = (path, str(value)[:60], told.text[:400])
        assert told.status_code == 422, where
        assert told.headers["content-type"] == "application/problem+json", where
        named = [each["pointer"] for each in told.json()["errors"]]
        expected = pointer or "".join(f"/{step}" for step in path)
        assert any(each.startswith(expected) for each in named), where
        assert told.json()["detail"].startswith("/"), where
    assert kept(pool) == 0

    granted = client.post("/v1/permits", content=json.dumps(TERRACE).encode(), headers=headers)
    assert granted.status_code == 201
    assert kept(pool) == 1


def test_swapped_coordinates_lie_elsewhere_and_are_told_as_what_they_are(
    client: httpx.Client, operator: dict[str, str], pool: ConnectionPool
) -> None:
    body = json.loads(changed(FLIGHT, (*F, "coordinates"), [SWAPPED]))

    for path in ("/v1/permits", "/v1/advice"):
        told = client.post(path, json=body, headers=operator)

        assert told.status_code == 422
        [error] = told.json()["errors"]
        assert error["pointer"] == "/volumes/0/footprint"
        assert "longitude comes first" in error["detail"]
    assert kept(pool) == 0


def test_an_operator_that_the_key_does_not_stand_for_is_named_by_pointer(
    client: httpx.Client, operator: dict[str, str], pool: ConnectionPool
) -> None:
    told = client.post("/v1/permits", json={**TERRACE, "operator": "nobody-else"}, headers=operator)

    assert told.status_code == 403
    assert [each["pointer"] for each in told.json()["errors"]] == ["/operator"]
    assert told.json()["detail"].startswith("/operator: ")
    assert kept(pool) == 0
