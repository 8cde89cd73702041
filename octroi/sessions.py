"""Who is looking at a page? Browser sessions that stand for an API key, kept in memory.

`EventSource` and page navigation cannot send an `Authorization` header, so a page signs in once
with a key and then carries a cookie. A restart signs everybody out.
"""

import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from permits.parties import Caller

COOKIE = "octroi_session"
LIFETIME = timedelta(hours=12)


class Sessions:
    """The open browser sessions of this process."""

    def __init__(
        self, callers: Callable[[str], Caller | None], clock: Callable[[], datetime]
    ) -> None:
        self._callers = callers
        self._clock = clock
        self._open: dict[str, tuple[str | None, Caller, datetime]] = {}
        self._lock = threading.Lock()

    def sign_in(self, key: str) -> str | None:
        """Open a session for the holder of a key; None when the key opens nothing."""
        caller = self._callers(key)
        return self._start(key, caller) if caller else None

    def lend(self, caller: Caller) -> str:
        """Open a session without a key, to look only: the demonstration's open map."""
        return self._start(None, caller)

    def caller(self, token: str | None, *, looks_only: bool = True) -> Caller | None:
        """Return who a session stands for, while it lasts and its key is still good.

        Who does more than look needs a key of their own: a lent session stands for nobody then.
        """
        with self._lock:
            found = self._open.get(token or "")
        if found is None or (found[0] is None and not looks_only):
            return None
        key, caller, until = found
        if self._clock() >= until or (key is not None and self._callers(key) is None):
            self._end(token or "")
            return None
        return caller

    def _start(self, key: str | None, caller: Caller) -> str:
        token = secrets.token_urlsafe(32)
        now = self._clock()
        with self._lock:
            self._open = {t: s for t, s in self._open.items() if s[2] > now}
            self._open[token] = (key, caller, now + LIFETIME)
        return token

    def _end(self, token: str) -> None:
        with self._lock:
            self._open.pop(token, None)
