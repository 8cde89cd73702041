"""How is a process kept in hearing of the database? By a thread that comes back when it is lost."""

import threading
from collections.abc import Callable
from typing import Self

import psycopg
import structlog

log = structlog.get_logger()

RETRY_S = 1.0
PATIENCE_S = 10.0

Connection = psycopg.Connection


class Listening:
    """A thread with a connection of its own, on which it `hears` until it is `stopping`.

    Who hears says by `begun` from when on nothing can be missed any more.
    """

    def __init__(self, database_url: str, name: str, hears: Callable[[Connection], None]) -> None:
        self._url = database_url
        self._name = name
        self._hears = hears
        self.stopping = threading.Event()
        self.begun = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Self:
        """Begin to listen; returns once nothing can be missed any more."""
        self._thread.start()
        self.begun.wait(timeout=PATIENCE_S)
        return self

    def __exit__(self, *_exc: object) -> None:
        """Stop listening."""
        self.stopping.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self.stopping.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True) as connection:
                    self._hears(connection)
            except psycopg.OperationalError as error:
                log.warning("listening.lost", by=self._name, error=str(error))
            except Exception:
                log.exception("listening.failed", by=self._name)
            else:
                return
            self.stopping.wait(RETRY_S)
