"""Which rows may a transaction touch? Those of one operator, where it is answered.

Row-level security is the second wall: the first is the operator in every WHERE. It guards against
a condition that somebody forgets, not against whoever runs SQL of their own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool
from typing_extensions import override

from permits.identity.acting import ACTING

Connection = psycopg.Connection[Any]

# Step behind the wall until the end of the transaction, where the server has one.
STEP_BEHIND = """
SELECT set_config('octroi.operator', %(operator)s, true),
    CASE WHEN permits.wall_stands() THEN set_config('role', 'octroi_operator', true) END
"""


class CityPool(ConnectionPool):
    """A pool whose connections are behind the wall where an operator's reading is answered."""

    @override
    @contextmanager
    def connection(self, timeout: float | None = None) -> Iterator[Connection]:
        """Open a transaction, of whoever the request is answered for."""
        operator = ACTING.get()
        with super().connection(timeout) as connection:
            if operator is not None:
                connection.execute(STEP_BEHIND, {"operator": operator})
            yield connection


@contextmanager
def walled(pool: ConnectionPool, operator: str | None) -> Iterator[Connection]:
    """Open a transaction for one operator's own rows; for all rows where none is named."""
    with pool.connection() as connection:
        if operator is not None:
            connection.execute(STEP_BEHIND, {"operator": operator})
        yield connection
