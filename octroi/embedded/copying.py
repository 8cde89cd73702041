"""How is the cluster of a running server copied aside, and put back as that of another run?

The way PostgreSQL's own base backups go: the server is told that a copy begins, its files are
copied while it works, and what it wrote meanwhile is repaired from its log at the next start.
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path

import psycopg

from octroi.embedded.accounts import Account, give

# The copy begins, at once instead of with the next checkpoint.
BEGIN = "SELECT pg_backup_start('aside', fast => true)"
# The copy ends; what a server needs to start from it.
END = "SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)"
LOG = "pg_wal"
# What belongs to the server that runs, and not to its data.
OF_THE_RUN = shutil.ignore_patterns("postmaster.*", ".s.PGSQL.*", "server.log", "pgsql_tmp*")


def copy_aside(database_url: str, cluster: Path, target: Path) -> None:
    """Copy the cluster of a running server; who connects must be its superuser."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(BEGIN)
        shutil.copytree(cluster, target, ignore=OF_THE_RUN, copy_function=_copied)
        (label,) = connection.execute(END).fetchone() or ("",)
    (target / "backup_label").write_text(str(label))
    # Once more, now that it says all that was written during the copy.
    shutil.copytree(cluster / LOG, target / LOG, copy_function=_copied, dirs_exist_ok=True)


def put_back(kept: Path, cluster: Path, account: Account | None) -> None:
    """Make a copy the cluster of the next start; the copy stays."""
    partial = cluster.with_suffix(".new")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(kept, partial)
    for folder, _, files in os.walk(partial):
        for path in (Path(folder), *(Path(folder, name) for name in files)):
            give(path, account)
    partial.rename(cluster)


def _copied(origin: str, target: str) -> None:
    # A file may go while others are copied: the log knows that it did.
    with suppress(FileNotFoundError):
        shutil.copy2(origin, target)
