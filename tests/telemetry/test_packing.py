"""What is packed is what psycopg would have written, row by row."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telemetry.store.packing import (
    ROWS_A_BLOCK,
    Spelt,
    blocks,
    instant,
    instants,
    maybe_numbers,
    maybe_whole,
    numbers,
    uuids,
    whole,
)

TABLE = """
CREATE TEMPORARY TABLE IF NOT EXISTS packed (a bigint, b integer, c smallint, d float8, e float8,
    f text, g uuid, h timestamptz, i timestamptz, j bigint)
"""
legible = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
rows = st.lists(
    st.tuples(
        st.integers(-(2**63), 2**63 - 1),
        st.integers(-(2**31), 2**31 - 1),
        st.integers(-128, 127),
        st.floats(allow_nan=False),
        st.none() | st.floats(allow_nan=False),
        st.none() | legible,
        st.none() | st.integers(0, 2**128 - 1).map(lambda value: uuid.UUID(int=value)),
        st.integers(0, 4_000_000_000_000),
        st.none() | st.integers(-(2**62), 2**62),
    ),
    min_size=1,
    max_size=12,
)
RECORDED = datetime(2026, 6, 10, 12, 0, 0, 123457, UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture
def connection(database_url: str) -> Any:  # noqa: ANN401 - a context of psycopg's
    with psycopg.connect(database_url) as found:
        found.execute(TABLE)
        yield found


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(given_rows=rows)
def test_the_database_reads_what_was_packed(
    connection: psycopg.Connection, given_rows: list[tuple[Any, ...]]
) -> None:
    a, b, c, d, e, f, g, h, j = zip(*given_rows, strict=True)
    every = np.arange(len(given_rows))
    columns = [
        whole(np.array(a, np.int64), 64),
        whole(np.array(b, np.int32), 32),
        whole(np.array(c, np.int8), 16),
        numbers(np.array(d)),
        maybe_numbers(np.array([np.nan if value is None else value for value in e])),
        Spelt(f).texts(every),
        uuids(g, every),
        instants(np.array(h, np.int64)),
        instant(RECORDED, len(given_rows)),
        maybe_whole(
            np.array([value or 0 for value in j], np.int64),
            64,
            np.array([value is not None for value in j]),
        ),
    ]
    connection.execute("TRUNCATE packed")

    with connection.cursor().copy("COPY packed FROM STDIN (FORMAT BINARY)") as copy:
        for block in blocks(columns):
            copy.write(block)

    assert connection.execute("SELECT * FROM packed ORDER BY ctid").fetchall() == [
        (*row[:7], EPOCH + timedelta(milliseconds=row[7]), RECORDED, row[8]) for row in given_rows
    ]


def test_texts_of_one_length_and_of_none_are_written_too(connection: psycopg.Connection) -> None:
    for different in (["ab", "cd"], ["", ""], ["\N{SNOWMAN}", "b\x01"]):
        connection.execute("TRUNCATE packed")
        with connection.cursor().copy("COPY packed (f) FROM STDIN (FORMAT BINARY)") as copy:
            for block in blocks([Spelt(different).texts(np.array([1, 0, 1]))]):
                copy.write(block)

        found = connection.execute("SELECT f FROM packed ORDER BY ctid").fetchall()
        assert found == [(different[n],) for n in (1, 0, 1)]


def test_many_rows_are_packed_some_at_a_time_and_all_arrive(
    connection: psycopg.Connection,
) -> None:
    many = np.arange(2 * ROWS_A_BLOCK + 1)
    names = Spelt(["odd", "even!"]).texts(many % 2)

    made = list(blocks([whole(many, 64), names]))
    connection.execute("TRUNCATE packed")
    with connection.cursor().copy("COPY packed (a, f) FROM STDIN (FORMAT BINARY)") as copy:
        for block in made:
            copy.write(block)

    assert len(made) == 5
    found = connection.execute("SELECT a, f FROM packed ORDER BY ctid").fetchall()
    assert found == [(n, ("odd", "even!")[n % 2]) for n in many.tolist()]
