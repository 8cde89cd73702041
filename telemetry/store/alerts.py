"""Reads alerts, and writes what people made of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from telemetry.kept.evidence import AlertEvent, FormerAlert, Selection
from telemetry.model import Reason
from telemetry.patience import Patience, PatienceChange
from telemetry.store.history import selected
from telemetry.store.rows import (
    alert_from_row,
    event_from_row,
    former_alert_from_row,
    patience_from_row,
)
from telemetry.told import Alert, AlertId

# A page of alerts, newest first; an operator sees those of whom its vehicles came too near to.
ALERTS = """
SELECT * FROM telemetry.alert
WHERE (%(operator)s::text IS NULL OR operator = %(operator)s OR other_operator = %(operator)s)
  AND (%(state)s::text IS NULL OR state = %(state)s)
  AND (%(layer)s::smallint IS NULL OR layer = %(layer)s)
  AND (%(at)s::timestamptz IS NULL OR (opened_at <= %(at)s AND last_at >= %(at)s))
  AND (%(west)s::float8 IS NULL OR (lon BETWEEN %(west)s AND %(east)s
                                    AND lat BETWEEN %(south)s AND %(north)s))
  AND (%(before)s::timestamptz IS NULL OR (opened_at, id) < (%(before)s, %(before_id)s::uuid))
ORDER BY opened_at DESC, id DESC LIMIT %(limit)s
"""
# Alerts that are not over.
OPEN_ALERTS = "SELECT * FROM telemetry.alert WHERE state <> 'closed' ORDER BY opened_at, id"
# Those, and some others.
NAMED_OR_OPEN = """
SELECT * FROM telemetry.alert WHERE state <> 'closed' OR id = ANY (%(ids)s) ORDER BY opened_at, id
"""
# One alert.
ALERT = "SELECT * FROM telemetry.alert WHERE id = %(id)s"
# One alert, held until it is moved.
ALERT_HELD = "SELECT * FROM telemetry.alert WHERE id = %(id)s FOR UPDATE"
# Alerts that nobody took up for as long as somebody of their level may take, held until moved.
OVERDUE = """
SELECT alert.* FROM telemetry.alert
JOIN unnest(%(reasons)s::smallint[], %(since)s::timestamptz[]) AS due (reason, since) USING (reason)
WHERE state = 'open' AND level < %(highest)s AND waiting_since <= due.since
ORDER BY waiting_since LIMIT %(limit)s FOR UPDATE OF alert SKIP LOCKED
"""
# What a human made of an alert, or nobody did.
MOVE_ALERT = """
UPDATE telemetry.alert SET state = %(state)s, assignee = %(assignee)s, outcome = %(outcome)s,
    severity = %(severity)s, level = %(level)s, changed_at = %(at)s, waiting_since = %(at)s
WHERE id = %(id)s
"""
# Who moved it, and why.
ADD_EVENT = """
INSERT INTO telemetry.alert_event (alert_id, at, by, state, assignee, note, level, outcome)
VALUES (%(id)s, %(at)s, %(by)s, %(state)s, %(assignee)s, %(note)s, %(level)s, %(outcome)s)
"""
# An alert's life so far.
EVENTS = """
SELECT at, by, state, assignee, note, level, outcome FROM telemetry.alert_event
WHERE alert_id = %(id)s ORDER BY id
"""
# What was said of it before it was corrected.
FORMER = """
SELECT before.corrected_at AS until, before.late, former.*
FROM telemetry.alert_before AS before,
    jsonb_populate_record(NULL::telemetry.alert, before.said) AS former
WHERE before.id = %(id)s ORDER BY before.corrected_at
"""
# All that was ever decided of when people are told.
PATIENCE = "SELECT * FROM telemetry.patience ORDER BY id"
# One such decision, announced to whoever keeps a rulebook.
DECIDE_PATIENCE = """
INSERT INTO telemetry.patience (reason, severity, raised_after_s, cleared_after_s,
    near_cleared_after_s, margin_m, margin_height_m, margin_mps, escalated_after_s,
    raised_after_layer_s, decided_at, by, act)
VALUES (%(reason)s, %(severity)s, %(raised_after_s)s, %(cleared_after_s)s,
    %(near_cleared_after_s)s, %(margin_m)s, %(margin_height_m)s, %(margin_mps)s,
    %(escalated_after_s)s, %(raised_after_layer_s)s, %(decided_at)s, %(by)s, %(act)s)
"""
ANNOUNCE_PATIENCE = "SELECT pg_notify('octroi_registry', '')"
MOST_OVERDUE = 1_000


class AlertRecords:
    """The record of alerts, as it is read."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def alerts(self, selection: Selection) -> tuple[Alert, ...]:
        """Return a page of alerts, newest first."""
        return tuple(map(alert_from_row, self._rows(ALERTS, selected(selection))))

    def open_alerts(self) -> tuple[Alert, ...]:
        """Return the alerts that are not over, oldest first."""
        return tuple(map(alert_from_row, self._rows(OPEN_ALERTS, {})))

    def named_or_open(self, names: Sequence[AlertId]) -> tuple[Alert, ...]:
        """Return these alerts, and those that are not over, oldest first."""
        return tuple(map(alert_from_row, self._rows(NAMED_OR_OPEN, {"ids": list(names)})))

    def alert(self, name: AlertId) -> Alert | None:
        """Return one alert."""
        return next(map(alert_from_row, self._rows(ALERT, {"id": name})), None)

    def events(self, name: AlertId) -> tuple[AlertEvent, ...]:
        """Return an alert's life so far."""
        return tuple(map(event_from_row, self._rows(EVENTS, {"id": name})))

    def former(self, name: AlertId) -> tuple[FormerAlert, ...]:
        """Return what was said of an alert before it was corrected."""
        return tuple(map(former_alert_from_row, self._rows(FORMER, {"id": name})))

    def patience(self) -> tuple[PatienceChange, ...]:
        """Return all that the city decided of when people are told, in that order."""
        return tuple(map(patience_from_row, self._rows(PATIENCE, {})))

    def _rows(self, statement: str, named: Mapping[str, object]) -> Sequence[DictRow]:
        with self._pool.connection() as connection:
            return connection.cursor(row_factory=dict_row).execute(statement, named).fetchall()


def held_alert(connection: Connection[Any], name: AlertId) -> Alert | None:
    """Return one alert, and let nobody else move it until this transaction ends."""
    cursor = connection.cursor(row_factory=dict_row)
    return next(map(alert_from_row, cursor.execute(ALERT_HELD, {"id": name})), None)


def overdue(
    connection: Connection[Any], since: Mapping[Reason, datetime], highest: int
) -> tuple[Alert, ...]:
    """Return alerts that wait since then, by their reason, held until this transaction ends."""
    named = {
        "reasons": [reason.value for reason in since],
        "since": list(since.values()),
        "highest": highest,
        "limit": MOST_OVERDUE,
    }
    cursor = connection.cursor(row_factory=dict_row)
    return tuple(map(alert_from_row, cursor.execute(OVERDUE, named)))


def record_move(connection: Connection[Any], alert: Alert, *, event: AlertEvent) -> None:
    """Record what was made of an alert."""
    named = {
        "id": alert.id,
        "state": alert.state.value,
        "assignee": alert.assignee,
        "outcome": alert.outcome and alert.outcome.value,
        "severity": alert.severity.value,
        "level": alert.level,
        "at": event.at,
    }
    connection.execute(MOVE_ALERT, named)
    connection.execute(ADD_EVENT, {**named, "by": event.by, "note": event.note})


def record_patience(connection: Connection[Any], change: PatienceChange) -> None:
    """Record what was decided, and announce it."""
    figures = {name: getattr(change.patience, name) for name in Patience.__slots__}
    named = {
        **figures,
        "severity": change.patience.severity.value,
        "raised_after_layer_s": Jsonb(dict(change.patience.raised_after_layer_s)),
        "reason": change.reason.value,
        "decided_at": change.decided_at,
        "by": change.by,
        "act": change.act,
    }
    connection.execute(DECIDE_PATIENCE, named)
    connection.execute(ANNOUNCE_PATIENCE)
