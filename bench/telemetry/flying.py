"""What do fleets send, and when do they hear what became of it?

The load generator, a process of its own: reads a job as JSON from standard input, sends it in real
time, and writes what it found as JSON to standard output. Every packet is made before the first is
sent, and what is due at one instant leaves in one piece, so that the generator takes next to no
processor time. It never waits for an answer: latencies count from when something was due.
"""

import gc
import selectors
import sys
import time
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from bench.telemetry.city import Place, drone, place, stray
from bench.telemetry.matching import Due, Found, Heard, Matched
from bench.telemetry.wire import RECEIVE_BYTES, connected, position, publish
from octroi import clock
from telemetry.intake.bulk import PUBLISH, delivered, packets

SLOTS_A_SECOND = 2_000
LEAD_S, BUILDING_S = 2.0, 1e-5  # the second for each observation
APART_MS = 10
QUIET_S, PATIENCE_S = 1.0, 20.0


class Sends(msgspec.Struct, frozen=True, kw_only=True):
    """What one operator's gateway sends."""

    operator: str
    key: str
    posts: Sequence[Place]
    strays: Sequence[Place]
    first_stray: int


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What the generator is told; `rate` is of observations, `each` so many come in a message."""

    port: int
    fleets: Sequence[Sends]
    rate: float
    each: int
    warm_up_s: float
    seconds: float
    first_seq: int

    @property
    def messages(self) -> int:
        """Return how many messages of drones are sent."""
        return round(self.rate * (self.warm_up_s + self.seconds) / self.each)


class Flight:
    """Everything that is sent, in slots, and when each of it was due."""

    def __init__(self, job: Job, start_ms: int) -> None:
        self.job = job
        self._start_ms = start_ms
        self.slots: list[list[bytes]] = []
        self.due: list[NDArray[np.float64]] = []
        self.strayed: dict[tuple[int, str], float] = {}
        self._build()

    @property
    def told(self) -> Due:
        """Return when everything is due."""
        job = self.job
        return Due(self.due, self.strayed, job.each, job.first_seq, job.warm_up_s)

    def _build(self) -> None:
        job = self.job
        count = round((job.warm_up_s + job.seconds) * SLOTS_A_SECOND)
        self.slots = [[b""] * len(job.fleets) for _ in range(count)]
        self.due = [np.full((len(fleet.posts), self._turns), np.nan) for fleet in job.fleets]
        mids = [0] * len(job.fleets)
        for number in range(job.messages):
            slot = number * count // job.messages
            fleet = number % len(job.fleets)
            posts = job.fleets[fleet].posts
            turn, vehicle = divmod(number // len(job.fleets), len(posts))
            mids[fleet] = mids[fleet] % 65_535 + 1
            body = self._positions(turn, slot, posts[vehicle])
            topic = f"octroi/v1/{job.fleets[fleet].operator}/{drone(vehicle)}/position"
            self.slots[slot][fleet] += publish(topic, body, mids[fleet])
            self.due[fleet][vehicle, turn] = slot / SLOTS_A_SECOND
        self._stray(count, mids)

    @property
    def _turns(self) -> int:
        vehicles = sum(len(fleet.posts) for fleet in self.job.fleets)
        return self.job.messages // vehicles + 1

    def _positions(self, turn: int, slot: int, post: Place) -> bytes:
        """Write the positions of one message; the newest is of the instant it is due."""
        each, now_ms = self.job.each, self._start_ms + slot * 1000 // SLOTS_A_SECOND
        first = self.job.first_seq + turn * each
        instants = (now_ms - APART_MS * (each - 1 - n) for n in range(each))
        written = [
            position(at_ms, place(post, at_ms), first + n) for n, at_ms in enumerate(instants)
        ]
        return written[0] if each == 1 else b"[" + b",".join(written) + b"]"

    def _stray(self, count: int, mids: list[int]) -> None:
        """Let each stray report once from a closed zone, evenly over the run."""
        everyone = [
            (fleet, sends.first_stray + number, where)
            for fleet, sends in enumerate(self.job.fleets)
            for number, where in enumerate(sends.strays)
        ]
        for number, (fleet, which, where) in enumerate(everyone):
            slot = number * count // len(everyone)
            at_ms = self._start_ms + slot * 1000 // SLOTS_A_SECOND
            mids[fleet] = mids[fleet] % 65_535 + 1
            topic = f"octroi/v1/{self.job.fleets[fleet].operator}/{stray(which)}/position"
            body = position(at_ms, where, self.job.first_seq)
            self.slots[slot][fleet] += publish(topic, body, mids[fleet])
            self.strayed[fleet, stray(which)] = slot / SLOTS_A_SECOND


class Drive:
    """One connection for each operator, which publishes and listens."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._sockets = [connected(job.port, fleet.operator, fleet.key) for fleet in job.fleets]
        self._unsent = [b""] * len(self._sockets)
        self._unread = [b""] * len(self._sockets)
        self._selector = selectors.DefaultSelector()
        for number, each in enumerate(self._sockets):
            each.settimeout(0)
            self._selector.register(each, selectors.EVENT_READ, number)
        self.heard: list[Heard] = []

    def run(self) -> Found:
        """Send everything when it is due, wait until nothing more comes, and say how long."""
        job = self._job
        lead_s = LEAD_S + BUILDING_S * job.messages * job.each
        start = time.perf_counter() + lead_s
        flown = Flight(job, round((clock.now().timestamp() + lead_s) * 1000))
        start = max(start, time.perf_counter())
        gc.freeze()
        late: list[float] = []
        for number, slot in enumerate(flown.slots):
            due = start + number / SLOTS_A_SECOND
            while (wait := due - time.perf_counter()) > 0:
                self._listen(wait)
            late.append(-wait)
            for fleet, piece in enumerate(slot):
                if piece or self._unsent[fleet]:
                    self._send(fleet, piece)
            slot.clear()
        matched = Matched(flown.told, start)
        self._await_the_rest(matched)
        return matched.found(late)

    def _send(self, fleet: int, piece: bytes) -> None:
        unsent = self._unsent[fleet] + piece
        try:
            done = self._sockets[fleet].send(unsent)
        except BlockingIOError:
            done = 0
        self._unsent[fleet] = unsent[done:]

    def _listen(self, wait_s: float) -> None:
        for key, _ in self._selector.select(wait_s):
            number = key.data
            chunk = self._sockets[number].recv(RECEIVE_BYTES)
            if not chunk:
                sys.exit("The broker has hung up on the load generator.")
            stamp = time.perf_counter()
            found, self._unread[number] = packets(self._unread[number] + chunk)
            for kind, body in found:
                if kind & 0xF0 == PUBLISH:
                    told = delivered(kind, body)
                    self.heard.append(Heard(stamp, number, told.topic, told.payload))

    def _await_the_rest(self, matched: Matched) -> None:
        """Listen until everything is receipted, or nothing more comes."""
        heard_at = time.perf_counter()
        while time.perf_counter() < heard_at + PATIENCE_S:
            for fleet, unsent in enumerate(self._unsent):
                if unsent:
                    self._send(fleet, b"")
            for each in self.heard:
                matched.take(each)
                heard_at = time.perf_counter()
            self.heard.clear()
            if not matched.missing:
                break
            self._listen(0.1)
        # What is told after its receipt, if anything, comes at once.
        time.sleep(QUIET_S)
        self._listen(0.0)
        for each in self.heard:
            matched.take(each)


if __name__ == "__main__":
    sys.stdout.buffer.write(
        msgspec.json.encode(Drive(msgspec.json.decode(sys.stdin.buffer.read(), type=Job)).run())
    )
