"""Who may connect where? A key of an operator or sensor is also its password at the broker."""

from collections.abc import Callable
from datetime import datetime

from psycopg_pool import ConnectionPool
from typing_extensions import override

from octroi.embedded.broker import Broker
from permits.access import AccessService
from permits.keys import AccessKey
from permits.parties import Role


class Admission(AccessService):
    """Access keys that open the broker too, where the broker is ours to tell.

    The broker keeps one password a user: that of the newest key. Revoking any key of a user shuts
    it out until it has a new one, so that a revoked key never opens the broker.
    """

    def __init__(
        self,
        pool: ConnectionPool,
        clock: Callable[[], datetime],
        secret: bytes,
        broker: Broker | None,
    ) -> None:
        super().__init__(pool, clock, secret)
        self._broker = broker

    @override
    def create_key(
        self, role: Role, name: str, *, expires_at: datetime | None = None
    ) -> tuple[str, AccessKey]:
        """Make a key, and let its holder connect with it."""
        plain, kept = super().create_key(role, name, expires_at=expires_at)
        if self._broker is not None and role in {Role.OPERATOR, Role.SENSOR}:
            self._broker.add_users({name: plain})
        return plain, kept

    @override
    def revoke(self, prefix: str) -> None:
        """End a key's life, and its holder's connections."""
        super().revoke(prefix)
        holders = {key.name for key in self.listing() if key.prefix == prefix}
        if self._broker is not None:
            for name in holders:
                self._broker.remove_user(name)
