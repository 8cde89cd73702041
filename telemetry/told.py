"""The nouns of what people are told: alerts, how urgent they are, and how they end."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from permits.model import PermitId
from telemetry.model import Reason, VehicleKey
from zones.model import Layer, ZoneId

AlertId = NewType("AlertId", UUID)


class Severity(StrEnum):
    """How soon somebody should look."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class AlertState(StrEnum):
    """Where an alert is in its life."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    ASSIGNED = "assigned"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How an alert ended: by itself, as its vehicle was heard again or no more, or by a word.

    One that is withdrawn was none, as a position that came late shows.
    """

    OVER = "over"
    RESUMED = "resumed"
    UNHEARD = "unheard"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What a human is told about one ongoing situation of one vehicle.

    `other` is whom it came too near to. `level` counts the times that nobody took it up and it was
    told to who is next. `corrected_at` is when something else was last said of it than before.
    """

    id: AlertId
    vehicle: VehicleKey
    layer: Layer
    reason: Reason
    severity: Severity
    state: AlertState
    zone: ZoneId | None
    zone_version: int | None
    zone_name: str
    permit: PermitId | None
    opened_at: datetime
    last_at: datetime
    lon: float
    lat: float
    count: int
    assignee: str | None = None
    other: VehicleKey | None = None
    level: int = 0
    outcome: Outcome | None = None
    corrected_at: datetime | None = None
