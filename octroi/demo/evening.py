"""Was the evening of last month played here before? Then it is not played again.

What it left is copied aside when it is over: the city, its permits, visits and invoices. The next
demonstration of the same cast, month and program begins from there, and only its traffic is new.
"""

import hashlib
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from octroi.embedded.copying import copy_aside, put_back
from octroi.embedded.directory import DataDirectory, DataDirectoryUnusable, unusable
from octroi.embedded.programs import WHEEL
from octroi.settings import Settings
from telemetry.counting import Counts

FOLDER = "evening"
# The lock that is held, what was kept, and programs that were copied for the servers' account.
STAYS = ("lock", FOLDER, WHEEL)
NOTE = "evening.json"
CLUSTER = "postgres"
SECRETS = ("postgres.password", "keys.secret")
PACKAGES = ("zones", "permits", "telemetry", "billing", "octroi")
# Where it runs and how it shows itself is nothing that an evening depends on.
OUTSIDE = {"data_dir", "host", "port", "language", "log_level"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evening:
    """What came of an evening: keys that were handed out, what was counted, invoices issued."""

    keys: Mapping[str, str]
    counts: Counts
    invoices: Sequence[str]


def mark_of(settings: Settings, *told: object) -> str:
    """Return what two evenings that are one have in common: program, settings and what is told."""
    digest = hashlib.sha256(repr((sys.version, version(WHEEL), *told)).encode())
    digest.update(settings.model_dump_json(exclude=OUTSIDE).encode())
    for path in sorted(each for package in PACKAGES for each in _program(package)):
        status = path.stat()
        digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def begin(directory: DataDirectory, mark: str) -> Evening | None:
    """Empty a directory, and put back the evening of that mark if it is kept there."""
    place = directory.path
    try:
        for entry in place.iterdir():
            if not entry.name.startswith(STAYS):
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        return _put_back(directory, mark)
    except OSError as error:
        raise DataDirectoryUnusable(unusable(place, error)) from error


def keep(directory: DataDirectory, mark: str, database_url: str, evening: Evening) -> None:
    """Copy aside what an evening left; the note, which says that all is there, comes last."""
    place, kept = directory.path, directory.path / FOLDER
    try:
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(mode=0o700)
        copy_aside(database_url, place / CLUSTER, kept / CLUSTER)
        for name in SECRETS:
            shutil.copy2(place / name, kept / name)
        note = kept / NOTE
        note.touch(mode=0o600)
        note.write_text(json.dumps({"mark": mark, **asdict(evening)}), encoding="utf-8")
    except OSError as error:
        raise DataDirectoryUnusable(unusable(place, error)) from error


def _put_back(directory: DataDirectory, mark: str) -> Evening | None:
    place, kept = directory.path, directory.path / FOLDER
    note = _note(kept)
    if note is None or note["mark"] != mark:
        shutil.rmtree(kept, ignore_errors=True)
        return None
    for name in SECRETS:
        shutil.copy2(kept / name, place / name)
    put_back(kept / CLUSTER, place / CLUSTER, directory.account)
    counts = Counts(**note["counts"])
    return Evening(keys=note["keys"], counts=counts, invoices=note["invoices"])


def _note(kept: Path) -> dict[str, Any] | None:
    try:
        note: dict[str, Any] = json.loads((kept / NOTE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        # None was kept, or its keeping did not come to its end.
        return None
    return note


def _program(package: str) -> list[Path]:
    root = Path(str(files(package)))
    return [
        path for path in root.rglob("*") if path.is_file() and path.parent.name != "__pycache__"
    ]
