"""What happens to messages between their arrival and the answer to their senders?

Decoded, deduplicated, judged, followed and alerted in one transaction, and only then receipted.
One batch at a time: all observations of a vehicle pass here. A fix older than the vehicle's newest
is stored and judged and raises no alert; the visits that it touches are corrected soon after. One
older than ten minutes is history, and no news to anyone.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

import structlog

from permits.registry import Registry
from telemetry.consequences import Consequences, Standing, consequences, quiet
from telemetry.counting import Counters, Counts
from telemetry.formats.ais_parts import Fragments
from telemetry.intake.arrivals import Arrivals
from telemetry.intake.belief import CONFLICT, Doubted, doubts, others
from telemetry.intake.leaps import Strays
from telemetry.intake.parting import own
from telemetry.judged import Everyone, Judged, Outcome
from telemetry.messages import Addresses, Incoming, decode, failed
from telemetry.model import Observations
from telemetry.neighbouring import Neighbours
from telemetry.outlets import Outlets, undoing_nothing
from telemetry.receipts import receipts
from telemetry.reopening import POSITIONS_A_TURN, reopen
from telemetry.resuming import portion, resumed, saved
from telemetry.rulebook import Rulebook
from telemetry.store.ingest import IngestStore, Recording
from telemetry.store.numbering import TurnEnded
from telemetry.store.unbelieved import save_quarantined, save_refused
from telemetry.watching import Laps, Watched

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the pipeline asks at each batch: the time, the rules, and how late data may come."""

    clock: Callable[[], datetime]
    rulebook: Callable[[], Rulebook]
    registry: Callable[[], Registry]
    open_since: Callable[[], datetime]


class Pipeline:
    """The one worker of all vehicles; MQTT and HTTPS hand their messages to the same one."""

    def __init__(self, store: IngestStore, sources: Sources, outlets: Outlets) -> None:
        self.counters = Counters()
        self._store = store
        self._sources = sources
        self._outlets = outlets
        self._one_at_a_time = threading.Lock()
        self._everyone: Everyone | None = None
        self._fragments = Fragments()
        self._addresses = Addresses(Registry())
        self._committing = ThreadPoolExecutor(1, "octroi-commit")
        self._unfinished: Future[Outcome] | None = None

    def take(self, messages: Sequence[Incoming]) -> Outcome:
        """Record messages and tell their senders; raise, with nothing changed, if that fails."""
        return self._settle(*self._decoded(messages))

    def begin(self, messages: Sequence[Incoming], after: Future[Outcome] | None) -> Future[Outcome]:
        """Judge messages while those begun before are committed; return what is done after ours.

        Raises, with nothing changed, where those before fail: they are to be taken first.
        """
        arrivals, laps = self._decoded(messages)
        with self._one_at_a_time, ExitStack() as transaction:
            judged = self._judged(arrivals, laps, transaction, after)
            self._look_back(after)
            self._unfinished = self._committing.submit(
                self._committed, judged, transaction.pop_all()
            )
            return self._unfinished

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
            self._exchange(now)
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
                with undoing_nothing("pipeline.telling-failed"):
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
            self._outlets.tell(outcome, {})

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
        self._known(self._sources.clock())
        with ExitStack() as transaction:
            return self._committed(self._judged(arrivals, laps, transaction), transaction)

    def _judged(
        self,
        arrivals: Arrivals,
        laps: Laps,
        transaction: ExitStack,
        after: Future[Outcome] | None = None,
    ) -> Judged:
        """Do all but the commit in a transaction, and go on from there."""
        now = self._sources.clock()
        if self._everyone is None:
            self._look_back(after)
        everyone = self._everyone or self._known(now)
        doubted, strays = self._doubts(arrivals, everyone.standing)
        believed = others(len(arrivals), doubted)
        self._store.ensure_days(arrivals.observations.positions.at_ms[believed])
        recording = transaction.enter_context(self._writing(now))
        claimed = recording.claim(arrivals, believed, lambda: self._look_back(after))
        doubted += [Doubted(row, CONFLICT) for row in claimed.conflicts]
        laps.lap("claim")
        batch = arrivals.observations.take(claimed.new)
        outcome = self._record(recording, batch, everyone, laps)
        counts = Counts(
            stored=len(batch),
            refused=save_refused(recording.connection, arrivals.refused, now),
            quarantined=save_quarantined(recording.connection, arrivals, doubted, now),
        )
        decoded, amiss = len(arrivals) + len(arrivals.refused), len(arrivals.refused) + len(doubted)
        counts = counts.out_of(decoded, claimed.duplicates, amiss)
        everyone.standing.settle(outcome, strays)
        laps.lap("write")
        return Judged(
            arrivals=arrivals,
            batch=batch,
            stamped=arrivals.stamped[claimed.new],
            doubted=doubted,
            outcome=outcome,
            counts=counts if outcome is None else counts.plus(outcome.counts),
            laps=laps,
        )

    def _committed(self, judged: Judged, transaction: ExitStack) -> Outcome:
        """Commit, then tell."""
        transaction.close()
        judged.laps.lap("commit")
        told = receipts(judged.arrivals, judged.doubted)
        ages_ms = self._now_ms() - judged.batch.positions.at_ms[judged.stamped]
        self.counters.add(judged.counts, ages_ms)
        self._outlets.tell(judged.outcome, told)
        judged.laps.lap("tell")
        self._outlets.measured(
            Watched(
                arrivals=judged.arrivals,
                news=None if judged.outcome is None else judged.outcome.news.observations,
                doubted=judged.doubted,
                recorded_ms=self._now_ms(),
                laps=judged.laps,
            )
        )
        return Outcome(counts=judged.counts, receipts=told)

    def _decoded(self, messages: Sequence[Incoming]) -> tuple[Arrivals, Laps]:
        registry, laps = self._sources.registry(), Laps()
        if registry is not self._addresses.registry:
            self._addresses = Addresses(registry)
        arrivals = own(self._store.share, decode(messages, self._addresses, self._fragments))
        laps.lap("decode")
        return arrivals, laps

    def _look_back(self, before: Future[Outcome] | None) -> None:
        """Wait for what comes before; raise, and read again what is known, where it failed."""
        if before is not None:
            with self._forgetting():
                before.result()

    def _doubts(self, arrivals: Arrivals, standing: Standing) -> tuple[list[Doubted], Strays]:
        batch, rulebook = arrivals.observations, self._sources.rulebook()
        earliest_ms = round(self._sources.open_since().timestamp() * 1000)
        doubted = doubts(batch, earliest_ms=earliest_ms)
        leapt = standing.leaps(batch, others(len(batch), doubted), rulebook)
        return [*doubted, *leapt.doubted], leapt.strays

    def _record(
        self, recording: Recording, batch: Observations, everyone: Everyone, laps: Laps
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

    def _exchange(self, now: datetime) -> None:
        """Tell other processes who is where vehicles are counted, and hear of theirs."""
        with self._one_at_a_time, self._forgetting():
            self._known(now).exchange(self._sources.rulebook())

    def _check_point(self, now: datetime) -> None:
        """Write down where some vehicles stand, while the next batch may already be recorded."""
        with self._one_at_a_time:
            some, until = portion(self._known(now).standing)
        if some:
            with self._forgetting():
                self._store.checkpoint(some, until, now)

    def _known(self, now: datetime) -> Everyone:
        """Return where every vehicle stands as of the last commit, read from the database at first.

        Whoever began what failed hears of it; here it is only known no longer.
        """
        with suppress(Exception):
            self._look_back(self._unfinished)
        self._unfinished = None
        if self._everyone is None:
            self._store.begin()
            standing = resumed(self._store, rulebook := self._sources.rulebook())
            everyone = Everyone(since=now, standing=standing, neighbours=Neighbours(self._store))
            everyone.exchange(rulebook)
            self._everyone = everyone
        return self._everyone

    def _now_ms(self) -> int:
        return round(self._sources.clock().timestamp() * 1000)
