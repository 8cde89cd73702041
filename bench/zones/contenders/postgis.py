"""PostGIS with a GiST index, through psycopg in binary, on a server of its own.

The server runs without root's rights in a temporary directory, on a socket, without parallel
workers; the zones are in memory and not compressed. Its processor time is counted with ours.
"""

import os
import pwd
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import psutil
import psycopg
import shapely

from bench.zones.contenders.contender import Contender, Pairs, Unavailable
from bench.zones.sets import Areas
from zones.columns import Floats

INSTALLED = Path("/usr/lib/postgresql")
ACCOUNT = "nobody"  # a server refuses to run as root
SETTINGS = (
    "listen_addresses=",
    "shared_buffers=512MB",
    "work_mem=64MB",
    "fsync=off",
    "jit=off",
    "random_page_cost=1.1",
    "max_parallel_workers_per_gather=0",
)
TABLE = """
CREATE EXTENSION postgis;
CREATE TABLE zones (zone integer PRIMARY KEY, area geometry NOT NULL);
ALTER TABLE zones ALTER COLUMN area SET STORAGE EXTERNAL;
"""
INSERT = "INSERT INTO zones VALUES (%s, ST_GeomFromWKB(%s))"
INDEX = "CREATE INDEX ON zones USING gist (area); ANALYZE zones;"
BATCH = """
SELECT (p.position - 1)::integer, z.zone
FROM unnest(%b::float8[], %b::float8[]) WITH ORDINALITY AS p (lon, lat, position)
JOIN zones z ON ST_Intersects(z.area, ST_MakePoint(p.lon, p.lat))
"""
ONE = "SELECT zone FROM zones WHERE ST_Intersects(area, ST_MakePoint(%b, %b))"
NOTHING = "SELECT 1"


def build(areas: Areas) -> Contender:
    """Start a server, load and index the zones; points go there as arrays."""
    with ExitStack() as closing:
        connection = served(closing)
        connection.execute(TABLE)
        rows = enumerate(shapely.to_wkb(areas).tolist())
        connection.cursor().executemany(INSERT, rows)
        connection.execute(INDEX)
        server = psutil.Process(connection.info.backend_pid)
        stop = closing.pop_all().close

    def ask(lon: Floats, lat: Floats) -> Pairs:
        cursor = connection.execute(BATCH, (lon.tolist(), lat.tolist()), binary=True)
        found = np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, 2)
        return Pairs(found[:, 0], found[:, 1])

    def ask_one(lon: float, lat: float) -> Sequence[int]:
        cursor = connection.execute(ONE, (lon, lat), prepare=True, binary=True)
        return [zone for (zone,) in cursor.fetchall()]

    def cpu_s() -> float:
        spent = server.cpu_times()
        return time.process_time() + float(spent.user) + float(spent.system)

    def round_trip() -> object:
        return connection.execute(NOTHING, prepare=True, binary=True).fetchall()

    return Contender(ask=ask, ask_one=ask_one, cpu_s=cpu_s, round_trip=round_trip, close=stop)


def served(closing: ExitStack) -> psycopg.Connection:
    """Start a server that stops, and leaves nothing, when the stack is closed."""
    programs = _programs()
    directory = closing.enter_context(tempfile.TemporaryDirectory(prefix="octroi-postgis-"))
    user, group = _account()
    os.chown(directory, user, group)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [programs / program, "-D", f"{directory}/data", *arguments],
            cwd=directory,
            user=user,
            group=group,
            extra_groups=[],
            check=True,
            stdout=subprocess.DEVNULL,
        )

    run("initdb", "--username=bench", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
    settings = " ".join(f"-c {one}" for one in (*SETTINGS, f"unix_socket_directories={directory}"))
    run("pg_ctl", "start", "--wait", f"--options={settings}", f"--log={directory}/log")
    closing.callback(run, "pg_ctl", "stop", "--wait", "--mode=immediate")
    address = f"host={directory} user=bench dbname=postgres"
    return closing.enter_context(psycopg.connect(address, autocommit=True))


def _programs() -> Path:
    """Return the programs of the newest installed PostgreSQL that has PostGIS."""
    for version in sorted(INSTALLED.glob("*"), key=lambda path: int(path.name), reverse=True):
        extension = Path("/usr/share/postgresql") / version.name / "extension" / "postgis.control"
        if extension.exists():
            return version / "bin"
    msg = "PostGIS is not installed: apt-get install postgresql-15 postgresql-15-postgis-3"
    raise Unavailable(msg)


def _account() -> tuple[int, int]:
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    account = pwd.getpwnam(ACCOUNT)
    return account.pw_uid, account.pw_gid
