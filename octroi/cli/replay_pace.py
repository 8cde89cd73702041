"""When is each recorded thing sent, and with which others in one message?"""

import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from octroi.cli.replay_entries import Entry, Survey

WAITING_LIMIT = 5_000


class UnusableSpeed(ValueError):
    """A speed that is neither a factor nor `max`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """So many times as fast as it happened, and by how much its instants are moved."""

    speed: float
    shift_ms: int
    first_ms: int | None
    begun_s: float = field(default_factory=time.monotonic)

    def wait_s(self, at_ms: int | None) -> float:
        """Return how long there is until something is due."""
        if at_ms is None or self.first_ms is None or math.isinf(self.speed):
            return 0.0
        due_s = self.begun_s + (at_ms - self.first_ms) / 1000 / self.speed
        return due_s - time.monotonic()


def speed_of(text: str) -> float:
    """Read `1`, `10`, `0.5` or `max`."""
    try:
        speed = math.inf if text == "max" else float(text)
    except ValueError:
        speed = math.nan
    if not speed > 0:
        msg = f"--speed {text} is neither a number above 0 (1 is real time) nor max."
        raise UnusableSpeed(msg)
    return speed


def shift_ms(found: Survey, speed: float, now_ms: int) -> int:
    """Return what moves a record to the present, its intervals kept and nothing ahead of the clock.

    Played faster than it happened, what is sent last is what happens now.
    """
    if found.first_ms is None or found.last_ms is None:
        return 0
    if speed <= 1:
        return now_ms - found.first_ms
    return now_ms + round(found.span_ms / speed) - found.last_ms


def messages(
    entries: Iterable[Entry], pace: Pace, together: int, sleep: Callable[[float], object]
) -> Iterator[tuple[str, list[bytes]]]:
    """Yield what is to be sent on each topic when its time has come, up to so many together."""
    waiting: dict[str, list[bytes]] = {}
    held = 0
    for each in entries:
        wait_s = pace.wait_s(each.at_ms)
        if wait_s > 0 or held >= WAITING_LIMIT:
            yield from waiting.items()
            waiting, held = {}, 0
            # What was yielded took its time.
            sleep(max(pace.wait_s(each.at_ms), 0.0))
        group = waiting.setdefault(each.topic, [])
        group.append(each.write(pace.shift_ms))
        held += 1
        if len(group) >= together:
            held -= len(group)
            yield each.topic, waiting.pop(each.topic)
    yield from waiting.items()
