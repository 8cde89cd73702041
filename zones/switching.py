"""Sets the city's switches and reads how they stand: flood stages, events."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from psycopg_pool import ConnectionPool

from zones.notice import Notice, after_notice
from zones.periods import Switches
from zones.reading import NotYetKnown
from zones.store import reading, recording, switches
from zones.time.switches import SwitchSetting, is_on, to_switches


class UnknownSwitch(Exception):
    """A switch that no zone hangs on and nobody ever set: a slip of the pen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An officer's order to set a switch, from an instant on, else at once."""

    name: str
    on: bool
    act: str
    start: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a switch stands: on or off, what was said last, how many zones hang on it."""

    name: str
    on: bool
    settings: tuple[SwitchSetting, ...]
    zones: int


class SwitchService:
    """The switches of the city; `told` is called after each setting."""

    def __init__(
        self, pool: ConnectionPool, clock: Callable[[], datetime], told: Callable[[], None]
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._told = told

    def set(self, order: Order, *, by: str, dry_run: bool = False) -> Standing:
        """Set a switch that zones hang on; what it was before stays known."""
        with self._pool.connection() as connection:
            last = recording.lock(connection)
            now = self._clock()
            at = recording.moment(now, last)
            setting = SwitchSetting(
                name=order.name,
                on=order.on,
                start=after_notice(order.start, Notice(published_at=now, days=0), "from"),
                act=order.act,
                recorded_at=at,
                recorded_by=by,
            )
            known = [each for each in switches.settings(connection) if each.name == order.name]
            hanging = switches.hanging(connection, now)
            if not known and order.name not in hanging:
                raise UnknownSwitch(_unknown(order.name, hanging))
            if not dry_run:
                switches.record(connection, setting)
                recording.announce(connection, at)
        if not dry_run:
            self._told()
        return _standing(order.name, (*known, setting), hanging.get(order.name, 0), now)

    def standings(
        self, at: datetime | None = None, known_at: datetime | None = None
    ) -> tuple[Standing, ...]:
        """Return how every switch stands that was ever set, or that a zone hangs on."""
        now = self._clock()
        if known_at is not None and known_at > now:
            msg = f"known_at: {known_at.isoformat()} is to come; nobody knows what will be known"
            raise NotYetKnown(msg)
        with self._pool.connection() as connection:
            reading.settle(connection, known_at)
            found = switches.settings(connection, known_at)
            hanging = switches.hanging(connection, now)
        return tuple(
            _standing(
                name,
                tuple(each for each in found if each.name == name),
                hanging.get(name, 0),
                at or now,
            )
            for name in sorted({*hanging, *(each.name for each in found)})
        )

    def switches(self, known_at: datetime | None = None) -> Switches:
        """Return when each switch was, is and will be on, as far as is or was known."""
        with self._pool.connection() as connection:
            return to_switches(switches.settings(connection, known_at))


def _unknown(name: str, hanging: Iterable[str]) -> str:
    others = ", ".join(hanging)
    instead = f"zones hang on: {others}" if others else "zones hang on none"
    return f"no zone hangs on a switch {name!r}; {instead}"


def _standing(name: str, settings: tuple[SwitchSetting, ...], zones: int, at: datetime) -> Standing:
    on = is_on(to_switches(settings), name, at)
    return Standing(name=name, on=on, settings=settings, zones=zones)
