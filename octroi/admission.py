"""Who may connect where? A key of an operator or sensor is also its password at the broker."""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Self

import psycopg
import structlog
from psycopg_pool import ConnectionPool, PoolTimeout
from typing_extensions import override

from octroi.embedded.access import digest
from octroi.embedded.broker import Broker
from permits.access import AccessService
from permits.identity.keys import AccessKey
from permits.parties import Role
from permits.scopes import Scope

log = structlog.get_logger()

# How long a key made, revoked or expired elsewhere opens or shuts the broker later than HTTP.
LOOK_EVERY_S = 10.0
# How long a key revoked by another process may still open HTTP here.
GOOD_FOR = timedelta(seconds=2)
CONNECTING = frozenset({Role.OPERATOR, Role.SENSOR})


def logins(live: Iterable[AccessKey]) -> dict[str, str]:
    """Return the broker's users of the keys that are good now, the oldest first.

    The broker keeps one password a user. Its holder's own name goes with the oldest key, so that
    making a second interrupts nobody; `name.prefix` goes with each, so that both open.
    """
    found: dict[str, str] = {}
    for key in live:
        opens = key.scopes is None or Scope.OBSERVATIONS_WRITE in key.scopes
        if key.role in CONNECTING and key.mqtt_digest and opens:
            found.setdefault(key.name, key.mqtt_digest)
            found[f"{key.name}.{key.prefix}"] = key.mqtt_digest
    return found


class Admission(AccessService):
    """Access keys that open the broker too, where the broker is ours to tell."""

    def __init__(
        self,
        pool: ConnectionPool,
        clock: Callable[[], datetime],
        secret: bytes,
        *,
        lifetime: timedelta,
        broker: Broker | None = None,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        super().__init__(
            pool, clock, secret, lifetime=lifetime, mqtt_digest=digest, good_for=GOOD_FOR
        )
        self._broker = broker
        self._look_every_s = look_every_s
        self._telling = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep_up, name="admission", daemon=True)

    def __enter__(self) -> Self:
        """Tell the broker who may connect, now and whenever that changes."""
        self._tell()
        if self._broker is not None:
            self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Tell it nothing more."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    @override
    def create_key(
        self,
        role: Role,
        name: str,
        *,
        expires_at: datetime | None = None,
        scopes: frozenset[Scope] | None = None,
    ) -> tuple[str, AccessKey]:
        """Make a key, and let its holder connect with it."""
        made = super().create_key(role, name, expires_at=expires_at, scopes=scopes)
        self._tell()
        return made

    @override
    def revoke(self, prefix: str) -> None:
        """End a key's life, and the connections made with it."""
        super().revoke(prefix)
        self._tell()

    def _tell(self) -> None:
        if self._broker is not None:
            # Read and told by one at a time: who read earlier must not be heard later.
            with self._telling:
                self._broker.set_users(logins(self.live()))

    def _keep_up(self) -> None:
        """Follow what other processes and the passing of time do to keys."""
        while not self._stopping.wait(self._look_every_s):
            try:
                self._tell()
            except (psycopg.Error, PoolTimeout) as error:
                log.warning("admission.not-read", error=str(error))
