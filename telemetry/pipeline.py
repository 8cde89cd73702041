"""What happens to messages between their arrival and the answer to their senders?

Decoded, deduplicated, judged, followed and alerted in one transaction, and only then receipted.
One batch at a time: all observations of a vehicle pass here, in the order they happened. A fix
older than the vehicle's newest is stored and judged, but moves no track and raises no alert; one
older than ten minutes is history, and no news to anyone.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import structlog

from permits.registry import Registry
from telemetry import alerts, tracks
from telemetry.belief import CONFLICT, Doubted, doubt
from telemetry.consequences import Consequences, Standing, consequences, quiet
from telemetry.counting import Counters, Counts
from telemetry.formats.ais_parts import Fragments
from telemetry.live_batch import LiveBatch
from telemetry.messages import Decoded, Incoming, Report, decode, failed, gather
from telemetry.model import VehicleKey
from telemetry.receipts import alert_notice, alert_topic, receipt_topic, receipts
from telemetry.rulebook import Rulebook
from telemetry.steps import GAP_MS
from telemetry.store.ingest import IngestStore, Recording
from telemetry.store.standing import save_alerts, save_standings, save_visits
from telemetry.watching import Laps, Watch, Watched, nobody

LATE_ENOUGH_MS = 60_000  # what is older was late already when it was sent

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
    and who measures.
    """

    publish: Callable[[str, bytes, bool], None]
    live: Callable[[LiveBatch], None]
    watch: Watch = nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a batch: counts, and each sender's receipt."""

    counts: Counts
    receipts: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Everyone:
    """Where every vehicle stands as of the last commit, and since when we listen."""

    since: datetime
    tracks: dict[VehicleKey, tracks.Track]
    situations: dict[VehicleKey, alerts.Situations]

    @property
    def standing(self) -> Standing:
        return Standing(tracks=self.tracks, situations=self.situations)


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

    def take(self, messages: Sequence[Incoming]) -> Outcome:
        """Record messages and tell their senders; raise, with nothing changed, if that fails."""
        registry, laps = self._sources.registry(), Laps()
        decoded = [
            decode(
                one.topic,
                one.payload,
                received_at_ms=one.received_at_ms,
                registry=registry,
                fragments=self._fragments,
            )
            for one in messages
        ]
        laps.lap("decode")
        return self._settle(decoded, laps)

    def set_aside(self, message: Incoming, error: Exception) -> Outcome:
        """Refuse a message whose processing failed, so that it never stops the stream."""
        log.error("ingest.message-failed", topic=message.topic, error=repr(error))
        return self._settle([failed(message, "message: could not be processed")], Laps())

    def tend(self) -> None:
        """Notice which vehicles fell silent, and end their stays."""
        now = self._sources.clock()
        with self._one_at_a_time:
            everyone = self._known(now)
            # After a pause of ours all seem silent, until they had time to be heard again.
            if now - everyone.since < timedelta(milliseconds=GAP_MS):
                return
            outcome = quiet(everyone.standing, self._sources.rulebook(), now)
            if outcome.standing.tracks:
                with self._writing(now) as recording:
                    _save(recording, outcome)
                self._adopt(everyone, outcome)
                self.counters.add(_told(outcome))
                self._tell(outcome, {})

    def _settle(self, messages: Sequence[Decoded], laps: Laps) -> Outcome:
        """Record one batch in one transaction, then tell."""
        now = self._sources.clock()
        with self._one_at_a_time:
            everyone = self._known(now)
            believed, doubted = self._believed(messages)
            self._store.ensure_days(report.at_ms for report in believed)
            with self._writing(now) as recording:
                claimed = recording.claim(believed)
                doubted += [Doubted(report=one, reason=CONFLICT) for one in claimed.conflicts]
                laps.lap("claim")
                outcome = self._record(recording, claimed.new, everyone, laps)
                refused = [one for message in messages for one in message.refused]
                counts = Counts(
                    stored=len(claimed.new),
                    refused=recording.refused(refused),
                    quarantined=recording.quarantined(doubted),
                )
                laps.lap("write")
            laps.lap("commit")
            decoded = len(refused) + sum(len(message.reports) for message in messages)
            counts = _received(counts, decoded, claimed.duplicates, len(refused) + len(doubted))
            told = receipts(messages, doubted)
            if outcome is not None:
                self._adopt(everyone, outcome)
                counts = counts.plus(_told(outcome))
            self.counters.add(counts, self._latencies(claimed.new))
            self._tell(outcome, told)
            laps.lap("tell")
            self._measure(messages, outcome, doubted, laps)
        return Outcome(counts=counts, receipts=told)

    def _believed(self, messages: Sequence[Decoded]) -> tuple[list[Report], list[Doubted]]:
        """Part what is believed, in the order it happened, from what is not."""
        earliest_ms = round(self._sources.open_since().timestamp() * 1000)
        believed: list[Report] = []
        doubted: list[Doubted] = []
        for message in messages:
            for report in message.reports:
                reason = doubt(report, earliest_ms=earliest_ms)
                if reason:
                    doubted.append(Doubted(report=report, reason=reason))
                else:
                    believed.append(report)
        return believed, doubted

    def _record(
        self,
        recording: Recording,
        new: Sequence[tuple[Report, int]],
        everyone: _Everyone,
        laps: Laps,
    ) -> Consequences | None:
        """Judge and write what is new."""
        if not new:
            return None
        ordered = sorted(new, key=lambda one: (one[0].at_ms, one[0].fix.seq))
        batch = gather([report for report, _ in ordered])
        ids = np.array([number for _, number in ordered], np.int64)
        rulebook = self._sources.rulebook()
        outcome = consequences(everyone.standing, batch, ids, rulebook, recording.recorded_at)
        laps.lap("judge")
        recording.observations(batch, ids)
        if outcome.verdicts is not None:
            recording.verdicts(batch, ids, outcome.verdicts, rulebook)
        _save(recording, outcome)
        return outcome

    @contextmanager
    def _writing(self, now: datetime) -> Iterator[Recording]:
        """Open the transaction; what is known is read again after one that failed."""
        try:
            with self._store.recording(now) as recording:
                yield recording
        except BaseException:
            # It may yet have been committed, if the connection broke while it was.
            self._everyone = None
            raise

    def _known(self, now: datetime) -> _Everyone:
        """Return where every vehicle stands, read from the database at first."""
        if self._everyone is None:
            found = self._store.standings()
            self._everyone = _Everyone(
                since=now,
                tracks={key: tracks.from_json(one) for key, (one, _) in found.items() if one},
                situations={key: alerts.from_json(two) for key, (_, two) in found.items() if two},
            )
        return self._everyone

    def _adopt(self, everyone: _Everyone, outcome: Consequences) -> None:
        """Remember what is now committed."""
        everyone.tracks.update(outcome.standing.tracks)
        everyone.situations.update(outcome.standing.situations)

    def _latencies(self, new: Sequence[tuple[Report, int]]) -> list[int]:
        now_ms = round(self._sources.clock().timestamp() * 1000)
        ages = [now_ms - report.at_ms for report, _ in new if report.fix.at_ms is not None]
        return [age for age in ages if 0 <= age < LATE_ENOUGH_MS]

    def _measure(
        self,
        messages: Sequence[Decoded],
        outcome: Consequences | None,
        doubted: Sequence[Doubted],
        laps: Laps,
    ) -> None:
        """Tell who measures; a failure there undoes nothing."""
        try:
            self._outlets.watch(
                Watched(
                    messages=messages,
                    news=None if outcome is None else outcome.news.observations,
                    doubted=doubted,
                    recorded_ms=round(self._sources.clock().timestamp() * 1000),
                    laps=laps,
                )
            )
        except Exception:
            log.exception("pipeline.measuring-failed")

    def _tell(self, outcome: Consequences | None, told: Mapping[str, bytes]) -> None:
        """Tell senders, operators and who watches; a failure here undoes nothing."""
        try:
            for sender, receipt in told.items():
                if sender:
                    self._outlets.publish(receipt_topic(sender), receipt, False)  # noqa: FBT003 # retain
            for alert in () if outcome is None else outcome.alerts:
                self._outlets.publish(alert_topic(alert), alert_notice(alert), True)  # noqa: FBT003 # retain
            if outcome is not None and (len(outcome.news.observations) or outcome.alerts):
                self._outlets.live(outcome.news)
        except Exception:
            log.exception("pipeline.telling-failed")


def _save(recording: Recording, outcome: Consequences) -> None:
    with recording.connection.pipeline():  # one wait for the database, not one a statement
        save_visits(recording, outcome.visits)
        save_alerts(recording, outcome.alerts)
        save_standings(
            recording,
            {key: tracks.to_json(track) for key, track in outcome.standing.tracks.items()},
            {key: alerts.to_json(one) for key, one in outcome.standing.situations.items()},
        )


def _received(counts: Counts, decoded: int, duplicates: int, not_stored: int) -> Counts:
    """Count what was decoded, what came before apart."""
    repeated = not_stored - counts.refused - counts.quarantined + duplicates
    return replace(counts, received=decoded - repeated, duplicates=repeated)


def _told(outcome: Consequences) -> Counts:
    counts = Counts(visits=len(outcome.visits), alerts_told=len(outcome.alerts))
    return counts if outcome.verdicts is None else counts.judged(outcome.verdicts)
