"""What does an observation cost, by how many come together, and with how many vehicles flying?

Straight into the pipeline, without a broker: processor time of the thread that does it all.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from statistics import median

from bench.telemetry.city import OPERATORS, Fleet, Place, drone, place
from bench.telemetry.wire import position
from octroi import clock
from octroi.wiring import Installation
from telemetry.messages import Incoming

FIRST_SEQ = 900_000_000
STEP_MS = 10
# How many messages come together, how many positions are in each, and how often.
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
        everyone = _everyone(fleets, vehicles)
        # Everybody is in the air before the first is measured.
        _take(installed, everyone, len(everyone), 1, number * 10_000)
        sizes = BATCHES if number == 0 else [each for each in BATCHES if each[0] == told]
        for batch, (messages, each, rounds) in enumerate(sizes):
            turns = cycle(everyone)
            spent = [
                _take(
                    installed,
                    list(islice(turns, messages)),
                    messages,
                    each,
                    number * 10_000 + (batch * 100 + turn + 1) * each,
                )
                for turn in range(rounds)
            ]
            cost = median(spent[1:]) / (messages * each) * 1e6
            found.append(Cost(vehicles=vehicles, messages=messages, each=each, cpu_us=cost))
    return found


def _everyone(fleets: Sequence[Fleet], vehicles: int) -> list[tuple[str, int, Place]]:
    return [
        (fleet.operator, number, post)
        for fleet in fleets
        for number, post in enumerate(fleet.posts[: vehicles // OPERATORS])
    ]


def _take(
    installed: Installation,
    who: Sequence[tuple[str, int, Place]],
    messages: int,
    each: int,
    first: int,
) -> float:
    """Hand messages to the pipeline, and return the processor time that took."""
    now_ms = round(clock.now().timestamp() * 1000)
    made = [
        Incoming(
            topic=f"octroi/v1/{operator}/{drone(number)}/position",
            payload=_payload(post, now_ms, each, FIRST_SEQ + first),
            received_at_ms=now_ms,
        )
        for operator, number, post in who[:messages]
    ]
    begun = time.thread_time()
    installed.pipeline.take(made)
    return time.thread_time() - begun


def _payload(post: Place, now_ms: int, each: int, first: int) -> bytes:
    instants = [now_ms - STEP_MS * (each - 1 - n) for n in range(each)]
    written = [position(at_ms, place(post, at_ms), first + n) for n, at_ms in enumerate(instants)]
    return written[0] if each == 1 else b"[" + b",".join(written) + b"]"
