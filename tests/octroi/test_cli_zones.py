"""`octroi zones …` on a real database, as an officer would type it."""

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from octroi import clock
from octroi.cli import application
from tests.zones.publications import collection, feature
from zones.time.schedule import PARIS_TIME

RUN = CliRunner()
APP = application(["zones"])
PAST = {"start": "2025-01-01T00:00:00+01:00"}


@pytest.fixture(autouse=True)
def _installation(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> None:
    monkeypatch.setenv("OCTROI_DATABASE_URL", database_url)
    monkeypatch.setenv("OCTROI_DATA_DIR", str(tmp_path))


def zones(*words: str | Path) -> Result:
    return RUN.invoke(APP, ["zones", *map(str, words)])


def file(place: Path, features: Iterable[dict[str, Any]], name: str = "zones.geojson") -> Path:
    path = place / name
    path.write_text(json.dumps(collection(*features)))
    return path


def soon(hours: float) -> str:
    return (clock.now() + timedelta(hours=hours)).isoformat()


def test_zones_are_imported_listed_shown_and_exported(tmp_path: Path) -> None:
    source = file(tmp_path, [feature("[a]", valid=PAST), feature("b", valid=PAST, layer="river")])

    tried = zones("import", source, "--dry-run")
    done = zones("import", source)
    listed, shown = zones("list", "--layer", "air"), zones("show", "[a]")
    out = tmp_path / "out.geojson"
    exported = zones("export", out)

    assert "[a] ([A]) is new." in tried.stdout
    assert "2 zones would be added" in tried.stdout
    assert "2 zones were added" in done.stdout
    assert "[a]" in listed.stdout
    assert "river" not in listed.stdout
    assert "restriction" in shown.stdout
    assert "command line" in shown.stdout
    assert "2 zones written" in exported.stdout
    assert [each["id"] for each in json.loads(out.read_text())["features"]] == ["[a]", "b"]
    assert "0 zones are the law" in zones("list", "--at", "2024-06-01").stdout
    assert "0 zones written" in zones("export", out, "--known-at", "2025-06-01").stdout


def test_an_import_and_a_list_say_from_when_on_zones_are_the_law(tmp_path: Path) -> None:
    later = {"start": soon(24 * 90)}
    begun = feature("past", valid=PAST)
    first = file(tmp_path, [feature("a"), feature("b", layer="river"), feature("c", valid=later)])
    midnight = (clock.now().astimezone(PARIS_TIME) + timedelta(days=1)).date().isoformat()

    tried = zones("import", first, "--dry-run").stdout.splitlines()[-1]
    done = zones("import", first).stdout.splitlines()[-1]
    nothing = zones("list").stdout.splitlines()[-1]
    again = zones("import", first).stdout.splitlines()[-1]
    mixed = zones("import", file(tmp_path, [begun, feature("d")])).stdout.splitlines()[-1]

    assert tried.startswith(f"3 zones would take effect from {midnight} 00:00:00+0")
    assert done.startswith(f"3 zones take effect from {midnight} 00:00:00+0")
    assert ", the last from " in done
    assert done.endswith(" (legal notice: 1 day).")
    assert nothing.startswith("0 zones are the law on ")
    assert f"; 3 more take effect from {midnight} 00:00:00+0" in nothing
    assert again == "0 zones were added, 0 changed, 3 unchanged."
    assert mixed.startswith("1 zone takes effect from ")
    assert mixed.endswith("; 1 zone is the law now.")
    assert f"; 1 more takes effect from {midnight}" in zones("list", "--layer", "river").stdout
    assert " effect from " not in zones("list", "--layer", "surface").stdout


def test_an_officer_withdraws_a_zone_after_the_notice(tmp_path: Path) -> None:
    zones("import", file(tmp_path, [feature(valid=PAST)]))

    tried = zones("withdraw", "a", "--act", "Arrêté 7", "--dry-run")
    early = zones("withdraw", "a", "--act", "Arrêté 7", "--from", soon(-1))
    done = zones("withdraw", "a", "--act", "Arrêté 7")
    again = zones("withdraw", "a", "--act", "Arrêté 7")

    assert "a would be the law until" in tried.stdout
    assert early.exit_code == 1
    assert "from: " in early.stderr
    assert "no notice of 1 day" in early.stderr
    assert "a is the law until" in done.stdout
    assert "00:00:00+0" in done.stdout
    assert again.exit_code == 1
    assert "is not the law on" in again.stderr
    assert "Arrêté 7" in zones("show", "a").stdout


def test_an_emergency_is_in_force_at_once(tmp_path: Path) -> None:
    source = file(tmp_path, [feature("fire", act="Incendie rue X")])

    long = zones("emergency", source, "--until", soon(73))
    done = zones("emergency", source, "--until", soon(5))

    assert long.exit_code == 1
    assert long.stderr.startswith("--until: ")
    assert "72 hours" in long.stderr
    assert "1 emergency zone is in force" in done.stdout
    far = file(tmp_path, [feature("far", lon=9.0)], "far.geojson")
    assert zones("emergency", far, "--until", soon(5)).stderr.startswith("geometry: ")
    assert "Emergency: Incendie rue X" in zones("show", "fire").stdout
    assert "1 zone is the law" in zones("list").stdout
    assert "is the law until" in zones("withdraw", "fire", "--act", "Eteint").stdout
    assert "0 zones are the law" in zones("list").stdout


def test_a_switch_is_set_and_a_name_that_no_zone_knows_is_told(tmp_path: Path) -> None:
    zones("import", file(tmp_path, [feature(valid=PAST, applicability=[{"switch": "crue"}])]))

    known = zones("switch", "crue", "on", "--act", "Vigicrues orange")
    unknown = zones("switch", "crues", "off", "--act", "Vigicrues vert")

    assert "crue is on from" in known.stdout
    assert "1 zone hangs on it" in known.stdout
    assert unknown.exit_code == 1
    assert "No zone hangs on a switch 'crues'; zones hang on: crue." in unknown.stderr
    assert zones("switch", "crue", "up", "--act", "x").exit_code == 2
    assert "--act" in zones("switch", "crue", "on", "--act", " ").stderr


def test_files_and_instants_are_compared_by_meaning(tmp_path: Path) -> None:
    turned = feature(valid=PAST)
    turned["geometry"]["coordinates"][0].reverse()
    one = file(tmp_path, [feature(valid=PAST)])
    same = file(tmp_path, [turned], "same.geojson")
    other = file(tmp_path, [feature(valid=PAST, restriction="PROHIBITED")], "other.geojson")
    zones("import", one)

    assert (zones("diff", one, same).exit_code, zones("diff", one, same).stdout) == (
        0,
        "No zone differs.\n",
    )
    different = zones("diff", one, other)
    assert different.exit_code == 1
    assert "a (A): restriction was REQ_AUTHORISATION, is PROHIBITED." in different.stdout
    (told,) = json.loads(zones("diff", one, other, "--json").stdout)
    assert (told["kind"], told["changes"][0]["field"]) == ("changed", "restriction")
    assert zones("diff", one, soon(0)).exit_code == 0
    assert (
        "a (A) is new."
        in zones("diff", "2024-06-01", other).stdout + zones("diff", "2024-06-01", soon(0)).stdout
    )


@pytest.mark.parametrize("command", ["import", "check", "diff"])
def test_what_cannot_be_read_is_told_in_a_sentence(tmp_path: Path, command: str) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    arguments = [broken, broken] if command == "diff" else [broken]

    answer = zones(command, *arguments)

    assert answer.exit_code == 2
    assert "broken.json: not readable as JSON" in answer.stderr


def test_a_file_is_checked_without_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCTROI_DATABASE_URL", "postgresql://127.0.0.1:1/none")
    good = file(tmp_path, [feature()])
    bad = file(tmp_path, [feature(), feature("b", layer="sea")], "bad.geojson")

    checked = zones("check", bad)

    assert zones("check", good).exit_code == 0
    assert checked.exit_code == 1
    assert "feature b, layer: 'sea' is none of" in checked.stderr
    assert "1 zone can be read, 1 cannot" in checked.stdout


def test_an_argument_that_is_neither_file_nor_instant_is_named() -> None:
    answer = zones("diff", "nothing", "2024-06-01")

    assert answer.exit_code == 2
    assert answer.stderr == "nothing: neither a file nor an instant\n"
    assert "is not an instant such as" in zones("list", "--at", "noon").stderr
    assert "known_at: " in zones("list", "--known-at", soon(2)).stderr
    assert "Zone none is not published" in zones("show", "none").stderr


@pytest.mark.parametrize("form", ["geojson", "ed269", "ed318", "mds-geography", "mds-policy"])
def test_every_format_is_written_and_what_it_cannot_say_is_told(tmp_path: Path, form: str) -> None:
    zones("import", file(tmp_path, [feature(valid=PAST, layer="surface", notes={"source": "x"})]))
    written = tmp_path / "out.json"

    done = zones("export", written, "--format", form)

    assert done.exit_code == 0
    assert json.loads(written.read_text())
    assert done.stderr.count("zone a, ") == done.stderr.count("\n")
    assert bool(done.stderr) == ("cannot say" in done.stdout)
    if form == "geojson":
        assert not done.stderr
