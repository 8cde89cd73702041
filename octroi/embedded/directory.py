"""Which directory holds this installation's data, and is it ours alone?"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from octroi.embedded.accounts import Account, server_account


class DataDirectoryUnusable(Exception):
    """The directory cannot be created, written or read."""


class DataDirectoryBusy(Exception):
    """Another Octroi works in the directory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataDirectory:
    """A directory claimed by this process, and the account its servers run as."""

    path: Path
    account: Account | None


@contextmanager
def claimed(path: Path) -> Iterator[DataDirectory]:
    """Create the directory if needed and hold it against every other Octroi."""
    directory = path.expanduser().absolute()
    account = server_account()
    try:
        # Traversable as root, so that the servers' account finds programs copied there.
        directory.mkdir(mode=0o711 if account else 0o700, parents=True, exist_ok=True)
        lock = (directory / "lock").open("a+")
    except OSError as error:
        raise DataDirectoryUnusable(unusable(directory, error)) from error
    with lock:
        _hold(lock, directory)
        yield DataDirectory(path=directory, account=account)


def unusable(directory: Path, error: OSError) -> str:
    """Say in one sentence why a directory cannot be used and what to do."""
    if isinstance(error, FileExistsError | NotADirectoryError):
        return (
            f"The data directory {directory} cannot be used: it is a file, or lies in one; "
            "set OCTROI_DATA_DIR to a directory."
        )
    if isinstance(error, FileNotFoundError):
        # What misses above it is made too: that none can be is told of where it should have been.
        return (
            f"The data directory {directory} cannot be used: nothing can be made in "
            f"{Path(error.filename).parent}; set OCTROI_DATA_DIR to another directory."
        )
    return (
        f"The data directory {directory} cannot be used ({error.strerror}: {error.filename}); "
        "allow Octroi to write there, or set OCTROI_DATA_DIR to another directory."
    )


def _hold(lock: IO[str], directory: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as held:
        lock.seek(0)
        msg = (
            f"Another Octroi (process {lock.read().strip() or 'unknown'}) already works in "
            f"{directory}; stop it, or set OCTROI_DATA_DIR to another directory."
        )
        raise DataDirectoryBusy(msg) from held
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
