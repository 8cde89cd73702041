"""Which zones and permits are in force: all that a verdict rests on, frozen under one version."""

from collections.abc import Iterable, Mapping
from dataclasses import InitVar, dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from permits.life.holdings import Holding
from telemetry.granted.grants import Grants
from telemetry.granted.holders import Holders
from telemetry.granted.volumes import Volumes
from telemetry.model import Observations, Reason, VehicleKey
from telemetry.pace import limits
from telemetry.patience import PATIENCE, Patience
from telemetry.terms import Terms, terms_of
from zones.columns import Codes, Floats, Indices
from zones.demands import VEHICLE_CLASSES, Equipment, VehicleClass
from zones.heights.vertical import Datum
from zones.index import ZoneIndex
from zones.model import PURPOSES, Zone, ZoneId
from zones.precedence import Ranks

NO_PURPOSE, NO_CLASS = len(PURPOSES), len(VEHICLE_CLASSES)
NOBODY: Mapping[VehicleKey, VehicleClass] = MappingProxyType({})
NOTHING_KNOWN: Mapping[VehicleKey, frozenset[Equipment]] = MappingProxyType({})
EQUIPMENT = tuple(Equipment)

COLUMNS = (
    *("restriction", "speed_max_mps", "courses", "separations_m", "ranks", "outranking"),
    *("prominence", "footprints", "numbers", "equipment", "speed_min_mps", "terms"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """The zones, the permits granted, and their columns; `version` names this state of the rules.

    `classes` says what kind of vehicle those are of which it is known, `carried` what they carry,
    `patience` when people are told of what. `restriction` has a row a zone, a column a purpose and
    a layer a vehicle class, the last of both for none known. `equipment` has a bit for each thing
    that a zone has vehicles carry; that, `speed_min_mps`, `separations_m` and `terms` are None
    where no zone asks any of it.
    `ranks` are the zones in the order of precedence, `outranking` tells whether any is above
    another. `prominence` ranks zones for telling people which one matters: 0 is first. `numbers`
    finds a zone's version among `zones`; `holders` tell what vehicles hold and of which class they
    are. What does not differ from that of `like` is taken over.
    """

    version: int
    index: ZoneIndex
    permits: Grants
    datum: Datum
    classes: Mapping[VehicleKey, VehicleClass] = field(default_factory=lambda: NOBODY)
    carried: Mapping[VehicleKey, frozenset[Equipment]] = field(
        default_factory=lambda: NOTHING_KNOWN
    )
    patience: Mapping[Reason, Patience] = field(default_factory=lambda: PATIENCE)
    like: InitVar["Rulebook | None"] = None
    restriction: Codes = field(init=False, repr=False)
    speed_max_mps: Floats = field(init=False, repr=False)
    courses: Floats = field(init=False, repr=False)
    separations_m: Floats | None = field(init=False, repr=False)
    equipment: NDArray[np.int16] | None = field(init=False, repr=False)
    speed_min_mps: Floats | None = field(init=False, repr=False)
    terms: Terms | None = field(init=False, repr=False)
    ranks: Ranks = field(init=False, repr=False)
    outranking: bool = field(init=False, repr=False)
    prominence: Indices = field(init=False, repr=False)
    footprints: NDArray[np.object_] = field(init=False, repr=False)
    numbers: Mapping[tuple[ZoneId, int], int] = field(init=False, repr=False)
    holders: Holders = field(init=False, repr=False)

    def __post_init__(self, like: "Rulebook | None") -> None:
        """Lay the zones out as columns."""
        same = like is not None and like.index is self.index
        columns = {name: getattr(like, name) for name in COLUMNS} if same else _columns(self.zones)
        for name, column in columns.items():
            object.__setattr__(self, name, column)
        holders = Holders(self.volumes_for, self.classes_of, self.carried_by)
        object.__setattr__(self, "holders", holders)

    @property
    def zones(self) -> tuple[Zone, ...]:
        """Return the zones that verdicts point to."""
        return self.index.zones

    @property
    def volumes(self) -> Volumes:
        """Return the volumes of the permits."""
        return self.permits.volumes

    def volumes_for(self, vehicle: VehicleKey) -> Indices:
        """Return which volumes were granted to this vehicle."""
        return self.permits.volumes_for(vehicle)

    def classes_of(self, vehicles: Iterable[VehicleKey]) -> Codes:
        """Return the column of each vehicle's class in `restriction`."""
        known = (self.classes.get(vehicle) for vehicle in vehicles)
        return np.array([NO_CLASS if each is None else each.code for each in known], dtype=np.int8)

    def carried_by(self, vehicles: Iterable[VehicleKey]) -> NDArray[np.int16]:
        """Return what each vehicle carries, a bit each, -1 where that is not known."""
        known = (self.carried.get(vehicle) for vehicle in vehicles)
        return np.array([-1 if each is None else _bits(each) for each in known], np.int16)

    def believed_mps(self, batch: Observations) -> Floats:
        """Return how fast each observation's vehicle is believed to be at most."""
        kinds = self.holders.of(batch.vehicles).rows["kind"]
        return limits(batch.positions.layer, kinds[batch.vehicle])

    def permit_at(self, vehicle: VehicleKey, instants_ms: Iterable[int]) -> Holding | None:
        """Return the vehicle's first permit with a volume open at all these instants."""
        mine = self.volumes_for(vehicle)
        start, end = self.volumes.rows["start_ms"][mine], self.volumes.rows["end_ms"][mine]
        for instant in instants_ms:
            held = (start <= instant) & (instant < end)
            mine, start, end = mine[held], start[held], end[held]
        return self.permits[int(self.volumes.permit[mine[0]])] if len(mine) else None


def _columns(zones: tuple[Zone, ...]) -> dict[str, Any]:
    limits = [zone.rules.speed_max_mps for zone in zones]
    footprints = np.array([zone.footprint for zone in zones], dtype=np.object_)
    shapely.prepare(footprints)
    ranks = Ranks.of(zones)
    return {
        "restriction": _restrictions(zones),
        "speed_max_mps": np.array([np.inf if m is None else m for m in limits], dtype=float),
        "courses": np.array([_course(zone) for zone in zones], float).reshape(-1, 2),
        "separations_m": _separations(zones),
        "equipment": _equipment(zones),
        "speed_min_mps": _slowest(zones),
        "terms": terms_of(zones),
        "ranks": ranks,
        "outranking": bool(np.any(ranks.priority != ranks.priority[:1])),
        "prominence": _prominence(zones, footprints),
        "footprints": footprints,
        "numbers": {(zone.id, zone.version): n for n, zone in enumerate(zones)},
    }


def _course(zone: Zone) -> tuple[float, float]:
    """Return from which course on, and for how many degrees, a zone lets go; NaN for any."""
    sector = zone.rules.direction
    if sector is None:
        return np.nan, np.nan
    return sector.start_deg, (sector.end_deg - sector.start_deg) % 360.0


def _separations(zones: tuple[Zone, ...]) -> Floats | None:
    """Tabulate what each zone asks across and in height, NaN for nothing; None where none does."""
    asked = [(zone.rules.separation_m, zone.rules.separation_vertical_m) for zone in zones]
    table = np.array(asked, dtype=np.float64).reshape(-1, 2)
    return None if np.isnan(table).all() else table


def _equipment(zones: tuple[Zone, ...]) -> NDArray[np.int16] | None:
    """Tabulate what each zone has vehicles carry, a bit each; None where none does."""
    table = np.array([_bits(zone.rules.equipment) for zone in zones], np.int16)
    return table if table.any() else None


def _bits(equipment: frozenset[Equipment]) -> int:
    return sum(1 << EQUIPMENT.index(each) for each in equipment)


def _slowest(zones: tuple[Zone, ...]) -> Floats | None:
    """Tabulate how fast each zone asks to go at least, NaN for any; None where none does."""
    table = np.array([zone.rules.speed_min_mps for zone in zones], dtype=np.float64)
    return None if np.isnan(table).all() else table


def _restrictions(zones: tuple[Zone, ...]) -> Codes:
    """Tabulate what each zone says to each purpose and class, and in the last column to none."""
    table = np.empty((len(zones), NO_PURPOSE + 1, NO_CLASS + 1), dtype=np.int8)
    table[:] = np.array([zone.restriction.code for zone in zones], dtype=np.int8)[:, None, None]
    for said, zone in zip(table, zones, strict=True):
        for purpose in zone.purposes:
            said[purpose.code] = zone.restriction_for(purpose).code
        for vehicle_class in zone.classes:
            said[:, vehicle_class.code] = [
                zone.restriction_for(purpose, vehicle_class).code for purpose in (*PURPOSES, None)
            ]
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
