"""How is a permit written down? As one JSON document that reads back as the same permit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from shapely.geometry import shape

from permits.basis import Basis, basis_document, basis_from
from permits.model import (
    Application,
    Attempt,
    Condition,
    Decision,
    Finding,
    Move,
    OperationVolume,
    Outcome,
    Permit,
    PermitId,
    PermitState,
)
from permits.occupations import Occupation, OccupationKind, Technique
from permits.offers import Alternative
from permits.parties import OperatorId, VehicleId
from permits.quoting import (
    alternative_document,
    alternative_from,
    quote_document,
    quote_from,
)
from permits.recurrence import Recurrence
from zones.model import Band, Height, HeightReference, Layer, Purpose, ZoneId
from zones.periods import Window, in_utc
from zones.space.geometry import to_geojson

Document = dict[str, Any]


def to_document(permit: Permit) -> Document:
    """Write a version of a permit down."""
    return {
        "id": str(permit.id),
        "version": permit.version,
        "application": _application_out(permit.application),
        "state": permit.state.value,
        "decision": permit.decision and permit.decision.value,
        "automated": permit.automated,
        "findings": [_finding_out(finding) for finding in permit.findings],
        "conditions": [_condition_out(condition) for condition in permit.conditions],
        "quote": quote_document(permit.quote),
        "decided_at": permit.decided_at.isoformat(),
        "recorded_at": permit.recorded_at.isoformat(),
        "move": permit.move.value,
        "by": permit.by,
        "reason": permit.reason,
        "activated_at": permit.activated_at and permit.activated_at.isoformat(),
        "attempt": _attempt_out(permit.attempt),
        "hold": [_finding_out(finding) for finding in permit.hold],
        "alternatives": _offered_out(permit.alternatives),
        "basis": None if permit.basis is None else basis_document(permit.basis),
    }


def from_document(document: Mapping[str, Any]) -> Permit:
    """Read a version of a permit back."""
    return Permit(
        id=PermitId(UUID(document["id"])),
        version=document["version"],
        application=application_from(document["application"]),
        state=PermitState(document["state"]),
        decision=None if document["decision"] is None else Decision(document["decision"]),
        automated=document["automated"],
        findings=tuple(_finding_in(each) for each in document["findings"]),
        conditions=tuple(_condition_in(each) for each in document["conditions"]),
        quote=quote_from(document["quote"]),
        decided_at=datetime.fromisoformat(document["decided_at"]),
        recorded_at=datetime.fromisoformat(document["recorded_at"]),
        move=Move(document["move"]),
        by=document["by"],
        reason=document["reason"],
        activated_at=_instant_in(document.get("activated_at")),
        attempt=_attempt_in(document),
        hold=tuple(_finding_in(each) for each in document.get("hold", ())),
        alternatives=_offered_in(document),
        basis=_basis_in(document),
    )


def _attempt_out(attempt: Attempt | None) -> Document | None:
    if attempt is None:
        return None
    return {
        "move": attempt.move.value,
        "asked_at": attempt.asked_at.isoformat(),
        "application": _application_out(attempt.application),
        "decision": attempt.decision.value,
        "findings": [_finding_out(finding) for finding in attempt.findings],
        "conditions": [_condition_out(condition) for condition in attempt.conditions],
        "quote": quote_document(attempt.quote),
        "basis": None if attempt.basis is None else basis_document(attempt.basis),
        "automated": attempt.automated,
        "alternatives": _offered_out(attempt.alternatives),
    }


def _attempt_in(written: Mapping[str, Any]) -> Attempt | None:
    document = written.get("attempt")
    if document is None:
        return None
    # What was attempted before it could wait for anybody was kept with less.
    document = {**written, "asked_at": written["recorded_at"], **document}
    return Attempt(
        move=Move(document["move"]),
        asked_at=datetime.fromisoformat(document["asked_at"]),
        application=application_from(document["application"]),
        decision=Decision(document["decision"]),
        findings=tuple(_finding_in(each) for each in document["findings"]),
        conditions=tuple(_condition_in(each) for each in document["conditions"]),
        quote=quote_from(document["quote"]),
        basis=_basis_in(document),
        automated=document["automated"],
        alternatives=_offered_in(document),
    )


def _offered_out(offered: tuple[Alternative, ...] | None) -> list[Document] | None:
    return None if offered is None else [alternative_document(each) for each in offered]


def _offered_in(document: Mapping[str, Any]) -> tuple[Alternative, ...] | None:
    offered = document.get("alternatives")
    return None if offered is None else tuple(alternative_from(each) for each in offered)


def _basis_in(document: Mapping[str, Any]) -> Basis | None:
    basis = document.get("basis")
    return None if basis is None else basis_from(basis)


def _instant_in(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _application_out(application: Application) -> Document:
    return {
        "operator": application.operator,
        "purpose": application.purpose.value,
        "layer": application.layer.value,
        "vehicles": list(application.vehicles),
        "volumes": [volume_document(volume) for volume in application.volumes],
        "reference": application.reference,
        "occupation": occupation_document(application.occupation),
        "recurrences": [recurrence_document(each) for each in application.recurrences],
    }


def application_from(document: Mapping[str, Any]) -> Application:
    """Read what was asked for back."""
    return Application(
        operator=OperatorId(document["operator"]),
        purpose=Purpose(document["purpose"]),
        layer=Layer(document["layer"]),
        vehicles=tuple(VehicleId(each) for each in document["vehicles"]),
        volumes=tuple(volume_from(each) for each in document["volumes"]),
        reference=document["reference"],
        occupation=_occupation_in(document.get("occupation")),
        recurrences=tuple(_recurrence_in(each) for each in document.get("recurrences", ())),
    )


def occupation_document(occupation: Occupation | None) -> Document | None:
    """Write what is occupied as it is shown."""
    if occupation is None:
        return None
    return {
        "kind": occupation.kind.value,
        "area_m2": occupation.area_m2,
        "length_m": occupation.length_m,
        "technique": occupation.technique.value,
    }


def _occupation_in(document: Mapping[str, Any] | None) -> Occupation | None:
    if document is None:
        return None
    return Occupation(
        kind=OccupationKind(document["kind"]),
        area_m2=document["area_m2"],
        length_m=document["length_m"],
        technique=Technique(document["technique"]),
    )


def recurrence_document(recurrence: Recurrence) -> Document:
    """Write a rule as it is shown: as written, its first occurrence, the volumes it made."""
    return {
        "rule": recurrence.rule,
        "start": in_utc(recurrence.start),
        "end": in_utc(recurrence.end),
        "first": recurrence.first,
        "count": recurrence.count,
    }


def _recurrence_in(document: Mapping[str, Any]) -> Recurrence:
    return Recurrence(
        rule=document["rule"],
        start=datetime.fromisoformat(document["start"]),
        end=datetime.fromisoformat(document["end"]),
        first=document["first"],
        count=document["count"],
    )


def volume_document(volume: OperationVolume) -> Document:
    """Write a volume as it is shown: area, heights in metres, window."""
    return {
        "footprint": to_geojson(volume.footprint),
        "lower": _height_out(volume.band.lower),
        "upper": _height_out(volume.band.upper),
        "start": in_utc(volume.start),
        "end": in_utc(volume.end),
    }


def volume_from(document: Mapping[str, Any]) -> OperationVolume:
    """Read a volume back."""
    return OperationVolume(
        footprint=shape(document["footprint"]),
        band=Band(lower=_height_in(document["lower"]), upper=_height_in(document["upper"])),
        window=Window(
            start=datetime.fromisoformat(document["start"]),
            end=datetime.fromisoformat(document["end"]),
        ),
    )


def _height_out(height: Height | None) -> Document | None:
    if height is None:
        return None
    return {"value": height.value_m, "unit": "m", "reference": height.reference.value}


def _height_in(document: Mapping[str, Any] | None) -> Height | None:
    if document is None:
        return None
    return Height(value_m=document["value"], reference=HeightReference(document["reference"]))


def _finding_out(finding: Finding) -> Document:
    """Write what a rule found, and nothing of what it did not: four fifths of a permit are this."""
    found: Document = {"rule": finding.rule, "outcome": finding.outcome.value}
    if finding.zone:
        found["zone"] = finding.zone
    if finding.zone_version:
        found["zone_version"] = finding.zone_version
    if finding.act:
        found["act"] = finding.act
    if finding.params:
        found["params"] = dict(finding.params)
    return _with_what_follows(finding, found)


def _with_what_follows(finding: Finding, found: Document) -> Document:
    if finding.conditions:
        found["conditions"] = [_condition_out(each) for each in finding.conditions]
    if finding.human:
        found["human"] = True
    if finding.withheld:
        found["withheld"] = dict(finding.withheld)
    return found


def _finding_in(document: Mapping[str, Any]) -> Finding:
    zone = document.get("zone")
    return Finding(
        rule=document["rule"],
        outcome=Outcome(document["outcome"]),
        zone=None if zone is None else ZoneId(zone),
        zone_version=document.get("zone_version"),
        act=document.get("act", ""),
        params=document.get("params", {}),
        conditions=tuple(_condition_in(each) for each in document.get("conditions", ())),
        human=document.get("human", False),
        withheld=document.get("withheld", {}),
    )


def _condition_out(condition: Condition) -> Document:
    return {"code": condition.code, "params": dict(condition.params)}


def _condition_in(document: Mapping[str, Any]) -> Condition:
    return Condition(code=document["code"], params=document["params"])
