"""Writes what came of what vehicles did: visits and alerts."""

from collections.abc import Iterable, Mapping, Sequence

from psycopg import Connection, Cursor
from psycopg.rows import DictRow, dict_row

from telemetry.model import Visit
from telemetry.store.ingest import Recording
from telemetry.store.rows import alert_from_row
from telemetry.told import Alert

# A visit that ended, once.
SAVE_VISIT = """
INSERT INTO telemetry.visit (id, operator, vehicle, layer, zone_id, zone_version, permit_id,
    permit_version, purpose, entered_at, left_at, certain_ms, uncertain_ms, distance_m,
    observations, violations, first_observation, last_observation, recorded_at)
VALUES (%(id)s, %(operator)s, %(vehicle)s, %(layer)s, %(zone_id)s, %(zone_version)s, %(permit_id)s,
    %(permit_version)s, %(purpose)s, %(entered_at)s, %(left_at)s, %(certain_ms)s, %(uncertain_ms)s,
    %(distance_m)s, %(observations)s, %(violations)s, %(first_observation)s, %(last_observation)s,
    %(recorded_at)s)
ON CONFLICT (id) DO NOTHING
"""
# An alert as it stands; what a human made of it, and how grave it has become, stay.
SAVE_ALERT = """
INSERT INTO telemetry.alert (id, operator, vehicle, other_operator, other_vehicle, layer, reason,
    severity, state, zone_id, zone_version, zone_name, permit_id, opened_at, last_at, lon, lat,
    count, outcome, recorded_at, changed_at, waiting_since)
VALUES (%(id)s, %(operator)s, %(vehicle)s, %(other_operator)s, %(other_vehicle)s, %(layer)s,
    %(reason)s, %(severity)s, %(state)s, %(zone_id)s, %(zone_version)s, %(zone_name)s,
    %(permit_id)s, %(opened_at)s, %(last_at)s, %(lon)s, %(lat)s, %(count)s, %(outcome)s,
    %(recorded_at)s, %(recorded_at)s, %(recorded_at)s)
ON CONFLICT (id) DO UPDATE SET changed_at = EXCLUDED.changed_at,
    state = CASE WHEN EXCLUDED.state = 'closed' THEN 'closed' ELSE alert.state END,
    outcome = coalesce(alert.outcome, EXCLUDED.outcome),
    last_at = EXCLUDED.last_at, lon = EXCLUDED.lon, lat = EXCLUDED.lat, count = EXCLUDED.count
RETURNING *
"""
# The first entry of an alert's life, and its end when the situation is over; each once.
SAVE_EVENT = """
INSERT INTO telemetry.alert_event (alert_id, at, by, state, outcome)
SELECT %(id)s, %(at)s, 'octroi', %(state)s, %(outcome)s
WHERE CASE WHEN %(state)s = 'closed' THEN 'closed' IS DISTINCT FROM (
        SELECT state FROM telemetry.alert_event WHERE alert_id = %(id)s ORDER BY id DESC LIMIT 1)
    ELSE NOT EXISTS (SELECT FROM telemetry.alert_event WHERE alert_id = %(id)s) END
"""


def save_visits(recording: Recording, visits: Sequence[Visit]) -> None:
    """Write down the visits that ended."""
    _many(recording.connection, SAVE_VISIT, (_visit_row(visit, recording) for visit in visits))


def save_alerts(recording: Recording, alerts: Sequence[Alert]) -> tuple[Alert, ...]:
    """Write down alerts that are new or changed, and the beginning and end of their life.

    Returns them as they now stand, with what people made of them; what an inspector has closed is
    not told again.
    """
    if not alerts:
        return ()
    rows = [_alert_row(alert, recording) for alert in alerts]
    with recording.connection.pipeline():
        saved = [_asked(recording.connection, SAVE_ALERT, row) for row in rows]
        _many(recording.connection, SAVE_EVENT, _events(recording, alerts))
    stored = [alert_from_row(row) for cursor in saved for row in cursor]
    pairs = zip(alerts, stored, strict=True)
    return tuple(stands for given, stands in pairs if stands.outcome is given.outcome)


def _events(recording: Recording, alerts: Iterable[Alert]) -> list[dict[str, object]]:
    return [
        {
            "id": alert.id,
            "at": recording.recorded_at,
            "state": alert.state.value,
            "outcome": alert.outcome and alert.outcome.value,
        }
        for alert in alerts
    ]


def _asked(connection: Connection, statement: str, row: Mapping[str, object]) -> Cursor[DictRow]:
    """Run a statement whose answer is read later."""
    return connection.cursor(row_factory=dict_row).execute(statement, row)


def _many(connection: Connection, statement: str, rows: Iterable[Mapping[str, object]]) -> None:
    listed = list(rows)
    if listed:
        connection.cursor().executemany(statement, listed)


def _visit_row(visit: Visit, recording: Recording) -> dict[str, object]:
    return {
        "id": visit.id,
        "operator": visit.vehicle.operator,
        "vehicle": visit.vehicle.vehicle,
        "layer": visit.layer.code,
        "zone_id": visit.zone,
        "zone_version": visit.zone_version,
        "permit_id": visit.permit,
        "permit_version": visit.permit_version,
        "purpose": visit.purpose and visit.purpose.value,
        "entered_at": visit.entered_at,
        "left_at": visit.left_at,
        "certain_ms": visit.certain_ms,
        "uncertain_ms": visit.uncertain_ms,
        "distance_m": visit.distance_m,
        "observations": visit.observations,
        "violations": visit.violations,
        "first_observation": visit.first_observation,
        "last_observation": visit.last_observation,
        "recorded_at": recording.recorded_at,
    }


def said_of(alert: Alert) -> dict[str, object]:
    """Return what of an alert may be said otherwise later, by its columns."""
    return {
        "layer": alert.layer.code,
        "zone_id": alert.zone,
        "zone_version": alert.zone_version,
        "zone_name": alert.zone_name,
        "permit_id": alert.permit,
        "opened_at": alert.opened_at,
        "last_at": alert.last_at,
        "lon": alert.lon,
        "lat": alert.lat,
        "count": alert.count,
        "state": alert.state.value,
        "outcome": alert.outcome and alert.outcome.value,
    }


def _alert_row(alert: Alert, recording: Recording) -> dict[str, object]:
    return {
        "id": alert.id,
        "operator": alert.vehicle.operator,
        "vehicle": alert.vehicle.vehicle,
        "other_operator": alert.other and alert.other.operator,
        "other_vehicle": alert.other and alert.other.vehicle,
        "reason": alert.reason.value,
        "severity": alert.severity.value,
        **said_of(alert),
        "recorded_at": recording.recorded_at,
    }
