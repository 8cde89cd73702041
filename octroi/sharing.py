"""May this process take its share of observations in? Not beside one that takes the same.

Whoever takes a share in holds a lock of its database as long as it lives. One that takes everything
in may be replaced while it still runs; one of several may not, and how many there are changes only
when all of them have ended.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from octroi.settings import InvalidSetting
from telemetry.intake.shares import MOST_SHARES, Share

LOCKS = 1_868_788_850  # of ours among a database's advisory locks
# Whoever looks is alone at it.
ALONE = "SELECT pg_advisory_xact_lock(%(locks)s, 0)"
# Which shares are taken in by whom else.
TAKEN = """
SELECT objid::integer FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND objid > 0
    AND classid = %(locks)s::oid AND pid <> pg_backend_pid()
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
# Hold ours until the connection ends.
HOLD = "SELECT pg_advisory_lock_shared(%(locks)s, %(named)s)"
# A machine that is gone is noticed within half a minute.
NOTICED = """
SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3
"""


@contextmanager
def held_share(database_url: str, mine: Share) -> Iterator[None]:
    """Hold a share, or say who is in the way."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(NOTICED)
        with connection.transaction():
            connection.execute(ALONE, {"locks": LOCKS})
            for other in map(_share, _taken(connection)):
                _refuse_beside(mine, other)
            connection.execute(HOLD, {"locks": LOCKS, "named": _named(mine)})
        yield


def _taken(connection: psycopg.Connection) -> list[int]:
    return [row[0] for row in connection.execute(TAKEN, {"locks": LOCKS})]


def _refuse_beside(mine: Share, other: Share) -> None:
    if other.of != mine.of:
        msg = f"OCTROI_INTAKE_SHARE cannot be {mine}: a process that runs takes in {other}; end it"
        raise InvalidSetting(msg)
    if other == mine and mine.of > 1:
        msg = f"OCTROI_INTAKE_SHARE cannot be {mine}: a process that runs takes it in already."
        raise InvalidSetting(msg)


def _named(share: Share) -> int:
    return share.of * (MOST_SHARES + 1) + share.number


def _share(named: int) -> Share:
    of, number = divmod(named, MOST_SHARES + 1)
    return Share(number=number, of=of)
