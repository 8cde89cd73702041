"""Who may connect to the broker, and which topics are theirs?

The broker's user name is the operator's (or sensor's) id. An operator writes positions only under
its own name and reads only what the city tells it; the city reads everything and answers.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping

CITY = "octroi"
PROBE = "octroi-probe"  # connects to learn that the broker has read its files; may do nothing

# mosquitto_passwd's own format and cost; the secrets are random, so the cost guards nothing more.
ITERATIONS = 101
SALT_BYTES = 12

WRITES = (
    "octroi/v1/%u/+/position",
    "octroi/v1/%u/+/position.msgpack",
    "octroi/v1/%u/+/position.cbor",
    "octroi/v1/%u/+/nmea",
    "octroi/v1/%u/+/remote-id",
    "octroi/v1/%u/nmea",
    "octroi/v1/%u/remote-id",
    "owntracks/%u/+",
    "owntracks/%u/+/event",
    "owntracks/%u/+/waypoint",
)
READS = (
    "octroi/v1/%u/receipt",
    "octroi/v1/%u/permit",
    "octroi/v1/%u/webhook",
    "octroi/v1/%u/+/alert",
)
# An operator or a sensor; or one of its keys, behind a dot that no name of theirs can hold.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}(\.[0-9a-f]{12})?")


class InvalidUser(Exception):
    """A name or password the broker's files cannot hold."""


def rules(names: Iterable[str] = ()) -> str:
    """Return the access control file: the same patterns for every operator and sensor.

    A user behind a dot, `ailes.0123456789ab`, writes and reads as who stands before it.
    """
    lines = [f"user {CITY}", "topic readwrite octroi/v1/#", "topic read owntracks/#"]
    for name in sorted(each for each in names if "." in each):
        owner = name.partition(".")[0]
        lines.append(f"user {name}")
        lines += [f"topic write {topic.replace('%u', owner)}" for topic in WRITES]
        lines += [f"topic read {topic.replace('%u', owner)}" for topic in READS]
    lines += [f"pattern write {topic}" for topic in WRITES]
    lines += [f"pattern read {topic}" for topic in READS]
    return "\n".join([*lines, ""])


def digest(password: str) -> str:
    """Return what the broker keeps of a password."""
    if not password:
        msg = "A user of the broker needs a password."
        raise InvalidUser(msg)
    salt = secrets.token_bytes(SALT_BYTES)
    hashed = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
    encoded = (base64.b64encode(part).decode() for part in (salt, hashed))
    return f"$7${ITERATIONS}${'$'.join(encoded)}"


def password_file(digests: Mapping[str, str]) -> str:
    """Return the password file of these users, or refuse what would not be one user's name."""
    for name in digests:
        if not NAME.fullmatch(name):
            msg = f"{name!r} cannot be a user of the broker: letters, digits, '_' and '-' only."
            raise InvalidUser(msg)
        if name.partition(".")[0] in {CITY, PROBE}:
            msg = f"The broker's user {name} is Octroi itself."
            raise InvalidUser(msg)
    return "".join(f"{name}:{digests[name]}\n" for name in sorted(digests))


def users_in(passwords: str) -> dict[str, str]:
    """Return the users of a password file, without Octroi's own."""
    found = dict(line.split(":", 1) for line in passwords.splitlines() if ":" in line)
    return {name: kept for name, kept in found.items() if name not in {CITY, PROBE}}


def with_city(passwords: str, city: str, probe: str) -> str:
    """Return a password file of others with Octroi's own users."""
    return f"{passwords}{CITY}:{digest(city)}\n{PROBE}:{digest(probe)}\n"
