"""Whom did the broker hang up on for a message larger than it takes?

Mosquitto tells nobody but its log, so its log is followed: a sender whose every message is too
large would else look like one that is silent.
"""

import re
import threading
from pathlib import Path

import structlog

# A packet holds the topic too. The same for both brokers, and as much as HTTPS takes by default.
LIMIT_BYTES = 1_000_000
EVERY_S = 0.5
CONNECTED = re.compile(r"New client connected from \S+ as (?P<id>.+) \(p\d.*, u'(?P<user>.*)'\)")
GONE = re.compile(r"Client (?P<id>.+?) (?:disconnected|closed its|has exceeded)(?P<why>.*)")
TOO_LARGE = " due to oversize packet."

log = structlog.get_logger()


class OversizeWatch:
    """Follows Mosquitto's log from its present end, while started."""

    def __init__(self, file: Path) -> None:
        """Prepare to follow a file, which may not exist yet."""
        self.count = 0
        self._file = file
        self._read = file.stat().st_size if file.exists() else 0
        self._users: dict[str, str] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="oversize", daemon=True)

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, after a last look."""
        self._stopping.set()
        self._thread.join()

    def _follow(self) -> None:
        while not self._stopping.wait(EVERY_S):
            self._look()
        self._look()

    def _look(self) -> None:
        for line in self._fresh():
            self._hear(line.partition(": ")[2])

    def _fresh(self) -> list[str]:
        """Return the lines that are new and whole."""
        if not self._file.exists():
            return []
        with self._file.open("rb") as file:
            # Shorter than it was: somebody emptied it.
            if self._file.stat().st_size < self._read:
                self._read = 0
            file.seek(self._read)
            whole = file.read().rpartition(b"\n")[0]
        self._read += len(whole) + 1 if whole else 0
        return whole.decode(errors="replace").splitlines()

    def _hear(self, said: str) -> None:
        if connected := CONNECTED.match(said):
            self._users[connected["id"]] = connected["user"]
        elif gone := GONE.match(said):
            user = self._users.pop(gone["id"], "unknown")
            if gone["why"] == TOO_LARGE:
                self.count += 1
                log.warning("broker.oversize", user=user, limit_bytes=LIMIT_BYTES)
