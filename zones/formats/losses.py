"""What does a written document not say of its zones, and who publishes it?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What a format cannot say of a zone; `kept` where our own reading takes it back from the file.

    `path` names the member as in our GeoJSON. What is said instead never allows more than the law.
    """

    zone: str
    path: str
    reason: str
    kept: bool = False

    @property
    def sentence(self) -> str:
        """Say it in one sentence."""
        kept = " (kept for our own reading)" if self.kept else ""
        return f"zone {self.zone}, {self.path}: {self.reason}{kept}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A document in one of the formats, how many zones are in it, and what it could not say."""

    document: Mapping[str, Any]
    zones: int
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Who publishes zones, as the European formats name it; `country` is ISO 3166-1 alpha-3."""

    name: str
    country: str = "FRA"
    language: str = "fr-FR"
    email: str | None = None
    site: str | None = None


CITY = Authority(name="Ville de Paris")
