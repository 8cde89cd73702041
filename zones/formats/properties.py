"""How are restriction, heights, rules and purposes written as properties of a feature?"""

from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

from zones.demands import NO_RULES, Equipment, PrecisionClass, Sector, ZoneRules
from zones.formats.defects import number, optional, plain, refuse, refuse_unknown, together
from zones.model import METRES, Band, Height, HeightReference, InvalidHeight, Restriction

FORMATS = ("ed318", "ed269")  # whose own members a zone carries
MEASURES = (
    "speed_min_mps",
    "speed_max_mps",
    "length_max_m",
    "mass_max_kg",
    "separation_m",
    "separation_vertical_m",
    "dwell_min_s",
    "dwell_max_s",
    "noise_max_db",
    "clearance_m",
)
COUNTS = ("capacity", "movements_per_hour")
SWITCHED = ("transit", "human_review", "experimentation")
RULES = frozenset({*MEASURES, *COUNTS, *SWITCHED, "direction", "equipment", "precision"})
FULL_CIRCLE_DEG = 360.0
Word = TypeVar("Word", bound=StrEnum)


def read_word(
    properties: Mapping[str, Any], name: str, words: type[Word], otherwise: Word | None
) -> Word | None:
    """Return one word of the city's, the default when absent."""
    value = properties.get(name)
    return otherwise if value is None else one_of(value, name, words)


def one_of(value: object, path: str, words: type[Word]) -> Word:
    """Return the word, or refuse what is none of them."""
    known = [word.value for word in words]
    if value not in known:
        refuse(path, f"{value!r} is none of {', '.join(known)}")
    return words(value)


def read_band(properties: Mapping[str, Any], path: str = "") -> Band:
    """Read the two limits of a height band; `path` is what their names are prefixed with."""
    read = together(
        lower=lambda: read_height(properties, "lower", path),
        upper=lambda: read_height(properties, "upper", path),
    )
    return band(read["lower"], read["upper"], f"{path}lower")


def band(lower: Height | None, upper: Height | None, path: str) -> Band:
    """Return the band, or refuse it where it is upside down."""
    try:
        return Band(lower=lower, upper=upper)
    except InvalidHeight as error:
        refuse(path, str(error))


def read_height(properties: Mapping[str, Any], name: str, path: str = "") -> Height | None:
    """Read one limit, in metres or feet; absent is unbounded."""
    place = f"{path}{name}"
    given = optional({place: properties.get(name)}, place, dict, None)
    if given is None:
        return None
    refuse_unknown(given, frozenset({"value", "unit", "reference"}), place)
    value, unit = number(given.get("value"), f"{place}.value"), given.get("unit", "m")
    if unit not in tuple(METRES):
        refuse(f"{place}.unit", f"{unit!r} is none of {', '.join(METRES)}")
    reference = one_of(given.get("reference"), f"{place}.reference", HeightReference)
    return Height.stated(value, unit, reference)


def write_height(height: Height | None) -> dict[str, Any] | None:
    """Write a height in the unit it was stated in, or nothing."""
    if height is None:
        return None
    if height.feet is not None:
        return {"value": height.feet, "unit": "ft", "reference": height.reference.value}
    return {"value": height.value_m, "unit": "m", "reference": height.reference.value}


def read_rules(properties: Mapping[str, Any]) -> ZoneRules:
    """Read what a zone demands of those inside."""
    given = optional(properties, "rules", dict, {})
    refuse_unknown(given, RULES, "rules")
    stated = {f"rules.{name}": value for name, value in given.items()}
    read = together(
        **{name: partial(_measure, stated, name) for name in MEASURES},
        **{name: partial(_count, stated, name) for name in COUNTS},
        direction=lambda: _sector(stated),
        transit=lambda: optional(stated, "rules.transit", bool, NO_RULES.transit),
        human_review=lambda: optional(stated, "rules.human_review", bool, NO_RULES.human_review),
        experimentation=lambda: optional(
            stated, "rules.experimentation", bool, NO_RULES.experimentation
        ),
        equipment=lambda: frozenset(
            one_of(each, "rules.equipment", Equipment)
            for each in optional(stated, "rules.equipment", list, [])
        ),
        precision=lambda: read_word(stated, "rules.precision", PrecisionClass, None),
    )
    for lower, upper in (("speed_min_mps", "speed_max_mps"), ("dwell_min_s", "dwell_max_s")):
        least, most = read[lower], read[upper]
        if least is not None and most is not None and least > most:
            refuse(f"rules.{lower}", f"{least} is above rules.{upper}, {most}")
    return ZoneRules(**read)


def write_rules(rules: ZoneRules) -> dict[str, Any]:
    """Write the rules that differ from none."""
    said = {
        name: getattr(rules, name)
        for name in (*MEASURES, *COUNTS, *SWITCHED)
        if getattr(rules, name) != getattr(NO_RULES, name)
    }
    if rules.direction is not None:
        sector = rules.direction
        said["direction"] = {"start_deg": sector.start_deg, "end_deg": sector.end_deg}
    if rules.equipment:
        said["equipment"] = sorted(each.value for each in rules.equipment)
    if rules.precision is not None:
        said["precision"] = rules.precision.value
    return said


def read_restrictions(
    properties: Mapping[str, Any], name: str, words: type[Word]
) -> Mapping[Word, Restriction]:
    """Read the restriction of each purpose, or vehicle class, for which it differs."""
    given = optional(properties, name, dict, {})
    return MappingProxyType(
        {
            one_of(word, name, words): one_of(value, f"{name}.{word}", Restriction)
            for word, value in given.items()
        }
    )


def write_restrictions(differing: Mapping[Word, Restriction]) -> dict[str, str]:
    """Write the restriction of each word for which it differs."""
    return {each.value: restriction.value for each, restriction in differing.items()}


def read_notes(properties: Mapping[str, Any]) -> Mapping[str, str]:
    """Read the notes, each a text."""
    given = optional(properties, "notes", dict, {})
    for name in given:
        optional({"notes": name}, "notes", str, "")
    return MappingProxyType({name: optional(given, name, str, "") for name in given})


def read_carried(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """Read what other formats said of a zone that ours has no word for."""
    given = optional(properties, "carried", dict, {})
    refuse_unknown(given, frozenset(FORMATS), "carried")
    for name in given:
        optional({f"carried.{name}": given[name]}, f"carried.{name}", dict, {})
    return MappingProxyType(plain(given, "carried"))


def _measure(stated: Mapping[str, Any], name: str) -> float | None:
    path = f"rules.{name}"
    value = stated.get(path)
    if value is None:
        return None
    measured = number(value, path)
    if measured < 0:
        refuse(path, f"{value!r} is below zero")
    return measured


def _count(stated: Mapping[str, Any], name: str) -> int | None:
    path = f"rules.{name}"
    count: int | None = optional(stated, path, int, None)
    if count is not None and count < 0:
        refuse(path, f"{count} is below zero")
    return count


def _sector(stated: Mapping[str, Any]) -> Sector | None:
    path = "rules.direction"
    given = optional(stated, path, dict, None)
    if given is None:
        return None
    refuse_unknown(given, frozenset({"start_deg", "end_deg"}), path)
    start, end = (number(given.get(name), f"{path}.{name}") for name in ("start_deg", "end_deg"))
    if not (0 <= start <= FULL_CIRCLE_DEG and 0 <= end <= FULL_CIRCLE_DEG):
        refuse(path, f"{start}° to {end}° are not courses from 0° to 360°")
    return Sector(start_deg=start, end_deg=end)
