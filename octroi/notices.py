"""How does an operator hear of a permit, or an alert? Over MQTT; the newest is retained."""

from collections.abc import Callable, Iterable

import msgspec
from psycopg_pool import ConnectionPool

from octroi.changes import NOTICES
from permits.model import Permit
from permits.schemas.telling import notice_as_json
from telemetry.concern.telling import notices
from telemetry.told import Alert
from telemetry.webhooks.model import Webhook
from telemetry.webhooks.schemas import WebhookOut

# Have whoever listens tell those whom a permit or an alert concerns.
ANNOUNCE = "SELECT pg_notify(%(channel)s, %(name)s)"
# What the name of an alert begins with, among those of permits.
ALERT = "alert/"


class Notices:
    """Tells operators of permits and alerts over MQTT, once there is a connection to tell with."""

    def __init__(self, show: Callable[[Iterable[Alert]], None]) -> None:
        """Prepare; `show` tells those who watch the map."""
        self._show = show
        self._publish: Callable[[str, bytes, bool], None] | None = None

    def connect(self, publish: Callable[[str, bytes, bool], None]) -> None:
        """Begin to tell."""
        self._publish = publish

    def announce(self, permit: Permit) -> None:
        """Tell an operator what became of a permit; the newest stays for those who come later."""
        if self._publish is not None:
            topic = f"octroi/v1/{permit.application.operator}/permit"
            self._publish(topic, notice_as_json(permit), True)  # noqa: FBT003 - retain

    def tell(self, alerts: Iterable[Alert]) -> None:
        """Tell who watches, and operators, what became of alerts about their vehicles."""
        changed = tuple(alerts)
        self._show(changed)
        if self._publish is not None:
            for topic, told in (each for alert in changed for each in notices(alert)):
                self._publish(topic, told, True)  # noqa: FBT003 - retain

    def disabled(self, webhook: Webhook) -> None:
        """Tell an operator that a webhook of its own is told no more, and why."""
        if self._publish is not None and webhook.operator is not None:
            told = WebhookOut.of(webhook).model_dump(mode="json")
            topic = f"octroi/v1/{webhook.operator}/webhook"
            self._publish(topic, msgspec.json.encode(told), True)  # noqa: FBT003 - retain


def passing_on(pool: ConnectionPool) -> Callable[[Permit], None]:
    """Return how a process without a broker announces a permit: by one that has."""

    def announce(permit: Permit) -> None:
        with pool.connection() as connection:
            connection.execute(ANNOUNCE, {"channel": NOTICES, "name": str(permit.id)})

    return announce


def passing_alerts_on(pool: ConnectionPool) -> Callable[[Iterable[Alert]], None]:
    """Return how a process that nobody watches tells of alerts: by one that somebody does."""

    def tell(alerts: Iterable[Alert]) -> None:
        with pool.connection() as connection:
            for alert in alerts:
                connection.execute(ANNOUNCE, {"channel": NOTICES, "name": f"{ALERT}{alert.id}"})

    return tell
