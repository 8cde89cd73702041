"""How is a difference between two editions said in a sentence?"""

from collections.abc import Mapping, Sequence
from typing import Any

from zones.differences import Change, Difference, Kind


def sentence(difference: Difference) -> str:
    """Say what became of a zone."""
    name = f" ({difference.name})" if difference.name else ""
    called = f"{difference.zone_id}{name}"
    match difference.kind:
        case Kind.ADDED:
            return f"{called} is new."
        case Kind.REMOVED:
            return f"{called} is gone."
        case Kind.CHANGED:
            return f"{called}: {'; '.join(clause(change) for change in difference.changes)}."


def clause(change: Change) -> str:
    """Say what became of a field."""
    if change.gained_m2 is not None and change.lost_m2 is not None:
        return f"footprint gains {_square(change.gained_m2)} and loses {_square(change.lost_m2)}"
    return f"{change.field} was {said(change.before)}, is {said(change.after)}"


def said(value: Any) -> str:  # noqa: ANN401 - whatever a field holds
    """Say a value: a height with its reference, a window with its limits, a list with commas."""
    match value:
        case None | "" | []:
            text = "none"
        case bool():
            text = "yes" if value else "no"
        case Mapping():
            text = _mapping(value) or "none"
        case str():
            text = str(value)
        case Sequence():
            text = " and ".join(said(each) for each in value)
        case float():
            text = f"{value:g}"
        case _:
            text = str(value)
    return text


def _mapping(value: Mapping[str, Any]) -> str:
    if value.keys() == {"value", "unit", "reference"}:
        return f"{said(value['value'])} {value['unit']} {value['reference']}"
    if value.keys() <= {"lower", "upper"}:
        lower, upper = value.get("lower"), value.get("upper")
        return f"{said(lower) if lower else 'below'} to {said(upper) if upper else 'above'}"
    return ", ".join(f"{name} {said(each)}" for name, each in value.items())


def _square(area_m2: float) -> str:
    if 0 < area_m2 < 1:
        return "less than 1 m²"
    return f"{area_m2:,.0f} m²"
