"""Takes stored decisions again: fetches what they rested on as it was known, and asks the verb."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from psycopg_pool import ConnectionPool

from permits.answers.replaying import Difference, Replay, differences
from permits.basis import Basis
from permits.beside.reaches import reaches
from permits.case import Case
from permits.decisions import decide
from permits.model import Application, Permit, Quote
from permits.parties import Operator, Vehicle
from permits.store import archive, documents, registry
from permits.store.permits import Connection
from permits.versions import UnknownPermit
from permits.waters import Waters
from zones.heights.vertical import Datum
from zones.model import Zone, ZoneId
from zones.periods import Switches


class NotReplayable(Exception):
    """A permit that holds no decision of the machine, or one from before its basis was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be priced again: for whom, where, as on that day, by the tariffs known then."""

    application: Application
    operator: Operator
    zones: tuple[Zone, ...]
    vehicles: tuple[Vehicle, ...]
    priced_at: datetime
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """What the rest of the city still knows of then.

    `zone` returns a version of a zone, `switches` when each was on, each as known at an instant.
    """

    zone: Callable[[ZoneId, int, datetime], Zone | None]
    switches: Callable[[datetime], Switches]
    quote: Callable[[Asked], Quote]
    datum: Callable[[], Datum]
    software: str = ""
    waters: Waters | None = None


class ReplayService:
    """The decisions of the past, taken again."""

    def __init__(self, pool: ConnectionPool, archive: Archive) -> None:
        self._pool = pool
        self._archive = archive

    def replay(self, permit_id: UUID) -> Replay:
        """Take the last decision that the machine took of a permit again, and compare the two."""
        with self._pool.connection() as connection:
            number, versions = archive.versions(connection, permit_id)
            permit, basis = _decided(permit_id, versions)
            case, missing = self._case(connection, permit, basis)
            reading = reaches(case)
            others = archive.near_then(
                connection, reading, permit, number, known_at=permit.recorded_at
            )
            engaged = archive.engaged_then(connection, permit, number, permit.recorded_at)
        answer = decide(replace(case, neighbours=others, engagements=engaged))
        quote = self._archive.quote(
            Asked(
                application=permit.application,
                operator=case.operator,
                zones=case.zones,
                vehicles=case.vehicles,
                priced_at=permit.recorded_at,
                known_at=permit.recorded_at,
            )
        )
        return Replay(
            permit=permit,
            answer=answer,
            quote=quote,
            software=self._archive.software,
            missing=missing,
            differences=(
                *self._ground(basis),
                *self._water(basis),
                *differences(permit, answer, quote),
            ),
        )

    def _case(
        self, connection: Connection, permit: Permit, basis: Basis
    ) -> tuple[Case, tuple[str, ...]]:
        """Return the case as it was, without those beside it, and the zones no longer found."""
        asked, known_at = permit.application, permit.recorded_at
        found = {key: self._archive.zone(*key, known_at) for key in basis.zones}
        (operator,) = registry.operators(connection, asked.operator)
        held = documents.held(connection, asked.operator, asked.vehicles)
        case = Case(
            application=asked,
            operator=replace(operator, size=basis.size),
            vehicles=basis.vehicles,
            zones=tuple(zone for zone in found.values() if zone is not None),
            now=permit.decided_at,
            datum=self._archive.datum(),
            switches=self._archive.switches(known_at),
            documents=tuple(each for each in held if each.attached_at <= known_at),
            documents_needed=basis.documents_needed,
            waters=self._archive.waters if basis.water else None,
        )
        return case, tuple(f"{name}@{number}" for (name, number), zone in found.items() if not zone)

    def _ground(self, basis: Basis) -> tuple[Difference, ...]:
        """Return that the ground is known from elsewhere now, where it is."""
        source = self._archive.datum().ground.source
        if source == basis.ground:
            return ()
        return (Difference(what="ground", then=basis.ground, again=source),)

    def _water(self, basis: Basis) -> tuple[Difference, ...]:
        """Return that the water is known from elsewhere now, where it is."""
        source = self._archive.waters.source if self._archive.waters else ""
        if not basis.water or source == basis.water:
            return ()
        return (Difference(what="water", then=basis.water, again=source),)


def _decided(permit_id: UUID, versions: Sequence[Permit]) -> tuple[Permit, Basis]:
    """Return the version in which the machine decided last."""
    if not versions:
        msg = f"no permit {permit_id} is known"
        raise UnknownPermit(msg)
    by_machine = [each for each in versions if each.automated and each.basis]
    if not by_machine:
        msg = f"permit {permit_id} holds no decision of the machine with what it rested on"
        raise NotReplayable(msg)
    # Later versions repeat the decision; the first that holds it is the one that took it.
    last = by_machine[-1]
    first = next(each for each in by_machine if each.decided_at == last.decided_at)
    assert first.basis is not None  # noqa: S101 - one of those chosen for having it
    return first, first.basis
