"""How do the rows of a transaction and its end reach the database in the fewest turns?

All statements go in one piece, and each COPY among them is given its rows when the server asks for
them: a batch waits once for every table, and once for the commit. psycopg asks for a turn for each
statement, two for a COPY.
"""

import select
from collections.abc import Iterable

import psycopg
from psycopg import Connection
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

BEGIN = "BEGIN"
COMMIT = "COMMIT"

_DONE = frozenset({ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK})


def run_to_the_end(
    connection: Connection, statements: Iterable[str], rows: Iterable[bytes]
) -> None:
    """Run statements without parameters and commit; each COPY among them takes its own rows."""
    wire = connection.pgconn
    idle = wire.transaction_status == TransactionStatus.IDLE
    wire.send_query("; ".join([*([BEGIN] if idle else []), *statements, COMMIT]).encode())
    given, failed = iter(rows), None
    while (result := _next(wire)) is not None:
        if result.status == ExecStatus.COPY_IN:
            wire.put_copy_data(next(given))
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
        waiting.poll()
        wire.consume_input()
        unsent = wire.flush()
    waiting.modify(wire.socket, select.POLLIN)
    while wire.is_busy():
        waiting.poll()
        wire.consume_input()
    return wire.get_result()


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
