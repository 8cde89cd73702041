"""How does a receiver know that a message is the city's? As the Standard Webhooks convention says.

The secrets of a webhook are derived from the installation's own, so that they are kept nowhere:
the first, and one for each time it was replaced. The one before the newest signs beside it for a
while, so that a receiver loses nothing while it is given the new one.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from telemetry.webhooks.model import DeliveryId, Webhook

PREFIX = "whsec_"


def secret_of(installation: bytes, webhook: Webhook) -> str:
    """Return the secret that a webhook's messages are signed with."""
    return _secret(installation, webhook, webhook.rotations)


def secrets_of(installation: bytes, webhook: Webhook, now: datetime) -> tuple[str, ...]:
    """Return the secrets that are good now, the newest first."""
    newest = secret_of(installation, webhook)
    if webhook.former_until is None or now >= webhook.former_until:
        return (newest,)
    return newest, _secret(installation, webhook, webhook.rotations - 1)


def signed(
    secrets: Iterable[str], message: DeliveryId, now: datetime, body: bytes
) -> dict[str, str]:
    """Return the headers that name, date and sign a message, with each secret."""
    stamp = str(int(now.timestamp()))
    content = f"{message}.{stamp}.".encode() + body
    return {
        "webhook-id": str(message),
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(_signature(secret, content) for secret in secrets),
    }


def _secret(installation: bytes, webhook: Webhook, rotations: int) -> str:
    named = b"octroi:webhook:" + webhook.id.bytes + (f":{rotations}".encode() if rotations else b"")
    return PREFIX + base64.b64encode(hmac.digest(installation, named, hashlib.sha256)).decode()


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
