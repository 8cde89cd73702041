"""What of all that is sent does a share's process listen to, and what does it keep?

A receiver of the city hears anybody: every process reads what it sends and keeps what its own
vehicles did, and one of them answers it.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import chain

import numpy as np

from permits.registry import Registry
from telemetry.intake.arrivals import Arrivals
from telemetry.intake.shares import Share

# On which operators speak, and receivers: the first + is whose they are.
SPEAKING = (
    "octroi/v1/+/+/position",
    "octroi/v1/+/+/position.msgpack",
    "octroi/v1/+/+/position.cbor",
    "octroi/v1/+/+/nmea",
    "octroi/v1/+/+/remote-id",
    "owntracks/+/+",
    "owntracks/+/+/event",
    "owntracks/+/+/waypoint",
)
HEARING = ("octroi/v1/+/nmea", "octroi/v1/+/remote-id")
EVERYTHING = (*SPEAKING, *HEARING)


class Topics:
    """The topics on which a share's operators speak, and all receivers: asked again and again."""

    def __init__(self, mine: Share, registry: Callable[[], Registry]) -> None:
        self._mine = mine
        self._registry = registry
        self._known: Registry | None = None
        self._topics: tuple[str, ...] = EVERYTHING

    def __call__(self) -> tuple[str, ...]:
        """Return them as the registry is now."""
        registry = self._registry()
        if self._mine.of > 1 and registry is not self._known:
            operators = sorted(each for each in registry.operators if self._mine.holds(each))
            speaking = _of(operators, SPEAKING), _of(sorted(registry.sensors), HEARING)
            self._known, self._topics = registry, tuple(chain(*speaking))
        return self._topics


def own(mine: Share, arrivals: Arrivals) -> Arrivals:
    """Keep what is of a share's own vehicles, and the answers to its own senders."""
    if mine.of == 1:
        return arrivals
    batch = arrivals.observations
    held = np.array([mine.holds(key.operator) for key in batch.vehicles], bool)
    kept = arrivals.take(np.flatnonzero(held[batch.vehicle]))
    return replace(
        kept,
        refused=tuple(each for each in arrivals.refused if mine.holds(each.sender)),
        whole=tuple(each for each in arrivals.whole if mine.holds(each.sender.sender)),
    )


def _of(names: Iterable[str], patterns: Iterable[str]) -> list[str]:
    listed = tuple(patterns)
    return [pattern.replace("+", name, 1) for name in names for pattern in listed]
