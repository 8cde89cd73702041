"""Writes what came of what vehicles did: visits and alerts.

However many there are of a kind, they go to the database in one statement, as one text: psycopg's
pipelines wait for ever where a socket does not take at once what is sent in them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from psycopg.rows import dict_row

from telemetry.model import Visit
from telemetry.store.ingest import Recording
from telemetry.store.rows import alert_from_row
from telemetry.told import Alert

# Visits that ended, each once.
SAVE_VISITS = """
INSERT INTO telemetry.visit (id, operator, vehicle, layer, zone_id, zone_version, permit_id,
    permit_version, purpose, entered_at, left_at, certain_ms, uncertain_ms, distance_m,
    observations, violations, first_observation, last_observation, recorded_at)
SELECT id, operator, vehicle, layer, zone_id, zone_version, permit_id, permit_version, purpose,
    entered_at, left_at, certain_ms, uncertain_ms, distance_m, observations, violations,
    first_observation, last_observation, %(recorded_at)s
FROM json_populate_recordset(NULL::telemetry.visit, %(visits)s)
ON CONFLICT (id) DO NOTHING
"""
# Alerts as they stand, none twice; what a human made of one, and how grave it has become, stay.
SAVE_ALERTS = """
INSERT INTO telemetry.alert (id, operator, vehicle, other_operator, other_vehicle, layer, reason,
    severity, state, zone_id, zone_version, zone_name, permit_id, opened_at, last_at, lon, lat,
    count, outcome, recorded_at, changed_at, waiting_since)
SELECT id, operator, vehicle, other_operator, other_vehicle, layer, reason, severity, state,
    zone_id, zone_version, zone_name, permit_id, opened_at, last_at, lon, lat, count, outcome,
    %(recorded_at)s, %(recorded_at)s, %(recorded_at)s
FROM json_populate_recordset(NULL::telemetry.alert, %(alerts)s)
ON CONFLICT (id) DO UPDATE SET changed_at = EXCLUDED.changed_at,
    state = CASE WHEN EXCLUDED.state = 'closed' THEN 'closed' ELSE alert.state END,
    outcome = coalesce(alert.outcome, EXCLUDED.outcome),
    last_at = EXCLUDED.last_at, lon = EXCLUDED.lon, lat = EXCLUDED.lat, count = EXCLUDED.count
RETURNING *
"""
# The first entry of each alert's life, and its end when the situation is over; each once.
SAVE_EVENTS = """
INSERT INTO telemetry.alert_event (alert_id, at, by, state, outcome)
SELECT id, %(recorded_at)s, 'octroi', given.state, given.outcome
FROM json_populate_recordset(NULL::telemetry.alert, %(alerts)s) AS given
WHERE CASE WHEN given.state = 'closed' THEN 'closed' IS DISTINCT FROM (
        SELECT state FROM telemetry.alert_event WHERE alert_id = given.id ORDER BY id DESC LIMIT 1)
    ELSE NOT EXISTS (SELECT FROM telemetry.alert_event WHERE alert_id = given.id) END
"""


def save_visits(recording: Recording, visits: Sequence[Visit]) -> None:
    """Write down the visits that ended."""
    if visits:
        rows = {"visits": _text(map(_visit_row, visits)), "recorded_at": recording.recorded_at}
        recording.connection.execute(SAVE_VISITS, rows)


def save_alerts(recording: Recording, alerts: Sequence[Alert]) -> tuple[Alert, ...]:
    """Write down alerts that are new or changed, and the beginning and end of their life.

    Returns them as they now stand, with what people made of them; what an inspector has closed is
    not told again.
    """
    stands: dict[int, Alert] = {}
    cursor = recording.connection.cursor(row_factory=dict_row)
    for some in _each_once(alerts):
        given = _text(_alert_row(alerts[place]) for place in some)
        rows = {"alerts": given, "recorded_at": recording.recorded_at}
        stored = {row["id"]: row for row in cursor.execute(SAVE_ALERTS, rows)}
        cursor.execute(SAVE_EVENTS, rows)
        stands |= {place: alert_from_row(stored[alerts[place].id]) for place in some}
    pairs = ((alert, stands[place]) for place, alert in enumerate(alerts))
    return tuple(each for given, each in pairs if each.outcome is given.outcome)


def _each_once(alerts: Sequence[Alert]) -> list[list[int]]:
    """Part alerts, by their places, so that none is twice in one part; in order."""
    parts, told = list[list[int]](), Counter[object]()
    for place, alert in enumerate(alerts):
        if told[alert.id] == len(parts):
            parts.append([])
        parts[told[alert.id]].append(place)
        told[alert.id] += 1
    return parts


def _text(rows: Iterable[Mapping[str, object]]) -> str:
    return msgspec.json.encode(list(rows)).decode()


def _visit_row(visit: Visit) -> dict[str, object]:
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


def _alert_row(alert: Alert) -> dict[str, object]:
    return {
        "id": alert.id,
        "operator": alert.vehicle.operator,
        "vehicle": alert.vehicle.vehicle,
        "other_operator": alert.other and alert.other.operator,
        "other_vehicle": alert.other and alert.other.vehicle,
        "reason": alert.reason.value,
        "severity": alert.severity.value,
        **said_of(alert),
    }
