"""What does an observation cost, by how many come together, and with how many vehicles flying?

Straight into the pipeline, without a broker: processor time of the thread that does it all. However
many there are, each has a permit and reports a second of its flight after the one before, so that
all else is equal.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.telemetry.city import OPERATORS, Fleet, Place, drone, place
from bench.telemetry.wire import position
from octroi import clock
from octroi.wiring import Installation
from telemetry.messages import Incoming

FIRST_SEQ = 900_000_000
STEP_MS, TURN_MS = 10, 1_000
# How many messages come together, how many positions are in each, and how often.
MOST_EACH, SEQ_APART = 50, 1_000_000
BATCHES = ((1, 1, 60), (50, 1, 30), (500, 1, 12), (80, 50, 8))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Microseconds of processor time an observation; the median of the batches."""

    vehicles: int
    messages: int
    each: int
    cpu_us: float


def costs(
    installed: Installation, fleets: Sequence[Fleet], grown: Sequence[int], told: int = 500
) -> list[Cost]:
    """Measure all sizes of batches, and one size with ever more vehicles flying."""
    found: list[Cost] = []
    for number, vehicles in enumerate(grown):
        everyone = _Turns(_everyone(fleets, vehicles), number * SEQ_APART)
        # Everybody is in the air before the first is measured.
        for _ in range(0, vehicles, told):
            everyone.take(installed, told, 1)
        sizes = BATCHES if number == 0 else [each for each in BATCHES if each[0] == told]
        for messages, each, rounds in sizes:
            spent = [everyone.take(installed, messages, each) for _ in range(rounds)]
            cost = median(spent[1:]) / (messages * each) * 1e6
            found.append(Cost(vehicles=vehicles, messages=messages, each=each, cpu_us=cost))
    return found


class _Turns:
    """Vehicles that report one after the other, and again and again."""

    def __init__(self, everyone: Sequence[tuple[str, int, Place]], first_seq: int) -> None:
        self._everyone = everyone
        self._reported = 0
        self._first_seq = FIRST_SEQ + first_seq
        self._start_ms = round(clock.now().timestamp() * 1000)

    def take(self, installed: Installation, messages: int, each: int) -> float:
        """Hand so many messages to the pipeline, and return the processor time that took."""
        made = [self._next(each) for _ in range(messages)]
        begun = time.thread_time()
        installed.pipeline.take(made)
        return time.thread_time() - begun

    def _next(self, each: int) -> Incoming:
        turn, which = divmod(self._reported, len(self._everyone))
        self._reported += 1
        operator, number, post = self._everyone[which]
        at_ms = self._start_ms + turn * TURN_MS
        return Incoming(
            topic=f"octroi/v1/{operator}/{drone(number)}/position",
            payload=_payload(post, at_ms, each, self._first_seq + turn * MOST_EACH),
            received_at_ms=max(at_ms, round(clock.now().timestamp() * 1000)),
        )


def _everyone(fleets: Sequence[Fleet], vehicles: int) -> list[tuple[str, int, Place]]:
    return [
        (fleet.operator, number, post)
        for number in range(vehicles // OPERATORS)
        for fleet in fleets
        for post in (fleet.posts[number],)
    ]


def _payload(post: Place, now_ms: int, each: int, first: int) -> bytes:
    instants = [now_ms - STEP_MS * (each - 1 - n) for n in range(each)]
    written = [position(at_ms, place(post, at_ms), first + n) for n, at_ms in enumerate(instants)]
    return written[0] if each == 1 else b"[" + b",".join(written) + b"]"
