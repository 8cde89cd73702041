"""Do the vehicles keep to what a zone demands of a vehicle: its length, mass, noise, equipment?

A rule here answers once for each zone that makes its demand. A vehicle that is stated to break it
is refused. Where the fact is not known the answer says so, and the demand is a condition.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from permits.case import Case
from permits.model import Finding, Outcome
from permits.parties import Vehicle
from permits.rules.terms import condition_of
from permits.rules.zonewise import TITLE_NEEDED, Touched, touched
from zones.demands import NO_RULES


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A rule about a fact of vehicles: by which demand it is bounded, and what keeps to a bound."""

    rule: str
    demand: str
    of: Callable[[Vehicle], Any]
    keeps: Callable[[Any, Any], bool]


def _at_most(stated: float, limit: float) -> bool:
    return stated <= limit


LENGTH = Fact(
    rule="length_fits", demand="length_max_m", of=lambda each: each.length_m, keeps=_at_most
)
MASS = Fact(rule="mass_fits", demand="mass_max_kg", of=lambda each: each.mass_kg, keeps=_at_most)
NOISE = Fact(
    rule="noise_fits", demand="noise_max_db", of=lambda each: each.noise_db, keeps=_at_most
)
EQUIPMENT = Fact(
    rule="equipment_carried",
    demand="equipment",
    of=lambda each: each.equipment,
    keeps=lambda carried, needed: carried >= needed,
)


def length_fits(case: Case) -> tuple[Finding, ...]:
    """Object to vehicles that are longer than a zone admits."""
    return tuple(_findings(case, LENGTH))


def mass_fits(case: Case) -> tuple[Finding, ...]:
    """Object to vehicles that are heavier than a zone admits."""
    return tuple(_findings(case, MASS))


def noise_fits(case: Case) -> tuple[Finding, ...]:
    """Object to vehicles that are louder than a zone admits."""
    return tuple(_findings(case, NOISE))


def equipment_carried(case: Case) -> tuple[Finding, ...]:
    """Object to vehicles without what a zone has them carry."""
    return tuple(_findings(case, EQUIPMENT))


def _findings(case: Case, fact: Fact) -> Iterator[Finding]:
    """Answer for each zone whose demand stands; where none does, say so once."""
    # What zones above set aside is found by geometry: not asked where nobody demands anything.
    demanding = [
        each
        for each in (touched(case) if _demanded(case, fact) else ())
        if fact.demand in each.demands
    ]
    if not demanding:
        yield Finding(rule=fact.rule, outcome=Outcome.NOT_APPLICABLE, act=TITLE_NEEDED)
    for each in demanding:
        yield _finding(case, fact, each)


def _demanded(case: Case, fact: Fact) -> bool:
    silent = getattr(NO_RULES, fact.demand)
    return any(getattr(zone.rules, fact.demand) != silent for zone in case.zones)


def _finding(case: Case, fact: Fact, each: Touched) -> Finding:
    zone, limit = each.zone, each.demands[fact.demand]
    cited = {
        "zone": zone.id,
        "zone_name": zone.name,
        "zone_version": str(zone.version),
        "act": zone.act,
    }
    condition = condition_of(fact.demand, limit, cited)
    outcome, named = _judged(case, fact, limit)
    return Finding(
        rule=fact.rule,
        outcome=outcome,
        zone=zone.id,
        zone_version=zone.version,
        act=zone.act,
        params={**condition.params, "vehicles": ", ".join(named)},
        conditions=(condition,) if outcome is Outcome.CONDITIONAL else (),
    )


def _judged(case: Case, fact: Fact, limit: object) -> tuple[Outcome, list[str]]:
    """Return the answer and the vehicles it is about: those that break it, else those unknown."""
    known = {vehicle.id: fact.of(vehicle) for vehicle in case.vehicles}
    stated = {name: known.get(name) for name in dict.fromkeys(case.application.vehicles)}
    breaking = [
        name for name, value in stated.items() if value is not None and not fact.keeps(value, limit)
    ]
    if breaking:
        return Outcome.OBJECTED, [str(name) for name in breaking]
    unknown = [str(name) for name, value in stated.items() if value is None]
    if unknown:
        return Outcome.CONDITIONAL, unknown
    return (Outcome.PASSED if stated else Outcome.NOT_APPLICABLE), [str(name) for name in stated]
