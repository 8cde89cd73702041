"""Reads what was recorded: positions, visits, alerts and the evidence behind them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

from telemetry.evidence import (
    AlertEvent,
    AlertEvidence,
    Selection,
    TrackPoint,
    VisitEvidence,
)
from telemetry.model import Alert, AlertId, VehicleKey, Visit, VisitId
from telemetry.store.rows import (
    alert_from_row,
    event_from_row,
    sighting_from_row,
    visit_from_row,
)
from zones.periods import Window

# Before and after an alert, the positions that show how it came about and how it ended.
AROUND = timedelta(minutes=1)
MOST_SIGHTINGS = 5_000
MOST_POSITIONS = 20_000

# A vehicle's positions in a stretch of time; `at` bounds the partitions read.
TRACK = """
SELECT at, lon, lat, alt_m, speed_mps FROM telemetry.observation
WHERE operator = %(operator)s AND vehicle = %(vehicle)s AND at >= %(start)s AND at < %(end)s
ORDER BY at, id LIMIT %(limit)s
"""
# A page of alerts, newest first.
ALERTS = """
SELECT * FROM telemetry.alert
WHERE (%(operator)s::text IS NULL OR operator = %(operator)s)
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
# One alert.
ALERT = "SELECT * FROM telemetry.alert WHERE id = %(id)s"
# One alert, held until it is moved.
ALERT_HELD = "SELECT * FROM telemetry.alert WHERE id = %(id)s FOR UPDATE"
# What a human made of an alert.
MOVE_ALERT = """
UPDATE telemetry.alert SET state = %(state)s, assignee = %(assignee)s WHERE id = %(id)s
"""
# Who moved it, and why.
ADD_EVENT = """
INSERT INTO telemetry.alert_event (alert_id, at, by, state, assignee, note)
VALUES (%(id)s, %(at)s, %(by)s, %(state)s, %(assignee)s, %(note)s)
"""
# An alert's life so far.
EVENTS = """
SELECT at, by, state, assignee, note FROM telemetry.alert_event
WHERE alert_id = %(id)s ORDER BY id
"""
# A vehicle's positions in a stretch of time, each with its verdicts (none outside every zone).
SIGHTINGS = """
SELECT o.id, o.sender, o.at, o.received_at, o.lon, o.lat, o.h_acc_m, o.v_acc_m, o.alt_m, o.alt_ref,
    o.speed_mps, v.zone_id, v.zone_version, v.permit_id, v.permit_version, v.kind, v.reason,
    v.relation, v.margin_m, v.rulebook_version
FROM telemetry.observation o
LEFT JOIN telemetry.verdict v ON v.observation_id = o.id AND v.at = o.at
WHERE o.operator = %(operator)s AND o.vehicle = %(vehicle)s
  AND o.at >= %(start)s AND o.at <= %(end)s
ORDER BY o.at, o.id, v.zone_id LIMIT %(limit)s
"""
# The positions under a visit with their verdicts there, and the two that bound it.
VISIT_SIGHTINGS = """
SELECT o.id, o.sender, o.at, o.received_at, o.lon, o.lat, o.h_acc_m, o.v_acc_m, o.alt_m, o.alt_ref,
    o.speed_mps, v.zone_id, v.zone_version, v.permit_id, v.permit_version, v.kind, v.reason,
    v.relation, v.margin_m, v.rulebook_version
FROM telemetry.observation o
LEFT JOIN telemetry.verdict v ON v.observation_id = o.id AND v.at = o.at
    AND v.zone_id = %(zone)s AND v.zone_version = %(zone_version)s
WHERE o.operator = %(operator)s AND o.vehicle = %(vehicle)s
  AND o.at >= %(start)s AND o.at <= %(end)s
  AND (o.id IN (%(first)s, %(last)s)
       OR (v.observation_id IS NOT NULL AND o.at BETWEEN %(entered_at)s AND %(left_at)s))
ORDER BY o.at, o.id
"""
# A page of visits, newest first.
VISITS = """
SELECT * FROM telemetry.visit
WHERE (%(operator)s::text IS NULL OR operator = %(operator)s)
  AND (%(vehicle)s::text IS NULL OR vehicle = %(vehicle)s)
  AND (%(zone)s::text IS NULL OR zone_id = %(zone)s)
  AND (%(layer)s::smallint IS NULL OR layer = %(layer)s)
  AND (%(at)s::timestamptz IS NULL OR (entered_at <= %(at)s AND left_at >= %(at)s))
  AND (%(before)s::timestamptz IS NULL OR (entered_at, id) < (%(before)s, %(before_id)s::uuid))
ORDER BY entered_at DESC, id DESC LIMIT %(limit)s
"""
# Every visit that touches a window, also the ones that end as it begins.
VISITS_TOUCHING = """
SELECT * FROM telemetry.visit
WHERE left_at >= %(start)s AND entered_at < %(end)s ORDER BY entered_at, id
"""
# One visit.
VISIT = "SELECT * FROM telemetry.visit WHERE id = %(id)s"


class History:
    """The record of what vehicles did, as it is read."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def track(self, vehicle: VehicleKey, window: Window) -> tuple[TrackPoint, ...]:
        """Return a vehicle's positions in a window, oldest first."""
        named = {
            "operator": vehicle.operator,
            "vehicle": vehicle.vehicle,
            "start": window.start,
            "end": window.end,
            "limit": MOST_POSITIONS,
        }
        return tuple(TrackPoint(**row) for row in self._rows(TRACK, named))

    def alerts(self, selection: Selection) -> tuple[Alert, ...]:
        """Return a page of alerts, newest first."""
        return tuple(map(alert_from_row, self._rows(ALERTS, _named(selection))))

    def open_alerts(self) -> tuple[Alert, ...]:
        """Return the alerts that are not over, oldest first."""
        return tuple(map(alert_from_row, self._rows(OPEN_ALERTS, {})))

    def alert(self, name: AlertId) -> Alert | None:
        """Return one alert."""
        return next(map(alert_from_row, self._rows(ALERT, {"id": name})), None)

    def alert_evidence(self, alert: Alert) -> AlertEvidence:
        """Return the positions and verdicts around an alert, and its life so far."""
        named = {
            "operator": alert.vehicle.operator,
            "vehicle": alert.vehicle.vehicle,
            "start": alert.opened_at - AROUND,
            "end": alert.last_at + AROUND,
            "limit": MOST_SIGHTINGS,
        }
        return AlertEvidence(
            alert=alert,
            sightings=tuple(map(sighting_from_row, self._rows(SIGHTINGS, named))),
            events=tuple(map(event_from_row, self._rows(EVENTS, {"id": alert.id}))),
        )

    def visits(self, selection: Selection) -> tuple[Visit, ...]:
        """Return a page of visits, newest first."""
        return tuple(map(visit_from_row, self._rows(VISITS, _named(selection))))

    def visits_touching(self, window: Window) -> tuple[Visit, ...]:
        """Return every visit that shares an instant with the window or ends as it begins."""
        named = {"start": window.start or "-infinity", "end": window.end or "infinity"}
        return tuple(map(visit_from_row, self._rows(VISITS_TOUCHING, named)))

    def visit_evidence(self, name: VisitId) -> VisitEvidence | None:
        """Return a visit with the positions and verdicts under it."""
        visit = next(map(visit_from_row, self._rows(VISIT, {"id": name})), None)
        if visit is None:
            return None
        # A crossing lies at most one gap away from the fixes it was found between.
        named = {
            "operator": visit.vehicle.operator,
            "vehicle": visit.vehicle.vehicle,
            "zone": visit.zone,
            "zone_version": visit.zone_version,
            "first": visit.first_observation,
            "last": visit.last_observation,
            "entered_at": visit.entered_at,
            "left_at": visit.left_at,
            "start": visit.entered_at - 2 * AROUND,
            "end": visit.left_at + 2 * AROUND,
        }
        return VisitEvidence(
            visit=visit, sightings=tuple(map(sighting_from_row, self._rows(VISIT_SIGHTINGS, named)))
        )

    def _rows(self, statement: str, named: Mapping[str, object]) -> Sequence[DictRow]:
        with self._pool.connection() as connection:
            return connection.cursor(row_factory=dict_row).execute(statement, named).fetchall()


def held_alert(connection: Connection[Any], name: AlertId) -> Alert | None:
    """Return one alert, and let nobody else move it until this transaction ends."""
    cursor = connection.cursor(row_factory=dict_row)
    return next(map(alert_from_row, cursor.execute(ALERT_HELD, {"id": name})), None)


def record_move(connection: Connection[Any], alert: Alert, *, event: AlertEvent) -> None:
    """Record what a human made of an alert."""
    named = {"id": alert.id, "state": alert.state.value, "assignee": alert.assignee}
    connection.execute(MOVE_ALERT, named)
    connection.execute(ADD_EVENT, {**named, "at": event.at, "by": event.by, "note": event.note})


def _named(selection: Selection) -> dict[str, object]:
    west, south, east, north = selection.bounds or (None, None, None, None)
    before, before_id = selection.before or (None, None)
    return {
        "operator": selection.operator,
        "vehicle": selection.vehicle,
        "zone": selection.zone,
        "state": selection.state and selection.state.value,
        "layer": None if selection.layer is None else selection.layer.code,
        "at": selection.at,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "before": before,
        "before_id": before_id,
        "limit": selection.limit,
    }
