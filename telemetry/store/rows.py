"""Turns rows of the history into nouns."""

from psycopg.rows import DictRow, TupleRow

from permits.parties import OperatorId, VehicleId
from telemetry.kept.evidence import AlertEvent, FormerAlert, FormerVisit, Sighting
from telemetry.model import Reason, VehicleKey, VerdictKind, Visit, VisitId
from telemetry.patience import Patience, PatienceChange
from telemetry.told import Alert, AlertId, AlertState, Outcome, Severity
from zones.columns import Relation
from zones.model import HEIGHT_REFERENCES, LAYERS, Layer, Purpose

# An enumeration takes ten times as long to find a member by its value.
_KINDS = {each.value: each for each in VerdictKind}
_REASONS = {each.value: each for each in Reason}
_RELATIONS = {each.value: each for each in Relation}
_NONE = (None,) * 10


def alert_from_row(row: DictRow) -> Alert:
    """Read an alert."""
    return Alert(
        id=AlertId(row["id"]),
        vehicle=VehicleKey(OperatorId(row["operator"]), VehicleId(row["vehicle"])),
        layer=LAYERS[row["layer"]],
        reason=Reason(row["reason"]),
        severity=Severity(row["severity"]),
        state=AlertState(row["state"]),
        zone=row["zone_id"],
        zone_version=row["zone_version"],
        zone_name=row["zone_name"],
        permit=row["permit_id"],
        opened_at=row["opened_at"],
        last_at=row["last_at"],
        lon=row["lon"],
        lat=row["lat"],
        count=row["count"],
        assignee=row["assignee"],
        other=None
        if row["other_operator"] is None
        else VehicleKey(OperatorId(row["other_operator"]), VehicleId(row["other_vehicle"])),
        level=row["level"],
        outcome=row["outcome"] and Outcome(row["outcome"]),
        corrected_at=row["corrected_at"],
    )


def former_alert_from_row(row: DictRow) -> FormerAlert:
    """Read what was said of an alert until it was corrected."""
    return FormerAlert(alert=alert_from_row(row), corrected_at=row["until"], late=row["late"])


def event_from_row(row: DictRow) -> AlertEvent:
    """Read a step in an alert's life."""
    ended = row["outcome"] and Outcome(row["outcome"])
    return AlertEvent(**{**row, "state": AlertState(row["state"]), "outcome": ended})


def patience_from_row(row: DictRow) -> PatienceChange:
    """Read what a city decided of when people are told."""
    figures = {name: row[name] for name in Patience.__slots__}
    figures["severity"] = Severity(row["severity"])
    by_layer = row["raised_after_layer_s"].items()
    figures["raised_after_layer_s"] = {Layer(name): wait_s for name, wait_s in by_layer}
    return PatienceChange(
        reason=Reason(row["reason"]),
        patience=Patience(**figures),
        decided_at=row["decided_at"],
        by=row["by"],
        act=row["act"],
    )


def visit_from_row(row: DictRow) -> Visit:
    """Read a visit."""
    return Visit(
        id=VisitId(row["id"]),
        vehicle=VehicleKey(OperatorId(row["operator"]), VehicleId(row["vehicle"])),
        layer=LAYERS[row["layer"]],
        zone=row["zone_id"],
        zone_version=row["zone_version"],
        permit=row["permit_id"],
        permit_version=row["permit_version"],
        purpose=row["purpose"] and Purpose(row["purpose"]),
        entered_at=row["entered_at"],
        left_at=row["left_at"],
        certain_ms=row["certain_ms"],
        uncertain_ms=row["uncertain_ms"],
        distance_m=row["distance_m"],
        observations=row["observations"],
        violations=row["violations"],
        first_observation=row["first_observation"],
        last_observation=row["last_observation"],
    )


def former_visit_from_row(row: DictRow) -> FormerVisit:
    """Read what was said of a visit until it was corrected."""
    return FormerVisit(visit=visit_from_row(row), corrected_at=row["until"], late=row["late"])


def sighting_of(seen: TupleRow, verdict: TupleRow | None) -> Sighting:
    """Read an observation with one verdict on it, or none; the columns are those asked for."""
    name, sender, at, received_at, lon, lat, h_acc_m, v_acc_m, alt_m, alt_ref, speed_mps = seen
    zone, zone_version, permit, permit_version, kind, reason, relation, *rest = verdict or _NONE
    margin_m, margin_s, rulebook_version = rest
    return Sighting(
        observation=name,
        sender=sender,
        at=at,
        received_at=received_at,
        lon=lon,
        lat=lat,
        h_acc_m=h_acc_m,
        v_acc_m=v_acc_m,
        alt_m=alt_m,
        alt_ref=HEIGHT_REFERENCES[alt_ref - 1] if alt_ref else None,
        speed_mps=speed_mps,
        zone=zone,
        zone_version=zone_version,
        permit=permit,
        permit_version=permit_version,
        kind=None if kind is None else _KINDS[kind],
        reason=None if reason is None else _REASONS[reason],
        relation=None if relation is None else _RELATIONS[relation],
        margin_m=margin_m,
        margin_s=margin_s,
        rulebook_version=rulebook_version,
    )
