"""Which rulebook is in force? Built aside when zones or permits change, then swapped at once."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from permits.registry import Registry
from telemetry.rulebook import Rulebook

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where a rulebook comes from: each call reads what is published now."""

    rulebook: Callable[[int], Rulebook]
    registry: Callable[[], Registry]


class RulebookKeeper:
    """Hands out the rulebook and the registry in force; never makes a reader wait."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._building = threading.Lock()
        self._registry = sources.registry()
        self._rulebook = sources.rulebook(1)

    def refresh(self) -> None:
        """Build the next rulebook from what is published now, and swap it in."""
        with self._building:
            self._registry = self._sources.registry()
            self._rulebook = self._sources.rulebook(self._rulebook.version + 1)
            log.debug("rulebook.swapped", version=self._rulebook.version)

    def rulebook(self) -> Rulebook:
        """Return the rulebook in force."""
        return self._rulebook

    def registry(self) -> Registry:
        """Return the registry in force."""
        return self._registry
