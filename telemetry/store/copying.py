"""How do the rows of a transaction and its end reach the database in the fewest turns?

All statements go in one piece, and each COPY among them is given its rows when the server asks for
them: a batch waits once for every table, and once for the commit. psycopg asks for a turn for each
statement, two for a COPY. Rows are made a block at a time, while the server takes the one before.
"""

import select
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import psycopg
from psycopg import Connection
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

BEGIN = "BEGIN"
COMMIT = "COMMIT"
ANSWERS_WITHIN_S = 60

_DONE = frozenset({ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK})


class Copy(NamedTuple):
    """A COPY, and its rows in blocks."""

    statement: str
    blocks: Iterator[bytes]


def run_to_the_end(connection: Connection, statement: str, copies: Sequence[Copy]) -> None:
    """Run a statement without parameters, copy rows, and commit."""
    wire = connection.pgconn
    begin = [BEGIN] if wire.transaction_status == TransactionStatus.IDLE else []
    asked = [*begin, statement, *(copy.statement for copy in copies), COMMIT]
    wire.send_query("; ".join(asked).encode())
    given, failed = iter(copies), None
    while (result := _next(wire)) is not None:
        if result.status == ExecStatus.COPY_IN:
            for block in next(given).blocks:
                wire.put_copy_data(block)
            wire.put_copy_end()
        elif result.status not in _DONE:
            failed = failed or result
    if failed is not None:
        raise _error(failed)


def _next(wire: PGconn) -> PGresult | None:
    """Return the next result, letting others work until it is there."""
    waiting = select.poll()
    waiting.register(wire.socket, select.POLLIN)
    unsent = wire.flush()
    while unsent:
        waiting.modify(wire.socket, select.POLLIN | select.POLLOUT)
        _await(waiting)
        wire.consume_input()
        unsent = wire.flush()
    waiting.modify(wire.socket, select.POLLIN)
    while wire.is_busy():
        _await(waiting)
        wire.consume_input()
    return wire.get_result()


def _await(waiting: select.poll) -> None:
    """Wait for the server; a batch that it has no word about for so long is tried again."""
    if not waiting.poll(1000 * ANSWERS_WITHIN_S):
        msg = f"the database has said nothing for {ANSWERS_WITHIN_S} s"
        raise psycopg.OperationalError(msg)


def _error(result: PGresult) -> psycopg.Error:
    """Return what psycopg would raise."""
    state = (result.error_field(psycopg.pq.DiagnosticField.SQLSTATE) or b"").decode()
    message = result.get_error_message()
    try:
        return psycopg.errors.lookup(state)(message)
    except KeyError:
        found = psycopg.DatabaseError(message)
        found.sqlstate = state
        return found
