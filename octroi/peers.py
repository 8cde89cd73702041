"""How does the map of one process show what the others take in? They tell each other.

Through notifications of the database, four times a second while anybody watches anywhere, and every
few seconds while nobody does. Who has just begun to listen asks the others for everything.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Self

import psycopg
import structlog

from octroi.listening import Listening
from telemetry.intake.shares import Share
from telemetry.told import Alert, AlertId
from telemetry.watched.live import Hub
from telemetry.watched.relay import Unreadable, packed, unpacked

log = structlog.get_logger()

CHANNEL = "octroi_live"
NOTIFY = "SELECT pg_notify(%(channel)s, %(text)s)"
POLL_S = 0.2
# How often is told while somebody watches, and while nobody does; and for how long a word counts.
WATCHED_EVERY_S, ELSE_EVERY_S = 0.25, 5.0
WATCHING_EVERY_S, WATCHING_FOR_S = 5.0, 15.0
# Of what somebody else says on our channel, so much is logged.
SHOWN = 100
EVERYTHING, WATCHING, NEWS = "everything", "watching", "news"

AsRecorded = Callable[[Sequence[AlertId]], Iterable[Alert]]


class Peers:
    """A thread that tells other processes what happens here, and shows what happens there."""

    def __init__(self, database_url: str, hub: Hub, mine: Share, as_recorded: AsRecorded) -> None:
        self._hub = hub
        self._name = str(mine)
        self._as_recorded = as_recorded
        self._place = -1  # before all that happened: everything is told at first
        self._watched_until = self._told_at = self._said_at = 0.0
        self._listening = Listening(database_url, "peers", self._meet)

    def __enter__(self) -> Self:
        """Begin to listen and to tell."""
        self._listening.__enter__()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Stop."""
        self._listening.__exit__()

    def _meet(self, connection: psycopg.Connection) -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        self._say(connection, EVERYTHING)
        # What was told while nobody listened is in the record, as far as it lasts.
        self._hub.tell(self._as_recorded(self._hub.known_alerts()))
        self._place, self._told_at, self._said_at = -1, 0.0, 0.0
        self._listening.begun.set()
        while not self._listening.stopping.is_set():
            for note in connection.notifies(timeout=POLL_S, stop_after=1):
                self._hear(note.payload)
            for note in connection.notifies(timeout=0):
                self._hear(note.payload)
            self._speak(connection, time.monotonic())

    def _hear(self, payload: str) -> None:
        try:
            name, kind, text = payload.split(" ", 2)
        except ValueError:
            log.warning("peers.foreign", payload=payload[:SHOWN])
            return
        if name == self._name:
            return
        if kind == EVERYTHING:
            self._place, self._told_at = -1, 0.0
        elif kind == WATCHING:
            self._watched_until = time.monotonic() + WATCHING_FOR_S
        else:
            try:
                self._hub.adopt(unpacked(text))
            except Unreadable as error:
                log.warning("peers.unreadable", process=name, error=str(error))

    def _speak(self, connection: psycopg.Connection, now: float) -> None:
        if self._hub.readers and now - self._said_at >= WATCHING_EVERY_S:
            self._said_at = now
            self._say(connection, WATCHING)
        every_s = WATCHED_EVERY_S if now < self._watched_until else ELSE_EVERY_S
        if now - self._told_at >= every_s:
            self._told_at = now
            news, self._place = self._hub.news_since(self._place)
            for text in packed(news):
                self._say(connection, NEWS, text)

    def _say(self, connection: psycopg.Connection, kind: str, text: str = "") -> None:
        payload = f"{self._name} {kind} {text}"
        connection.execute(NOTIFY, {"channel": CHANNEL, "text": payload})
