"""The nouns of looking back: what to read of the history, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from permits.model import PermitId
from telemetry.model import ObservationId, Reason, VehicleKey, VerdictKind, Visit
from telemetry.told import Alert, AlertState, Outcome
from zones.columns import Floats, Instants, Relation
from zones.model import HeightReference, Layer, ZoneId


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which alerts or visits to read; None leaves a question open.

    `bounds` are west, south, east, north; `before` is where the page before this one ended.
    """

    operator: str | None = None
    vehicle: str | None = None
    zone: str | None = None
    state: AlertState | None = None
    layer: Layer | None = None
    at: datetime | None = None
    bounds: tuple[float, float, float, float] | None = None
    before: tuple[datetime, UUID] | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackPage:
    """A vehicle's positions as columns, oldest first; NaN is unknown.

    `senders` are whose words they are; `following` is where more begin, if there are.
    """

    at_ms: Instants
    lon: Floats
    lat: Floats
    alt_m: Floats
    speed_mps: Floats
    senders: Sequence[str]
    following: datetime | None = None

    def __len__(self) -> int:
        """Return how many positions it holds."""
        return len(self.at_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One observation with one verdict on it; without any, `zone` and what follows is None."""

    observation: ObservationId
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
    zone: ZoneId | None
    zone_version: int | None
    permit: PermitId | None
    permit_version: int | None
    kind: VerdictKind | None
    reason: Reason | None
    relation: Relation | None
    margin_m: float | None
    margin_s: float | None
    rulebook_version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEvent:
    """One step in an alert's life, and who took it; `level` is to whom it was told by then."""

    at: datetime
    by: str
    state: AlertState
    assignee: str | None
    note: str
    level: int = 0
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerAlert:
    """What was said of an alert until then; `late` is the position that came late."""

    alert: Alert
    corrected_at: datetime
    late: ObservationId


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEvidence:
    """What an alert rests on: positions and verdicts around it, and what was done about it.

    `former` is what was said of it before it was corrected, in that order.
    """

    alert: Alert
    sightings: tuple[Sighting, ...]
    events: tuple[AlertEvent, ...]
    former: tuple[FormerAlert, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerVisit:
    """What was said of a visit until then; `late` is the position that came late and changed it."""

    visit: Visit
    corrected_at: datetime
    late: ObservationId


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitHistory:
    """A visit as it stands, None where it is none any more, and what was said before, in order."""

    visit: Visit | None
    former: tuple[FormerVisit, ...]

    @property
    def vehicle(self) -> VehicleKey:
        """Return whose visit it is, or was said to be."""
        return self.former[0].visit.vehicle if self.visit is None else self.visit.vehicle


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitEvidence:
    """What a visit rests on; no sightings means that their retention has ended."""

    visit: Visit
    sightings: tuple[Sighting, ...]


def beneath(
    visit: Visit, sightings: Sequence[Sighting], most: int | None = None
) -> tuple[Sighting, ...]:
    """Choose what a visit rests on, of a vehicle's positions around it in their order.

    Those judged in its zone while it lasted, its first and last, and those that bound it: the last
    before the entry, the first after the exit. Of more than `most`, those at both ends.
    """
    before = max((one.at for one in sightings if one.at < visit.entered_at), default=None)
    after = min((one.at for one in sightings if one.at > visit.left_at), default=None)
    ends = (visit.first_observation, visit.last_observation)
    chosen = tuple(
        one
        for one in sightings
        if (one.kind is not None and visit.entered_at <= one.at <= visit.left_at)
        or one.at in (before, after)
        or one.observation in ends
    )
    if most is None or len(chosen) <= most:
        return chosen
    return (*chosen[: (most + 1) // 2], *chosen[len(chosen) - most // 2 :])
