"""Does a demonstration begin from the evening that was kept, and only from the very same one?"""

import shutil
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from octroi.demo import evening as evenings
from octroi.demo.evening import Evening, begin, keep, mark_of
from octroi.embedded.directory import DataDirectory, claimed
from octroi.embedded.postgres import EmbeddedPostgres
from octroi.settings import Settings
from telemetry.counting import Counts

pytestmark = pytest.mark.slow
PLAYED = Evening(keys={"voirie": "oct_1"}, counts=Counts(received=3, stored=3), invoices=["P-1"])


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int, int]]:
    """A directory with an evening that was kept while somebody went on writing."""
    place = tmp_path_factory.mktemp("installation") / "data"
    with claimed(place) as directory:
        with EmbeddedPostgres(directory) as server:
            # What a server makes once and every installation has.
            (place / "keys.secret").write_bytes(b"secret")
            begun, ended = _kept_while_written(directory, server)
        yield place, begun, ended


def _kept_while_written(directory: DataDirectory, server: EmbeddedPostgres) -> tuple[int, int]:
    done, under_way = threading.Event(), threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE said (number int PRIMARY KEY, text text)")
            for number in count(1):
                connection.execute("INSERT INTO said VALUES (%s, repeat('x', 500))", [number])
                written = number
                under_way.set()
                if done.is_set():
                    return

    writing = threading.Thread(target=write)
    writing.start()
    under_way.wait()
    begun = written
    keep(directory, "mark", server.url, PLAYED)
    ended = written + 1
    done.set()
    writing.join()
    return begun, ended


def _directory(place: Path, tmp_path: Path) -> DataDirectory:
    """Return a copy of the directory, so that each test begins from the same."""
    shutil.copytree(place, tmp_path / "data", ignore=shutil.ignore_patterns(".s.*"))
    (tmp_path / "data").chmod(0o711)
    with claimed(tmp_path / "data") as directory:
        return directory


def test_what_was_written_until_it_was_kept_is_there_and_nothing_later(
    kept: tuple[Path, int, int], tmp_path: Path
) -> None:
    place, begun, ended = kept
    directory = _directory(place, tmp_path)

    for _again in range(2):
        assert begin(directory, "mark") == PLAYED
        with EmbeddedPostgres(directory) as server, psycopg.connect(server.url) as connection:
            numbers = [number for (number,) in connection.execute("SELECT number FROM said")]
            connection.execute("INSERT INTO said VALUES (0, 'after')")
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
        assert begun <= len(numbers) <= ended


@pytest.mark.parametrize("missing", ["another mark", "the note"])
def test_another_evening_or_half_a_one_is_not_begun_from(
    kept: tuple[Path, int, int], tmp_path: Path, missing: str
) -> None:
    directory = _directory(kept[0], tmp_path)
    if missing == "the note":
        (directory.path / evenings.FOLDER / evenings.NOTE).unlink()

    found = begin(directory, "mark" if missing == "the note" else "other")

    assert found is None
    assert [entry.name for entry in directory.path.iterdir()] == ["lock"]


def test_an_evening_is_the_same_for_one_cast_month_and_program_wherever_it_is_shown(
    tmp_path: Path,
) -> None:
    settings = Settings(data_dir=tmp_path, port=1)

    mark = mark_of(settings, 42, 60, "2026-10")

    elsewhere = settings.model_copy(update={"port": 2, "data_dir": tmp_path / "b"})
    assert mark_of(elsewhere, 42, 60, "2026-10") == mark
    assert mark_of(settings, 43, 60, "2026-10") != mark
    assert mark_of(settings, 42, 60, "2026-11") != mark
    assert mark_of(settings.model_copy(update={"notice_days": 0}), 42, 60, "2026-10") != mark
