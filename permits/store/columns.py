"""How do columns reach the database? As the texts of its arrays, ranges and documents.

The driver would look at every value of a list for what it is, at many times the cost.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from permits.documents import Document
from zones.space.coordinates import Bounds


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


def texts(values: Iterable[str]) -> str:
    """Write an array of texts."""
    quoted = (each.replace("\\", r"\\").replace('"', r"\"") for each in values)
    return "{" + ",".join(f'"{each}"' for each in quoted) + "}"


def span(value: Spanning) -> str:
    """Write a range of instants."""
    return f"[{value.start.isoformat()},{value.end.isoformat()})"


def box(bounds: Bounds) -> str:
    """Write a box of places."""
    west, south, east, north = bounds
    return f"({west},{south}),({east},{north})"


def union(values: Iterable[Spanning]) -> str:
    """Write the multirange of all instants of some ranges."""
    return "{" + ",".join(span(each) for each in values) + "}"


def written(documents: Document | Sequence[object]) -> str:
    """Write documents as JSON."""
    return msgspec.json.encode(documents).decode()
