"""Which permits does an experimentation ground grant?"""

from collections.abc import Collection

from permits.model import PermitId
from permits.store.permits import Connection

# Those of some permits that were granted on the conditions of a ground.
GRANTED = """
SELECT DISTINCT permit FROM permits.version
WHERE permit = ANY(%(permits)s::uuid[]) AND document ->> 'decision' = 'granted'
  AND document @> '{"conditions": [{"code": "experimentation"}]}'
"""


def granted(connection: Connection, permits: Collection[PermitId]) -> frozenset[PermitId]:
    """Return those of some permits that a ground grants."""
    rows = connection.execute(GRANTED, {"permits": list(permits)}).fetchall()
    return frozenset(PermitId(permit) for (permit,) in rows)
