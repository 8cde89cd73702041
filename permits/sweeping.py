"""What happens to permits by itself? What has passed ends, what is forbidden waits, silence speaks.

Whoever else moves the same permit at the same time wins, and it is looked at again: sweeping twice
does no more than once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
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
from permits.store import due
from permits.versions import Seen, StaleVersion
from zones.model import Zone, ZoneId
from zones.periods import NO_SWITCHES, Switches

log = structlog.get_logger()

MOST = 200
# Whoever decided this long after a zone took effect knew of it.
HEARSAY = timedelta(minutes=1)
# What was decided is written down after so long at most.
UNDER_WAY = timedelta(seconds=30)
NOT_TO_BE = (IllegalMove, StaleVersion, Objected, Full, InvalidApplication)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """When a zone in effect was first and last looked at."""

    first: datetime
    last: datetime


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
        self._seen: dict[Effect, Sight] = {}
        self._begun = False

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

        Whoever decides beside hears of a zone a little later, so for a while what was granted since
        the last look is looked at again.
        """
        switches = self._switches()
        force = effects(self._zones(), switches, now)
        fresh = {key: each for key, each in force.items() if self._is_news(key, now)}
        new = [
            (each, self._seen.get(key))
            for key, each in fresh.items()
            if self._begun or lately(each, switches, now)
        ]
        named = {zone.id for zone, _ in new}
        moves = [
            (permit, _act(Move.HOLD, now, findings=against))
            for permit in self._touched(new, now)
            if (against := self._against(permit, named))
        ]
        made = self._make(moves)
        first = now if self._begun else now - HEARSAY
        self._seen = {key: self._looked(key, first, now) for key in force}
        self._begun = True
        return made

    def _is_news(self, effect: Effect, now: datetime) -> bool:
        seen = self._seen.get(effect)
        return seen is None or now - seen.first < HEARSAY

    def _looked(self, effect: Effect, first: datetime, now: datetime) -> Sight:
        before = self._seen.get(effect)
        return Sight(first=before.first if before else first, last=now)

    def _touched(
        self, zones: Iterable[tuple[Zone, Sight | None]], now: datetime
    ) -> Iterable[Permit]:
        found: dict[object, Permit] = {}
        switches = self._switches()
        with self._pool.connection() as connection:
            for zone, seen in zones:
                box = zone.footprint.bounds
                after = None if seen is None else seen.last - UNDER_WAY
                span = now, zone.valid.end
                for each in due.in_force(connection, box, zone.layer, span, after):
                    if _before(each, taken_effect(zone, switches, now)):
                        found[each.id] = each
        return found.values()

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


def _before(permit: Permit, since: datetime | None) -> bool:
    return since is None or permit.recorded_at < since + HEARSAY
