"""What is in force? Built aside when something is published or decided, then swapped at once."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from permits.model import OperationVolume, Permit
from permits.registry import Registry
from telemetry.model import VehicleKey
from telemetry.rulebook import Rulebook
from zones.catalogue import Catalogue
from zones.demands import VehicleClass
from zones.index import ZoneIndex
from zones.model import Layer, Zone, ZoneId
from zones.periods import Switches
from zones.vertical import Datum

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the city has published and decided, read when asked.

    `zones` and `permits` give what is or will be in force, or still was after an instant,
    `switches` when each switch was, is and will be on.
    """

    zones: Callable[[datetime], tuple[Zone, ...]]
    switches: Callable[[], Switches]
    permits: Callable[[datetime], tuple[Permit, ...]]
    registry: Callable[[], Registry]
    since: Callable[[], datetime]
    datum: Datum


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """One state of the city's rules; never changed, only replaced."""

    rulebook: Rulebook
    catalogue: Catalogue
    switches: Switches
    registry: Registry


class RulebookKeeper:
    """Hands out what is in force; a reader never waits for a rebuild."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._building = threading.Lock()
        self._current = self._built(version=1, index=None)

    def refresh(self) -> None:
        """Read what is published and decided now, and swap it in."""
        with self._building:
            before = self._current.rulebook
            self._current = self._built(version=before.version + 1, index=before.index)
            log.debug("rulebook.swapped", version=before.version + 1)

    def rulebook(self) -> Rulebook:
        """Return the rulebook in force."""
        return self._current.rulebook

    def registry(self) -> Registry:
        """Return the registry in force."""
        return self._current.registry

    def zones_touching(self, volume: OperationVolume, layer: Layer) -> tuple[Zone, ...]:
        """Return the zones that an operation volume would be in."""
        return self._current.catalogue.touching(
            volume.footprint, layer=layer, band=volume.band, window=volume.window
        )

    def zone_names(self) -> dict[ZoneId, str]:
        """Return what people call the zones."""
        return {zone.id: zone.name for zone in self._current.catalogue.zones}

    def _built(self, *, version: int, index: ZoneIndex | None) -> InForce:
        sources, since = self._sources, self._sources.since()
        zones, switches = sources.zones(since), sources.switches()
        if index is None or self._current.switches != switches:
            index = ZoneIndex(zones, sources.datum, switches)
            catalogue = Catalogue(zones, sources.datum, switches)
        elif index.zones != zones:
            # What did not change keeps its place in the index.
            index = index.replaced(zones)
            catalogue = Catalogue(zones, sources.datum, switches)
        else:
            catalogue = self._current.catalogue
        registry = sources.registry()
        rulebook = Rulebook(
            version=version,
            index=index,
            permits=sources.permits(since),
            datum=sources.datum,
            classes=_classes(registry),
        )
        return InForce(rulebook=rulebook, catalogue=catalogue, switches=switches, registry=registry)


def _classes(registry: Registry) -> dict[VehicleKey, VehicleClass]:
    """Return the class of each vehicle whose kind is one."""
    known = ((VehicleKey(*key), each.vehicle_class) for key, each in registry.vehicles.items())
    return {key: vehicle_class for key, vehicle_class in known if vehicle_class is not None}
