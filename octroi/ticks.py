"""When did each thread that makes things happen by themselves last look, and how often in vain?"""

import threading
from collections import Counter
from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from octroi import clock


class Ticks:
    """What is told of by each thread, by its name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at_s: dict[str, float] = {}
        self._failures = Counter[str]()

    def told(self, thread: str, *, failed: bool) -> None:
        """Count a look that is over."""
        with self._lock:
            self._at_s[thread] = clock.now().timestamp()
            self._failures[thread] += failed

    def metrics(self) -> Iterator[Metric]:
        """Yield when each thread looked last, and how often it failed since the start."""
        last = GaugeMetricFamily(
            "octroi_ticked_timestamp_seconds",
            "When a thread last looked at what is due",
            labels=["thread"],
        )
        failures = CounterMetricFamily(
            "octroi_tick_failures", "Looks at what is due that failed", labels=["thread"]
        )
        with self._lock:
            for thread, at_s in self._at_s.items():
                last.add_metric([thread], at_s)
                failures.add_metric([thread], self._failures[thread])
        yield last
        yield failures
