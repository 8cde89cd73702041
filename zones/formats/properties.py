"""How are restriction, heights, rules and purposes written as properties of a feature?"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from zones.demands import NO_RULES, ZoneRules
from zones.formats.defects import number, optional, refuse, refuse_unknown
from zones.model import Band, Height, HeightReference, InvalidHeight, Purpose, Restriction

METRES = {"m": 1.0, "ft": 0.3048}
Word = TypeVar("Word", bound=StrEnum)


def read_word(
    properties: Mapping[str, Any], name: str, words: type[Word], otherwise: Word | None
) -> Word | None:
    """Return one word of the city's, the default when absent."""
    value = properties.get(name)
    return otherwise if value is None else _one_of(value, name, words)


def _one_of(value: object, path: str, words: type[Word]) -> Word:
    known = [word.value for word in words]
    if value not in known:
        refuse(path, f"{value!r} is none of {', '.join(known)}")
    return words(value)


def read_band(properties: Mapping[str, Any]) -> Band:
    """Read the two limits of a height band."""
    lower, upper = (_height(properties, name) for name in ("lower", "upper"))
    try:
        return Band(lower=lower, upper=upper)
    except InvalidHeight as error:
        refuse("lower", str(error))


def _height(properties: Mapping[str, Any], name: str) -> Height | None:
    given = optional(properties, name, dict, None)
    if given is None:
        return None
    refuse_unknown(given, frozenset({"value", "unit", "reference"}), name)
    value, unit = number(given.get("value"), f"{name}.value"), given.get("unit", "m")
    if unit not in tuple(METRES):
        refuse(f"{name}.unit", f"{unit!r} is none of {', '.join(METRES)}")
    reference = _one_of(given.get("reference"), f"{name}.reference", HeightReference)
    return Height(value_m=value * METRES[unit], reference=reference)


def read_rules(properties: Mapping[str, Any]) -> ZoneRules:
    """Read what a zone demands of those inside."""
    given = optional(properties, "rules", dict, {})
    refuse_unknown(given, frozenset({"speed_max_mps", "transit", "human_review"}), "rules")
    given = {f"rules.{name}": value for name, value in given.items()}
    speed = given.get("rules.speed_max_mps")
    speed_mps = None if speed is None else number(speed, "rules.speed_max_mps")
    if speed_mps is not None and speed_mps < 0:
        refuse("rules.speed_max_mps", f"{speed!r} is below zero")
    return ZoneRules(
        speed_max_mps=speed_mps,
        transit=optional(given, "rules.transit", bool, NO_RULES.transit),
        human_review=optional(given, "rules.human_review", bool, NO_RULES.human_review),
    )


def read_purposes(properties: Mapping[str, Any]) -> Mapping[Purpose, Restriction]:
    """Read the restriction of each purpose for which it differs."""
    given = optional(properties, "purposes", dict, {})
    return MappingProxyType(
        {
            _one_of(name, "purposes", Purpose): _one_of(value, f"purposes.{name}", Restriction)
            for name, value in given.items()
        }
    )


def read_notes(properties: Mapping[str, Any]) -> Mapping[str, str]:
    """Read the notes, each a text."""
    given = optional(properties, "notes", dict, {})
    for name in given:
        optional({"notes": name}, "notes", str, "")
    return MappingProxyType({name: optional(given, name, str, "") for name in given})


def write_height(height: Height | None) -> dict[str, Any] | None:
    """Write a height in metres, or nothing."""
    if height is None:
        return None
    return {"value": height.value_m, "unit": "m", "reference": height.reference.value}


def write_rules(rules: ZoneRules) -> dict[str, Any]:
    """Write the rules that differ from none."""
    return {
        name: getattr(rules, name)
        for name in ("speed_max_mps", "transit", "human_review")
        if getattr(rules, name) != getattr(NO_RULES, name)
    }
