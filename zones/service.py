"""Publishes zones: fetch, call the verb, record."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg_pool import ConnectionPool

from zones.differences import Difference
from zones.editions import AsOf, Edition, Publication, Withdrawal, to_publication
from zones.formats.defects import Defect, Remark
from zones.formats.reading import find
from zones.importing import Known, bare, consequences, plan
from zones.model import Zone, ZoneId
from zones.notice import Notice, after_notice, emergency_validity, validity
from zones.periods import Window
from zones.reading import ZoneReader
from zones.store import reading, recording
from zones.store.rows import Rows
from zones.territory import EVERYWHERE, Territory, misplaced, refuse_misplaced


class ZoneExists(Exception):
    """A new zone whose id is taken."""


class UnknownZone(Exception):
    """A zone nobody published."""


class StaleZone(Exception):
    """A change to a zone that somebody else changed meanwhile."""


class AlreadyEnded(Exception):
    """A withdrawal of a zone that is the law no more by then anyway."""


class NoEmergency(Exception):
    """A withdrawal by somebody who may end emergency zones only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did, or would do: ids by what became of them, or the defects.

    `windows` say when each of those added or changed is the law.
    """

    added: tuple[ZoneId, ...] = ()
    changed: tuple[ZoneId, ...] = ()
    unchanged: tuple[ZoneId, ...] = ()
    defects: tuple[Defect, ...] = ()
    differences: tuple[Difference, ...] = ()
    remarks: tuple[Remark, ...] = ()
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """An order to withdraw a zone; `start` None is the end of the notice, or of an emergency now.

    `known` is the newest record its author had seen.
    """

    zone_id: ZoneId
    act: str
    start: datetime | None = None
    known: int | None = None
    emergencies_only: bool = False


def nobody() -> None:
    """Tell nobody that something was published."""


class ZoneService(ZoneReader):
    """The published zones of the city, to read and publish; `told` is called after publishing."""

    def __init__(
        self,
        pool: ConnectionPool,
        clock: Callable[[], datetime],
        *,
        notice_days: int,
        territory: Territory = EVERYWHERE,
        told: Callable[[], None] = nobody,
    ) -> None:
        super().__init__(pool, clock)
        self._notice_days = notice_days
        self._territory = territory
        self._told = told

    def create(self, zone: Zone, *, by: str, emergency: bool = False) -> Edition:
        """Publish a new zone; its id must be free."""
        refuse_misplaced(zone, self._territory)
        with self._publishing() as (connection, now, at):
            if reading.latest_edition(connection, zone.id):
                msg = f"id: zone {zone.id} exists; change it instead"
                raise ZoneExists(msg)
            valid = self._validity(zone, now, emergency=emergency)
            publication = to_publication(zone, valid, None, emergency=emergency)
            return _record(connection, publication, by, at)

    def change(
        self, zone: Zone, *, by: str, known: int | None = None, emergency: bool = False
    ) -> Edition:
        """Publish the next version of a zone; `known` is the newest record its author had seen."""
        refuse_misplaced(zone, self._territory)
        with self._publishing() as (connection, now, at):
            before = _newest(connection, zone.id, known)
            valid = self._validity(zone, now, emergency=emergency)
            publication = to_publication(zone, valid, before, emergency=emergency)
            return _record(connection, publication, by, at)

    def declare(self, zones: Sequence[Zone], *, by: str, dry_run: bool = False) -> Imported:
        """Publish emergency zones, new or over others, all of them or none."""
        for zone in zones:
            refuse_misplaced(zone, self._territory)
        with self._publishing(dry_run=dry_run) as (connection, now, at):
            newest = reading.newest(connection, [zone.id for zone in zones])
            publications = [
                to_publication(
                    zone, emergency_validity(zone.valid, now), newest.get(zone.id), emergency=True
                )
                for zone in zones
            ]
            if publications and not dry_run:
                recording.record(connection, publications, by=by, at=at)
        return Imported(
            added=tuple(each.zone.id for each in publications if each.version == 1),
            changed=tuple(each.zone.id for each in publications if each.version > 1),
            differences=consequences(publications, newest) if dry_run else (),
        )

    def withdraw(self, ending: Ending, *, by: str, dry_run: bool = False) -> Withdrawal:
        """End a zone from an instant on; what was the law before stays so."""
        with self._publishing(dry_run=dry_run) as (connection, now, at):
            newest = _newest(connection, ending.zone_id, ending.known)
            if ending.emergencies_only and not newest.emergency:
                msg = f"zone {newest.zone_id} is no emergency; a rule maker withdraws it"
                raise NoEmergency(msg)
            days = 0 if newest.emergency else self._notice_days
            start = after_notice(ending.start, Notice(published_at=now, days=days), "from")
            if not reading.ahead(connection, newest.zone_id, AsOf(at=start)):
                msg = f"zone {newest.zone_id} is not the law on {start.isoformat()} or later"
                raise AlreadyEnded(msg)
            withdrawal = Withdrawal(
                zone_id=newest.zone_id,
                start=start,
                act=ending.act,
                recorded_at=at,
                recorded_by=by,
            )
            if not dry_run:
                recording.withdraw(connection, withdrawal)
            return withdrawal

    def import_(
        self, document: Mapping[str, Any], *, by: str, stem: str = "import", dry_run: bool = False
    ) -> Imported:
        """Publish every zone of a document, all or none; what is published already stays as is."""
        found = find(document, stem)
        zones = found.zones
        defects = [*found.defects, *misplaced(zones, self._territory)]
        ids = [zone.id for zone in zones]
        with self._publishing(dry_run=dry_run) as (connection, now, at):
            known = Known(
                newest=reading.newest(connection, ids),
                withdrawn=reading.withdrawn(connection, ids),
            )
            planned = plan(zones, known, Notice(published_at=now, days=self._notice_days))
            if defects or planned.defects:
                return Imported(defects=(*defects, *planned.defects))
            if planned.publications and not dry_run:
                recording.record(connection, planned.publications, by=by, at=at)
        published = {each.zone.id: each.version for each in planned.publications}
        return Imported(
            added=tuple(name for name, version in published.items() if version == 1),
            changed=tuple(name for name, version in published.items() if version > 1),
            unchanged=tuple(zone.id for zone in zones if zone.id not in published),
            differences=consequences(planned.publications, known.newest) if dry_run else (),
            remarks=(*found.remarks, *bare(zones)),
            windows=tuple(each.valid for each in planned.publications),
        )

    def _validity(self, zone: Zone, now: datetime, *, emergency: bool) -> Window:
        if emergency:
            return emergency_validity(zone.valid, now)
        return validity(zone.valid, Notice(published_at=now, days=self._notice_days))

    @contextmanager
    def _publishing(self, *, dry_run: bool = False) -> Iterator[tuple[Rows, datetime, datetime]]:
        """Publish alone, now, to be recorded later than any publication before; then tell of it."""
        with self._pool.connection() as connection:
            last = recording.lock(connection)
            now = self._clock()
            yield connection, now, recording.moment(now, last)
        if not dry_run:
            self._told()


def _newest(connection: Rows, zone_id: ZoneId, known: int | None) -> Edition:
    newest = reading.newest(connection, [zone_id]).get(zone_id)
    if newest is None:
        msg = f"zone {zone_id} is not published"
        raise UnknownZone(msg)
    if known is not None and known != reading.latest_edition(connection, zone_id):
        msg = f"If-Match: zone {zone_id} was changed meanwhile; read it again"
        raise StaleZone(msg)
    return newest


def _record(connection: Rows, publication: Publication, by: str, at: datetime) -> Edition:
    recording.record(connection, [publication], by=by, at=at)
    return reading.newest(connection, [publication.zone.id])[publication.zone.id]
