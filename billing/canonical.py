"""What exactly is hashed? One spelling of a value: sorted keys, no blanks, UTF-8, no floats."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from billing.money import plain


class NotCanonical(TypeError):
    """A value that has no single spelling."""


def canonical(value: object) -> bytes:
    """Spell a value in the one way that is hashed."""
    text = json.dumps(
        _spelled(value), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode()


def digest(value: object) -> str:
    """Return the SHA-256 of a value's one spelling."""
    return hashlib.sha256(canonical(value)).hexdigest()


def instant(at: datetime) -> str:
    """Spell an instant, in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _spelled(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _spelled(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_spelled(each) for each in value]
    if value is None or type(value) in {bool, int}:
        return value
    return _text(value)


def _text(value: object) -> str:
    match value:
        case str() | UUID():
            return str(value)
        case Decimal():
            return plain(value)
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case _:
            msg = f"{type(value).__name__} has no canonical spelling"
            raise NotCanonical(msg)
