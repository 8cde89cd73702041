"""What was advised, sealed: whoever asked carries it, nobody changes it, and nothing is kept.

A seal is the content itself, compressed, and a keyed digest over it. It proves that the city wrote
it, not to whom: it holds nothing but what the bearer asked.
"""

import binascii
import hmac
import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

VALID_FOR = timedelta(hours=24)
PURPOSE = b"octroi/advice/1\n"
DIGEST_BYTES = 32


class InvalidSeal(ValueError):
    """Something that the city did not seal, or too long ago."""


def seal(content: Mapping[str, Any], now: datetime, secret: bytes) -> str:
    """Return the content as a text that only the city can have made, good for a day."""
    until = (now + VALID_FOR).isoformat()
    packed = zlib.compress(json.dumps({"until": until, "content": content}).encode(), 9)
    return urlsafe_b64encode(_digest(packed, secret) + packed).decode().rstrip("=")


def opened(sealed: str, now: datetime, secret: bytes) -> dict[str, Any]:
    """Return the content that was sealed."""
    try:
        whole = urlsafe_b64decode(sealed.encode("ascii") + b"=" * (-len(sealed) % 4))
    except (UnicodeEncodeError, binascii.Error) as error:
        msg = "this is not the `advice` of an answer of POST /v1/advice"
        raise InvalidSeal(msg) from error
    digest, packed = whole[:DIGEST_BYTES], whole[DIGEST_BYTES:]
    # Unpacked only once it is known to be ours: others could pack a great deal.
    if not hmac.compare_digest(digest, _digest(packed, secret)):
        msg = "this is not the `advice` of an answer of POST /v1/advice, or was changed"
        raise InvalidSeal(msg)
    read = json.loads(zlib.decompress(packed))
    if datetime.fromisoformat(read["until"]) <= now:
        msg = f"it was good until {read['until']}; ask for advice again"
        raise InvalidSeal(msg)
    content: dict[str, Any] = read["content"]
    return content


def _digest(packed: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, PURPOSE + packed, "sha256")
