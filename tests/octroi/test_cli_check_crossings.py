"""A zone crossed between two fixes is missed by its positions, and told by its crossings."""

import csv
from pathlib import Path

import pytest

from tests.octroi.test_cli_check import check, track

SQUARE = (
    '{"type": "Feature", "id": "square", "properties": %s, "geometry": {"type": "Polygon", '
    '"coordinates": [[[2.0, 48.0], [2.1, 48.0], [2.1, 48.1], [2.0, 48.1], [2.0, 48.0]]]}}'
)
FLIGHT = (
    "d,2026-12-01T09:00:00Z,1.9,48.05,200,AMSL,0,0\n"
    "e,2026-12-01T09:00:00Z,2.05,48.05,,,0,\n"
    "d,2026-12-01T09:00:30Z,2.2,48.05,200,AMSL,0,0\n"
    "e,2026-12-01T09:00:10Z,2.05,48.2,,,0,\n"
)


def crossings(tmp_path: Path, properties: str = "{}", flight: str = FLIGHT) -> list[dict[str, str]]:
    zones = tmp_path / "square.geojson"
    zones.write_text(SQUARE % properties)
    out = tmp_path / "crossings.csv"
    code, _, said = check(track(tmp_path, flight), "--zones", zones, "--crossings", out)
    assert code == 0, said
    with out.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def test_a_zone_flown_through_between_two_fixes_is_entered_and_left(tmp_path: Path) -> None:
    rows = crossings(tmp_path)

    assert [(row["vehicle"], row["direction"], row["at"]) for row in rows] == [
        ("d", "entered", "2026-12-01T09:00:10.000+00:00"),
        ("d", "left", "2026-12-01T09:00:20.000+00:00"),
        ("e", "left", "2026-12-01T09:00:03.333+00:00"),
    ]
    assert {row["relation"] for row in rows[:2]} == {"inside"}
    assert float(rows[0]["lon"]) == pytest.approx(2.0)
    assert (rows[0]["zone_id"], rows[0]["restriction"]) == ("square", "REQ_AUTHORISATION")


def test_after_a_long_pause_nobody_knows_when_an_edge_was_crossed(tmp_path: Path) -> None:
    rows = crossings(tmp_path, flight=FLIGHT.replace("09:00:30Z", "09:00:33Z"))

    assert [row["relation"] for row in rows] == ["uncertain", "uncertain", "inside"]


def test_whoever_flies_above_a_zone_crosses_no_edge_of_it(tmp_path: Path) -> None:
    low = '{"upper": {"value": 150, "reference": "AMSL"}}'

    assert [row["vehicle"] for row in crossings(tmp_path, low)] == ["e"]


def test_a_zone_that_is_not_in_force_then_is_not_crossed(tmp_path: Path) -> None:
    over = '{"valid": {"end": "2026-11-01T00:00:00Z"}}'

    assert crossings(tmp_path, over) == []
