"""What happens to messages between their arrival and the answer to their senders?

Decoded, deduplicated, judged, followed and alerted in one transaction, and only then receipted.
One batch at a time: all observations of a vehicle pass here. A fix older than the vehicle's newest
is stored and judged and raises no alert; the visits that it touches are corrected soon after. One
older than ten minutes is history, and no news to anyone.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import structlog
from numpy.typing import NDArray

from permits.registry import Registry
from telemetry.concern.telling import notices
from telemetry.consequences import Consequences, Standing, consequences, quiet
from telemetry.counting import Counters, Counts
from telemetry.formats.ais_parts import Fragments
from telemetry.intake.arrivals import Arrivals
from telemetry.intake.belief import CONFLICT, Doubted, doubts, others
from telemetry.intake.leaps import Strays
from telemetry.intake.parting import own
from telemetry.messages import Addresses, Incoming, decode, failed
from telemetry.model import Alert, Observations
from telemetry.receipts import receipt_topic, receipts
from telemetry.reopening import POSITIONS_A_TURN, reopen
from telemetry.resuming import portion, resumed, saved
from telemetry.rulebook import Rulebook
from telemetry.store.ingest import IngestStore, Recording
from telemetry.store.numbering import TurnEnded
from telemetry.store.unbelieved import save_quarantined, save_refused
from telemetry.watched.live_batch import LiveBatch
from telemetry.watching import Laps, Watch, Watched, nobody

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the pipeline asks at each batch: the time, the rules, and how late data may come."""

    clock: Callable[[], datetime]
    rulebook: Callable[[], Rulebook]
    registry: Callable[[], Registry]
    open_since: Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlets:
    """Whom the pipeline tells after the commit: MQTT (topic, payload, retain), who watches the map,
    who hears of corrected alerts, who measures. What is published leaves when it is flushed.
    """

    publish: Callable[[str, bytes, bool], None]
    live: Callable[[LiveBatch], None]
    correct: Callable[[Sequence[Alert]], None] = lambda _alerts: None
    watch: Watch = nobody
    flush: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a batch: counts, and each sender's receipt."""

    counts: Counts
    receipts: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Everyone:
    """Where every vehicle stands as of the last commit, and since when we listen."""

    since: datetime
    standing: Standing


class Pipeline:
    """The one worker of all vehicles; MQTT and HTTPS hand their messages to the same one."""

    def __init__(self, store: IngestStore, sources: Sources, outlets: Outlets) -> None:
        self.counters = Counters()
        self._store = store
        self._sources = sources
        self._outlets = outlets
        self._one_at_a_time = threading.Lock()
        self._everyone: _Everyone | None = None
        self._fragments = Fragments()
        self._addresses = Addresses(Registry())

    def take(self, messages: Sequence[Incoming]) -> Outcome:
        """Record messages and tell their senders; raise, with nothing changed, if that fails."""
        registry, laps = self._sources.registry(), Laps()
        if registry is not self._addresses.registry:
            self._addresses = Addresses(registry)
        arrivals = own(self._store.share, decode(messages, self._addresses, self._fragments))
        laps.lap("decode")
        return self._settle(arrivals, laps)

    def set_aside(self, message: Incoming, error: Exception) -> Outcome:
        """Refuse a message whose processing failed, so that it never stops the stream."""
        log.error("ingest.message-failed", topic=message.topic, error=repr(error))
        return self._settle(failed(message, "message: could not be processed"), Laps())

    def tend(self, *, behind: bool = False) -> None:
        """Write down where some stand and which numbers are used, and notice who fell silent.

        Nobody is silent while messages are behind: what was said may be among them.
        """
        now = self._sources.clock()
        try:
            self._count(now)
            if not behind:
                self._reopen(now)
            self._check_point(now)
            if not behind:
                self._hush(now)
        except TurnEnded:
            log.warning("pipeline.turn-ended")  # whoever has it tends

    def _reopen(self, now: datetime) -> None:
        """Correct the visits and alerts that late positions touch, a vehicle at a time."""
        with self._one_at_a_time:
            some = self._known(now).standing.due(now)
        room = POSITIONS_A_TURN
        while some and room > 0:
            with self._one_at_a_time:
                standing = self._known(now).standing
                with self._writing(now) as recording:
                    done = reopen(recording, standing, some.pop(0), self._sources.rulebook())
                with _undoing_nothing("pipeline.telling-failed"):
                    self._outlets.correct(done.alerts)
            room -= done.positions

    def _hush(self, now: datetime) -> None:
        """Let those be silent who were not heard for too long."""
        with self._one_at_a_time:
            everyone = self._known(now)
            outcome = quiet(everyone.standing, self._sources.rulebook(), now, everyone.since)
            if outcome.visits or outcome.alerts:
                with self._writing(now) as recording:
                    outcome = saved(recording, everyone.standing, outcome)
            everyone.standing.adopt(outcome)
            self.counters.add(outcome.counts)
            self._tell(outcome, {})

    def _settle(self, arrivals: Arrivals, laps: Laps) -> Outcome:
        """Record one batch in one transaction, then tell."""
        while True:
            try:
                with self._one_at_a_time:
                    return self._settled(arrivals, laps)
            except TurnEnded:
                # Another process took over between our batches; we go on from what it left.
                log.warning("pipeline.turn-ended")

    def _settled(self, arrivals: Arrivals, laps: Laps) -> Outcome:
        now = self._sources.clock()
        everyone = self._known(now)
        doubted, strays = self._doubts(arrivals, everyone.standing)
        believed = others(len(arrivals), doubted)
        self._store.ensure_days(arrivals.observations.positions.at_ms[believed])
        with self._writing(now) as recording:
            claimed = recording.claim(arrivals, believed)
            doubted += [Doubted(row, CONFLICT) for row in claimed.conflicts]
            laps.lap("claim")
            batch = arrivals.observations.take(claimed.new)
            outcome = self._record(recording, batch, everyone, laps)
            counts = Counts(
                stored=len(batch),
                refused=save_refused(recording.connection, arrivals.refused, now),
                quarantined=save_quarantined(recording.connection, arrivals, doubted, now),
            )
            laps.lap("write")
        laps.lap("commit")
        everyone.standing.settle(outcome, strays)
        decoded, amiss = len(arrivals) + len(arrivals.refused), len(arrivals.refused) + len(doubted)
        counts = counts.out_of(decoded, claimed.duplicates, amiss)
        told = receipts(arrivals, doubted)
        counts = counts if outcome is None else counts.plus(outcome.counts)
        self.counters.add(counts, self._ages_ms(batch, arrivals.stamped[claimed.new]))
        self._tell(outcome, told)
        laps.lap("tell")
        self._measure(arrivals, outcome, doubted, laps)
        return Outcome(counts=counts, receipts=told)

    def _doubts(self, arrivals: Arrivals, standing: Standing) -> tuple[list[Doubted], Strays]:
        batch, rulebook = arrivals.observations, self._sources.rulebook()
        earliest_ms = round(self._sources.open_since().timestamp() * 1000)
        doubted = doubts(batch, earliest_ms=earliest_ms)
        leapt = standing.leaps(batch, others(len(batch), doubted), rulebook)
        return [*doubted, *leapt.doubted], leapt.strays

    def _record(
        self, recording: Recording, batch: Observations, everyone: _Everyone, laps: Laps
    ) -> Consequences | None:
        """Judge and write what is new."""
        if not len(batch):
            return None
        rulebook, ids = self._sources.rulebook(), recording.ids
        outcome = consequences(everyone.standing, batch, ids, rulebook, recording.recorded_at)
        laps.lap("judge")
        recording.observations(batch, ids)
        if outcome.verdicts is not None:
            recording.verdicts(batch, ids, outcome.verdicts, rulebook)
        return saved(recording, everyone.standing, outcome)

    @contextmanager
    def _writing(self, now: datetime) -> Iterator[Recording]:
        """Open the transaction."""
        with self._forgetting(), self._store.recording(now) as recording:
            yield recording

    @contextmanager
    def _forgetting(self) -> Iterator[None]:
        """Read again what is known, after a transaction that failed."""
        try:
            yield
        except BaseException:
            # It may yet have been committed, if the connection broke while it was.
            self._everyone = None
            raise

    def _count(self, now: datetime) -> None:
        """Write down numbers that were used, while the next batch may already be recorded."""
        with self._one_at_a_time:
            self._known(now)
            numbers = self._store.to_count(now)
        with self._forgetting():
            self._store.count(numbers)

    def _check_point(self, now: datetime) -> None:
        """Write down where some vehicles stand, while the next batch may already be recorded."""
        with self._one_at_a_time:
            some, until = portion(self._known(now).standing)
        if some:
            with self._forgetting():
                self._store.checkpoint(some, until, now)

    def _known(self, now: datetime) -> _Everyone:
        """Return where every vehicle stands, read from the database at first."""
        if self._everyone is None:
            self._store.begin()
            self._everyone = _Everyone(
                since=now, standing=resumed(self._store, self._sources.rulebook())
            )
        return self._everyone

    def _ages_ms(self, batch: Observations, stamped: NDArray[np.bool_]) -> NDArray[np.int64]:
        return round(self._sources.clock().timestamp() * 1000) - batch.positions.at_ms[stamped]

    def _measure(
        self,
        arrivals: Arrivals,
        outcome: Consequences | None,
        doubted: Sequence[Doubted],
        laps: Laps,
    ) -> None:
        """Tell who measures."""
        with _undoing_nothing("pipeline.measuring-failed"):
            self._outlets.watch(
                Watched(
                    arrivals=arrivals,
                    news=None if outcome is None else outcome.news.observations,
                    doubted=doubted,
                    recorded_ms=round(self._sources.clock().timestamp() * 1000),
                    laps=laps,
                )
            )

    def _tell(self, outcome: Consequences | None, told: Mapping[str, bytes]) -> None:
        """Tell senders, operators and who watches."""
        with _undoing_nothing("pipeline.telling-failed"):
            for sender, receipt in told.items():
                if sender:
                    self._outlets.publish(receipt_topic(sender), receipt, False)  # noqa: FBT003 # retain
            for alert in () if outcome is None else outcome.alerts:
                for topic, notice in notices(alert):
                    self._outlets.publish(topic, notice, True)  # noqa: FBT003 # retain
            self._outlets.flush()  # what senders wait for goes before the map
            if outcome is not None and (len(outcome.news.observations) or outcome.alerts):
                self._outlets.live(outcome.news)


@contextmanager
def _undoing_nothing(failure: str) -> Iterator[None]:
    """Let what fails after a commit be heard of only."""
    try:
        yield
    except Exception:
        log.exception(failure)
