"""Is this member of a document what it must be? Read it, or say in one sentence what it is not."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NoReturn, TypeVar

from billing.periods import midnight
from billing.prices import InvalidTariff
from zones.formats.calendar import read_calendar
from zones.formats.defects import Defective
from zones.periods import Applicability, InvalidWindow, Window

LANGUAGES = ("fr", "en")
MOST = 10**12  # more than any city has of anything that it prices
DATE_LENGTH = len("2025-01-01")

E = TypeVar("E", bound=StrEnum)


def refuse(name: str, reason: str) -> NoReturn:
    """Refuse a field, in one sentence."""
    msg = f"{name}: {reason}"
    raise InvalidTariff(msg)


def require_known(entry: object, known: frozenset[str], name: str, what: str) -> Mapping[str, Any]:
    """Return an object whose members are all read; a misspelt one must not be passed over."""
    if not isinstance(entry, Mapping):
        refuse(name, f"{what} is an object")
    unknown = sorted(set(entry) - known)
    if unknown:
        path = f"{name}.{unknown[0]}" if name else unknown[0]
        refuse(path, f"not a field of {what}")
    return entry


def text(entry: Mapping[str, Any], name: str, what: str = "a tariff") -> str:
    """Read what has to be said."""
    value = entry.get(name)
    if not isinstance(value, str) or not value.strip():
        refuse(name, f"{what} needs it as text")
    return value


def texts(value: object, name: str = "text", what: str = "a tariff") -> Mapping[str, str]:
    """Read what is said in both languages."""
    if not isinstance(value, Mapping) or not all(value.get(lang) for lang in LANGUAGES):
        refuse(name, f"{what} is named in French (fr) and in English (en)")
    return MappingProxyType({lang: str(value[lang]) for lang in LANGUAGES})


def strings(entry: Mapping[str, Any], name: str) -> list[str]:
    """Read a list of names."""
    value = entry.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        refuse(name, "a list of names, or nothing")
    return value


def objects(entry: Mapping[str, Any], name: str) -> list[Any]:
    """Read a list of anything."""
    value = entry.get(name) or []
    if not isinstance(value, list):
        refuse(name, "a list, or nothing")
    return value


def flag(name: str, value: object) -> bool:
    """Read yes or no."""
    if not isinstance(value, bool):
        refuse(name, f"{value!r} is neither true nor false")
    return value


def whole(name: str, value: object) -> int:
    """Read a whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        refuse(name, f"{value!r} is not a whole number")
    return value


def member(name: str, family: type[E], value: object) -> E:
    """Read one of the words of a family."""
    try:
        return family(str(value))
    except ValueError:
        refuse(name, f"{value!r} is none of {', '.join(family)}")


def members(entry: Mapping[str, Any], name: str, family: type[E]) -> frozenset[E]:
    """Read some of the words of a family."""
    return frozenset(member(name, family, each) for each in strings(entry, name))


def decimal(name: str, value: object, decimals: int) -> Decimal:
    """Read a number from text: a JSON number has already lost its decimals to binary."""
    if not isinstance(value, str):
        refuse(name, 'write the number as text, such as "0.10"')
    try:
        number = Decimal(value)
    except InvalidOperation:
        refuse(name, f"{value!r} is not a number")
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or number < 0:
        refuse(name, f"{value} is not a finite number from 0 up")
    if number >= MOST:
        refuse(name, f"{value} is not below {MOST:,}")
    if -exponent > decimals:
        refuse(name, f"{value} has more than {decimals} decimals")
    return number


def optional(entry: Mapping[str, Any], name: str, decimals: int) -> Decimal | None:
    """Read a number that may be missing."""
    value = entry.get(name)
    return None if value is None else decimal(name, value, decimals)


def factors(
    entry: Mapping[str, Any], name: str, family: type[E], decimals: int
) -> Mapping[E, Decimal]:
    """Read a factor for each of some words of a family."""
    value = entry.get(name, {})
    if not isinstance(value, Mapping):
        refuse(name, "a factor for each name")
    return MappingProxyType(
        {member(name, family, k): decimal(f"{name}.{k}", v, decimals) for k, v in value.items()}
    )


def calendar(value: object, name: str) -> tuple[Applicability, ...]:
    """Read a calendar, as those of zones are written; no price hangs on an officer's switch."""
    try:
        entries = read_calendar(value or [], name)
    except Defective as defective:
        raise InvalidTariff(str(defective)) from defective
    if any(entry.switch for entry in entries):
        refuse(name, "a price cannot hang on a switch, the payer must know it before")
    return entries


def valid(value: object) -> Window:
    """Read from when until when a version is the price."""
    if not isinstance(value, Mapping) or not value.get("start"):
        refuse("valid", "a tariff says from when it applies (start)")
    try:
        end = value.get("end")
        return Window(start=_instant(str(value["start"])), end=_instant(str(end)) if end else None)
    except (InvalidWindow, ValueError) as broken:
        refuse("valid", str(broken))


def day(name: str, value: object) -> date | None:
    """Read a day that may be missing."""
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        refuse(name, f"{value!r} is not a day written YYYY-MM-DD")


def _instant(written: str) -> datetime:
    """Read an instant; a bare date is its midnight in the city, as acts are dated."""
    if len(written) == DATE_LENGTH:
        return midnight(date.fromisoformat(written))
    return datetime.fromisoformat(written)
