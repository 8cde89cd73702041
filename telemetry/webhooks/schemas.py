"""The wire shapes of webhooks, with translators from the model."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from telemetry.concern.handling import HIGHEST_LEVEL
from telemetry.told import Severity
from telemetry.webhooks.destinations import LONGEST
from telemetry.webhooks.model import FORMER_KEPT_H, FORMER_KEPT_MOST_H, Delivery, Webhook
from zones.model import Layer


class WebhookIn(BaseModel):
    """An address to be told of alerts; `level` is for the city's own, from which rise on."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    layer: Layer | None = None
    severity: Severity = Severity.LOW
    level: Annotated[int, Field(ge=0, le=HIGHEST_LEVEL)] = 0


class WebhookOut(BaseModel):
    """A webhook as it stands; `operator` null: the city's.

    `rotations` counts how often its secret was replaced; the one before is good until
    `former_until`.
    """

    id: UUID
    operator: str | None
    url: str
    layer: Layer | None
    severity: Severity
    level: int
    made_at: datetime
    made_by: str
    delivered_at: datetime | None
    failing_since: datetime | None
    failure: str
    disabled_at: datetime | None
    rotations: int
    former_until: datetime | None

    @classmethod
    def of(cls, webhook: Webhook) -> Self:
        """Tell a webhook."""
        return cls(**{name: getattr(webhook, name) for name in cls.model_fields})


class NewWebhookOut(BaseModel):
    """A webhook that was just made or given another secret, and that secret."""

    webhook: WebhookOut
    secret: Annotated[str, Field(description="Shown this once: whsec_ and a key in base 64.")]


class RotationIn(BaseModel):
    """For how many hours the secret before stays good; 0 ends it at once, as when it leaked."""

    model_config = ConfigDict(extra="forbid")

    keep_former_hours: Annotated[int, Field(ge=0, le=FORMER_KEPT_MOST_H)] = FORMER_KEPT_H


class WebhooksOut(BaseModel):
    """Webhooks, the oldest first."""

    webhooks: list[WebhookOut]


class DeliveryOut(BaseModel):
    """A message to a webhook, and what became of it; `next_at` null: nothing more is tried."""

    id: UUID
    event: str
    at: datetime
    attempts: int
    next_at: datetime | None
    delivered_at: datetime | None
    answer: str

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        """Tell a message."""
        return cls(**{name: getattr(delivery, name) for name in cls.model_fields})


class DeliveriesOut(BaseModel):
    """The newest messages to a webhook, the newest first."""

    deliveries: list[DeliveryOut]


class PingOut(BaseModel):
    """The message that is on its way."""

    delivery: UUID
