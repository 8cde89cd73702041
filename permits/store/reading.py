"""How is one statement carried out at the cost of one? Without a transaction around it."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg_pool import ConnectionPool

from permits.identity.acting import in_front
from permits.store.permits import Connection


@contextmanager
def reading(pool: ConnectionPool) -> Iterator[Connection]:
    """Open a connection on which every statement stands for itself: begun and ended with it."""
    with in_front(), pool.connection() as connection:
        connection.autocommit = True
        try:
            yield connection
        finally:
            connection.autocommit = False
