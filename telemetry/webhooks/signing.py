"""How does a receiver know that a message is the city's? As the Standard Webhooks convention says.

The secret of a webhook is derived from the installation's own, so that it is kept nowhere.
"""

import base64
import hashlib
import hmac
from datetime import datetime

from telemetry.webhooks.model import DeliveryId, WebhookId

PREFIX = "whsec_"


def secret_of(installation: bytes, webhook: WebhookId) -> str:
    """Return the secret that a webhook's messages are signed with."""
    key = hmac.digest(installation, b"octroi:webhook:" + webhook.bytes, hashlib.sha256)
    return PREFIX + base64.b64encode(key).decode()


def signed(secret: str, message: DeliveryId, now: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that name, date and sign a message."""
    stamp = str(int(now.timestamp()))
    content = f"{message}.{stamp}.".encode() + body
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signature = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    return {
        "webhook-id": str(message),
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{signature}",
    }
