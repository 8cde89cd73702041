"""When is a message tried again, when is it given up, and when is a webhook told no more?

Messages go to a webhook in their order: while the first one waits, the others do.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from telemetry.webhooks.model import Delivery, Webhook
from telemetry.webhooks.sending import Answer

# After each failure; every hour from then on.
BACK_OFF_S = (5, 15, 60, 300, 900, 1_800, 3_600)
GIVEN_UP_AFTER = timedelta(days=1)
DISABLED_AFTER = timedelta(days=3)


def settled(
    webhook: Webhook, delivery: Delivery, answer: Answer, now: datetime
) -> tuple[Webhook, Delivery]:
    """Return what an answer makes of a message, and of the webhook."""
    tried = replace(delivery, attempts=delivery.attempts + 1, answer=answer.told)
    if answer.taken:
        arrived = replace(tried, delivered_at=now, next_at=None)
        return replace(webhook, delivered_at=now, failing_since=None, failure=""), arrived
    since = webhook.failing_since or now
    over = answer.gone or now - since >= DISABLED_AFTER
    failing = replace(
        webhook,
        failing_since=since,
        failure=answer.told,
        disabled_at=now if over else webhook.disabled_at,
    )
    wait = timedelta(seconds=BACK_OFF_S[min(delivery.attempts, len(BACK_OFF_S) - 1)])
    late = now + wait - delivery.at > GIVEN_UP_AFTER
    return failing, replace(tried, next_at=None if over or late else now + wait)
