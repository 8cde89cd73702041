"""What is in force? Built aside when something is published or decided, then swapped at once."""

import gc
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from octroi.clock import now
from permits.life.holdings import Held, Holding
from permits.model import OperationVolume, PermitId
from permits.registry import Registry
from telemetry.granted.grants import Grants
from telemetry.model import Reason, VehicleKey
from telemetry.patience import PATIENCE, Patience
from telemetry.rulebook import Rulebook
from zones.catalogue import Catalogue
from zones.demands import Equipment, VehicleClass
from zones.heights.vertical import Datum
from zones.index import ZoneIndex
from zones.model import Layer, Zone, ZoneId
from zones.periods import Switches
from zones.time.clocks import epoch_ms

log = structlog.get_logger()

MANY = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the city has published and decided, read when asked.

    `published` tells how often anything was published; `zones` and `held` give what is or will be
    in force, or still was after an instant, `held_by` what some permits hold of that, `switches`
    when each switch was, is and will be on.
    """

    published: Callable[[], int]
    zones: Callable[[datetime], tuple[Zone, ...]]
    switches: Callable[[], Switches]
    held: Callable[[datetime], frozenset[Held]]
    held_by: Callable[[Collection[PermitId], datetime], tuple[Holding, ...]]
    registry: Callable[[], Registry]
    since: Callable[[], datetime]
    datum: Datum
    patience: Callable[[], Mapping[Reason, Patience]] = lambda: PATIENCE
    clock: Callable[[], datetime] = now


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What may differ from before: all that is published, and some permits; None is any permit.

    Who is registered is part of what is published, and may have changed alone.
    """

    published: bool = True
    registered: bool = False
    permits: frozenset[PermitId] | None = None


ANYTHING = Changed()
PUBLISHED = Changed(permits=frozenset())
REGISTERED = Changed(published=False, registered=True, permits=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """One state of the city's rules; never changed, only replaced.

    It holds what is or will be in force, or still was after `since`; the catalogue holds what was
    published up to the publication of that `number`, or more.
    """

    since: datetime
    number: int
    rulebook: Rulebook
    catalogue: Catalogue
    registry: Registry


class RulebookKeeper:
    """Hands out what is in force; a reader never waits for a rebuild.

    The first one is built when first asked for: commands that ask for none do not pay for it.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._building = threading.Lock()
        self._catalogued: ZoneIndex | None = None
        self._number = 0
        self._current: InForce | None = None

    def refresh(self, changed: Changed = ANYTHING) -> None:
        """Read what may have changed, and swap it in."""
        with self._building:
            self._swap(self._current, changed)

    @property
    def number(self) -> int:
        """Return how often anything had been published that the catalogue knows of."""
        return self._in_force().number

    def rulebook(self) -> Rulebook:
        """Return the rulebook in force."""
        return self._in_force().rulebook

    def registry(self) -> Registry:
        """Return the registry in force."""
        return self._in_force().registry

    def catalogue(self) -> Catalogue:
        """Return the zones that are or will be in force, found by what they touch."""
        return self._in_force().catalogue

    def zones_touching(self, volume: OperationVolume, layer: Layer) -> tuple[Zone, ...]:
        """Return the zones that an operation volume would be in."""
        return self._in_force().catalogue.touching(
            volume.footprint, layer=layer, band=volume.band, window=volume.window
        )

    def zone_names(self) -> dict[ZoneId, str]:
        """Return what people call the zones."""
        return {zone.id: zone.name for zone in self._in_force().catalogue.zones}

    def _in_force(self) -> InForce:
        current = self._current
        return self._first() if current is None else current

    def _first(self) -> InForce:
        """Build the first one, unless another thread just did."""
        with self._building:
            return self._swap(None, ANYTHING) if self._current is None else self._current

    def _swap(self, before: InForce | None, changed: Changed) -> InForce:
        built = self._built(before, changed)
        if before is not None:
            # Vehicles are judged by it from here on; who applies for a permit asks a moment later.
            self._current = built
        whole = self._completed(built)
        self._current = whole
        if before is None and len(whole.rulebook.permits) + len(whole.rulebook.zones) > MANY:
            # What lives as long as the process is not searched for garbage again and again: beside
            # 100,000 permits everybody would wait seconds for it.
            gc.collect()
            gc.freeze()
        log.debug("rulebook.swapped", version=whole.rulebook.version)
        return whole

    def _built(self, before: InForce | None, changed: Changed) -> InForce:
        """Return what is in force now, with the catalogue of before."""
        since = self._sources.since()
        if before is None:
            return self._published(None, since, self._granted(Grants(), since, None))
        # What ended before another instant than last time is left out: that may be any permit.
        stale = changed.permits if before.since == since else None
        grants = self._granted(before.rulebook.permits, since, stale)
        if changed.published or before.since != since:
            return self._published(before, since, grants)
        registry = self._sources.registry() if changed.registered else before.registry
        known = registry is before.registry
        rulebook = replace(
            before.rulebook,
            version=before.rulebook.version + 1,
            permits=grants,
            classes=before.rulebook.classes if known else _classes(registry),
            carried=before.rulebook.carried if known else _carried(registry),
            like=before.rulebook,
        )
        return replace(before, rulebook=rulebook, registry=registry)

    def _granted(
        self, before: Grants, since: datetime, permits: frozenset[PermitId] | None
    ) -> Grants:
        """Return what is granted, read anew of some permits, or of all that hold something else."""
        sources = self._sources
        if permits is None:
            permits = frozenset(permit for permit, *_ in sources.held(since) ^ before.keys())
        return before.changed(permits, sources.held_by(permits, since)) if permits else before

    def _published(self, before: InForce | None, since: datetime, grants: Grants) -> InForce:
        sources = self._sources
        # Counted before it is read: what is published meanwhile is not taken for known.
        self._number = sources.published()
        zones, switches = sources.zones(since), sources.switches()
        registry = sources.registry()
        rulebook = Rulebook(
            version=1 if before is None else before.rulebook.version + 1,
            index=self._index(before, zones, switches),
            permits=grants,
            datum=sources.datum,
            classes=_classes(registry),
            carried=_carried(registry),
            patience=sources.patience(),
            like=None if before is None else before.rulebook,
        )
        catalogue = Catalogue((), sources.datum) if before is None else before.catalogue
        return InForce(
            since=since,
            number=0 if before is None else before.number,
            rulebook=rulebook,
            catalogue=catalogue,
            registry=registry,
        )

    def _index(
        self, before: InForce | None, zones: tuple[Zone, ...], switches: Switches
    ) -> ZoneIndex:
        index = None if before is None else before.rulebook.index
        if index is None or index.switches != switches:
            built = ZoneIndex(zones, self._sources.datum, switches)
            built.ready(epoch_ms(self._sources.clock()))
            return built
        # What did not change keeps its place in the index.
        return index if index.zones == zones else index.replaced(zones)

    def _completed(self, built: InForce) -> InForce:
        """Return it with the catalogue of its index, made where that is a new one."""
        index = built.rulebook.index
        if index is self._catalogued:
            return replace(built, number=self._number)
        self._catalogued = index
        catalogue = Catalogue(index.zones, index.datum, index.switches)
        return replace(built, number=self._number, catalogue=catalogue)


def _classes(registry: Registry) -> dict[VehicleKey, VehicleClass]:
    """Return the class of each vehicle whose kind is one."""
    known = ((VehicleKey(*key), each.vehicle_class) for key, each in registry.vehicles.items())
    return {key: vehicle_class for key, vehicle_class in known if vehicle_class is not None}


def _carried(registry: Registry) -> dict[VehicleKey, frozenset[Equipment]]:
    """Return what each vehicle carries of which that is known."""
    known = ((VehicleKey(*key), each.equipment) for key, each in registry.vehicles.items())
    return {key: carried for key, carried in known if carried is not None}
