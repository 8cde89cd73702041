"""Lets go of what is no longer kept, and puts aside what alerts and fees rest on."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from telemetry.kept.retention import Expired, Limits
from telemetry.model import Visit, VisitId
from telemetry.store.rows import visit_from_row
from telemetry.store.together import SPAN

Evident = Callable[[Sequence[Visit]], Collection[VisitId]]

# Positions around a visit or an alert belong to what it rests on.
AROUND = timedelta(minutes=2)
# A day is dropped when nobody reads it; else the next attempt will.
BE_PATIENT = "SET LOCAL lock_timeout = '5s'"
# Since when there is something to let go of.
OLDEST_OBSERVATION = "SELECT min(at) FROM telemetry.observation WHERE at < %(before)s"
OLDEST_VERDICT = "SELECT min(at) FROM telemetry.verdict WHERE at < %(before)s"
# The visits that touch what is let go of.
VISITS_TOUCHING = """
SELECT * FROM telemetry.visit
WHERE left_at >= %(oldest)s::timestamptz - %(around)s::interval
  AND entered_at < %(before)s::timestamptz + %(around)s::interval
ORDER BY id
"""
# Whose positions evidence rests on, and from when to when: those of visits and alerts.
CASES = """
WITH cases AS (
    SELECT operator, vehicle, entered_at AS since, left_at AS until
    FROM telemetry.visit WHERE id = ANY(%(visits)s)
    UNION ALL
    SELECT party.*, opened_at, last_at FROM telemetry.alert,
        LATERAL (VALUES (operator, vehicle), (other_operator, other_vehicle)) AS party
    WHERE last_at >= %(oldest)s::timestamptz - %(around)s::interval
      AND opened_at < %(before)s::timestamptz + %(around)s::interval
)
"""
# The positions under visits and around alerts, before their day goes.
KEEP_OBSERVATIONS = f"""
{CASES}
INSERT INTO telemetry.evidence_observation (id, operator, vehicle, sender, layer, at, received_at,
    recorded_at, lon, lat, alt_m, alt_ref, h_acc_m, v_acc_m, speed_mps, heading_deg, boot, seq)
SELECT o.id, o.operator, o.vehicle, o.sender, o.layer, o.at, o.received_at,
    o.recorded_at, o.lon, o.lat, o.alt_m, o.alt_ref, o.h_acc_m, o.v_acc_m, o.speed_mps,
    o.heading_deg, o.boot, o.seq
FROM cases JOIN telemetry.observation o USING (operator, vehicle)
WHERE telemetry.track_of(o.operator, o.vehicle) = telemetry.track_of(cases.operator, cases.vehicle)
  AND o.at < %(before)s AND o.at >= cases.since - %(around)s::interval
  AND o.at <= cases.until + %(around)s::interval
ON CONFLICT DO NOTHING
"""  # noqa: S608 - the cases are ours
# The verdicts under visits and around alerts, before their day goes.
KEEP_VERDICTS = f"""
{CASES}
INSERT INTO telemetry.evidence_verdict (observation_id, operator, vehicle, layer, at, recorded_at,
    zone_id, zone_version, permit_id, permit_version, kind, reason, relation, margin_m,
    margin_s, rulebook_version)
SELECT v.observation_id, v.operator, v.vehicle, v.layer, v.at, v.recorded_at,
    v.zone_id, v.zone_version, v.permit_id, v.permit_version, v.kind, v.reason, v.relation,
    v.margin_m, v.margin_s, v.rulebook_version
FROM cases JOIN telemetry.each_verdict v USING (operator, vehicle)
WHERE v.track = telemetry.track_of(cases.operator, cases.vehicle) AND v.first_at < %(before)s
  AND v.first_at >= cases.since - %(around)s::interval - %(span)s::interval
  AND v.first_at <= cases.until + %(around)s::interval
  AND v.at < %(before)s AND v.at >= cases.since - %(around)s::interval
  AND v.at <= cases.until + %(around)s::interval
ON CONFLICT DO NOTHING
"""  # noqa: S608 - the cases are ours
# How many positions, or verdicts, go.
COUNT_OBSERVATIONS = "SELECT count(*) FROM telemetry.observation WHERE at < %(before)s"
COUNT_VERDICTS = """
SELECT count(*) + coalesce(sum(cardinality(later_observations)), 0)::bigint
FROM telemetry.verdict WHERE at < %(before)s
"""
COUNT_SUMS = """
SELECT (SELECT count(*) FROM telemetry.zone_hour WHERE hour < %(before)s)
     + (SELECT count(*) FROM telemetry.layer_hour WHERE hour < %(before)s)
"""
# The days themselves.
DROP_OBSERVATIONS = "SELECT telemetry.drop_days('observation', %(before)s)"
DROP_VERDICTS = "SELECT telemetry.drop_days('verdict', %(before)s)"
DROP_SUMS = "SELECT telemetry.drop_sums(%(before)s)"
# What could not be read, and what was not believed, hold positions too.
DROP_REFUSALS = "DELETE FROM telemetry.refusal WHERE recorded_at < %(before)s"
DROP_QUARANTINE = "DELETE FROM telemetry.quarantine WHERE recorded_at < %(before)s"
# Evidence whose time is over, unless somebody still works on the alert that it is of.
DROP_EVIDENCE = """
DELETE FROM telemetry.evidence_observation o WHERE at < %(before)s AND NOT EXISTS (
    SELECT FROM telemetry.alert a
    WHERE (o.operator, o.vehicle) IN
            ((a.operator, a.vehicle), (a.other_operator, a.other_vehicle))
        AND a.state <> 'closed' AND o.at >= a.opened_at - %(around)s::interval
        AND o.at <= a.last_at + %(around)s::interval)
"""
DROP_EVIDENT_VERDICTS = """
DELETE FROM telemetry.evidence_verdict v WHERE at < %(before)s AND NOT EXISTS (
    SELECT FROM telemetry.alert a
    WHERE (v.operator, v.vehicle) IN
            ((a.operator, a.vehicle), (a.other_operator, a.other_vehicle))
        AND a.state <> 'closed' AND v.at >= a.opened_at - %(around)s::interval
        AND v.at <= a.last_at + %(around)s::interval)
"""
# What came without a number is known by a hash; a copy of an alert says where it was.
DROP_NAMES = "DELETE FROM telemetry.observation_key WHERE received_at < %(before)s"
DROP_DELIVERIES = """
DELETE FROM telemetry.delivery WHERE at < %(before)s AND next_at IS NULL
"""
# Where a vehicle stood that was not heard of since.
DROP_STANDINGS = "DELETE FROM telemetry.track WHERE recorded_at < %(before)s"
# Alerts that are over, with their life.
MAY_FORGET = "SET LOCAL octroi.expiring = 'on'"
DROP_EVENTS = """
DELETE FROM telemetry.alert_event WHERE alert_id IN (
    SELECT id FROM telemetry.alert WHERE state = 'closed' AND last_at < %(before)s)
"""
DROP_ALERTS = "DELETE FROM telemetry.alert WHERE state = 'closed' AND last_at < %(before)s"
# Visits go with the evidence of those that were billed.
DROP_VISITS = """
WITH said AS (DELETE FROM telemetry.visit_before WHERE corrected_at < %(before)s)
DELETE FROM telemetry.visit WHERE left_at < %(before)s
"""


def put_aside(connection: Connection[Any], kept: Limits, evident: Evident) -> Expired:
    """Put evidence aside, delete what is older than its limit, and count also what is to drop."""
    aside = _positions_aside(connection, kept, evident) + _verdicts_aside(connection, kept, evident)
    connection.execute(MAY_FORGET)
    _delete(connection, DROP_EVENTS, kept.evidence)
    _delete(connection, DROP_NAMES, kept.repeats)
    _delete(connection, DROP_DELIVERIES, kept.positions)
    _delete(connection, DROP_STANDINGS, kept.positions)
    return Expired(
        refusals=_delete(connection, DROP_REFUSALS, kept.positions),
        quarantined=_delete(connection, DROP_QUARANTINE, kept.positions),
        evidence_kept=aside,
        evidence=_delete(connection, DROP_EVIDENCE, kept.evidence)
        + _delete(connection, DROP_EVIDENT_VERDICTS, kept.evidence),
        visits=_delete(connection, DROP_VISITS, kept.evidence),
        alerts=_delete(connection, DROP_ALERTS, kept.evidence),
        positions=_count(connection, COUNT_OBSERVATIONS, kept.positions),
        verdicts=_count(connection, COUNT_VERDICTS, kept.verdicts),
        sums=_count(connection, COUNT_SUMS, kept.sums),
    )


def drop(connection: Connection[Any], kept: Limits) -> None:
    """Drop whole days; nobody can write from here to the end of the transaction."""
    connection.execute(BE_PATIENT)
    connection.execute(DROP_SUMS, {"before": kept.sums})
    connection.execute(DROP_VERDICTS, {"before": kept.verdicts})
    connection.execute(DROP_OBSERVATIONS, {"before": kept.positions})


def _positions_aside(connection: Connection[Any], kept: Limits, evident: Evident) -> int:
    oldest = _oldest(connection, OLDEST_OBSERVATION, kept.positions)
    if oldest is None:
        return 0
    named = _cases(connection, oldest, kept.positions, evident)
    return connection.execute(KEEP_OBSERVATIONS, named).rowcount


def _verdicts_aside(connection: Connection[Any], kept: Limits, evident: Evident) -> int:
    oldest = _oldest(connection, OLDEST_VERDICT, kept.verdicts)
    if oldest is None:
        return 0
    named = _cases(connection, oldest, kept.verdicts, evident)
    return connection.execute(KEEP_VERDICTS, named).rowcount


def _oldest(connection: Connection[Any], statement: str, before: datetime) -> datetime | None:
    found = connection.execute(statement, {"before": before}).fetchone()
    return found[0] if found else None


def _cases(
    connection: Connection[Any], oldest: datetime, before: datetime, evident: Evident
) -> Mapping[str, object]:
    named = {"oldest": oldest, "before": before, "around": AROUND, "span": SPAN}
    cursor = connection.cursor(row_factory=dict_row)
    visits = tuple(map(visit_from_row, cursor.execute(VISITS_TOUCHING, named)))
    return {**named, "visits": list(evident(visits))}


def _delete(connection: Connection[Any], statement: str, before: datetime) -> int:
    return connection.execute(statement, {"before": before, "around": AROUND}).rowcount


def _count(connection: Connection[Any], statement: str, before: datetime) -> int:
    found = connection.execute(statement, {"before": before}).fetchone()
    return found[0] if found else 0
