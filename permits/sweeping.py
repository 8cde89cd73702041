"""What happens to permits by itself? What has passed ends, what is forbidden waits, silence speaks.

Whoever else moves the same permit at the same time wins, and it is looked at again: sweeping twice
does no more than once.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from psycopg_pool import ConnectionPool

from permits.life.deadlines import SHORTEST, Silence, waiting
from permits.life.effects import Effect, effects, lately, taken_effect
from permits.life.movers import BY_ITSELF
from permits.life.states import Act, IllegalMove
from permits.living import LifeService, Objected
from permits.model import Finding, InvalidApplication, Move, Permit, PermitState
from permits.rules.sharing import Full
from permits.store import due, volumes
from permits.versions import Seen, StaleVersion
from zones.model import Layer, Zone, ZoneId
from zones.periods import NO_SWITCHES, Switches

log = structlog.get_logger()

MOST = 200
# What was decided is written down after so long at most.
UNDER_WAY = timedelta(seconds=30)
NOT_TO_BE = (IllegalMove, StaleVersion, Objected, Full, InvalidApplication)


class SweepService:
    """The city's own clock; `zones` are those published, `switches` when each is on."""

    def __init__(
        self,
        pool: ConnectionPool,
        life: LifeService,
        zones: Callable[[], tuple[Zone, ...]],
        switches: Callable[[], Switches] = lambda: NO_SWITCHES,
    ) -> None:
        self._pool = pool
        self._life = life
        self._zones = zones
        self._switches = switches
        self._seen: frozenset[Effect] | None = None

    def sweep(self) -> int:
        """Make every move that is due now; return how many were made."""
        now = self._life.now()
        return sum(
            (
                self._restrain(now),
                self._release(now),
                self._pass(now),
                self._speak(now),
            )
        )

    def _restrain(self, now: datetime) -> int:
        """Put on hold what zones that took effect, or a switch woke, would not have granted.

        One look is enough: what is recorded later is decided by the law that is published then.
        """
        switches = self._switches()
        force = effects(self._zones(), switches, now)
        seen = self._seen
        new = tuple(
            each
            for key, each in force.items()
            if (lately(each, switches, now) if seen is None else key not in seen)
        )
        self._settle(new)
        named = {zone.id for zone in new}
        moves = [
            (permit, _act(Move.HOLD, now, findings=against))
            for permit in self._touched(new, now)
            if (against := self._against(permit, named))
        ]
        made = self._make(moves)
        self._seen = frozenset(force)
        return made

    def _settle(self, zones: Iterable[Zone]) -> None:
        """Wait for those who decide by the law before these zones took effect."""
        layers = {layer for zone in zones for layer in ((zone.layer,) if zone.layer else Layer)}
        with self._pool.connection() as connection:
            for layer in sorted(layers):
                volumes.settle(connection, layer)

    def _touched(self, zones: Sequence[Zone], now: datetime) -> Iterable[Permit]:
        """Return what authorises where one of the zones is, unless it was granted knowing it."""
        switches = self._switches()
        places = tuple(
            due.Place(
                layer=zone.layer,
                box=zone.footprint.bounds,
                end=zone.valid.end,
                before=since + UNDER_WAY if (since := taken_effect(zone, switches, now)) else None,
            )
            for zone in zones
        )
        if not places:
            return ()
        with self._pool.connection() as connection:
            return due.in_force(connection, places, now)

    def _against(self, permit: Permit, zones: set[ZoneId]) -> tuple[Finding, ...]:
        return tuple(each for each in self._life.against(permit) if each.zone in zones)

    def _release(self, now: datetime) -> int:
        """Release what was put on hold here once nothing stands against it any more."""
        with self._pool.connection() as connection:
            held = due.held(connection, now, MOST)
        return self._make(
            (each, _act(Move.RELEASE, now)) for each in held if not self._life.against(each)
        )

    def _pass(self, now: datetime) -> int:
        """End what was used, and let expire what was not, once its last window has passed."""
        with self._pool.connection() as connection:
            passed = due.passed(connection, now, MOST)
        return self._make((each, _act(_ending(each), now)) for each in passed)

    def _speak(self, now: datetime) -> int:
        """Make of silence what the law makes of it, once the delay has passed."""
        with self._pool.connection() as connection:
            late = due.waiting(connection, now - SHORTEST, MOST)
        made = 0
        for permit in late:
            clock = waiting(permit, now)
            if clock is None or clock.silence is Silence.LAPSE or now < clock.due_at:
                continue
            move = Move.CONSENT if clock.silence is Silence.CONSENT else Move.DISMISS
            done = self._make([(permit, _act(move, now, law=clock.act))])
            if not done and move is Move.CONSENT:
                # Silence cannot give two the same place.
                done = self._make([(permit, _act(Move.DISMISS, now, law=clock.act))])
            made += done
        return made

    def _make(self, moves: Iterable[tuple[Permit, Act]]) -> int:
        made = 0
        for permit, act in moves:
            try:
                self._life.move(permit.id, act, Seen(version=permit.version))
            except NOT_TO_BE as reason:
                log.info("permit.not-moved", permit=str(permit.id), reason=str(reason))
            else:
                made += 1
        return made


def _act(move: Move, now: datetime, *, findings: tuple[Finding, ...] = (), law: str = "") -> Act:
    return Act(move=move, by=BY_ITSELF, at=now, findings=findings, law=law)


def _ending(permit: Permit) -> Move:
    used = permit.activated_at is not None
    return Move.END if used and permit.state is not PermitState.GRANTED else Move.EXPIRE
