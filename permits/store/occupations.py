"""Who was granted to occupy a place in a span of time? For the bill of what stands still."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import psycopg

from permits.documents import from_document
from permits.model import Permit

Connection = psycopg.Connection[Any]

# Permits that occupy a place in a span, as they stood at its end, and when each was granted first;
# one that was written down after it, but granted before, as it was granted.
OCCUPYING = """
SELECT v.document, granted.first_at
FROM permits.permit p
CROSS JOIN LATERAL (SELECT document FROM permits.version
    WHERE permit = p.id AND (recorded_at < %(end)s OR state = 'granted')
    ORDER BY recorded_at < %(end)s DESC,
        CASE WHEN recorded_at < %(end)s THEN -version ELSE version END
    LIMIT 1) AS v
CROSS JOIN LATERAL (SELECT min((document ->> 'decided_at')::timestamptz) AS first_at
    FROM permits.version WHERE permit = p.id AND state = 'granted') AS granted
WHERE p.during && tstzrange(%(start)s, %(end)s) AND granted.first_at < %(end)s
  AND jsonb_typeof(v.document -> 'application' -> 'occupation') = 'object'
ORDER BY p.id
"""


def occupying(connection: Connection, start: datetime, end: datetime) -> tuple[Permit, ...]:
    """Return the permits that occupy a place in [start, end), as they stood at its end.

    They are told as decided when they were granted first: an amendment does not begin them anew.
    """
    rows = connection.execute(OCCUPYING, {"start": start, "end": end}).fetchall()
    return tuple(
        replace(from_document(document), decided_at=first_at) for document, first_at in rows
    )
