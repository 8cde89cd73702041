"""Serve a database of one measurement, in a temporary directory."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from octroi.embedded.directory import claimed
from octroi.embedded.postgres import EmbeddedPostgres
from octroi.migrate import migrate

FILLED_FAST = {"max_wal_size": "8GB", "checkpoint_timeout": "1h", "maintenance_work_mem": "256MB"}


@contextmanager
def server() -> Iterator[str]:
    """Serve an empty Octroi's database until the end; each commit is synced as it is by default."""
    with (
        tempfile.TemporaryDirectory(prefix="octroi-billing-") as place,
        claimed(Path(place)) as directory,
        EmbeddedPostgres(directory, options=FILLED_FAST) as running,
    ):
        migrate(running.url)
        yield running.url
