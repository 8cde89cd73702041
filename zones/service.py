"""Publishes zones and reads what is published: fetch, call the verb, record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg_pool import ConnectionPool

from zones import store
from zones.editions import Edition, stated, to_zone, valid_from
from zones.formats.defects import Defect
from zones.formats.reading import read_document
from zones.model import Zone, ZoneId
from zones.periods import InvalidWindow
from zones.store import Filters, Publication

# A client's clock may be behind ours by this much before "from now on" becomes "since then".
CLOCK_TOLERANCE = timedelta(minutes=5)


class ZoneExists(Exception):
    """A new zone whose id is taken."""


class UnknownZone(Exception):
    """A zone nobody published."""


class StaleZone(Exception):
    """A change to a zone that somebody else changed meanwhile."""


class Retroactive(Exception):
    """A change that would rewrite the past of a published zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of published zones, and the id after which the next one starts."""

    editions: tuple[Edition, ...]
    following: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did, or would do: ids by what became of them, or the defects."""

    added: tuple[ZoneId, ...] = ()
    changed: tuple[ZoneId, ...] = ()
    unchanged: tuple[ZoneId, ...] = ()
    defects: tuple[Defect, ...] = ()


class ZoneService:
    """The published zones of the city."""

    def __init__(self, pool: ConnectionPool, clock: Callable[[], datetime]) -> None:
        self._pool = pool
        self._clock = clock
        self._read: Mapping[int, Zone] = {}

    def publish(self, zone: Zone, *, by: str) -> Edition:
        """Publish a zone, new or changed, from the start of its validity, else from now on."""
        with self._pool.connection() as connection:
            store.lock(connection)
            return self._publish(connection, zone, by)

    def create(self, zone: Zone, *, by: str) -> Edition:
        """Publish a new zone; its id must be free."""
        with self._pool.connection() as connection:
            store.lock(connection)
            if store.latest_edition(connection, zone.id):
                msg = f"id: zone {zone.id} exists; change it instead"
                raise ZoneExists(msg)
            return self._publish(connection, zone, by)

    def change(self, zone: Zone, *, by: str, known: int | None = None) -> Edition:
        """Publish the next version of a zone; `known` is the newest record its author had seen."""
        start = zone.valid.start
        if start is not None and start < self._clock() - CLOCK_TOLERANCE:
            msg = f"valid.start: {start.isoformat()} is past; a change takes effect from now on"
            raise Retroactive(msg)
        with self._pool.connection() as connection:
            store.lock(connection)
            latest = store.latest_edition(connection, zone.id)
            if not latest:
                msg = f"zone {zone.id} is not published"
                raise UnknownZone(msg)
            if known is not None and known != latest:
                msg = f"If-Match: zone {zone.id} was changed meanwhile; read it again"
                raise StaleZone(msg)
            return self._publish(connection, zone, by)

    def import_(
        self, document: Mapping[str, Any], *, by: str, stem: str = "import", dry_run: bool = False
    ) -> Imported:
        """Publish every zone of a document, all or none; what is published already stays as is."""
        zones, defects = read_document(document, stem)
        now = self._clock()
        with self._pool.connection() as connection:
            store.lock(connection)
            before = store.newest(connection, [zone.id for zone in zones])
            publications, refused = _publications(zones, before, now)
            defects = [*defects, *refused]
            if defects:
                return Imported(defects=tuple(defects))
            if publications and not dry_run:
                store.record(connection, publications, by=by, at=now)
        published = {publication.zone.id: publication.version for publication in publications}
        return Imported(
            added=tuple(name for name, version in published.items() if version == 1),
            changed=tuple(name for name, version in published.items() if version > 1),
            unchanged=tuple(zone.id for zone in zones if zone.id not in published),
        )

    def listing(self, filters: Filters) -> Page:
        """Return one page of the zones that are the law at an instant, by id."""
        with self._pool.connection() as connection:
            found = store.page(connection, filters)
        shown = tuple(found[: filters.limit])
        return Page(
            editions=shown, following=shown[-1].zone_id if len(found) > len(shown) else None
        )

    def get(self, zone_id: ZoneId, at: datetime | None = None) -> tuple[Edition, int] | None:
        """Return a zone as it is now, or at an instant, with the number of its newest record."""
        with self._pool.connection() as connection:
            edition = store.at_instant(connection, zone_id, at or self._clock())
            if edition is None:
                return None
            return edition, store.latest_edition(connection, zone_id)

    def everything(self, at: datetime | None = None) -> tuple[Edition, ...]:
        """Return every zone that is the law now, or at an instant, by id."""
        with self._pool.connection() as connection:
            return tuple(store.all_at(connection, at or self._clock()))

    def versions(self, zone_id: ZoneId) -> tuple[Edition, ...]:
        """Return everything ever recorded about a zone, newest first; empty when unknown."""
        with self._pool.connection() as connection:
            return tuple(store.history(connection, zone_id))

    def current(self, since: datetime | None = None) -> tuple[Zone, ...]:
        """Return every version that is or will be the law, or still was after `since`, by id.

        Versions that were read before are not read again: they never change.
        """
        with self._pool.connection() as connection:
            wanted = store.since(connection, since or self._clock())
            known = self._read
            missing = [number for number in wanted if number not in known]
            fresh = {
                edition.number: to_zone(edition)
                for edition in (store.editions(connection, missing) if missing else ())
            }
        self._read = {number: known.get(number) or fresh[number] for number in wanted}
        return tuple(self._read[number] for number in wanted)

    def now(self) -> datetime:
        """Return the instant that the service takes as now."""
        return self._clock()

    def revision(self) -> int:
        """Return how often anything was published."""
        with self._pool.connection() as connection:
            return store.revision(connection)

    def _publish(self, connection: store.Rows, zone: Zone, by: str) -> Edition:
        now = self._clock()
        before = store.newest(connection, [zone.id])
        publication = _publication(zone, stated(zone), before.get(zone.id), now)
        store.record(connection, [publication], by=by, at=now)
        return store.newest(connection, [zone.id])[zone.id]


def _publication(
    zone: Zone, feature: dict[str, Any], before: Edition | None, now: datetime
) -> Publication:
    return Publication(
        zone=zone,
        version=1 if before is None else before.version + 1,
        feature=feature,
        valid=valid_from(zone, now, published=before is not None),
    )


def _publications(
    zones: Sequence[Zone], before: Mapping[ZoneId, Edition], now: datetime
) -> tuple[list[Publication], list[Defect]]:
    """Return what has to be published for these zones to be the law, and what cannot be."""
    publications: list[Publication] = []
    defects: list[Defect] = []
    seen: set[ZoneId] = set()
    for zone in zones:
        known, feature = before.get(zone.id), stated(zone)
        try:
            if zone.id in seen:
                defects.append(Defect(feature=zone.id, path="id", reason="appears twice"))
            elif known is None or known.feature != feature:
                publications.append(_publication(zone, feature, known, now))
            seen.add(zone.id)
        except InvalidWindow as error:
            defects.append(Defect(feature=zone.id, path="valid", reason=str(error)))
    return publications, defects
