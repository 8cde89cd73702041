"""What are the prices now? Kept between questions, and read anew once there are more of them."""

from dataclasses import dataclass

from psycopg_pool import ConnectionPool

from billing.prices import Tariff
from billing.store import tariffs as store


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The prices that were read when so many versions were published."""

    count: int
    versions: tuple[Tariff, ...]


class Published:
    """All tariff versions as they are now, whoever published the last one."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._kept = Kept(count=0, versions=())

    def versions(self) -> tuple[Tariff, ...]:
        """Return every version ever published."""
        with self._pool.connection() as connection:
            # One question, at the cost of one: no transaction around it.
            connection.autocommit = True
            try:
                count = store.count(connection)
                if count != self._kept.count:
                    # Should one more come in between, it is read again the next time.
                    self._kept = Kept(count=count, versions=store.all_versions(connection))
                return self._kept.versions
            finally:
                connection.autocommit = False
