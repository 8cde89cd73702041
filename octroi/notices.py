"""How does an operator hear what became of a permit? Over MQTT; the newest is retained."""

from collections.abc import Callable

import msgspec
from psycopg_pool import ConnectionPool

from octroi.changes import NOTICES
from permits.model import Permit
from permits.schemas.answers import PermitOut

# Have whoever listens tell the holder of a permit.
ANNOUNCE = "SELECT pg_notify(%(channel)s, %(permit)s)"


class Notices:
    """Tells operators of their permits over MQTT, once there is a connection to tell with."""

    def __init__(self) -> None:
        self._publish: Callable[[str, bytes, bool], None] | None = None

    def connect(self, publish: Callable[[str, bytes, bool], None]) -> None:
        """Begin to tell."""
        self._publish = publish

    def announce(self, permit: Permit) -> None:
        """Tell an operator what became of a permit; the newest stays for those who come later."""
        if self._publish is not None:
            topic = f"octroi/v1/{permit.application.operator}/permit"
            told = PermitOut.of(permit).model_dump(mode="json")
            self._publish(topic, msgspec.json.encode(told), True)  # noqa: FBT003 - retain


def passing_on(pool: ConnectionPool) -> Callable[[Permit], None]:
    """Return how a process without a broker announces a permit: by one that has."""

    def announce(permit: Permit) -> None:
        with pool.connection() as connection:
            connection.execute(ANNOUNCE, {"channel": NOTICES, "permit": str(permit.id)})

    return announce
