"""How does a command reach the database? That of the running Octroi, or its own for a moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from octroi import clock
from octroi.backing import database
from octroi.cli.failures import told
from octroi.cli.place import settings
from octroi.logs import quiet
from octroi.migrate import migrate
from octroi.records import Records, records

BY = "command line"

# Where nobody looks, tables are as wide as they need: ids are there to be copied.
FILE_WIDTH = 250

out = Console(highlight=False, soft_wrap=True, emoji=False)
if not out.is_terminal:
    out = Console(highlight=False, soft_wrap=True, emoji=False, width=FILE_WIDTH)
errors = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


@contextmanager
def opened(*, founding: bool = False) -> Iterator[tuple[Records, bytes]]:
    """Open the database of the running Octroi, or start it for this command.

    Where none is kept, a command that is not `founding` an installation ends with a sentence.
    """
    with told():
        asked = settings()
        with quiet(), database(asked, founding=founding) as (url, secret):
            migrate(url)
            with records(url, clock.now, asked, secret=secret) as parts:
                yield parts, secret
