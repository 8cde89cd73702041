"""Registers, shows and removes webhooks; the secret of one is shown once, when it is made."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from psycopg_pool import ConnectionPool

from permits.parties import OperatorId
from telemetry.told import Severity
from telemetry.webhooks.destinations import Network, Resolve, destination
from telemetry.webhooks.model import Delivery, DeliveryId, Webhook, WebhookId
from telemetry.webhooks.signing import secret_of
from telemetry.webhooks.store import WebhookStore
from zones.model import Layer

MOST = 10


class NoSuchWebhook(LookupError):
    """A webhook that is not there, or is another's."""


class TooManyWebhooks(ValueError):
    """More webhooks than an owner may have."""


class WebhookService:
    """Webhooks as their owners ask for them; None is the city."""

    def __init__(
        self,
        pool: ConnectionPool,
        clock: Callable[[], datetime],
        secret: bytes,
        *,
        allowed: Sequence[Network] = (),
        resolve: Resolve | None = None,
    ) -> None:
        self._store = WebhookStore(pool)
        self._clock = clock
        self._secret = secret
        self._allowed = allowed
        self._resolve = resolve

    def register(
        self,
        operator: OperatorId | None,
        url: str,
        *,
        by: str,
        layer: Layer | None = None,
        severity: Severity = Severity.LOW,
        level: int = 0,
    ) -> tuple[Webhook, str]:
        """Begin to tell an address of alerts; return it with its secret, this once."""
        destination(url, self._allowed, self._resolve)
        webhook = Webhook(
            id=WebhookId(uuid4()),
            operator=operator,
            url=url,
            layer=layer,
            severity=severity,
            level=level,
            made_at=self._clock(),
            made_by=by,
        )
        if not self._store.add(webhook, MOST):
            msg = f"There are {MOST} webhooks already, which is the most: remove one."
            raise TooManyWebhooks(msg)
        return webhook, secret_of(self._secret, webhook)

    def listing(
        self, operator: OperatorId | None, *, everybody: bool = False
    ) -> tuple[Webhook, ...]:
        """Return an owner's webhooks, or everybody's."""
        return self._store.webhooks(operator, everybody=everybody)

    def webhook(self, name: UUID) -> Webhook:
        """Return one webhook."""
        found = self._store.webhook(WebhookId(name))
        if found is None:
            msg = f"There is no webhook {name}."
            raise NoSuchWebhook(msg)
        return found

    def deliveries(self, name: UUID) -> tuple[Delivery, ...]:
        """Return what was sent to a webhook last, and what became of it."""
        return self._store.deliveries(self.webhook(name).id)

    def remove(self, name: UUID) -> None:
        """Tell a webhook nothing any more."""
        self._store.remove(self.webhook(name).id, self._clock())

    def enable(self, name: UUID) -> Webhook:
        """Tell a webhook again that was disabled; what happened meanwhile is not sent."""
        self._store.enable(self.webhook(name).id)
        return self.webhook(name)

    def rotate(self, name: UUID, *, keep_former: timedelta) -> tuple[Webhook, str]:
        """Replace a webhook's secret; the one before stays good for a while. Shown this once."""
        now = self._clock()
        former_until = now + keep_former if keep_former else None
        rotated = self._store.rotate(self.webhook(name).id, former_until)
        return rotated, secret_of(self._secret, rotated)

    def ping(self, name: UUID) -> DeliveryId:
        """Send a webhook a message that only shows whether messages arrive."""
        return self._store.ping(self.webhook(name).id, self._clock())
