"""What does the city ask of every application? A list of small questions that can be read aloud.

Each rule looks at the case and answers with one finding, or with one for each zone, see
`zonewise` beside. A rule's name is its code; its sentences are in `permits/texts`. The city's own
ordinance is a demonstration text; national and European acts are real.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta

from permits.case import Case
from permits.model import Condition, Finding, Outcome
from permits.parties import Vehicle, VehicleId
from permits.rules.experimentation import experimentation
from permits.rules.fitness import equipment_carried, length_fits, mass_fits, noise_fits
from permits.rules.flying import drone_category, open_height
from permits.rules.occupying import (
    networks_clear,
    networks_declared,
    occupation_titled,
    of_vehicles,
    quiet_hours,
)
from permits.rules.placing import place_fits
from permits.rules.sharing import capacity, conflict, movements, vehicles_free
from permits.rules.validity import documents_held, documents_valid
from permits.rules.zonewise import (
    TITLE_NEEDED,
    events,
    human_review,
    speed_cap,
    touched,
    transit,
    zone_asks,
    zone_demands,
    zone_restriction,
)
from zones.model import PUBLIC_INTEREST, Layer, Purpose

Rule = Callable[[Case], Finding | tuple[Finding, ...]]

LONGEST = timedelta(days=30)

ORDINANCE = "Règlement d'usage de l'espace public (démonstration)"
TEMPORARY = "Code général de la propriété des personnes publiques, art. L. 2122-2"
FEES_DUE = "Code général de la propriété des personnes publiques, art. L. 2125-1"
DRONES_REGISTERED = "Règlement d'exécution (UE) 2019/947, art. 14"
DRONE_ZONES = "Règlement d'exécution (UE) 2019/947, art. 15"
# An authorisation to fly, and its activation, are two things (art. 6, paragraphs 4 to 6).
ACTIVATED = Condition(
    code="activate_before_use", params={"act": "Règlement d'exécution (UE) 2021/664, art. 6"}
)


def window_ahead(case: Case) -> Finding:
    """Object to an operation that has already begun."""
    start = min(volume.start for volume in case.application.volumes)
    return _answer(
        "window_ahead",
        passed=start >= case.now,
        act=f"{ORDINANCE}, art. 2",
        params={"start_at": start.isoformat(), "now_at": case.now.isoformat()},
    )


def window_bounded(case: Case) -> Finding:
    """Object to a use of public space that is longer than the longest permit of its kind."""
    occupation = case.application.occupation
    most = occupation.terms.longest if occupation else LONGEST
    spans = [volume.end - volume.start for volume in case.application.volumes]
    # What occupies a place may not go on as one volume after the other.
    longest = sum(spans, timedelta()) if occupation else max(spans)
    return _answer(
        "window_bounded",
        passed=longest <= most,
        act=occupation.terms.act if occupation else TEMPORARY,
        params={"days": str(longest // timedelta(days=1)), "days_max": str(most.days)},
    )


def vehicles_known(case: Case) -> Finding:
    """Object to vehicles that are not registered, not the applicant's, or of another layer."""
    asked = case.application.vehicles
    act = DRONES_REGISTERED if case.application.layer is Layer.AIR else f"{ORDINANCE}, art. 3"
    if not asked:
        return Finding(rule="vehicles_known", outcome=Outcome.NOT_APPLICABLE, act=act)
    registered = {vehicle.id: vehicle for vehicle in case.vehicles}
    wrong = [name for name in asked if not _fits(registered.get(name), case)]
    return _answer(
        "vehicles_known",
        passed=not wrong,
        act=act,
        params={"vehicles": _listed(wrong or asked), "layer": case.application.layer.value},
    )


def default_to_ask(case: Case) -> Finding:
    """Have every use of the air but emergency asked for, and activated right before it begins."""
    asked = case.application.layer is Layer.AIR and case.application.purpose != Purpose.EMERGENCY
    return Finding(
        rule="default_to_ask",
        outcome=Outcome.CONDITIONAL if asked else Outcome.NOT_APPLICABLE,
        act=DRONE_ZONES if case.application.layer is Layer.AIR else TITLE_NEEDED,
        conditions=(ACTIVATED,) if asked else (),
    )


def height_capped(case: Case) -> Finding:
    """Object to a flight that does not say how high it goes."""
    act = DRONE_ZONES
    if case.application.layer is not Layer.AIR:
        return Finding(rule="height_capped", outcome=Outcome.NOT_APPLICABLE, act=act)
    unbounded = [
        str(number)
        for number, volume in enumerate(case.application.volumes)
        if volume.band.upper is None
    ]
    return _answer(
        "height_capped",
        passed=not unbounded,
        act=act,
        params={"volumes": _listed(unbounded)} if unbounded else {},
    )


def purpose_favoured(case: Case) -> Finding:
    """State whether the purpose is one of public interest, which rule and tariff favour."""
    favoured = case.application.purpose in PUBLIC_INTEREST
    return Finding(
        rule="purpose_favoured",
        outcome=Outcome.PASSED if favoured else Outcome.NOT_APPLICABLE,
        act=FEES_DUE,
        params={"purpose": case.application.purpose.value},
    )


RULES: tuple[Rule, ...] = (
    window_ahead,
    window_bounded,
    occupation_titled,
    place_fits,
    vehicles_known,
    documents_held,
    documents_valid,
    default_to_ask,
    height_capped,
    open_height,
    drone_category,
    zone_restriction,
    human_review,
    experimentation,
    events,
    quiet_hours,
    of_vehicles(speed_cap),
    of_vehicles(transit),
    zone_demands,
    networks_declared,
    networks_clear,
    of_vehicles(length_fits),
    of_vehicles(mass_fits),
    of_vehicles(noise_fits),
    of_vehicles(equipment_carried),
    conflict,
    of_vehicles(capacity),
    of_vehicles(movements),
    of_vehicles(vehicles_free),
    purpose_favoured,
)


def permit_needed(case: Case) -> bool:
    """Tell whether the use needs the city's leave.

    By default in the air and for what occupies public space, else by its zones.
    """
    if case.application.occupation:
        return True
    if case.application.layer is Layer.AIR and case.application.purpose != Purpose.EMERGENCY:
        return True
    return any(zone_asks(each) for each in touched(case))


def _answer(rule: str, *, passed: bool, act: str, params: dict[str, str]) -> Finding:
    outcome = Outcome.PASSED if passed else Outcome.OBJECTED
    return Finding(rule=rule, outcome=outcome, act=act, params=params)


def _fits(vehicle: Vehicle | None, case: Case) -> bool:
    return (
        vehicle is not None
        and vehicle.operator == case.application.operator
        and vehicle.layer is case.application.layer
    )


def _listed(names: Iterable[VehicleId | str]) -> str:
    return ", ".join(names)
