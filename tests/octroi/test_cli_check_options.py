"""`octroi check` with a ground, switches, an explanation, a map, and files that are none."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio import Affine
from typer.testing import CliRunner

from octroi.cli import application

RUN = CliRunner()
APP = application(["check"])
DATA = Path(__file__).parents[1] / "data"
HEADER = "vehicle,at,lon,lat,alt,alt_ref,h_acc,v_acc\n"
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[2.3, 48.85], [2.32, 48.85], [2.32, 48.87], [2.3, 48.87], [2.3, 48.85]]],
}


def feature(name: str, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "id": name, "geometry": SQUARE, "properties": properties}


def zones(tmp_path: Path, *features: dict[str, object]) -> Path:
    path = tmp_path / "zones.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
    return path


def track(tmp_path: Path, rows: str) -> Path:
    path = tmp_path / "track.csv"
    path.write_text(HEADER + rows)
    return path


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = RUN.invoke(APP, ["check", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


def relations(stdout: str) -> list[tuple[str, str]]:
    return [(row["zone_id"], row["relation"]) for row in csv.DictReader(stdout.splitlines())]


def test_a_raster_of_the_ground_makes_a_height_certain(tmp_path: Path) -> None:
    low = feature("low", upper={"value": 50, "reference": "AGL", "unit": "m"})
    law = zones(tmp_path, low)
    path = track(tmp_path, "a,,2.31,48.86,80,AMSL,3,3\n")
    raster = tmp_path / "ground.tif"
    heights = np.full((100, 100), 60, dtype=np.float32)
    place = Affine(0.0005, 0, 2.29, 0, -0.0005, 48.88)
    with rasterio.open(
        raster, "w", driver="GTiff", width=100, height=100, count=1, dtype="float32",
        crs="EPSG:4326", transform=place,
    ) as written:  # fmt: skip
        written.write(heights, 1)

    _, without, _ = run(path, "--zones", law)
    _, exact, _ = run(path, "--zones", law, "--ground", raster, "--ground-error", "2")
    _, vague, _ = run(path, "--zones", law, "--ground", raster, "--ground-error", "40")

    assert relations(without) == [("low", "uncertain")]
    assert relations(exact) == [("low", "inside")]
    assert relations(vague) == [("low", "uncertain")]


def test_a_switch_is_off_unless_it_is_said_to_be_on(tmp_path: Path) -> None:
    law = zones(tmp_path, feature("flooded", applicability=[{"switch": "flood"}]))
    path = track(tmp_path, "a,2026-12-01T09:00:00Z,2.31,48.86,,,3,\n")

    assert relations(run(path, "--zones", law)[1]) == []
    assert relations(run(path, "--zones", law, "--switch", "flood")[1]) == [("flooded", "inside")]
    code, stdout, said = run(path, "--zones", law, "--switch", "flod")
    assert (code, relations(stdout)) == (0, [])
    assert "'flod'" in said
    assert "flood" in said.replace("flod", "")


def test_a_row_is_explained_condition_by_condition(tmp_path: Path) -> None:
    closed = feature(
        "closed",
        layer="air",
        restriction="PROHIBITED",
        upper={"value": 100, "reference": "AMSL", "unit": "m"},
        applicability=[
            {
                "schedule": [
                    {"day": ["TUE"], "startTime": "08:00:00+01:00", "endTime": "18:00:00+01:00"}
                ]
            }
        ],
    )
    river = feature("river", layer="river")
    law = zones(tmp_path, closed, river)
    path = track(tmp_path, "bad,,x,48,,,,\na,2026-12-01T09:00:00Z,2.31,48.86,60,AGL,5,4\n")

    code, said, _ = run(path, "--zones", law, "--explain", "3")

    assert code == 0
    assert "row 3: a at 2026-12-01T09:00:00Z" in said
    # 60 m above a ground of 26 to 131 m, 4 m of accuracy: 82 to 195 m above the sea.
    assert "82.0 to 195.0 m AMSL" in said
    assert "up to 100 m AMSL, position 82.0 to 195.0 m: uncertain" in said
    # 0.01° of longitude at 48.86° north, by hand: a degree on WGS84 is 73,376.7 m there.
    assert "733.8 m from the edge, inside; more than the 5 m of accuracy: within" in said
    assert "in force by its calendar; ceases 2026-12-01T18:00:00+01:00 (schedule)" in said
    assert "uncertain: zone closed version 1, PROHIBITED" in said
    assert "inside: zone river version 1" in said
    assert "decides in layer river: zone river, priority 0: REQ_AUTHORISATION" in said


def test_rows_of_the_answer_can_be_asked_about_too(tmp_path: Path) -> None:
    law = zones(tmp_path, feature("one"), feature("two", priority=3))
    path = track(tmp_path, "out,,2.9,48.86,,,5,\nin,,2.31,48.86,,,5,\n")

    _, said, _ = run(path, "--zones", law, "--explain", "output:2")

    assert said.startswith("row 3: in at an unknown instant")
    assert "decides: zone two, priority 3" in said


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ("9", "no position is on that line"),
        ("2", "could not be read: lon"),
        ("output:5", "the answer has 1 row"),
        ("first", "neither a line"),
        ("0", "neither a line"),
        ("output:0", "neither a line"),
    ],
)
def test_a_row_that_is_none_cannot_be_explained(tmp_path: Path, row: str, named: str) -> None:
    path = track(tmp_path, "bad,,x,48,,,,\na,,2.31,48.86,,,5,\n")

    code, stdout, said = run(path, "--zones", zones(tmp_path, feature("a")), "--explain", row)

    assert (code, stdout) == (2, "")
    assert named in said


def test_subtitles_are_told_by_their_content_and_what_is_assumed_is_said(tmp_path: Path) -> None:
    law = tmp_path / "field.geojson"
    field = [[[149, -20.3], [149.1, -20.3], [149.1, -20.2], [149, -20.2], [149, -20.3]]]
    law.write_text(
        json.dumps({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": field}})
    )

    code, stdout, said = run(DATA / "srt/mavic_pro.SRT", "--zones", law)

    assert code == 0
    assert len(relations(stdout)) == 468
    assert set(relations(stdout)) == {("field/0", "inside")}
    assert "Europe/Paris" in said
    assert "mavic_pro,2017-08-05T14:11:51+02:00,field/0,1,REQ_AUTHORISATION,inside" in stdout


def test_twenty_bad_rows_are_named_and_the_others_counted(tmp_path: Path) -> None:
    path = track(tmp_path, "bad,,NaN,48.86,,,,\n" * 45 + "ok,,2.31,48.86,,,,\n")

    code, stdout, said = run(path, "--zones", zones(tmp_path, feature("a")))

    assert code == 0
    assert relations(stdout) == [("a", "inside")]
    assert sum(": lon" in line for line in said.splitlines()) == 20
    assert "25 more rows could not be read" in said


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.csv", HEADER + "bad,,NaN,48.86,,,,\n" * 45),
        ("zip.csv", "PK\x03\x04" + "\x00\x01\ufffd" * 900),
        ("prose.txt", "It was a dark and stormy night.\n" * 300),
        ("prose.md", "# A title\n\n" + "Words, words, words.\n" * 300),
        (
            "areas.geojson",
            json.dumps({"type": "FeatureCollection", "features": [feature("a")] * 9}),
        ),
        ("deep.json", '{"a":' * 100_000),
        ("page.html", "<html><body><p>No track</body>"),
        ("empty.srt", "1\n00:00:00,000 --> 00:00:01,000\nHello.\n\n" * 60),
        ("endless.csv", HEADER + "x" * 3_000_000),
    ],
)
def test_a_file_that_is_no_track_gets_one_sentence(tmp_path: Path, name: str, content: str) -> None:
    path, out = tmp_path / name, tmp_path / "out.csv"
    path.write_text(content)

    code, stdout, said = run(path, "--zones", zones(tmp_path, feature("a")), "--out", out)

    assert (code, stdout) == (2, "")
    assert not out.exists()
    complaints = [line for line in said.splitlines() if "Europe/Paris" not in line]
    assert len(complaints) == 1
    assert name in complaints[0]
    assert len(complaints[0]) < 1000


def test_an_input_is_never_written_over(tmp_path: Path) -> None:
    path, law = track(tmp_path, "a,,2.31,48.86,,,,\n"), zones(tmp_path, feature("a"))
    before = path.read_text()

    for option in ("--out", "--map"):
        code, _, said = run(path, "--zones", law, option, path)
        assert code == 2
        assert "would be lost" in said
    assert path.read_text() == before


@pytest.mark.parametrize("option", ["--out", "--map"])
def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path, option: str) -> None:
    path, law = track(tmp_path, "a,,2.31,48.86,,,,\n"), zones(tmp_path, feature("a"))

    code, _, said = run(path, "--zones", law, option, tmp_path / "none" / "out.csv")

    assert code == 2
    assert "No such file" in said


def test_names_with_commas_quotes_and_broken_characters_stay_names(tmp_path: Path) -> None:
    law = zones(tmp_path, feature('a,"b"'))
    path = tmp_path / "track.csv"
    path.write_bytes(HEADER.encode() + b'"x,""y""",,2.31,48.86,,,,\nB\xe9a,,2.31,48.86,,,,\n')
    out = tmp_path / "out.jsonl"

    _, stdout, _ = run(path, "--zones", law)
    run(path, "--zones", law, "--out", out)

    rows = list(csv.DictReader(stdout.splitlines()))
    assert [(row["vehicle"], row["zone_id"]) for row in rows] == [
        ('x,"y"', 'a,"b"'),
        ("B\\xe9a", 'a,"b"'),
    ]
    assert [json.loads(line)["zone_id"] for line in out.read_text().splitlines()] == [
        row["zone_id"] for row in rows
    ]


def test_the_map_is_one_file_that_names_no_address_to_load(tmp_path: Path) -> None:
    path = track(tmp_path, "</script>,,2.31,48.86,,,5,\na,,2.4,48.86,,,5,\n")
    law, page = zones(tmp_path, feature("{{ x }}<b>")), tmp_path / "map.html"

    code, stdout, _ = run(path, "--zones", law, "--map", page)
    first = page.read_bytes()
    run(path, "--zones", law, "--map", page)

    assert code == 0
    assert relations(stdout) == [("{{ x }}<b>", "inside")]
    html = first.decode()
    assert "default-src 'none'" in html
    assert 'src="' not in html
    assert "<link" not in html
    assert "\\u007b{ x }}\\u003cb\\u003e" in html
    assert page.read_bytes() == first


def test_long_tracks_are_thinned_on_the_map_and_counted_whole(tmp_path: Path) -> None:
    path = track(tmp_path, "a,,2.31,48.86,,,5,\n" * 45_000)
    page = tmp_path / "map.html"

    run(path, "--zones", zones(tmp_path, feature("a")), "--map", page)

    html = page.read_text()
    assert "One of every 4 positions is drawn" in html
    assert '"counts": [0, 45000, 0]' in html


def test_of_two_files_zones_of_one_id_the_surest_presence_speaks(tmp_path: Path) -> None:
    near = tmp_path / "near.geojson"
    wide = {**feature("a"), "properties": {"version": 2}}
    low = {**feature("a"), "properties": {"upper": {"value": 9, "reference": "AGL"}}}
    near.write_text(json.dumps(low))
    path = track(tmp_path, "v,,2.31,48.86,,,3,3\n")

    for files in ([near, zones(tmp_path, wide)], [zones(tmp_path, wide), near]):
        _, stdout, _ = run(path, "--zones", files[0], "--zones", files[1])

        rows = list(csv.DictReader(stdout.splitlines()))
        assert [(row["zone_version"], row["relation"]) for row in rows] == [("2", "inside")]
