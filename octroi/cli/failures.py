"""Which failures are the user's to mend? Each is told in one sentence.

The code is 1, or 2 where the command was not called as it is to be, or finds nothing to work on.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg_pool import PoolTimeout
from rich.console import Console

from octroi.backing import NoOctroi, NotRunning
from octroi.cli import INTERRUPTED
from octroi.client import BrokerRefused
from octroi.demo.stage import SetUpFailed
from octroi.embedded.directory import DataDirectoryBusy, DataDirectoryUnusable
from octroi.embedded.mosquitto import BrokerDidNotStart
from octroi.embedded.postgres import PostgresDidNotStart
from octroi.migrate import ChangedMigration, FailedMigration, ServerTooOld
from octroi.serving import PortUnusable
from octroi.settings import InvalidOption, InvalidSetting


class UnwritableSummary(Exception):
    """A file for the summary that cannot be written."""


class BrokerAway(Exception):
    """A configured broker that does not answer."""


class DatabaseInUse(Exception):
    """A database that holds a city already is no stage for another."""


TOLD = (
    BrokerAway,
    BrokerDidNotStart,
    BrokerRefused,
    ChangedMigration,
    DatabaseInUse,
    DataDirectoryBusy,
    DataDirectoryUnusable,
    FailedMigration,
    InvalidSetting,
    NotRunning,
    PortUnusable,
    PostgresDidNotStart,
    ServerTooOld,
    SetUpFailed,
    UnwritableSummary,
)
MISUSED = NOTHING_THERE = 2


@contextmanager
def told() -> Iterator[None]:
    """Turn a failure the user can mend into one sentence and an exit code."""
    try:
        yield
    except InvalidOption as misused:
        _stop(str(misused), MISUSED)
    except TOLD as failure:
        _stop(str(failure))
    except NoOctroi as nothing:
        _stop(str(nothing), NOTHING_THERE)
    except (psycopg.OperationalError, PoolTimeout) as failure:
        reason = str(failure).strip().splitlines()
        _stop(f"The database does not answer: {reason[0] if reason else type(failure).__name__}")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def sentence(said: str) -> str:
    """Return what was said as a sentence: with a capital, unless a name begins it, and a stop."""
    first, rest = said[:1], said[1:]
    begins_with_word = said.partition(" ")[0].rstrip(",").isalpha()
    stop = "" if said.endswith((".", "?", "!")) else "."
    return f"{first.upper() if begins_with_word else first}{rest}{stop}"


def _stop(reason: str, code: int = 1) -> None:
    Console(stderr=True, emoji=False).print(
        sentence(reason), style="red", markup=False, highlight=False, soft_wrap=True
    )
    sys.exit(code)
