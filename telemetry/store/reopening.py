"""Reads what a late position touches, and writes down what is said otherwise because of it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from telemetry.following.stays import instant
from telemetry.model import Reason, VehicleKey, Visit, VisitId
from telemetry.store.checkpoints import COLUMNS, Observed, observed
from telemetry.store.rows import alert_from_row, visit_from_row
from telemetry.store.standing import said_of
from telemetry.told import Alert

# The instant of the position before one, if it is near enough.
BEFORE = """
SELECT max(at) FROM telemetry.observation
WHERE telemetry.track_of(operator, vehicle) = telemetry.track_of(%(operator)s, %(vehicle)s)
  AND operator = %(operator)s AND vehicle = %(vehicle)s
  AND at < %(at)s AND at >= %(at)s - %(gap)s::interval
"""
# The visits that were not over before an instant.
VISITS = """
SELECT * FROM telemetry.visit WHERE operator = %(operator)s AND vehicle = %(vehicle)s
  AND left_at >= %(since)s ORDER BY entered_at, id
"""
# When the first of some positions was, none of which is more than a day earlier than an instant;
# NULL where one of them is not kept.
SINCE = """
SELECT CASE WHEN count(*) = cardinality(%(ids)s::bigint[]) THEN min(at) END
FROM telemetry.observation
WHERE telemetry.track_of(operator, vehicle) = telemetry.track_of(%(operator)s, %(vehicle)s)
  AND operator = %(operator)s AND vehicle = %(vehicle)s
  AND id = ANY(%(ids)s) AND at >= %(earliest)s - interval '1 day'
"""
# A vehicle's positions from an instant on, in order of time.
POSITIONS = f"""
SELECT {COLUMNS} FROM telemetry.observation
WHERE telemetry.track_of(operator, vehicle) = telemetry.track_of(%(operator)s, %(vehicle)s)
  AND operator = %(operator)s AND vehicle = %(vehicle)s AND at >= %(since)s
ORDER BY at, id LIMIT %(most)s
"""  # noqa: S608 - the columns are ours
# What was said of visits, kept before they change.
KEEP = """
INSERT INTO telemetry.visit_before (id, operator, corrected_at, late, said)
SELECT id, operator, %(now)s, %(late)s, to_jsonb(visit) FROM telemetry.visit WHERE id = ANY(%(ids)s)
"""
# They are no longer so.
FORGET = "DELETE FROM telemetry.visit WHERE id = ANY(%(ids)s)"
# Alerts of which something may have been said since an instant, but for some reasons.
ALERTS = """
SELECT * FROM telemetry.alert WHERE operator = %(operator)s AND vehicle = %(vehicle)s
  AND reason <> ALL (%(but)s::smallint[]) AND (state <> 'closed' OR changed_at >= %(since)s)
ORDER BY opened_at, id
"""
# What was said of an alert, kept before it changes.
KEEP_ALERT = """
INSERT INTO telemetry.alert_before (id, corrected_at, late, said)
SELECT id, %(now)s, %(late)s, to_jsonb(alert) FROM telemetry.alert WHERE id = %(id)s
"""
# What is said in its place; one that goes on after all waits again to be taken up.
CORRECT_ALERT = """
UPDATE telemetry.alert SET layer = %(layer)s, zone_id = %(zone_id)s,
    zone_version = %(zone_version)s, zone_name = %(zone_name)s, permit_id = %(permit_id)s,
    opened_at = %(opened_at)s, last_at = %(last_at)s, lon = %(lon)s, lat = %(lat)s,
    count = %(count)s, outcome = %(outcome)s, corrected_at = %(now)s, changed_at = %(now)s,
    waiting_since = CASE WHEN state = 'closed' AND %(state)s = 'open' THEN %(now)s
        ELSE waiting_since END,
    state = %(state)s
WHERE id = %(id)s
"""
# That it was corrected is a step in its life.
ADD_CORRECTION = """
INSERT INTO telemetry.alert_event (alert_id, at, by, state, assignee, note, level, outcome)
VALUES (%(id)s, %(now)s, 'octroi', %(state)s, %(assignee)s, %(note)s, %(level)s, %(outcome)s)
"""
CORRECTED = "corrigée par la position {0}, arrivée en retard / corrected by position {0}, come late"


class Past:
    """What is recorded of one vehicle."""

    def __init__(self, connection: Connection[Any], vehicle: VehicleKey) -> None:
        self._connection = connection
        self._named = {"operator": vehicle.operator, "vehicle": vehicle.vehicle}

    def before(self, at_ms: int, gap_ms: int) -> datetime:
        """Return the instant of the position before, or this one where there is none near."""
        at = instant(at_ms)
        named = {**self._named, "at": at, "gap": f"{gap_ms} milliseconds"}
        found = self._connection.execute(BEFORE, named).fetchone()
        return found[0] if found and found[0] else at

    def visits(self, since: datetime) -> list[Visit]:
        """Return the visits that were not over before an instant."""
        cursor = self._connection.cursor(row_factory=dict_row)
        rows = cursor.execute(VISITS, {**self._named, "since": since}).fetchall()
        return [visit_from_row(row) for row in rows]

    def since(self, observations: Collection[int], earliest: datetime) -> datetime | None:
        """Return the instant of the first of these positions; None where one is not kept.

        One that is more than a day earlier than `earliest` counts as not kept.
        """
        named = {**self._named, "ids": sorted(set(observations)), "earliest": earliest}
        found = self._connection.execute(SINCE, named).fetchone()
        return found[0] if found else None

    def positions(self, since: datetime, most: int) -> Observed | None:
        """Return all positions from an instant on, in order of time; None if they are more."""
        named = {**self._named, "since": since, "most": most + 1}
        rows = self._connection.execute(POSITIONS, named).fetchall()
        return observed(rows) if len(rows) <= most else None

    def keep(self, visits: Sequence[VisitId], late: int, now: datetime) -> None:
        """Take visits out of what is so, into what was said before."""
        named = {"ids": list(visits), "late": late, "now": now}
        self._connection.execute(KEEP, named)
        self._connection.execute(FORGET, named)

    def alerts(self, since: datetime, but: Collection[Reason]) -> list[Alert]:
        """Return the alerts, but for some reasons, that may not have been over at an instant."""
        named = {**self._named, "since": since, "but": sorted(each.value for each in but)}
        cursor = self._connection.cursor(row_factory=dict_row)
        return [alert_from_row(row) for row in cursor.execute(ALERTS, named).fetchall()]

    def correct(self, alerts: Sequence[Alert], late: int, now: datetime) -> None:
        """Say alerts otherwise, and keep what was said of them before."""
        rows = [{**_corrected_row(alert, late), "now": now} for alert in alerts]
        cursor = self._connection.cursor()
        for statement in (KEEP_ALERT, CORRECT_ALERT, ADD_CORRECTION) if rows else ():
            cursor.executemany(statement, rows)


def _corrected_row(alert: Alert, late: int) -> dict[str, object]:
    return {
        "id": alert.id,
        **said_of(alert),
        "assignee": alert.assignee,
        "level": alert.level,
        "late": late,
        "note": CORRECTED.format(late),
    }
