"""What does the demonstration's fleet send, second by second?

The same cast, seed and start give the same bytes. Positions are functions of time alone, so the
fleet can be asked for any span, and asked again after a failure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np

from octroi.demo.crews import Character, Voice
from octroi.demo.motion import Seconds
from octroi.demo.sightings import Sightings, sight
from octroi.demo.words import payloads, topic

CHUNK_S = 20.0
GOLDEN = 0.6180339887


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One MQTT message: who sends it, where to, and the instant its content is about."""

    sender: str
    topic: str
    payload: bytes
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """The vehicles of a cast in motion from an instant on.

    `stride` lengthens the time between reports: a past that nobody watches needs fewer. `start`
    is cut to the second, and is also the number of the trackers' boot.
    """

    characters: Sequence[Character]
    seed: int
    start: datetime
    stride: float = 1.0

    def stream(self, from_s: float, to_s: float) -> Iterator[Message]:
        """Yield the messages of a span, worked out some seconds ahead: rows are cheap in bulk."""
        edges = [*np.arange(from_s, to_s, CHUNK_S), to_s]
        for begin, end in pairwise(edges):
            yield from self.messages(float(begin), float(end))

    def messages(self, from_s: float, to_s: float) -> list[Message]:
        """Return the messages about [from_s, to_s) after the start, oldest first."""
        collected = [
            message
            for number, character in enumerate(self.characters)
            for message in self._of(number, character, (from_s, to_s))
        ]
        return sorted(collected, key=lambda one: (one.at_ms, one.topic))

    def _of(
        self, number: int, character: Character, span: tuple[float, float]
    ) -> Iterator[Message]:
        seen = self.sightings(number, span)
        where = topic(character)
        for at_ms, payload in payloads(character, seen, self._boot):
            yield Message(sender=character.sender, topic=where, payload=payload, at_ms=at_ms)

    def sightings(self, number: int, span: tuple[float, float]) -> Sightings:
        """Return what the receiver of the vehicle of that number says over a span, as columns."""
        character = self.characters[number]
        rng = np.random.default_rng([self.seed, 2, number])
        seq, times = self._ticks(number, character, span)
        heard = character.reporting(times)
        return sight(character, seq[heard], times[heard], self._boot, rng)

    @property
    def _boot(self) -> int:
        return int(self.start.timestamp())

    def _ticks(
        self, number: int, character: Character, span: tuple[float, float]
    ) -> tuple[Seconds, Seconds]:
        """Return the numbers and the seconds of the reports that fall in a span."""
        period = character.period_s * self.stride
        # Trackers do not report in step; AIS and Remote ID stay on whole seconds, as written.
        offset = number * GOLDEN % 1.0 * period if character.voice is Voice.JSON else 0.0
        first, last = (np.ceil((edge - offset) / period) for edge in span)
        seq = np.arange(max(first, 0.0), last, dtype=np.float64)
        return seq, seq * period + offset
