"""The wire shapes of alerts, and of when people are told, with translators from the model."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from telemetry.concern.telling import NOBODY_TOLD, as_told_to
from telemetry.concern.texts import sentence
from telemetry.conformance import conformance
from telemetry.kept.evidence import AlertEvent, AlertEvidence, FormerAlert
from telemetry.model import Reason
from telemetry.patience import FARTHEST_M, FASTEST_MPS, LONGEST_S, Patience, PatienceChange
from telemetry.rounding import degrees
from telemetry.schemas.history import SightingOut
from telemetry.told import Alert, AlertState, Outcome, Severity
from zones.model import Layer

Seconds = Annotated[float, Field(ge=0, le=LONGEST_S)]
Metres = Annotated[float, Field(ge=0, le=FARTHEST_M)]


class TextOut(BaseModel):
    """One sentence in each language."""

    fr: str
    en: str


class VehicleOut(BaseModel):
    """Whose vehicle."""

    operator: str
    vehicle: str


class ConformanceOut(BaseModel):
    """The check of AMC1 Art. 13(1) (EU) 2021/664 that failed, and the ASTM F3548 state."""

    check: str | None
    state: str | None


class AlertOut(BaseModel):
    """An alert as it stands; `reason` is why people are told of it, see docs/alerts.md.

    `other` is whom it came too near to, where that may be told. `level` counts how often nobody
    took it up in time; `outcome` is how it ended. `corrected_at` is when a position that came late
    last had something else said of it; `withdrawn` is what then was none.
    """

    id: UUID
    reason: str
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
    other: VehicleOut | None
    level: int
    outcome: Outcome | None
    corrected_at: datetime | None
    conformance: ConformanceOut

    @classmethod
    def of(cls, alert: Alert, operator: str | None = None) -> Self:
        """Tell an alert to an operator, or to the city."""
        alert = as_told_to(alert, operator)
        other = None if alert.other in {None, NOBODY_TOLD} else alert.other
        return cls(
            id=alert.id,
            reason=alert.reason.code,
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
            lon=degrees(alert.lon),
            lat=degrees(alert.lat),
            count=alert.count,
            assignee=alert.assignee,
            other=other and VehicleOut(operator=other.operator, vehicle=other.vehicle),
            level=alert.level,
            outcome=alert.outcome,
            corrected_at=alert.corrected_at,
            conformance=ConformanceOut(**conformance(alert)),
        )


class AlertsOut(BaseModel):
    """A page of alerts, newest first; `next` is the cursor of the following page."""

    alerts: list[AlertOut]
    next: str | None


class HandlingIn(BaseModel):
    """A remark on acknowledging an alert."""

    model_config = ConfigDict(extra="forbid")

    note: Annotated[str, Field(max_length=2000)] = ""


class AssignmentIn(HandlingIn):
    """To whom an alert is given."""

    assignee: Annotated[str, Field(min_length=1, max_length=200)]


class ClosingIn(HandlingIn):
    """How an alert ends: `resolved`, or `dismissed` as no reason to act."""

    outcome: Literal[Outcome.RESOLVED, Outcome.DISMISSED] = Outcome.RESOLVED


class AlertEventOut(BaseModel):
    """One step in an alert's life."""

    at: datetime
    by: str
    state: AlertState
    assignee: str | None
    note: str
    level: int
    outcome: Outcome | None

    @classmethod
    def of(cls, event: AlertEvent) -> Self:
        """Tell a step."""
        return cls(
            at=event.at,
            by=event.by,
            state=event.state,
            assignee=event.assignee,
            note=event.note,
            level=event.level,
            outcome=event.outcome,
        )


class FormerAlertOut(BaseModel):
    """What was said of an alert until then; `late` is the position that came late."""

    corrected_at: datetime
    late: int
    alert: AlertOut

    @classmethod
    def of(cls, former: FormerAlert, operator: str | None) -> Self:
        """Tell what was said, to an operator or to the city."""
        told = AlertOut.of(former.alert, operator)
        return cls(corrected_at=former.corrected_at, late=former.late, alert=told)


class AlertEvidenceOut(BaseModel):
    """What an alert rests on; the zone's and permit's versions stand at each sighting.

    `former` is what was said of it before positions that came late corrected it.
    """

    alert: AlertOut
    sightings: list[SightingOut]
    events: list[AlertEventOut]
    former: list[FormerAlertOut]

    @classmethod
    def of(cls, evidence: AlertEvidence, operator: str | None = None) -> Self:
        """Tell the evidence to an operator, or to the city."""
        return cls(
            alert=AlertOut.of(evidence.alert, operator),
            sightings=[SightingOut.of(each) for each in evidence.sightings],
            events=[AlertEventOut.of(each) for each in evidence.events],
            former=[FormerAlertOut.of(each, operator) for each in evidence.former],
        )


class PatienceOut(BaseModel):
    """When people are told of one kind of situation, and when it is over; see docs/alerts.md."""

    reason: str
    severity: Severity
    raised_after_s: float
    cleared_after_s: float
    near_cleared_after_s: float
    margin_m: float
    margin_height_m: float
    margin_mps: float
    escalated_after_s: float
    raised_after_layer_s: dict[Layer, float]

    @classmethod
    def of(cls, reason: Reason, patience: Patience) -> Self:
        """Tell one rule."""
        return cls(
            reason=reason.code, **{name: getattr(patience, name) for name in Patience.__slots__}
        )


class PatienceChangeOut(PatienceOut):
    """A rule as it was decided, when, by whom and by which act."""

    decided_at: datetime
    by: str
    act: str

    @classmethod
    def told(cls, change: PatienceChange) -> Self:
        """Tell a decision."""
        rule = PatienceOut.of(change.reason, change.patience).model_dump()
        return cls(**rule, decided_at=change.decided_at, by=change.by, act=change.act)


class PatiencesOut(BaseModel):
    """The rules now, and every decision that changed one."""

    rules: list[PatienceOut]
    decisions: list[PatienceChangeOut]


class PatienceIn(BaseModel):
    """What is to be another figure from now on; what is absent stays."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    act: Annotated[str, Field(min_length=1, max_length=500)]
    severity: Severity | None = None
    raised_after_s: Seconds | None = None
    cleared_after_s: Seconds | None = None
    near_cleared_after_s: Seconds | None = None
    margin_m: Metres | None = None
    margin_height_m: Metres | None = None
    margin_mps: Annotated[float, Field(ge=0, le=FASTEST_MPS)] | None = None
    escalated_after_s: Seconds | None = None
    raised_after_layer_s: Annotated[
        dict[Layer, Seconds] | None,
        Field(description="In place of raised_after_s, by layer; those not named go by that."),
    ] = None

    @property
    def figures(self) -> Mapping[str, object]:
        """Return what is to be another."""
        return self.model_dump(exclude={"act"}, exclude_none=True)
