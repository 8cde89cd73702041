"""The nouns of webhooks: who is told of which alerts, and what is on its way to them."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType
from uuid import UUID

from permits.parties import OperatorId
from telemetry.told import Alert, Severity
from zones.model import Layer

WebhookId = NewType("WebhookId", UUID)
DeliveryId = NewType("DeliveryId", UUID)

# Long enough for a receiver to be given the new secret, and no longer than a week.
FORMER_KEPT_H, FORMER_KEPT_MOST_H = 24, 168


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that is told of alerts: an operator's of its own, the city's (None) of all.

    `layer` None is every layer; `severity` the least that is told, `level` to whom of the city an
    alert must have risen. It fails since `failing_since`, and is told no more since `disabled_at`.
    `rotations` counts how often its secret was replaced, the one before being good until
    `former_until`.
    """

    id: WebhookId
    operator: OperatorId | None
    url: str
    layer: Layer | None
    severity: Severity
    level: int
    made_at: datetime
    made_by: str
    delivered_at: datetime | None = None
    failing_since: datetime | None = None
    failure: str = ""
    disabled_at: datetime | None = None
    rotations: int = 0
    former_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one webhook; `next_at` None: it arrived, or nothing more is tried."""

    id: DeliveryId
    event: str
    at: datetime
    alert: Alert | None
    attempts: int
    next_at: datetime | None
    delivered_at: datetime | None
    answer: str
