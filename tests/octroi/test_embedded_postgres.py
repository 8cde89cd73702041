"""Does an installation without a database get a real, private and lasting one?"""

import os
import pwd
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from octroi.embedded import programs
from octroi.embedded.directory import DataDirectoryBusy, DataDirectoryUnusable, claimed
from octroi.embedded.postgres import EmbeddedPostgres, PostgresDidNotStart

ROOT = Path(__file__).parents[2]

WRONG = "wrong"

# Serves until told otherwise, as `octroi serve` would, so that it can be killed.
SERVE = """
import sys, time
from pathlib import Path
from octroi.embedded import programs
from octroi.embedded.directory import claimed
from octroi.embedded.postgres import EmbeddedPostgres
with claimed(Path(sys.argv[1])) as directory, EmbeddedPostgres(directory) as server:
    print(server.url, flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory whose cluster outlives each test; its parents are nobody else's business."""
    return tmp_path_factory.mktemp("installation") / "data"


@pytest.fixture
def killed(place: Path) -> str:
    """The URL of a server whose Octroi was killed without warning."""
    command = [sys.executable, "-c", SERVE, str(place)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as serving:
        assert serving.stdout is not None
        url = serving.stdout.readline().strip()
        serving.send_signal(signal.SIGKILL)
        serving.wait()
    return url


def _say(url: str, statement: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return row and row[0]


def _serve_once(place: Path, statement: str) -> object:
    with claimed(place) as directory, EmbeddedPostgres(directory) as server:
        return _say(server.url, statement)


def _postmaster(place: Path) -> psutil.Process:
    return psutil.Process(int((place / "postgres/postmaster.pid").read_text().split()[0]))


def test_what_is_written_survives_a_restart(place: Path) -> None:
    _serve_once(place, "SELECT lo_from_bytea(4242, 'kept')")

    assert _serve_once(place, "SELECT convert_from(lo_get(4242), 'UTF8')") == "kept"


def test_a_second_start_sets_nothing_up_again(place: Path) -> None:
    first = _serve_once(place, "SELECT system_identifier FROM pg_control_system()")

    assert _serve_once(place, "SELECT system_identifier FROM pg_control_system()") == first


def test_nobody_enters_without_the_password(place: Path) -> None:
    with claimed(place) as directory, EmbeddedPostgres(directory) as server:
        for password in (WRONG, ""):
            url = make_conninfo(server.url, password=password)
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(url)


def test_no_line_of_the_access_file_trusts_anyone(place: Path) -> None:
    _serve_once(place, "SELECT 1")

    lines = (place / "postgres/pg_hba.conf").read_text().splitlines()
    methods = {line.split()[-1] for line in lines if line and not line.startswith("#")}
    assert methods == {"scram-sha-256"}


def test_the_password_is_for_its_owner_only(place: Path) -> None:
    _serve_once(place, "SELECT 1")

    assert (place / "postgres.password").stat().st_mode & 0o777 == 0o600


def test_the_server_is_durable_and_opens_no_port(place: Path) -> None:
    assert _serve_once(place, "SELECT current_setting('synchronous_commit')") == "on"
    assert _serve_once(place, "SELECT current_setting('fsync')") == "on"
    assert _serve_once(place, "SELECT current_setting('listen_addresses')") == ""


def test_the_server_never_runs_as_root(place: Path) -> None:
    with claimed(place) as directory, EmbeddedPostgres(directory):
        assert _postmaster(place).uids().effective != 0


def test_no_directory_outside_is_touched(tmp_path: Path) -> None:
    outside = [tmp_path, *list(tmp_path.parents)]
    before = [(path, path.stat().st_mode, path.stat().st_uid) for path in outside]

    with claimed(tmp_path / "below" / "data") as directory, EmbeddedPostgres(directory) as server:
        assert _say(server.url, "SELECT 1") == 1

    assert [(path, path.stat().st_mode, path.stat().st_uid) for path in outside] == before


@pytest.mark.parametrize("data_mode", [0o711, 0o700])
def test_a_wheel_only_root_may_read_is_copied_to_where_the_server_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data_mode: int
) -> None:
    wheel = tmp_path / "locked" / "site-packages"
    wheel.parent.mkdir(mode=0o700)
    wheel.symlink_to(programs.site_packages())
    monkeypatch.setattr(programs, "site_packages", lambda: wheel)
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(data_mode)

        assert _serve_once(Path(place), "SELECT 1") == 1

        assert not (Path(place) / "programs-elsewhere").exists()
    assert wheel.parent.stat().st_mode & 0o777 == 0o700


def test_a_path_too_long_for_a_socket_is_served_on_loopback(tmp_path: Path) -> None:
    place = tmp_path / ("long" * 20) / "data"

    with claimed(place) as directory, EmbeddedPostgres(directory) as server:
        assert conninfo_to_dict(server.url)["host"] == "127.0.0.1"
        assert _say(server.url, "SELECT current_setting('listen_addresses')") == "127.0.0.1"
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(make_conninfo(server.url, password=WRONG))


def test_a_server_whose_octroi_was_killed_is_taken_over(place: Path, killed: str) -> None:
    assert _say(killed, "SELECT 1") == 1
    orphan = _postmaster(place)

    assert _serve_once(place, "SELECT 1") == 1

    assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE


def test_a_killed_server_starts_again(place: Path, killed: str) -> None:
    with psycopg.connect(killed, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS committed AS SELECT 7 AS n")
    orphan = _postmaster(place)
    orphan.kill()

    assert _serve_once(place, "SELECT n FROM committed") == 7


def test_a_pid_file_naming_another_program_does_not_stop_a_start(place: Path) -> None:
    _serve_once(place, "SELECT 1")
    with subprocess.Popen(["sleep", "60"]) as other:
        stale = place / "postgres/postmaster.pid"
        stale.write_text(f"{other.pid}\n{place}\n1\n5432\n\n\n0 0\nready\n")

        assert _serve_once(place, "SELECT 1") == 1

        other.kill()


def test_an_interrupted_set_up_is_begun_again(tmp_path: Path) -> None:
    half = tmp_path / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    assert _serve_once(tmp_path, "SELECT 1") == 1


def test_data_of_another_version_are_refused(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres/PG_VERSION").write_text("12\n")

    with pytest.raises(PostgresDidNotStart, match="written by PostgreSQL 12 and this Octroi"):
        _serve_once(tmp_path, "SELECT 1")


def test_a_second_octroi_is_told_who_holds_the_directory(tmp_path: Path) -> None:
    with (
        claimed(tmp_path),
        pytest.raises(DataDirectoryBusy, match=f"process {os.getpid()}.*{tmp_path}"),
        claimed(tmp_path),
    ):
        pass


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with (
        pytest.raises(DataDirectoryUnusable, match=f"{tmp_path}/file/data cannot be used"),
        claimed(tmp_path / "file" / "data"),
    ):
        pass


def test_a_directory_one_may_not_write_is_named(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir(mode=0o755)

    with (
        _as_somebody_else(tmp_path / "theirs"),
        pytest.raises(DataDirectoryUnusable, match=r"Permission denied: .*OCTROI_DATA_DIR"),
        claimed(tmp_path / "theirs" / "data"),
    ):
        pass


@contextmanager
def _as_somebody_else(directory: Path) -> Iterator[None]:
    """Be without the right to write in a directory; root has to become another user for that."""
    directory.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        directory.chmod(0o755)
