"""TimescaleDB itself for tests: PostgreSQL with the extension, compiled to run in Node.js.

It is one session whoever connects, takes no COPY, and has no background workers.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from octroi.embedded.ports import free_port
from octroi.migrate import migrate

SERVER = Path(__file__).parent / "server.mjs"
VENV = Path(sys.executable).parent.parent
FETCHED = VENV / "timescale"
NODE = VENV / "bin" / "node"
MISSING = "TimescaleDB for tests is missing; fetch it with: make timescale"
PATIENCE_S = 60.0
# The tables of the history anew; all else is as it was made first.
CLEAR = """
DROP SCHEMA IF EXISTS telemetry CASCADE;
DO $$ BEGIN
    IF to_regclass('octroi.migration') IS NOT NULL THEN
        DELETE FROM octroi.migration WHERE name LIKE 'telemetry/%';
    END IF;
END $$;
"""


class TimescaleMissing(Exception):
    """What the tests need has not been fetched, or does not start."""


@contextmanager
def timescale() -> Iterator[str]:
    """Run a server, and yield the address of its one database."""
    if not (NODE.exists() and (FETCHED / "node_modules").is_dir()):
        raise TimescaleMissing(MISSING)
    port = free_port()
    command = [str(NODE), str(SERVER), str(port)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=FETCHED, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            assert process.stdout is not None
            if process.stdout.readline() != "ready\n":
                msg = f"{SERVER} did not start; {MISSING}"
                raise TimescaleMissing(msg)
            yield f"postgresql://postgres:postgres@127.0.0.1:{port}/postgres?sslmode=disable"
        finally:
            process.kill()


def migrated(url: str) -> str:
    """Give the database the tables of the history anew."""
    with _connected(url) as connection:
        connection.execute(CLEAR)
        # Of the connection before: the session is the same one.
        connection.execute("DEALLOCATE ALL")
    migrate(url)
    return url


def _connected(url: str) -> psycopg.Connection:
    """Connect once the server has noticed that whoever was before has left."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return psycopg.connect(url, autocommit=True)
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
