"""The wire shapes of movement, with translators to and from the model."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from telemetry.evidence import AlertEvent, AlertEvidence, Sighting, TrackPoint
from telemetry.model import Alert, AlertState, Severity, VehicleKey, Visit
from telemetry.texts import sentence
from zones.model import HeightReference, Layer, Purpose


class UnreadableCursor(ValueError):
    """A cursor that none of our pages gave."""


class TextOut(BaseModel):
    """One sentence in each language."""

    fr: str
    en: str


class AlertOut(BaseModel):
    """An alert as it stands; `rule` is the reason's code."""

    id: UUID
    rule: str
    severity: Severity
    state: AlertState
    operator: str
    vehicle: str
    layer: Layer
    zone: str | None
    zone_version: int | None
    zone_name: str
    permit: UUID | None
    text: TextOut
    opened_at: datetime
    last_at: datetime
    lon: float
    lat: float
    count: int
    assignee: str | None

    @classmethod
    def of(cls, alert: Alert) -> Self:
        """Tell an alert."""
        return cls(
            id=alert.id,
            rule=alert.reason.code,
            severity=alert.severity,
            state=alert.state,
            operator=alert.vehicle.operator,
            vehicle=alert.vehicle.vehicle,
            layer=alert.layer,
            zone=alert.zone,
            zone_version=alert.zone_version,
            zone_name=alert.zone_name,
            permit=alert.permit,
            text=TextOut(**sentence(alert)),
            opened_at=alert.opened_at,
            last_at=alert.last_at,
            lon=alert.lon,
            lat=alert.lat,
            count=alert.count,
            assignee=alert.assignee,
        )


class AlertsOut(BaseModel):
    """A page of alerts, newest first; `next` is the cursor of the following page."""

    alerts: list[AlertOut]
    next: str | None


class HandlingIn(BaseModel):
    """A remark on acknowledging or closing an alert."""

    model_config = ConfigDict(extra="forbid")

    note: Annotated[str, Field(max_length=2000)] = ""


class AssignmentIn(HandlingIn):
    """To whom an alert is given."""

    assignee: Annotated[str, Field(min_length=1, max_length=200)]


class SightingOut(BaseModel):
    """One observation with one verdict on it; outside every zone `zone` and what follows is null.

    `margin_m` is the distance to the zone's edge, positive inside, null where that was beyond the
    position's accuracy.
    """

    observation: int
    sender: str
    at: datetime
    received_at: datetime
    lon: float
    lat: float
    h_acc_m: float
    v_acc_m: float
    alt_m: float | None
    alt_ref: HeightReference | None
    speed_mps: float | None
    zone: str | None
    zone_version: int | None
    permit: UUID | None
    permit_version: int | None
    verdict: str | None
    reason: str | None
    relation: str | None
    margin_m: float | None
    rulebook_version: int | None

    @classmethod
    def of(cls, sighting: Sighting) -> Self:
        """Tell a sighting."""
        return cls(
            observation=sighting.observation,
            sender=sighting.sender,
            at=sighting.at,
            received_at=sighting.received_at,
            lon=sighting.lon,
            lat=sighting.lat,
            h_acc_m=sighting.h_acc_m,
            v_acc_m=sighting.v_acc_m,
            alt_m=sighting.alt_m,
            alt_ref=sighting.alt_ref,
            speed_mps=sighting.speed_mps,
            zone=sighting.zone,
            zone_version=sighting.zone_version,
            permit=sighting.permit,
            permit_version=sighting.permit_version,
            verdict=sighting.kind.name.lower() if sighting.kind else None,
            reason=None if sighting.reason is None else sighting.reason.code,
            relation=sighting.relation.name.lower() if sighting.relation else None,
            margin_m=sighting.margin_m,
            rulebook_version=sighting.rulebook_version,
        )


class AlertEventOut(BaseModel):
    """One step in an alert's life."""

    at: datetime
    by: str
    state: AlertState
    assignee: str | None
    note: str

    @classmethod
    def of(cls, event: AlertEvent) -> Self:
        """Tell a step."""
        return cls(
            at=event.at, by=event.by, state=event.state, assignee=event.assignee, note=event.note
        )


class AlertEvidenceOut(BaseModel):
    """What an alert rests on; the zone's and permit's versions stand at each sighting."""

    alert: AlertOut
    sightings: list[SightingOut]
    events: list[AlertEventOut]

    @classmethod
    def of(cls, evidence: AlertEvidence) -> Self:
        """Tell the evidence."""
        return cls(
            alert=AlertOut.of(evidence.alert),
            sightings=[SightingOut.of(each) for each in evidence.sightings],
            events=[AlertEventOut.of(each) for each in evidence.events],
        )


class TrackOut(BaseModel):
    """A vehicle's positions, oldest first, each `[at_ms, lon, lat, alt_m, speed_mps]`."""

    operator: str
    vehicle: str
    positions: list[tuple[int, float, float, float | None, float | None]]

    @classmethod
    def of(cls, vehicle: VehicleKey, points: Sequence[TrackPoint]) -> Self:
        """Tell a track."""
        return cls(
            operator=vehicle.operator,
            vehicle=vehicle.vehicle,
            positions=[
                (round(p.at.timestamp() * 1000), p.lon, p.lat, p.alt_m, p.speed_mps) for p in points
            ],
        )


class VisitOut(BaseModel):
    """One continuous presence of a vehicle in a zone; only certain time can be billed."""

    id: UUID
    operator: str
    vehicle: str
    layer: Layer
    zone: str
    zone_version: int
    permit: UUID | None
    permit_version: int | None
    purpose: Purpose | None
    entered_at: datetime
    left_at: datetime
    certain_ms: int
    uncertain_ms: int
    distance_m: int
    observations: int
    violations: int

    @classmethod
    def of(cls, visit: Visit) -> Self:
        """Tell a visit."""
        return cls(
            id=visit.id,
            operator=visit.vehicle.operator,
            vehicle=visit.vehicle.vehicle,
            layer=visit.layer,
            zone=visit.zone,
            zone_version=visit.zone_version,
            permit=visit.permit,
            permit_version=visit.permit_version,
            purpose=visit.purpose,
            entered_at=visit.entered_at,
            left_at=visit.left_at,
            certain_ms=visit.certain_ms,
            uncertain_ms=visit.uncertain_ms,
            distance_m=visit.distance_m,
            observations=visit.observations,
            violations=visit.violations,
        )


class VisitsOut(BaseModel):
    """A page of visits, newest first; `next` is the cursor of the following page."""

    visits: list[VisitOut]
    next: str | None


def cursor_out(at: datetime, name: UUID) -> str:
    """Write where the next page starts: after this instant and name."""
    return base64.urlsafe_b64encode(f"{at.isoformat()} {name}".encode()).decode()


def cursor_in(cursor: str) -> tuple[datetime, UUID]:
    """Read where the page starts."""
    try:
        at, name = base64.urlsafe_b64decode(cursor.encode()).decode().split(" ")
        instant, unique = datetime.fromisoformat(at), UUID(name)
    except (ValueError, binascii.Error) as error:
        msg = f"cursor: {cursor!r} is none of ours"
        raise UnreadableCursor(msg) from error
    if instant.tzinfo is None:
        msg = f"cursor: {cursor!r} is none of ours"
        raise UnreadableCursor(msg)
    return instant, unique
