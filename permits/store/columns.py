"""How do columns reach the database? As the texts of its arrays, ranges and documents.

The driver would look at every value of a list for what it is, at many times the cost.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

import msgspec

from permits.documents import Document


class Spanning(Protocol):
    """What begins at an instant and is over at another."""

    @property
    def start(self) -> datetime:
        """Return the instant from which on it lasts."""

    @property
    def end(self) -> datetime:
        """Return the instant from which on it lasts no longer."""


def numbers(values: Iterable[float]) -> str:
    """Write an array of numbers, with every digit, or of truths."""
    return "{" + ",".join(map(str, values)) + "}"


def spans(values: Iterable[Spanning]) -> str:
    """Write an array of ranges of instants."""
    return "{" + ",".join(f'"{_range(each)}"' for each in values) + "}"


def union(values: Iterable[Spanning]) -> str:
    """Write the multirange of all instants of some ranges."""
    return "{" + ",".join(_range(each) for each in values) + "}"


def written(documents: Document | list[Document]) -> str:
    """Write documents as JSON."""
    return msgspec.json.encode(documents).decode()


def _range(span: Spanning) -> str:
    return f"[{span.start.isoformat()},{span.end.isoformat()})"
