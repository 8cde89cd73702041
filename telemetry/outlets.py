"""Who is told of what is committed? A failure there undoes nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from telemetry.concern.telling import notices
from telemetry.consequences import Consequences
from telemetry.receipts import receipt_topic
from telemetry.told import Alert
from telemetry.watched.live_batch import LiveBatch
from telemetry.watching import Watch, Watched, nobody

log = structlog.get_logger()


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

    def measured(self, batch: Watched) -> None:
        """Tell who measures."""
        with undoing_nothing("pipeline.measuring-failed"):
            self.watch(batch)

    def tell(self, outcome: Consequences | None, told: Mapping[str, bytes]) -> None:
        """Tell senders, operators and who watches."""
        with undoing_nothing("pipeline.telling-failed"):
            for sender, receipt in told.items():
                if sender:
                    self.publish(receipt_topic(sender), receipt, False)  # noqa: FBT003 # retain
            for alert in () if outcome is None else outcome.alerts:
                for topic, notice in notices(alert):
                    self.publish(topic, notice, True)  # noqa: FBT003 # retain
            self.flush()  # what senders wait for goes before the map
            if outcome is not None and (len(outcome.news.observations) or outcome.alerts):
                self.live(outcome.news)


@contextmanager
def undoing_nothing(failure: str) -> Iterator[None]:
    """Let what fails after a commit be heard of only."""
    try:
        yield
    except Exception:
        log.exception(failure)
