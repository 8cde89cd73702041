"""Who may connect to the broker, and which topics are theirs?

The broker's user name is the operator's (or sensor's) id. An operator writes positions only under
its own name and reads only what the city tells it; the city reads everything and answers.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

CITY = "octroi"
PROBE = "octroi-probe"  # connects to learn that the broker has read its files; may do nothing

# mosquitto_passwd's own format and cost; the secrets are random, so the cost guards nothing more.
ITERATIONS = 101
SALT_BYTES = 12

WRITES = (
    "octroi/v1/%u/+/position",
    "octroi/v1/%u/+/nmea",
    "octroi/v1/%u/+/remote-id",
    "octroi/v1/%u/nmea",
    "octroi/v1/%u/remote-id",
    "owntracks/%u/+",
)
READS = (
    "octroi/v1/%u/receipt",
    "octroi/v1/%u/permit",
    "octroi/v1/%u/+/alert",
)
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


class InvalidUser(Exception):
    """A name or password the broker's files cannot hold."""


def rules() -> str:
    """Return the access control file: the same patterns for every operator and sensor."""
    return "\n".join(
        [
            f"user {CITY}",
            "topic readwrite octroi/v1/#",
            "topic read owntracks/#",
            *(f"pattern write {topic}" for topic in WRITES),
            *(f"pattern read {topic}" for topic in READS),
            "",
        ]
    )


def entry(name: str, password: str) -> str:
    """Return a line of the password file, or refuse what would not be one user's name."""
    if not NAME.fullmatch(name):
        msg = f"{name!r} cannot be a user of the broker: letters, digits, '.', '_' and '-' only."
        raise InvalidUser(msg)
    if name in {CITY, PROBE}:
        msg = f"The broker's user {name} is Octroi itself."
        raise InvalidUser(msg)
    if not password:
        msg = f"The broker's user {name} needs a password."
        raise InvalidUser(msg)
    return _line(name, password)


def _line(name: str, password: str) -> str:
    salt = secrets.token_bytes(SALT_BYTES)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
    encoded = (base64.b64encode(part).decode() for part in (salt, digest))
    return f"{name}:$7${ITERATIONS}${'$'.join(encoded)}\n"


def with_users(passwords: str, added: Mapping[str, str]) -> str:
    """Return the password file with users added, or their passwords replaced."""
    new = "".join(entry(name, password) for name, password in added.items())
    return without_users(passwords, added.keys()) + new


def without_users(passwords: str, removed: AbstractSet[str]) -> str:
    """Return the password file without some users."""
    lines = passwords.splitlines(keepends=True)
    return "".join(line for line in lines if line.split(":", 1)[0] not in removed)


def with_city(passwords: str, city: str, probe: str) -> str:
    """Return the password file with Octroi's own users."""
    own = {CITY: city, PROBE: probe}
    new = "".join(_line(name, password) for name, password in own.items())
    return without_users(passwords, own.keys()) + new
