"""What is handed to the database as text it reads as the very same values."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from hypothesis import given
from hypothesis import strategies as st

from permits.beside.reaches import Reach
from permits.store.columns import numbers, span, texts, union, written

# Every instant and every number at once: a database is asked once for all of them.
drawn = st.lists(
    st.tuples(
        st.floats(allow_nan=False, allow_infinity=False),
        st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1)),  # noqa: DTZ001 - Hypothesis adds the zone
        st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(days=400)),
    ),
    min_size=1,
    max_size=8,
)


def reach(start: datetime, end: datetime) -> Reach:
    return Reach(box=(0.0, 0.0, 0.0, 0.0), start=start, end=end)


def test_arrays_ranges_and_documents_arrive_as_they_are(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:

        @given(drawn)
        def law(values: list[tuple[float, datetime, timedelta]]) -> None:
            values = [each for each in values if each[1].year < 9000]
            asked = [reach(start, start + lasts) for _, start, lasts in values]
            floats = [number for number, *_ in values]
            names = [f"{number}\"\\,{{}} '" for number in floats]
            # The server tells large whole numbers without an exponent.
            document: dict[str, Any] = {"text": "é\"\\\t'", "numbers": floats, "none": None}

            row = connection.execute(
                """SELECT %(numbers)s::float8[], %(names)s::text[],
                   ARRAY(SELECT r.during FROM json_to_recordset(%(spans)s::json) AS r
                         (during tstzrange)),
                   %(union)s::tstzmultirange, %(document)s::jsonb::text""",
                {
                    "numbers": numbers(floats),
                    "names": texts(names),
                    "spans": written([{"during": span(each)} for each in asked]),
                    "union": union(asked),
                    "document": written(document),
                },
            ).fetchone()

            assert row is not None
            assert row[0] == floats
            assert row[1] == names
            assert [(each.lower, each.upper) for each in row[2]] == [
                (each.start, each.end) for each in asked
            ]
            assert all(
                any(one.lower <= each.start and each.end <= one.upper for one in row[3])
                for each in asked
            )
            assert json.loads(row[4], parse_int=float) == document

        law()
