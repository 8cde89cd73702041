"""The record of webhooks, and the outbox that whoever writes an alert fills."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

from permits.parties import OperatorId
from telemetry.store.rows import alert_from_row
from telemetry.told import Severity
from telemetry.webhooks.model import Delivery, DeliveryId, Webhook, WebhookId
from zones.model import LAYERS

# A new webhook, unless its owner has as many as it may.
ADD = """
INSERT INTO telemetry.webhook (id, operator, url, layer, severity, level, made_at, made_by)
SELECT %(id)s, %(operator)s, %(url)s, %(layer)s, %(severity)s, %(level)s, %(made_at)s, %(made_by)s
WHERE (SELECT count(*) FROM telemetry.webhook
       WHERE operator IS NOT DISTINCT FROM %(operator)s AND removed_at IS NULL) < %(most)s
"""
# Webhooks of one owner, or all, the oldest first.
WEBHOOKS = """
SELECT * FROM telemetry.webhook
WHERE removed_at IS NULL AND (%(all)s OR operator IS NOT DISTINCT FROM %(operator)s)
ORDER BY made_at, id
"""
# One webhook.
WEBHOOK = "SELECT * FROM telemetry.webhook WHERE id = %(id)s AND removed_at IS NULL"
# No more of it; what is on its way stays where it is.
REMOVE = "UPDATE telemetry.webhook SET removed_at = %(now)s WHERE id = %(id)s"
FORGET = (
    "UPDATE telemetry.delivery SET next_at = NULL WHERE webhook = %(id)s AND next_at IS NOT NULL"
)
# Told again from now on.
ENABLE = """
UPDATE telemetry.webhook SET disabled_at = NULL, failing_since = NULL, failure = ''
WHERE id = %(id)s
"""
# Another secret, the one before for a while beside it.
ROTATE = """
UPDATE telemetry.webhook SET rotations = rotations + 1, former_until = %(former_until)s
WHERE id = %(id)s RETURNING *
"""
# A message that only shows whether messages arrive.
PING = """
INSERT INTO telemetry.delivery (webhook, event, at, next_at)
VALUES (%(id)s, 'webhook.test', %(now)s, %(now)s) RETURNING id
"""
# The newest messages to one webhook.
DELIVERIES = """
SELECT id, event, at, attempts, next_at, delivered_at, answer, NULL AS told
FROM telemetry.delivery WHERE webhook = %(id)s ORDER BY number DESC LIMIT %(limit)s
"""
# Whose first message that has not arrived is due.
DUE = """
SELECT webhook FROM (
    SELECT DISTINCT ON (webhook) webhook, next_at FROM telemetry.delivery
    WHERE next_at IS NOT NULL ORDER BY webhook, number) AS first
WHERE next_at <= %(now)s
"""
# That message, for this long nobody else's.
CLAIM = """
UPDATE telemetry.delivery SET next_at = %(lease)s
FROM (
    SELECT id FROM telemetry.delivery WHERE webhook = %(webhook)s AND next_at IS NOT NULL
    ORDER BY number LIMIT 1 FOR UPDATE) AS first
WHERE delivery.id = first.id AND delivery.next_at <= %(now)s
RETURNING delivery.id, event, at, attempts, next_at, delivered_at, answer, alert IS NOT NULL AS told
"""
# What a message says, with the types of the alert's columns.
CONTENT = """
SELECT alert.* FROM telemetry.delivery,
    jsonb_populate_record(NULL::telemetry.alert, delivery.alert) AS alert
WHERE delivery.id = %(id)s
"""
# What an answer made of a message.
SETTLE = """
UPDATE telemetry.delivery SET attempts = %(attempts)s, next_at = %(next_at)s,
    delivered_at = %(delivered_at)s, answer = %(answer)s
WHERE id = %(id)s
"""
# What it made of the webhook.
STAND = """
UPDATE telemetry.webhook SET delivered_at = %(delivered_at)s, failing_since = %(failing_since)s,
    failure = %(failure)s, disabled_at = %(disabled_at)s
WHERE id = %(id)s
"""
# Messages that have been settled for long.
EXPIRE = "DELETE FROM telemetry.delivery WHERE next_at IS NULL AND at < %(before)s"
MOST_SHOWN = 100


class WebhookStore:
    """The database, as webhooks need it."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def add(self, webhook: Webhook, most: int) -> bool:
        """Keep a new webhook; false where its owner has as many as it may."""
        named = {
            "id": webhook.id,
            "operator": webhook.operator,
            "url": webhook.url,
            "layer": None if webhook.layer is None else webhook.layer.code,
            "severity": webhook.severity.value,
            "level": webhook.level,
            "made_at": webhook.made_at,
            "made_by": webhook.made_by,
            "most": most,
        }
        with self._pool.connection() as connection:
            return connection.execute(ADD, named).rowcount == 1

    def webhooks(self, operator: str | None, *, everybody: bool = False) -> tuple[Webhook, ...]:
        """Return an owner's webhooks, the city's for None, or everybody's."""
        rows = self._rows(WEBHOOKS, {"operator": operator, "all": everybody})
        return tuple(map(_webhook, rows))

    def webhook(self, name: WebhookId) -> Webhook | None:
        """Return one webhook."""
        return next(map(_webhook, self._rows(WEBHOOK, {"id": name})), None)

    def remove(self, name: WebhookId, now: datetime) -> None:
        """Tell a webhook nothing any more."""
        with self._pool.connection() as connection:
            connection.execute(REMOVE, {"id": name, "now": now})
            connection.execute(FORGET, {"id": name})

    def enable(self, name: WebhookId) -> None:
        """Tell a webhook again, from now on."""
        with self._pool.connection() as connection:
            connection.execute(ENABLE, {"id": name})

    def rotate(self, name: WebhookId, former_until: datetime | None) -> Webhook:
        """Count that a webhook's secret was replaced; return it as it stands then."""
        (row,) = self._rows(ROTATE, {"id": name, "former_until": former_until})
        return _webhook(row)

    def ping(self, name: WebhookId, now: datetime) -> DeliveryId:
        """Put a message that says nothing on its way."""
        (row,) = self._rows(PING, {"id": name, "now": now})
        return DeliveryId(row["id"])

    def deliveries(self, name: WebhookId) -> tuple[Delivery, ...]:
        """Return the newest messages to a webhook."""
        rows = self._rows(DELIVERIES, {"id": name, "limit": MOST_SHOWN})
        return tuple(_delivery(row, None) for row in rows)

    def due(self, now: datetime) -> tuple[WebhookId, ...]:
        """Return whom something is to be sent to now."""
        return tuple(WebhookId(row["webhook"]) for row in self._rows(DUE, {"now": now}))

    def claim(self, webhook: WebhookId, now: datetime, lease: datetime) -> Delivery | None:
        """Take the first message to a webhook, if it is due; nobody else does before `lease`."""
        with self._pool.connection() as connection:
            cursor = connection.cursor(row_factory=dict_row)
            named = {"webhook": webhook, "now": now, "lease": lease}
            row = cursor.execute(CLAIM, named).fetchone()
            if row is None:
                return None
            content = cursor.execute(CONTENT, {"id": row["id"]}).fetchone()
            return _delivery(row, content if row["told"] else None)

    def settle(self, webhook: Webhook, delivery: Delivery) -> None:
        """Write down what an answer made of a message and of its webhook."""
        with self._pool.connection() as connection:
            _settle(connection, webhook, delivery)

    def expire(self, before: datetime) -> None:
        """Forget the messages that were settled, of before an instant."""
        with self._pool.connection() as connection:
            connection.execute(EXPIRE, {"before": before})

    def _rows(self, statement: str, named: Mapping[str, object]) -> Sequence[DictRow]:
        with self._pool.connection() as connection:
            return connection.cursor(row_factory=dict_row).execute(statement, named).fetchall()


def _settle(connection: Connection[Any], webhook: Webhook, delivery: Delivery) -> None:
    named = {
        "id": delivery.id,
        "attempts": delivery.attempts,
        "next_at": delivery.next_at,
        "delivered_at": delivery.delivered_at,
        "answer": delivery.answer,
    }
    connection.execute(SETTLE, named)
    named = {
        "id": webhook.id,
        "delivered_at": webhook.delivered_at,
        "failing_since": webhook.failing_since,
        "failure": webhook.failure,
        "disabled_at": webhook.disabled_at,
    }
    connection.execute(STAND, named)
    if webhook.disabled_at is not None:
        connection.execute(FORGET, {"id": webhook.id})


def _webhook(row: DictRow) -> Webhook:
    return Webhook(
        id=WebhookId(row["id"]),
        operator=None if row["operator"] is None else OperatorId(row["operator"]),
        url=row["url"],
        layer=None if row["layer"] is None else LAYERS[row["layer"]],
        severity=Severity(row["severity"]),
        level=row["level"],
        made_at=row["made_at"],
        made_by=row["made_by"],
        delivered_at=row["delivered_at"],
        failing_since=row["failing_since"],
        failure=row["failure"],
        disabled_at=row["disabled_at"],
        rotations=row["rotations"],
        former_until=row["former_until"],
    )


def _delivery(row: DictRow, content: DictRow | None) -> Delivery:
    return Delivery(
        id=DeliveryId(row["id"]),
        event=row["event"],
        at=row["at"],
        alert=None if content is None else alert_from_row(content),
        attempts=row["attempts"],
        next_at=row["next_at"],
        delivered_at=row["delivered_at"],
        answer=row["answer"],
    )
