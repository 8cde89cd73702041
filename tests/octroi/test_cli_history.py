"""`octroi history …` on a real database, as an officer would type it."""

from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from psycopg_pool import ConnectionPool
from typer.testing import CliRunner, Result

from octroi import clock
from octroi.cli import application
from tests.telemetry.past import Past, Was

RUN = CliRunner()
APP = application(["history"])
DAY = timedelta(days=1)
YEAR = ("--from", "2026-01-01", "--to", "2027-01-01")


@pytest.fixture(autouse=True)
def _installation(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> None:
    monkeypatch.setenv("OCTROI_DATABASE_URL", database_url)
    monkeypatch.setenv("OCTROI_DATA_DIR", str(tmp_path))


def history(*words: str | Path) -> Result:
    return RUN.invoke(APP, ["history", *map(str, words)])


def test_what_is_too_old_is_counted_and_then_goes(
    pool: ConnectionPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = Past(pool)
    past.write(Was(at=clock.now() - 63 * DAY), Was(at=clock.now() - 3 * DAY))

    tried = history("expire", "--dry-run")
    assert "Would go: 1 positions." in tried.stdout
    assert past.ids("observation") == [1, 2]
    done = history("expire")
    assert "Gone: 1 positions." in done.stdout
    assert past.ids("observation") == [2]
    assert "There is nothing to let go of." in history("expire").stdout
    monkeypatch.setenv("OCTROI_KEEP_POSITIONS_DAYS", "2")
    assert "Gone: 1 positions." in history("expire").stdout


def test_a_file_is_written_whole_or_not_at_all(pool: ConnectionPool, tmp_path: Path) -> None:
    Past(pool).write(Was(at=clock.now()))
    file = tmp_path / "x.parquet"
    window = ("--from", (clock.now() - DAY).isoformat(), "--to", (clock.now() + DAY).isoformat())

    done = history("export", *window, "--out", file)

    assert done.exit_code == 0, done.output
    assert f"1 positions written to {file}." in done.stdout
    assert pq.read_table(file).num_rows == 1
    assert [each.name for each in tmp_path.glob(".*.part")] == []
    nowhere = history("export", *window, "--out", tmp_path / "none" / "x.parquet")
    assert (nowhere.exit_code, "No such file" in nowhere.stderr) == (2, True)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ((*YEAR, "--out", "x.csv"), "--out: x.csv does not end in .parquet"),
        (("--from", "2026-02-01", "--to", "2026-01-01", "--out", "x.parquet"), "--to: "),
        ((*YEAR, "--out", "x.parquet", "--what", "statistics", "--vehicle", "v"), "--vehicle: "),
        ((*YEAR, "--out", "x.parquet", "--what", "money"), "'money' is not one of"),
        (("--from", "yesterday", "--to", "2026-01-01", "--out", "x.parquet"), "is not an instant"),
    ],
)
def test_a_wrong_option_is_named_and_nothing_is_written(
    words: tuple[str, ...], named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    refused = history("export", *words)

    assert refused.exit_code == 2
    assert named in " ".join(refused.stderr.split())
    assert not (tmp_path / "x.parquet").exists()


def test_the_columns_say_what_they_mean_in_both_languages() -> None:
    told = history("columns", "verdicts").stdout

    assert "zone_version: version of the zone / version de la zone" in told
    assert "compliant, violation, uncertain" in told
