"""Which zones and permits are in force: all that a verdict rests on, frozen under one version."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from permits.model import Permit
from telemetry.model import VehicleKey
from telemetry.volumes import Volumes, volumes_of
from zones.columns import Codes, Floats, Indices
from zones.index import ZoneIndex
from zones.model import PURPOSES, Zone, ZoneId
from zones.vertical import Datum

NO_PURPOSE = len(PURPOSES)
NO_VOLUMES: Indices = np.empty(0, dtype=np.int32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """The zones, the permits granted, and their columns; `version` names this state of the rules.

    `restriction` has a row a zone and a column a purpose, the last for no purpose known.
    `prominence` ranks zones for telling people which one matters: 0 is first. `numbers` finds a
    zone's version among `zones`.
    """

    version: int
    index: ZoneIndex
    permits: tuple[Permit, ...]
    datum: Datum
    volumes: Volumes = field(init=False, repr=False)
    restriction: Codes = field(init=False, repr=False)
    speed_max_mps: Floats = field(init=False, repr=False)
    prominence: Indices = field(init=False, repr=False)
    footprints: NDArray[np.object_] = field(init=False, repr=False)
    tree: shapely.STRtree = field(init=False, repr=False)
    numbers: Mapping[tuple[ZoneId, int], int] = field(init=False, repr=False)
    _by_vehicle: Mapping[VehicleKey, Indices] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Lay the rules out as columns."""
        zones = self.zones
        limits = [zone.rules.speed_max_mps for zone in zones]
        footprints = np.array([zone.footprint for zone in zones], dtype=np.object_)
        shapely.prepare(footprints)
        volumes = volumes_of(self.permits)
        columns = {
            "volumes": volumes,
            "restriction": _restrictions(zones),
            "speed_max_mps": np.array([np.inf if m is None else m for m in limits], dtype=float),
            "prominence": _prominence(zones, footprints),
            "footprints": footprints,
            "tree": shapely.STRtree(footprints),
            "numbers": {(zone.id, zone.version): n for n, zone in enumerate(zones)},
            "_by_vehicle": _by_vehicle(self.permits, volumes),
        }
        for name, column in columns.items():
            object.__setattr__(self, name, column)

    @property
    def zones(self) -> tuple[Zone, ...]:
        """Return the zones that verdicts point to."""
        return self.index.zones

    def volumes_for(self, vehicle: VehicleKey) -> Indices:
        """Return which volumes were granted to this vehicle."""
        return self._by_vehicle.get(vehicle, NO_VOLUMES)

    def permit_at(self, vehicle: VehicleKey, instants_ms: Iterable[int]) -> Permit | None:
        """Return the vehicle's first permit with a volume open at all these instants."""
        mine = self.volumes_for(vehicle)
        start, end = self.volumes.start_ms[mine], self.volumes.end_ms[mine]
        for instant in instants_ms:
            held = (start <= instant) & (instant < end)
            mine, start, end = mine[held], start[held], end[held]
        return self.permits[self.volumes.permit[mine[0]]] if len(mine) else None


def _restrictions(zones: tuple[Zone, ...]) -> Codes:
    """Tabulate what each zone says to each purpose, and in the last column to none."""
    plain = np.array([zone.restriction.code for zone in zones], dtype=np.int8)
    table = np.repeat(plain[:, None], NO_PURPOSE + 1, axis=1)
    for row, zone in zip(table, zones, strict=True):
        for purpose in zone.purposes:
            row[purpose.code] = zone.restriction_for(purpose).code
    return table


def _prominence(zones: tuple[Zone, ...], footprints: NDArray[np.object_]) -> Indices:
    """Rank zones: by priority, then the strictest, then the smallest."""
    areas = shapely.area(footprints)
    order = sorted(
        range(len(zones)), key=lambda n: (-zones[n].priority, zones[n].restriction.code, areas[n])
    )
    ranks = np.empty(len(zones), dtype=np.int32)
    ranks[order] = np.arange(len(zones), dtype=np.int32)
    return ranks


def _by_vehicle(permits: tuple[Permit, ...], volumes: Volumes) -> Mapping[VehicleKey, Indices]:
    """Group volumes by the vehicles their permits name."""
    groups: dict[VehicleKey, list[int]] = {}
    for n, permit in enumerate(volumes.permit.tolist()):
        application = permits[permit].application
        for vehicle in application.vehicles:
            groups.setdefault(VehicleKey(application.operator, vehicle), []).append(n)
    return {key: np.array(group, dtype=np.int32) for key, group in groups.items()}
