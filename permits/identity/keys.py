"""What is an access key? A prefix to find it by, and a secret that only its digest remembers.

The secret has 256 bits of entropy, so a keyed digest is enough: there is nothing to guess at.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from permits.parties import Caller, Role
from permits.scopes import Scope

KEY = re.compile(r"oct_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")
# Two, so that one can be replaced while the other is in use.
LIVE_AT_ONCE = 2
LIFETIME = timedelta(days=365)
# What last used a key is known to the minute: more would be a write with every request.
USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessKey:
    """What is kept of a key: whom it stands for, for what and how long, never the key itself.

    `mqtt_digest` is how the broker knows it; without `scopes` it is for all that the role may.
    """

    prefix: str
    digest: bytes
    role: Role
    name: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    scopes: frozenset[Scope] | None = None
    mqtt_digest: str = ""
    last_used_at: datetime | None = None

    def opens(self, key: str, secret: bytes, now: datetime) -> bool:
        """Tell whether this is the key, and still good; takes the same time for every guess."""
        proved = hmac.compare_digest(self.digest, digest(key, secret))
        alive = self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
        return proved and alive

    def caller(self) -> Caller:
        """Return whom the key stands for."""
        return Caller(role=self.role, name=self.name, scopes=self.scopes)

    def use_is_news(self, now: datetime) -> bool:
        """Tell whether its use has not been noted of late."""
        return self.last_used_at is None or now - self.last_used_at >= USE_NOTED_EVERY


def new_key() -> str:
    """Return a key nobody can guess."""
    return f"oct_{secrets.token_hex(6)}_{secrets.token_urlsafe(32)}"


def prefix_of(key: str) -> str | None:
    """Return what a key is found by; None when it is no key of ours."""
    found = KEY.fullmatch(key)
    return found[1] if found else None


def digest(key: str, secret: bytes) -> bytes:
    """Return what is kept of a key, worthless without the server's secret."""
    return hashlib.blake2b(key.encode(), key=secret[:64], digest_size=32).digest()
