"""Was this asked before? A request that can be repeated without being answered twice."""

from dataclasses import dataclass

LONGEST_KEY = 255


class InvalidKey(ValueError):
    """An idempotency key that cannot be kept."""


class KeyReused(Exception):
    """An idempotency key that was already used for something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request by a caller (`scope`), under the caller's own key; `digest` is its content."""

    scope: str
    key: str
    digest: bytes

    def __post_init__(self) -> None:
        """Refuse a key that is empty, too long, or not printable."""
        if not 1 <= len(self.key) <= LONGEST_KEY or not self.key.isprintable():
            msg = f"Idempotency-Key: 1 to {LONGEST_KEY} printable characters are expected"
            raise InvalidKey(msg)
