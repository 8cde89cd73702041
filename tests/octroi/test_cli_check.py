import csv
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from octroi.cli import application

RUN = CliRunner()
APP = application(["check"])
DEMO = Path(__file__).parents[2] / "octroi/demo/data"
SQUARE = {
    "type": "Feature",
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[2.0, 48.0], [2.1, 48.0], [2.1, 48.1], [2.0, 48.1], [2.0, 48.0]]],
    },
}
HEADER = "vehicle,at,lon,lat,alt,alt_ref,h_acc,v_acc\n"


READERS: dict[str, Callable[[Path], list[dict[str, str]]]] = {
    "csv": lambda out: list(csv.DictReader(out.read_text().splitlines())),
    "jsonl": lambda out: [json.loads(line) for line in out.read_text().splitlines()],
    "parquet": lambda out: list(pq.read_table(out).to_pylist()),
}


@pytest.fixture
def zones(tmp_path: Path) -> Path:
    path = tmp_path / "square.geojson"
    path.write_text(json.dumps(SQUARE))
    return path


def check(*arguments: str | Path) -> tuple[int, list[dict[str, str]], str]:
    result = RUN.invoke(APP, ["check", *map(str, arguments)])
    return result.exit_code, list(csv.DictReader(result.stdout.splitlines())), result.stderr


def track(tmp_path: Path, rows: str) -> Path:
    path = tmp_path / "track.csv"
    path.write_text(HEADER + rows)
    return path


def test_a_position_is_inside_uncertain_or_not_named(tmp_path: Path, zones: Path) -> None:
    path = track(
        tmp_path,
        "a,2026-12-01T09:00:00+01:00,2.05,48.05,,,5,5\n"
        "a,1796112000000,2.1,48.05,,,5,5\n"
        "a,,2.2,48.05,,,5,5\n"
        "b,,2.1,48.05,,,0,0\n",
    )

    code, rows, _ = check(path, "--zones", zones)

    assert code == 0
    assert [(row["vehicle"], row["at"], row["relation"]) for row in rows] == [
        ("a", "2026-12-01T09:00:00+01:00", "inside"),
        ("a", "1796112000000", "uncertain"),
        ("b", "", "inside"),
    ]
    assert rows[0]["zone_id"] == "square/0"
    assert rows[0]["zone_version"] == "1"
    assert rows[0]["restriction"] == "REQ_AUTHORISATION"


def test_an_unknown_accuracy_is_ten_metres(tmp_path: Path, zones: Path) -> None:
    nine_metres_out = 2.1 + 9 / 74_600
    path = track(tmp_path, f"a,,{nine_metres_out},48.05,,,,\na,,{nine_metres_out},48.05,,,8,\n")

    _, rows, _ = check(path, "--zones", zones)

    assert [row["relation"] for row in rows] == ["uncertain"]


def test_bad_rows_are_named_and_passed_over(tmp_path: Path, zones: Path) -> None:
    path = track(
        tmp_path,
        'a,,NaN,48.05,,,,\na,,2.05\na,noon,2.05,48.05,,,,\n"a,,2.05,48.05,,,,\n,,2.05,48.05,,,,\n'
        "a,,2.05,148.05,,,,\na,,2.05,48.05,7,SEA,,\na,,2.05,48.05,,,-1,\nok,,2.05,48.05,,,,\n",
    )

    code, rows, complaints = check(path, "--zones", zones)

    assert code == 0
    assert [row["vehicle"] for row in rows] == ["ok"]
    for line, word in enumerate(
        ("lon", "3 fields", "at", "end of data", "vehicle", "lat", "alt_ref", "h_acc"), start=2
    ):
        assert any(
            f"track.csv:{line}: " in said and word in said for said in complaints.splitlines()
        ), (line, word)


def test_the_hundredth_row_is_called_by_its_number(tmp_path: Path, zones: Path) -> None:
    path = track(tmp_path, "ok,,2.05,48.05,,,,\n" * 98 + "bad,,NaN,48.05,,,,\n")

    _, _, complaints = check(path, "--zones", zones)

    assert f"{path}:100: lon" in complaints


def test_two_moored_boats_are_inside_three_uncertain_and_none_is_lost() -> None:
    boats = Path(__file__).parent.parent / "data/ais/french_vessels_from_fid55.nmea"

    code, rows, _ = check(boats, "--zones", DEMO / "voies_deau.geojson")

    assert code == 0
    assert sorted((row["vehicle"], row["relation"]) for row in rows) == [
        ("226005890", "uncertain"),
        ("226008840", "inside"),
        ("226012430", "uncertain"),
        ("226012830", "uncertain"),
        ("227789150", "inside"),
    ]
    assert {row["at"] for row in rows} == {""}


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_the_ending_chooses_the_format_and_every_format_says_the_same(
    tmp_path: Path, zones: Path, ending: str
) -> None:
    path = track(tmp_path, "a,,2.05,48.05,,,,\nb,,2.1,48.05,,,,\n")
    out = tmp_path / f"answer.{ending}"

    code, _, _ = check(path, "--zones", zones, "--out", out)

    assert code == 0
    found = READERS[ending](out)
    assert [(row["vehicle"], row["relation"]) for row in found] == [
        ("a", "inside"),
        ("b", "uncertain"),
    ]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path, zones: Path) -> None:
    path = track(tmp_path, "".join(f"v{n},,{2.0 + n / 999},48.05,,,9,\n" for n in range(200)))

    once, again = (
        RUN.invoke(APP, ["check", str(path), "--zones", str(zones)]).stdout for _ in range(2)
    )

    assert once == again
    assert once.count("\n") > 90


def test_gpx_and_geojson_tracks_are_read_too(tmp_path: Path, zones: Path) -> None:
    gpx = tmp_path / "walk.gpx"
    gpx.write_text(
        '<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><name>walk</name><trkseg>'
        '<trkpt lon="2.05" lat="48.05"><time>2026-12-01T08:00:00Z</time></trkpt>'
        "</trkseg></trk></gpx>"
    )
    points = tmp_path / "points.geojson"
    point = {"type": "Point", "coordinates": [2.05, 48.05]}
    feature = {"type": "Feature", "geometry": point, "properties": {"vehicle": "p"}}
    points.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))

    assert check(gpx, "--zones", zones)[1][0]["vehicle"] == "walk"
    assert check(points, "--zones", zones)[1][0]["vehicle"] == "p"


@pytest.mark.parametrize(
    ("track_text", "zone_text", "named"),
    [
        (None, json.dumps(SQUARE), "missing.csv"),
        ("", json.dumps(SQUARE), "header"),
        ("lon,lat\n1,2\n", json.dumps(SQUARE), "vehicle"),
        (HEADER, "{", "square.geojson"),
        (HEADER, '{"type": "FeatureCollection", "features": []}', "no zone"),
    ],
)
def test_an_input_that_cannot_be_read_ends_with_code_two_and_one_sentence(
    tmp_path: Path, track_text: str | None, zone_text: str, named: str
) -> None:
    path, zones = tmp_path / "missing.csv", tmp_path / "square.geojson"
    if track_text is not None:
        path.write_text(track_text)
    zones.write_text(zone_text)

    code, rows, complaint = check(path, "--zones", zones)

    assert code == 2
    assert rows == []
    assert named in complaint
    assert "Traceback" not in complaint


def test_a_line_is_a_track_of_its_vertices(tmp_path: Path, zones: Path) -> None:
    path = tmp_path / "line.geojson"
    line = {"type": "LineString", "coordinates": [[2.05, 48.05], [9.0, 48.05]]}
    times = ["2026-12-01T09:00:00Z", "2026-12-01T09:01:00Z"]
    feature = {"type": "Feature", "geometry": line, "properties": {"coordTimes": times}}
    path.write_text(json.dumps(feature))

    code, rows, _ = check(path, "--zones", zones)

    assert code == 0
    assert [(row["vehicle"], row["at"]) for row in rows] == [("line", times[0])]


def test_a_track_in_none_of_the_zones_is_told_so(tmp_path: Path, zones: Path) -> None:
    code, rows, said = check(track(tmp_path, "a,,9,48,,,,\na,,9,48,,,,\n"), "--zones", zones)

    assert (code, rows) == (0, [])
    assert "2 positions were read, and none of them is in any of the zones." in said


def test_columns_separated_otherwise_are_told_so(tmp_path: Path, zones: Path) -> None:
    path = tmp_path / "track.csv"
    path.write_text("vehicle;at;lon;lat\na;;2,35;48,85\n")

    code, _, said = check(path, "--zones", zones)

    assert code == 2
    assert "not separated by commas" in said
