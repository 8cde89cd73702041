"""Who makes what is due by itself happen? A thread that looks every few seconds, and when woken.

Whatever fails is logged and tried again: a thread that ended would be missed by nobody.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from octroi.changes import Changes
from octroi.rulebooks import Changed, RulebookKeeper
from octroi.ticks import Ticks

log = structlog.get_logger()

EVERY_S = 5.0


class Ticking:
    """A thread that calls `tick` at once when it is woken, and else every few seconds."""

    def __init__(
        self, tick: Callable[[], object], name: str, ticks: Ticks, every_s: float = EVERY_S
    ) -> None:
        self._tick = tick
        self._name = name
        self._ticks = ticks
        self._every_s = every_s
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Self:
        """Begin to tick."""
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Stop ticking."""
        self._stopping.set()
        self.wake()
        self._thread.join(timeout=5)

    def wake(self) -> None:
        """Tick now."""
        self._woken.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            self._ticks.told(self._name, failed=not self._ticked())
            self._woken.wait(self._every_s)

    def _ticked(self) -> bool:
        try:
            self._tick()
        except (psycopg.OperationalError, PoolTimeout) as error:
            log.warning("ticking.database-away", thread=self._name, error=str(error))
        except Exception:
            log.exception("ticking.failed", thread=self._name)
        else:
            return True
        return False


@contextmanager
def attentive(
    database_url: str,
    keeper: RulebookKeeper,
    ticking: Ticking,
    tell: Callable[[str], None],
) -> Iterator[None]:
    """Keep the rulebook as it is decided, and look at once at what other zones do to permits.

    `tell` is called with each permit that another process has moved.
    """
    seen: list[object] = [None]

    def refresh(changed: Changed) -> None:
        keeper.refresh(changed)
        # An index is replaced when its zones are.
        index = keeper.rulebook().index
        if index is not seen[0]:
            seen[0] = index
            ticking.wake()

    with ticking, Changes(database_url, refresh, tell):
        yield
