"""What happens to permits by itself? What has passed ends, what is forbidden waits, silence speaks.

Whoever else moves the same permit at the same time wins, and it is looked at again: sweeping twice
does no more than once. One permit that cannot be examined is logged and keeps no other waiting.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from psycopg import OperationalError
from psycopg_pool import ConnectionPool, PoolTimeout

from permits.cases import City
from permits.law import LawInMotion
from permits.life.deadlines import SHORTEST, Silence, waiting
from permits.life.effects import Effect, effects, lately, taken_effect
from permits.life.movers import BY_ITSELF
from permits.life.states import Act, IllegalMove
from permits.living import LifeService, Objected
from permits.model import Finding, InvalidApplication, Move, Permit, PermitId, PermitState
from permits.moving import MoveService
from permits.rules.sharing import Full
from permits.store import due, volumes
from permits.versions import Seen, StaleVersion
from zones.model import Layer, Zone
from zones.periods import Switches

log = structlog.get_logger()

# Looked at, and moved, at once.
MOST = 200
# Looks at what others move meanwhile, before the next sweep.
LOOKS = 3
# What is on hold is looked at when zones or switches change, and this often for whatever else does.
LOOK_EVERY = timedelta(minutes=1)
# What was decided is written down after so long at most.
UNDER_WAY = timedelta(seconds=30)
# Nothing that one permit is the reason of.
NOT_OF_ONE = (OperationalError, PoolTimeout, LawInMotion)
NOT_TO_BE = (IllegalMove, StaleVersion, Objected, Full, InvalidApplication)


class SweepService:
    """The city's own clock; `zones` are those published."""

    def __init__(
        self,
        pool: ConnectionPool,
        life: LifeService,
        city: City,
        zones: Callable[[], tuple[Zone, ...]],
    ) -> None:
        self._pool = pool
        self._life = life
        self._moves = MoveService(pool, city)
        self._zones = zones
        self._switches = city.switches
        self._seen: frozenset[Effect] | None = None
        self._looked: tuple[tuple[Zone, ...], Switches, frozenset[Effect]] | None = None
        self._look_again_at: datetime | None = None

    def sweep(self) -> int:
        """Make every move that is due now; return how many were made."""
        now = self._life.now()
        zones, switches = self._zones(), self._switches()
        force = effects(zones, switches, now)
        held = self._restrain(force, switches, now)
        looked = zones, switches, frozenset(force)
        made = len(held)
        if looked != self._looked or self._look_again_at is None or now >= self._look_again_at:
            made += self._release(now, {each.id for each in held})
            self._looked, self._look_again_at = looked, now + LOOK_EVERY
        return made + self._pass(now) + self._speak(now)

    def _restrain(
        self, force: Mapping[Effect, Zone], switches: Switches, now: datetime
    ) -> list[Permit]:
        """Put on hold what zones that took effect, or a switch woke, would not have granted.

        One look is enough: what is recorded later is decided by the law that is published then.
        What others moved meanwhile is looked at again, and at the next sweep where that goes on.
        """
        seen = self._seen
        new = {
            key: each
            for key, each in force.items()
            if (lately(each, switches, now) if seen is None else key not in seen)
        }
        self._settle(new.values())
        made, missed = list[Permit](), bool(new)
        for _ in range(LOOKS):
            if missed:
                missed = self._hold(tuple(new.values()), switches, now, made)
        self._seen = frozenset(force) - (frozenset(new) if missed else frozenset())
        return made

    def _hold(
        self, zones: Sequence[Zone], switches: Switches, now: datetime, made: list[Permit]
    ) -> bool:
        """Put on hold what zones say something against; tell whether some of it was missed.

        Because others moved it, or because it could not be examined.
        """
        wanted, before, failed = 0, len(made), 0

        def hold(permits: Sequence[Permit]) -> Sequence[Permit]:
            nonlocal wanted
            moves = [
                (permit, _act(Move.HOLD, now, findings=said))
                for permit, said in self._moves.against(permits, zones, now)
            ]
            held = self._moves.move(moves)
            wanted += len(moves)
            return held

        for permits in _by_most(self._touched(zones, switches, now)):
            failed += _apart(permits, hold, made)
        return failed > 0 or len(made) - before < wanted

    def _settle(self, zones: Iterable[Zone]) -> None:
        """Wait for those who decide by the law before these zones took effect."""
        layers = {layer for zone in zones for layer in ((zone.layer,) if zone.layer else Layer)}
        with self._pool.connection() as connection:
            for layer in sorted(layers):
                volumes.settle(connection, layer)

    def _touched(
        self, zones: Sequence[Zone], switches: Switches, now: datetime
    ) -> Sequence[Permit]:
        """Return what authorises where one of the zones is, unless it was granted knowing it."""
        places = tuple(
            due.Place(
                layer=zone.layer,
                box=zone.footprint.bounds,
                end=zone.valid.end,
                before=since + UNDER_WAY if (since := taken_effect(zone, switches, now)) else None,
            )
            for zone in zones
        )
        with self._pool.connection() as connection:
            return due.in_force(connection, places, now)

    def _release(self, now: datetime, but: Collection[PermitId]) -> int:
        """Release what was put on hold here before once nothing stands against it any more."""
        act, made, last = _act(Move.RELEASE, now), list[Permit](), None
        while held := self._held(now, last):
            before = [each for each in held if each.id not in but]
            try:
                _apart(before, lambda some: self._moves.release(some, act), made)
            except LawInMotion as reason:
                log.info("permits.not-released", reason=str(reason))
            last = held[-1].id
        return len(made)

    def _held(self, now: datetime, after: PermitId | None) -> Sequence[Permit]:
        with self._pool.connection() as connection:
            return due.held(connection, now, MOST, after)

    def _pass(self, now: datetime) -> int:
        """End what was used, and let expire what was not, once its last window has passed."""
        with self._pool.connection() as connection:
            passed = due.passed(connection, now, MOST)
        made = list[Permit]()
        _apart(
            passed,
            lambda some: self._moves.move((each, _act(_ending(each), now)) for each in some),
            made,
        )
        return len(made)

    def _speak(self, now: datetime) -> int:
        """Make of silence what the law makes of it, once the delay has passed."""
        with self._pool.connection() as connection:
            late = due.waiting(connection, now - SHORTEST, MOST)
        made = list[Permit]()
        for permit in late:
            _apart((permit,), lambda some: [each for each in some if self._spoke(each, now)], made)
        return len(made)

    def _spoke(self, permit: Permit, now: datetime) -> bool:
        clock = waiting(permit, now)
        if clock is None or clock.silence is Silence.LAPSE or now < clock.due_at:
            return False
        move = Move.CONSENT if clock.silence is Silence.CONSENT else Move.DISMISS
        if self._made(permit, _act(move, now, law=clock.act)):
            return True
        # Silence cannot give two the same place.
        consent = move is Move.CONSENT
        return consent and self._made(permit, _act(Move.DISMISS, now, law=clock.act))

    def _made(self, permit: Permit, act: Act) -> bool:
        try:
            self._life.move(permit.id, act, Seen(version=permit.version))
        except NOT_TO_BE as reason:
            log.info("permit.not-moved", permit=str(permit.id), reason=str(reason))
            return False
        return True


def _act(move: Move, now: datetime, *, findings: tuple[Finding, ...] = (), law: str = "") -> Act:
    return Act(move=move, by=BY_ITSELF, at=now, findings=findings, law=law)


def _ending(permit: Permit) -> Move:
    used = permit.activated_at is not None
    return Move.END if used and permit.state is not PermitState.GRANTED else Move.EXPIRE


def _by_most(permits: Sequence[Permit]) -> Iterator[Sequence[Permit]]:
    """Yield permits by as many as are moved in one transaction."""
    return (permits[first : first + MOST] for first in range(0, len(permits), MOST))


def _apart(
    permits: Sequence[Permit],
    move: Callable[[Sequence[Permit]], Iterable[Permit]],
    made: list[Permit],
) -> int:
    """Move permits together, but for those that it fails for; return how many those are."""
    if not permits:
        return 0
    try:
        made += move(permits)
    except NOT_OF_ONE:
        raise
    except Exception:
        if len(permits) > 1:
            half = len(permits) // 2
            return sum(_apart(some, move, made) for some in (permits[:half], permits[half:]))
        log.exception("permit.not-examined", permit=str(permits[0].id))
        return 1
    return 0
