"""Is this research on an experimentation ground? Granted there by rule, and free.

A ground is a zone that says so. What counts is research, by a micro or a small company, that stays
within the ground in place and height; who else comes there is asked what any zone asks.
"""

from collections.abc import Iterable

from permits.case import Case
from permits.model import Application, Condition, Finding, OperationVolume, Outcome
from permits.parties import Operator, SizeClass
from zones.model import Band, Height, HeightReference, Purpose, Volume, Zone

SMALL = frozenset({SizeClass.MICRO, SizeClass.SMALL})
GROUNDS = "Règlement d'usage de l'espace public (démonstration), art. 9"
AT_GROUND = Height(value_m=0.0, reference=HeightReference.AGL)


def experimentation(case: Case) -> tuple[Finding, ...]:
    """Grant research of small companies on an experimentation ground, under its conditions."""
    grounds = [zone for zone in case.zones if zone.rules.experimentation]
    if not grounds:
        nowhere = Outcome.NOT_APPLICABLE
        return (Finding(rule="experimentation", outcome=nowhere, act=GROUNDS),)
    return tuple(_finding(zone, case) for zone in grounds)


def ground_of(application: Application, operator: Operator, zones: Iterable[Zone]) -> Zone | None:
    """Return the ground that grants an operation by rule, where one does."""
    return next((zone for zone in zones if is_ground(zone, application, operator)), None)


def is_ground(zone: Zone, application: Application, operator: Operator) -> bool:
    """Tell whether a zone is a ground that grants an operation by rule."""
    return (
        zone.rules.experimentation
        and application.purpose is Purpose.RESEARCH
        and operator.size in SMALL
        and all(any(_holds(part, each) for part in zone.volumes) for each in application.volumes)
    )


def _finding(zone: Zone, case: Case) -> Finding:
    granted = is_ground(zone, case.application, case.operator)
    cited = {
        "zone": zone.id,
        "zone_name": zone.name,
        "zone_version": str(zone.version),
        "act": zone.act or GROUNDS,
    }
    return Finding(
        rule="experimentation",
        outcome=Outcome.CONDITIONAL if granted else Outcome.NOT_APPLICABLE,
        zone=zone.id,
        zone_version=zone.version,
        act=zone.act or GROUNDS,
        params={"zone_name": zone.name},
        conditions=(Condition(code="experimentation", params=cited),) if granted else (),
    )


def _holds(part: Volume, volume: OperationVolume) -> bool:
    return _between(part.band, volume.band) and bool(part.footprint.covers(volume.footprint))


def _between(ground: Band, band: Band) -> bool:
    """Tell whether a band surely stays within the heights of a ground."""
    from_below = ground.lower is None or ground.lower == AT_GROUND or _up(ground.lower, band.lower)
    return from_below and (ground.upper is None or _up(band.upper, ground.upper))


def _up(low: Height | None, high: Height | None) -> bool:
    if low is None or high is None or low.reference is not high.reference:
        return False
    return low.value_m <= high.value_m
