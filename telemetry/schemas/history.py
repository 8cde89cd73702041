"""The wire shapes of where vehicles were, with translators from the model."""

from datetime import datetime
from typing import Self
from uuid import UUID

import numpy as np
from pydantic import BaseModel

from telemetry.kept.evidence import FormerVisit, Sighting, TrackPage, VisitHistory
from telemetry.model import VehicleKey, Visit
from telemetry.rounding import DEGREES, METRES, degrees, measure
from zones.columns import Floats
from zones.model import HeightReference, Layer, Purpose


class SightingOut(BaseModel):
    """One observation with one verdict on it; outside every zone `zone` and what follows is null.

    `margin_m` is the distance to the zone's edge, positive inside, null where that was beyond the
    position's accuracy; `margin_s` how many seconds it is within the limit of time that is the
    reason, negative beyond it, null where the reason is none of time.
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
    margin_s: float | None
    rulebook_version: int | None

    @classmethod
    def of(cls, sighting: Sighting) -> Self:
        """Tell a sighting."""
        return cls(
            observation=sighting.observation,
            sender=sighting.sender,
            at=sighting.at,
            received_at=sighting.received_at,
            lon=degrees(sighting.lon),
            lat=degrees(sighting.lat),
            h_acc_m=sighting.h_acc_m,
            v_acc_m=sighting.v_acc_m,
            alt_m=measure(sighting.alt_m),
            alt_ref=sighting.alt_ref,
            speed_mps=measure(sighting.speed_mps),
            zone=sighting.zone,
            zone_version=sighting.zone_version,
            permit=sighting.permit,
            permit_version=sighting.permit_version,
            verdict=sighting.kind.name.lower() if sighting.kind else None,
            reason=None if sighting.reason is None else sighting.reason.code,
            relation=sighting.relation.name.lower() if sighting.relation else None,
            margin_m=sighting.margin_m,
            margin_s=sighting.margin_s,
            rulebook_version=sighting.rulebook_version,
        )


class TrackOut(BaseModel):
    """A vehicle's positions, oldest first: `[at_ms, lon, lat, alt_m, speed_mps, sender]`.

    `sender` is whose word it is: the operator's, or that of a receiver, named by its id, which may
    differ. `next` is the `from` of the positions that follow, where there are more than one answer
    holds.
    """

    operator: str
    vehicle: str
    positions: list[tuple[int, float, float, float | None, float | None, str]]
    next: datetime | None

    @classmethod
    def of(cls, vehicle: VehicleKey, track: TrackPage) -> Self:
        """Tell a track."""
        place = (np.round(each, DEGREES).tolist() for each in (track.lon, track.lat))
        unknown = (_or_none(np.round(each, METRES)) for each in (track.alt_m, track.speed_mps))
        columns = (track.at_ms.tolist(), *place, *unknown, track.senders)
        # As they come from the database: to look at each number again takes longer than all else.
        return cls.model_construct(
            operator=vehicle.operator,
            vehicle=vehicle.vehicle,
            positions=list(zip(*columns, strict=True)),
            next=track.following,
        )


def _or_none(column: Floats) -> list[float | None]:
    """Return numbers, None where they are unknown."""
    return [None if value != value else value for value in column.tolist()]  # noqa: PLR0124 # NaN


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


class FormerVisitOut(VisitOut):
    """What was said of a visit until `corrected_at`; `late` is the position that came late."""

    corrected_at: datetime
    late: int

    @classmethod
    def told(cls, former: FormerVisit) -> Self:
        """Tell what was said."""
        visit = VisitOut.of(former.visit).model_dump()
        return cls(**visit, corrected_at=former.corrected_at, late=former.late)


class VisitHistoryOut(BaseModel):
    """A visit as it stands, null where it is none any more, and what was said before, in order."""

    visit: VisitOut | None
    former: list[FormerVisitOut]

    @classmethod
    def of(cls, history: VisitHistory) -> Self:
        """Tell all that was ever said of a visit."""
        visit = None if history.visit is None else VisitOut.of(history.visit)
        return cls(visit=visit, former=[FormerVisitOut.told(each) for each in history.former])


class VisitsOut(BaseModel):
    """A page of visits, newest first; `next` is the cursor of the following page."""

    visits: list[VisitOut]
    next: str | None
