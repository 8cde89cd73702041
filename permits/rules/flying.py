"""What is asked of drones by their category and class, whatever the zone?"""

from permits.case import Case
from permits.kinds import CeClass, UasCategory
from permits.model import Condition, Finding, OperationVolume, Outcome
from permits.parties import Vehicle
from zones.model import HeightReference, Layer

OPEN_CATEGORY = "Règlement d'exécution (UE) 2019/947, art. 4 et annexe, partie A"
OPEN_HEIGHT_M = 120.0
OPEN_MASS_KG = 25.0
# Flown in the specific category only (delegated regulation (EU) 2019/945, annex, parts 16 and 17).
SPECIFIC_ONLY = frozenset({CeClass.C5, CeClass.C6})


def open_height(case: Case) -> Finding:
    """Object to a drone of the open category higher than 120 m above the ground."""
    reached = {"height_max_m": f"{OPEN_HEIGHT_M:g}"}
    if case.application.layer is not Layer.AIR:
        return _told("open_height", Outcome.NOT_APPLICABLE, reached)
    above = any(_above(volume) for volume in case.application.volumes)
    unsure = any(_unsure(volume) for volume in case.application.volumes)
    lightly = _named(case, UasCategory.OPEN)
    unstated = _named(case, None)
    if above and lightly:
        outcome, named = Outcome.OBJECTED, lightly
    elif (above and unstated) or (unsure and (lightly or unstated)):
        outcome, named = Outcome.CONDITIONAL, lightly + unstated
    elif lightly:
        outcome, named = Outcome.PASSED, lightly
    else:
        outcome, named = Outcome.NOT_APPLICABLE, []
    return _told("open_height", outcome, reached | {"vehicles": ", ".join(named)})


def drone_category(case: Case) -> Finding:
    """Object to a drone in the open category whose class or mass belongs to another."""
    lightly = _named(case, UasCategory.OPEN)
    if case.application.layer is not Layer.AIR or not lightly:
        return _told("drone_category", Outcome.NOT_APPLICABLE, {})
    wrong = [each.id for each in case.vehicles if each.id in lightly and _too_much(each)]
    outcome = Outcome.OBJECTED if wrong else Outcome.PASSED
    named = {"vehicles": ", ".join(wrong or lightly), "mass_kg": f"{OPEN_MASS_KG:g}"}
    return _told("drone_category", outcome, named)


def _told(rule: str, outcome: Outcome, params: dict[str, str]) -> Finding:
    conditions = (
        (Condition(code="open_height", params=params),) if outcome is Outcome.CONDITIONAL else ()
    )
    return Finding(
        rule=rule, outcome=outcome, act=OPEN_CATEGORY, params=params, conditions=conditions
    )


def _named(case: Case, category: UasCategory | None) -> list[str]:
    """Return the vehicles named that are flown in a category; None is what is not stated."""
    flown = {each.id: each.category for each in case.vehicles}
    named = dict.fromkeys(case.application.vehicles)
    return [str(name) for name in named if name in flown and flown[name] is category]


def _above(volume: OperationVolume) -> bool:
    upper = volume.band.upper
    agl = upper is not None and upper.reference is HeightReference.AGL
    return upper is not None and agl and upper.value_m > OPEN_HEIGHT_M


def _unsure(volume: OperationVolume) -> bool:
    """Tell whether the height above ground is not stated: the ground is not asked here."""
    upper = volume.band.upper
    return upper is not None and upper.reference is not HeightReference.AGL


def _too_much(vehicle: Vehicle) -> bool:
    heavy = vehicle.mass_kg is not None and vehicle.mass_kg >= OPEN_MASS_KG
    return heavy or vehicle.ce_class in SPECIFIC_ONLY
