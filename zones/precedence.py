"""Where zones overlap, which one decides, which others apply, and which are set aside?

One order for all zones in force at a place: the higher `priority` first; among equals the
strictest, as `Restriction.code` counts; then the id, so that the answer is one. A zone of higher
priority decides every question it answers; what it does not answer the next one decides. Each zone
answers with its restriction; a limit it answers only where it states one. Among equal priorities
the strictest limit holds: the lowest maximum, the highest minimum, the longest distance, the
narrowest sector, the best precision, all of the equipment.

Where a minimum speed is above the maximum, the maximum wins whatever the priorities: going slower
than asked is a nuisance, going faster a danger.

Zones of different layers do not meet: what is closed in the air is not closed to a boat below.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zones.columns import Codes, Indices, Presences, Relation
from zones.demands import NO_RULES, Equipment, PrecisionClass, Sector, VehicleClass, ZoneRules
from zones.model import LAYERS, Purpose, Restriction, Zone

Demand = float | int | bool | Sector | PrecisionClass | frozenset[Equipment]
Answers = NDArray[np.bool_]

# By the demand, how to compare two of its values: the smaller is the stricter.
STRICTNESS: Mapping[str, Callable[[Any], float]] = {
    "speed_min_mps": lambda mps: -mps,
    "speed_max_mps": float,
    "direction": lambda sector: (sector.end_deg - sector.start_deg) % 360.0,
    "length_max_m": float,
    "mass_max_kg": float,
    "capacity": float,
    "movements_per_hour": float,
    "separation_m": lambda metres: -metres,
    "separation_vertical_m": lambda metres: -metres,
    "dwell_min_s": lambda seconds: -seconds,
    "dwell_max_s": float,
    "transit": float,
    "noise_max_db": float,
    "precision": lambda precision: float(ord(precision)),
    "clearance_m": lambda metres: -metres,
    "human_review": lambda review: -float(review),
    "experimentation": lambda ground: -float(ground),
}
DEMANDS = tuple(each.name for each in fields(ZoneRules))
STATED: Callable[[ZoneRules], tuple[Demand, ...]] = attrgetter(*DEMANDS)
SILENT = STATED(NO_RULES)
LOWEST = -(2**31)  # below every priority


class LayersDoNotMeet(ValueError):
    """Zones of two layers, asked about as if they overlapped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A demand that holds here: the name of a field of `ZoneRules`, its value, and who states it.

    `zones` are those of the deciding priority that state this value; of equipment, any part of it.
    """

    name: str
    value: Demand
    zones: tuple[Zone, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What holds where zones overlap.

    `applied` are all zones present, in the order of precedence; `overridden` those that are
    stricter than the decision and set aside by a higher priority: a deliberate act, and shown as
    one. Without any zone nobody decided, and nothing restricts.
    """

    decided_by: Zone | None
    restriction: Restriction
    applied: tuple[Zone, ...]
    overridden: tuple[Zone, ...]
    limits: tuple[Limit, ...]

    def limit(self, name: str) -> Limit | None:
        """Return the limit of that name, where one holds."""
        return next((each for each in self.limits if each.name == name), None)


def resolve(
    zones: Sequence[Zone], purpose: Purpose | None, vehicle_class: VehicleClass | None = None
) -> Resolution:
    """Decide between all zones in force at one place and instant, of one layer."""
    layers = {zone.layer for zone in zones} - {None}
    if len(layers) > 1:
        msg = f"zones of {', '.join(sorted(str(each) for each in layers))} do not meet"
        raise LayersDoNotMeet(msg)
    said = {id(zone): zone.restriction_for(purpose, vehicle_class) for zone in zones}
    applied = tuple(
        sorted(zones, key=lambda zone: (-zone.priority, said[id(zone)].code, zone.id, zone.version))
    )
    first = applied[0] if applied else None
    decided = said[id(first)] if first else Restriction.NO_RESTRICTION
    overridden = tuple(zone for zone in applied if said[id(zone)].code < decided.code)
    standing = [
        (
            zone,
            demands_of(zone, purpose, vehicle_class, overridden=said[id(zone)].code < decided.code),
        )
        for zone in applied
    ]
    return Resolution(
        decided_by=first,
        restriction=decided,
        applied=applied,
        overridden=overridden,
        limits=_limits(standing),
    )


def demands_of(
    zone: Zone,
    purpose: Purpose | None,
    vehicle_class: VehicleClass | None = None,
    *,
    overridden: bool = False,
) -> Mapping[str, Demand]:
    """Return what a zone states beside its restriction, by the name of the field of its rules.

    Closed to transit it is only for those whom it restricts, and an officer is asked only where
    there is something to authorise; the review goes when the restriction is set aside.
    """
    stated = {
        name: value
        for name, value, silent in zip(DEMANDS, STATED(zone.rules), SILENT, strict=True)
        if value is not silent and value != silent
    }
    said = zone.restriction_for(purpose, vehicle_class)
    if said is Restriction.NO_RESTRICTION:
        stated.pop("transit", None)
    if overridden or said not in {Restriction.REQ_AUTHORISATION, Restriction.CONDITIONAL}:
        stated.pop("human_review", None)
    return stated


def _limits(standing: Sequence[tuple[Zone, Mapping[str, Demand]]]) -> tuple[Limit, ...]:
    found: dict[str, Limit] = {}
    for name in DEMANDS:
        stating = [(zone, demands[name]) for zone, demands in standing if name in demands]
        if stating:
            highest = max(zone.priority for zone, _ in stating)
            found[name] = _strictest(
                name, [each for each in stating if each[0].priority == highest]
            )
    slowest, fastest = found.get("speed_min_mps"), found.get("speed_max_mps")
    if slowest and fastest and slowest.value > fastest.value:  # type: ignore[operator] # both numbers
        del found["speed_min_mps"]
    return tuple(found.values())


def _strictest(name: str, equals: Sequence[tuple[Zone, Any]]) -> Limit:
    if name == "equipment":
        value: Demand = frozenset[Equipment]().union(*(each for _, each in equals))
        return Limit(name=name, value=value, zones=tuple(zone for zone, _ in equals))
    strictness = STRICTNESS[name]
    _, value = min(equals, key=lambda each: (strictness(each[1]), each[0].id, each[0].version))
    return Limit(name=name, value=value, zones=tuple(z for z, each in equals if each == value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """What the order asks of many zones, as columns: a row a zone; `layer` is -1 for every one."""

    priority: Indices
    layer: Codes

    @classmethod
    def of(cls, zones: Sequence[Zone]) -> "Ranks":
        """Lay zones out as columns."""
        layers = [-1 if zone.layer is None else zone.layer.code for zone in zones]
        return cls(
            priority=np.array([zone.priority for zone in zones], dtype=np.int32),
            layer=np.array(layers, dtype=np.int8),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outranked:
    """Of each presence, whether a zone of higher priority answers instead: surely, or perhaps."""

    surely: Answers
    perhaps: Answers


def outranked(presences: Presences, layer: Codes, ranks: Ranks, stating: Answers) -> Outranked:
    """Hold every presence against the others of its position, for a question that some answer.

    `layer` is the positions' own, `stating` marks the zones that answer the question. Only a
    presence that is sure sets another aside surely. A position of unknown layer is in its zones of
    every layer: those of one layer set aside surely only each other.
    """
    priority = ranks.priority[presences.zone]
    own = np.where(layer[presences.position] < 0, ranks.layer[presences.zone] + 1, 0)
    answers = stating[presences.zone]
    highest = np.full((2, len(layer), len(LAYERS) + 1), LOWEST, dtype=np.int32)
    for table, rows in zip(
        highest, (answers & (presences.relation == Relation.INSIDE), answers), strict=True
    ):
        # Column 0 is of zones that meet all others of their position.
        np.maximum.at(table, (presences.position[rows], own[rows]), priority[rows])
    sure, possible = highest[:, presences.position]
    row = np.arange(len(presences))
    surely = np.maximum(sure[:, 0], sure[row, own]) > priority
    meeting = np.where(own == 0, possible.max(axis=1), possible[row, own])
    perhaps = np.maximum(possible[:, 0], meeting) > priority
    return Outranked(surely=surely, perhaps=perhaps & ~surely)
