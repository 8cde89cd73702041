"""How is a large mapping replaced at the cost of what changed in it?"""

from collections.abc import Hashable, Iterator, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

PARTS = 1024


class Shards(Generic[Key, Value]):
    """A mapping that never changes; its successors share all parts but those that do."""

    __slots__ = ("_parts",)

    def __init__(self, parts: tuple[Mapping[Key, Value], ...] = ({},) * PARTS) -> None:
        self._parts = parts

    def get(self, key: Key) -> Value | None:
        """Return what is known of a key."""
        return self._parts[hash(key) % PARTS].get(key)

    def __iter__(self) -> Iterator[tuple[Key, Value]]:
        """Yield every key with what is known of it."""
        for part in self._parts:
            yield from part.items()

    def changed(self, changes: Mapping[Key, Value | None]) -> "Shards[Key, Value]":
        """Return the mapping with other values; None takes a key out."""
        parts, fresh = list(self._parts), dict[int, dict[Key, Value]]()
        for key, value in changes.items():
            place = hash(key) % PARTS
            part = fresh.get(place)
            if part is None:
                parts[place] = part = fresh[place] = dict(self._parts[place])
            if value is None:
                part.pop(key, None)
            else:
                part[key] = value
        return Shards(tuple(parts))
