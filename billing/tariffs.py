"""Which published price applies? Tariffs are data: read, checked, and chosen by their version."""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from billing.model import OCCUPYING, InvalidTariff, Tariff, TariffKind, Usage, UsageSource
from billing.money import NOTHING, ONE, plain, product
from billing.periods import CITY, midnight
from permits.occupations import OccupationKind
from permits.parties import SizeClass
from zones.model import Layer, Purpose, ZoneId
from zones.periods import InvalidWindow, Window

DEMONSTRATION = Path(__file__).parent / "data" / "paris-demonstration.json"
LANGUAGES = ("fr", "en")
FIELDS = frozenset(field.name for field in dataclasses.fields(Tariff))
CURRENCIES = frozenset({"EUR"})

E = TypeVar("E", bound=StrEnum)


class OverlappingTariffs(ValueError):
    """Two versions of one tariff that would both be the price at some instant."""


def demonstration() -> tuple[Tariff, ...]:
    """Return the tariffs of the demonstration city."""
    return load(json.loads(DEMONSTRATION.read_text(encoding="utf-8")))


def load(document: Mapping[str, Any]) -> tuple[Tariff, ...]:
    """Read a tariff set, or refuse it whole."""
    entries = document.get("tariffs")
    if not isinstance(entries, list):
        msg = "tariffs: a tariff set holds a list of them"
        raise InvalidTariff(msg)
    tariffs = []
    for position, entry in enumerate(entries):
        try:
            tariffs.append(read(entry))
        except InvalidTariff as invalid:
            msg = f"tariffs[{position}].{invalid}"
            raise InvalidTariff(msg) from invalid
    require_distinct(tariffs)
    return tuple(tariffs)


def read(entry: Mapping[str, Any]) -> Tariff:
    """Read one tariff version; the error names the field."""
    if not isinstance(entry, Mapping):
        msg = ": a tariff is an object"
        raise InvalidTariff(msg)
    unknown = sorted(set(entry) - FIELDS)
    if unknown:
        msg = f"{unknown[0]}: not a field of a tariff"
        raise InvalidTariff(msg)
    return Tariff(
        id=_text(entry, "id"),
        version=_version(entry.get("version")),
        text=_texts(entry.get("text")),
        act=_text(entry, "act"),
        kind=_member("kind", TariffKind, entry.get("kind")),
        unit_price=_decimal("unit_price", entry.get("unit_price")),
        currency=_currency(entry.get("currency", "EUR")),
        layer=_member("layer", Layer, entry["layer"]) if entry.get("layer") else None,
        zones=tuple(_strings(entry, "zones")),
        purposes=frozenset(_member("purposes", Purpose, p) for p in _strings(entry, "purposes")),
        purpose_factors=_factors("purpose_factors", Purpose, entry.get("purpose_factors", {})),
        size_factors=_factors("size_factors", SizeClass, entry.get("size_factors", {})),
        permit_required=_flag("permit_required", entry.get("permit_required", True)),
        occupations=frozenset(
            _member("occupations", OccupationKind, each) for each in _strings(entry, "occupations")
        ),
        source=str(entry.get("source", "")),
        valid=_valid(entry.get("valid")),
    )


def write(tariff: Tariff) -> dict[str, Any]:
    """Write one tariff version as `read` reads it."""
    start, end = tariff.valid.start, tariff.valid.end
    return {
        "id": tariff.id,
        "version": tariff.version,
        "text": dict(tariff.text),
        "act": tariff.act,
        "kind": tariff.kind.value,
        "unit_price": plain(tariff.unit_price),
        "currency": tariff.currency,
        "layer": tariff.layer.value if tariff.layer else None,
        "zones": list(tariff.zones),
        "purposes": sorted(purpose.value for purpose in tariff.purposes),
        "purpose_factors": {k.value: plain(v) for k, v in tariff.purpose_factors.items()},
        "size_factors": {k.value: plain(v) for k, v in tariff.size_factors.items()},
        "permit_required": tariff.permit_required,
        "occupations": sorted(kind.value for kind in tariff.occupations),
        "source": tariff.source,
        "valid": {
            "start": start.astimezone(CITY).isoformat() if start else None,
            "end": end.astimezone(CITY).isoformat() if end else None,
        },
    }


def require_distinct(tariffs: Iterable[Tariff]) -> None:
    """Refuse two versions of one tariff that share an instant or a number."""
    for one, other in combinations(tariffs, 2):
        same = one.id == other.id
        if same and (one.version == other.version or one.valid.overlaps(other.valid)):
            msg = f"{one.id}: versions {one.version} and {other.version} overlap"
            raise OverlappingTariffs(msg)


def valid_at(tariffs: Iterable[Tariff], instant: datetime) -> tuple[Tariff, ...]:
    """Return the versions that are the price at an instant, in the order of their ids."""
    found = (tariff for tariff in tariffs if tariff.valid.holds(instant))
    return tuple(sorted(found, key=lambda tariff: tariff.id))


def followed(tariffs: Iterable[Tariff]) -> tuple[Tariff, ...]:
    """Return versions as they were published, each without an end ended by the next of its id."""
    ended: list[Tariff] = []
    for tariff in sorted(tariffs, key=lambda each: (each.id, each.version), reverse=True):
        after = ended[-1].valid.start if ended and ended[-1].id == tariff.id else None
        ended.append(_ended(tariff, after))
    return tuple(reversed(ended))


def _ended(tariff: Tariff, after: datetime | None) -> Tariff:
    start, end = tariff.valid.start, tariff.valid.end
    if after is None or end is not None or (start is not None and start >= after):
        return tariff
    return dataclasses.replace(tariff, valid=Window(start=start, end=after))


def applies(tariff: Tariff, usage: Usage) -> bool:
    """Tell whether a tariff prices a usage."""
    return (
        _counts(tariff, usage)
        and (usage.permit is not None or not tariff.permit_required)
        and tariff.layer in {None, usage.layer}
        and (not tariff.purposes or usage.purpose in tariff.purposes)
        and covers(tariff, usage.zone)
    )


def _counts(tariff: Tariff, usage: Usage) -> bool:
    """Tell whether what a tariff counts is what was metered: an occupation, a grant, a visit."""
    if usage.occupied is not None:
        kinds = tariff.occupations
        return tariff.kind in OCCUPYING and (not kinds or usage.occupied.kind in kinds)
    if usage.source is UsageSource.PERMIT:
        return tariff.kind is TariffKind.PER_PERMIT
    return tariff.kind not in OCCUPYING | {TariffKind.PER_PERMIT}


def covers(tariff: Tariff, zone: ZoneId | None) -> bool:
    """Tell whether a tariff names a zone: by its id, or by a prefix that ends in a hyphen."""
    return not tariff.zones or (
        zone is not None
        and any(
            zone.startswith(named) if named.endswith("-") else zone == named
            for named in tariff.zones
        )
    )


def factor(tariff: Tariff, purpose: Purpose | None, size: SizeClass) -> Decimal:
    """Return what the price is multiplied by; a purpose nobody declared is not favoured."""
    by_purpose = tariff.purpose_factors.get(purpose, ONE) if purpose else ONE
    by_size = tariff.size_factors.get(size, ONE)
    return product(by_purpose, by_size) if by_purpose else NOTHING


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value.strip():
        msg = f"{name}: a tariff needs it as text"
        raise InvalidTariff(msg)
    return value


def _strings(entry: Mapping[str, Any], name: str) -> list[str]:
    value = entry.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        msg = f"{name}: a list of names, or nothing"
        raise InvalidTariff(msg)
    return value


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        msg = f"{name}: {value!r} is neither true nor false"
        raise InvalidTariff(msg)
    return value


def _texts(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or not all(value.get(lang) for lang in LANGUAGES):
        msg = "text: a tariff is named in French (fr) and in English (en)"
        raise InvalidTariff(msg)
    return MappingProxyType({lang: str(value[lang]) for lang in LANGUAGES})


def _version(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        msg = f"version: {value!r} is not a whole number"
        raise InvalidTariff(msg)
    return value


def _currency(value: object) -> str:
    if value not in CURRENCIES:
        msg = f"currency: {value!r} is not one the city bills in ({', '.join(CURRENCIES)})"
        raise InvalidTariff(msg)
    return str(value)


def _member(name: str, family: type[E], value: object) -> E:
    try:
        return family(str(value))
    except ValueError as unknown:
        msg = f"{name}: {value!r} is none of {', '.join(family)}"
        raise InvalidTariff(msg) from unknown


def _decimal(name: str, value: object) -> Decimal:
    """Read a number from text: a JSON number has already lost its decimals to binary."""
    if not isinstance(value, str):
        msg = f'{name}: write the number as text, such as "0.10"'
        raise InvalidTariff(msg)
    try:
        return Decimal(value)
    except InvalidOperation as broken:
        msg = f"{name}: {value!r} is not a number"
        raise InvalidTariff(msg) from broken


def _factors(name: str, family: type[E], value: object) -> Mapping[E, Decimal]:
    if not isinstance(value, Mapping):
        msg = f"{name}: a factor for each name"
        raise InvalidTariff(msg)
    return MappingProxyType(
        {_member(name, family, k): _decimal(f"{name}.{k}", v) for k, v in value.items()}
    )


def _valid(value: object) -> Window:
    if not isinstance(value, Mapping) or not value.get("start"):
        msg = "valid: a tariff says from when it applies (start)"
        raise InvalidTariff(msg)
    try:
        end = value.get("end")
        return Window(start=_instant(str(value["start"])), end=_instant(str(end)) if end else None)
    except (InvalidWindow, ValueError) as broken:
        msg = f"valid: {broken}"
        raise InvalidTariff(msg) from broken


def _instant(text: str) -> datetime:
    """Read an instant; a bare date is its midnight in the city, as acts are dated."""
    if len(text) == len("2025-01-01"):
        return midnight(date.fromisoformat(text))
    return datetime.fromisoformat(text)
