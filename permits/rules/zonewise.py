"""What does each zone touched say to an application?

A rule here answers with one finding for each zone. Where a zone of higher priority answers its
question everywhere the operation goes, a zone is not asked; see `zones.precedence` for the order
and `overrides` beside for what everywhere means. A finding that is not asked for names who is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from permits.case import Case
from permits.model import Condition, Finding, OperationVolume, Outcome
from permits.rules.experimentation import is_ground
from permits.rules.overrides import set_aside_by
from permits.rules.terms import condition_of
from zones.demands import VehicleClass
from zones.model import Restriction, Zone, ZoneId
from zones.precedence import Demand, demands_of
from zones.time.schedule import epoch_ms, transitions

TITLE_NEEDED = "Code général de la propriété des personnes publiques, art. L. 2122-1"
ASKING = frozenset({Restriction.REQ_AUTHORISATION, Restriction.PROHIBITED})
# By rules of their own.
NAMED = frozenset(
    {"speed_max_mps", "transit", "human_review", "experimentation", "precision", "clearance_m"}
)
# Asked of what stands still, too: the rest is about vehicles.
OF_PLACES = frozenset({"human_review", "precision", "clearance_m"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A zone that the operation goes through, with what it says to it.

    `above` decide instead of its restriction, everywhere; `demands` are those that stand, `yielded`
    those that zones above state instead.
    """

    zone: Zone
    restriction: Restriction
    above: tuple[Zone, ...]
    demands: Mapping[str, Demand]
    yielded: Mapping[str, tuple[Zone, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a zone says to one question; `above` are the zones that answer it instead."""

    outcome: Outcome = Outcome.NOT_APPLICABLE
    conditions: tuple[Condition, ...] = ()
    human: bool = False
    above: tuple[Zone, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)


SILENT = Said()


def zone_restriction(case: Case) -> tuple[Finding, ...]:
    """Answer for every zone touched as its restriction for this purpose and vehicle says."""
    return _each_zone(case, "zone_restriction", _by_restriction)


def human_review(case: Case) -> tuple[Finding, ...]:
    """Hand to an officer what a zone lets no machine authorise."""
    asked = (case.application, case.operator)
    return _each_zone(
        case,
        "human_review",
        # On an experimentation ground the rule has decided already.
        lambda each: SILENT if is_ground(each.zone, *asked) else _by_review(each),
    )


def speed_cap(case: Case) -> tuple[Finding, ...]:
    """Grant a zone with a speed limit only under that limit."""
    # A limit holds for every purpose, as the restriction does not: telemetry judges it so, too.
    return _each_zone(case, "speed_cap", lambda each: _by_demand(each, "speed_max_mps"))


def transit(case: Case) -> tuple[Finding, ...]:
    """Grant a zone closed to through traffic only to those who stop inside."""
    return _each_zone(case, "transit", lambda each: _by_demand(each, "transit"))


def zone_demands(case: Case) -> tuple[Finding, ...]:
    """Grant a zone only under all else that it demands."""
    return _each_zone(case, "zone_demands", _by_demands)


def events(case: Case) -> tuple[Finding, ...]:
    """Tell which zones hold only at times, and when the next change falls into the operation."""
    found = tuple(_at_times(each, case) for each in touched(case) if each.zone.applicability)
    return found or (Finding(rule="events", outcome=Outcome.NOT_APPLICABLE, act=TITLE_NEEDED),)


def zone_asks(each: Touched) -> bool:
    """Tell whether the zone wants to be asked, and no zone above it answers instead."""
    return each.restriction in ASKING and not each.above


class _Lately:
    """The case that was asked about last: a dozen rules ask about the same one in turn."""

    known: tuple[Case | None, tuple[Touched, ...]] = None, ()


def touched(case: Case) -> tuple[Touched, ...]:
    """Return what each zone says, by id, those above it considered."""
    asked, found = _Lately.known
    if asked is not case:
        zones = sorted(case.zones, key=lambda zone: (zone.id, zone.version))
        classes = _classes(case)
        stated = [
            _Stated(zone, _restriction(zone, case, classes), _demands(zone, case, classes))
            for zone in zones
        ]
        found = tuple(_touched(each, stated, case.application.volumes) for each in stated)
        _Lately.known = case, found
    return found


class _Stated(NamedTuple):
    """What a zone states to who asks, whatever is above it."""

    zone: Zone
    restriction: Restriction
    demands: Mapping[str, Demand]


def _touched(
    one: _Stated, stated: Sequence[_Stated], volumes: Sequence[OperationVolume]
) -> Touched:
    zone, said, demands = one
    over = [each for each in stated if each.zone.priority > zone.priority]
    if not over:
        # Nobody answers in its place: so it is of almost all.
        return Touched(zone=zone, restriction=said, above=(), demands=demands, yielded={})
    above = set_aside_by(zone, [each.zone for each in over], volumes)
    demands = dict(demands)
    if above and all(said.code < each.restriction.code for each in over if _among(each, above)):
        demands.pop("human_review", None)
    yielded = {
        name: set_aside_by(zone, [each.zone for each in over if name in each.demands], volumes)
        for name in demands
    }
    return Touched(
        zone=zone,
        restriction=said,
        above=above,
        demands={name: value for name, value in demands.items() if not yielded[name]},
        yielded={name: others for name, others in yielded.items() if others},
    )


def _among(stated: _Stated, zones: Sequence[Zone]) -> bool:
    return any(stated.zone is each for each in zones)


def _at_times(each: Touched, case: Case) -> Finding:
    changes = [at for volume in case.application.volumes for at in _flips(each.zone, volume, case)]
    if not changes:
        return _finding("events", each.zone, Said(outcome=Outcome.PASSED))
    at = datetime.fromtimestamp(min(changes) / 1000, tz=UTC).isoformat()
    condition = Condition(code="calendar", params={**_cited(each.zone), "change_at": at})
    said = Said(outcome=Outcome.CONDITIONAL, conditions=(condition,), params={"change_at": at})
    return _finding("events", each.zone, said)


def _flips(zone: Zone, volume: OperationVolume, case: Case) -> list[int]:
    """Return when a zone begins or ceases to hold while a volume is open, in epoch milliseconds."""
    start, end = epoch_ms(volume.start), epoch_ms(volume.end)
    flips: list[int] = transitions(zone, start, end, switches=case.switches)[1].tolist()
    return flips


def _by_restriction(each: Touched) -> Said:
    match each.restriction:
        case _ if each.above:
            said = Said(above=each.above)
        case Restriction.PROHIBITED:
            said = Said(outcome=Outcome.OBJECTED)
        case Restriction.REQ_AUTHORISATION:
            said = Said(outcome=Outcome.PASSED)
        case Restriction.CONDITIONAL:
            terms = (Condition(code="zone_terms", params=_cited(each.zone)),)
            said = Said(outcome=Outcome.CONDITIONAL, conditions=terms)
        case Restriction.NO_RESTRICTION:
            said = SILENT
    return said


def _by_review(each: Touched) -> Said:
    if "human_review" in each.demands:
        return Said(outcome=Outcome.CONDITIONAL, human=True)
    return _yielded(each, "human_review")


def _by_demand(each: Touched, name: str) -> Said:
    if name not in each.demands:
        return _yielded(each, name)
    condition = condition_of(name, each.demands[name], _cited(each.zone))
    return Said(outcome=Outcome.CONDITIONAL, conditions=(condition,), params=condition.params)


def _yielded(each: Touched, name: str) -> Said:
    above = each.yielded.get(name, ())
    return Said(above=above) if above else SILENT


def _by_demands(each: Touched) -> Said:
    conditions = tuple(
        condition_of(name, value, _cited(each.zone))
        for name, value in each.demands.items()
        if name not in NAMED
    )
    if not conditions:
        return SILENT
    count = {"count": str(len(conditions))}
    return Said(outcome=Outcome.CONDITIONAL, conditions=conditions, params=count)


def _each_zone(case: Case, rule: str, look: Callable[[Touched], Said]) -> tuple[Finding, ...]:
    """Ask one question of every zone touched; with none, say so once."""
    if not case.zones:
        return (Finding(rule=rule, outcome=Outcome.NOT_APPLICABLE, act=TITLE_NEEDED),)
    return tuple(_finding(rule, each.zone, look(each)) for each in touched(case))


def _finding(rule: str, zone: Zone, said: Said) -> Finding:
    if said is SILENT:
        return _silent(rule, zone.id, zone.version, zone.name, zone.act)
    params = {"zone_name": zone.name, **said.params}
    if said.above:
        params["set_aside_by"] = ", ".join(each.name for each in said.above)
        params["set_aside_by_zones"] = ", ".join(f"{each.id}@{each.version}" for each in said.above)
    return Finding(
        rule=rule,
        outcome=said.outcome,
        zone=zone.id,
        zone_version=zone.version,
        act=zone.act,
        params=params,
        conditions=said.conditions,
        human=said.human,
    )


# Most zones say nothing to most questions, whoever asks.
@lru_cache(maxsize=32_768)
def _silent(rule: str, zone: ZoneId, version: int, name: str, act: str) -> Finding:
    return Finding(
        rule=rule,
        outcome=SILENT.outcome,
        zone=zone,
        zone_version=version,
        act=act,
        params=MappingProxyType({"zone_name": name}),
    )


def _cited(zone: Zone) -> dict[str, str]:
    """Say which zone, in which version, by which act."""
    return {
        "zone": zone.id,
        "zone_name": zone.name,
        "zone_version": str(zone.version),
        "act": zone.act,
    }


def _restriction(zone: Zone, case: Case, classes: Sequence[VehicleClass | None]) -> Restriction:
    """Return what the zone says to the strictest treated of the vehicles named."""
    said = (zone.restriction_for(case.application.purpose, each) for each in classes)
    return min(said, key=lambda each: each.code)


def _demands(
    zone: Zone, case: Case, classes: Sequence[VehicleClass | None]
) -> Mapping[str, Demand]:
    purpose = case.application.purpose
    found: dict[str, Demand] = {}
    for each in classes:
        found.update(demands_of(zone, purpose, each))
    if case.application.occupation:
        return {name: value for name, value in found.items() if name in OF_PLACES}
    return found


def _classes(case: Case) -> Sequence[VehicleClass | None]:
    """Return the classes of the vehicles named, once each; of none, or an unknown one, none."""
    asked = case.application.vehicles
    known = {vehicle.id: vehicle.vehicle_class for vehicle in case.vehicles}
    return list(dict.fromkeys(known.get(name) for name in asked)) or [None]
