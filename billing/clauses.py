"""How are the clauses of a tariff written: slices, surcharges, index, VAT? As JSON objects."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from billing import members as read_as
from billing.money import plain
from billing.prices import (
    CENTS,
    FACTOR_DECIMALS,
    PRICE_DECIMALS,
    QUANTITY_DECIMALS,
    Index,
    Slice,
    Surcharge,
)
from billing.vat import LEGAL_RATES, OUTSIDE_VAT, Vat, VatCategory
from zones.formats.calendar import write_calendar

SLICE = frozenset({"start", "end", "unit_price"})
SURCHARGE = frozenset({"text", "rate", "calendar"})
INDEX = frozenset({"name", "base", "value", "decimals", "source"})
VAT = frozenset({"category", "rate_percent"})
INDEX_DECIMALS = 8
RATE_DECIMALS = 2
DECIMALS = range(PRICE_DECIMALS + 1)


def read_slices(entries: Iterable[Any]) -> tuple[Slice, ...]:
    """Read the slices of a range."""
    return tuple(_slice(entry, f"slices[{at}]") for at, entry in enumerate(entries))


def read_surcharges(entries: Iterable[Any]) -> tuple[Surcharge, ...]:
    """Read what is added in some hours."""
    return tuple(_surcharge(entry, f"surcharges[{at}]") for at, entry in enumerate(entries))


def read_index(value: Any) -> Index | None:  # noqa: ANN401 - a document, not yet checked
    """Read what prices are carried forward by; absent is by nothing."""
    if value is None:
        return None
    entry = read_as.require_known(value, INDEX, "index", "an index")
    decimals = read_as.whole("index.decimals", entry.get("decimals", CENTS))
    if decimals not in DECIMALS:
        read_as.refuse("index.decimals", f"{decimals} is not from 0 to {PRICE_DECIMALS}")
    index = Index(
        name=read_as.text(entry, "name", "an index"),
        base=read_as.decimal("index.base", entry.get("base"), INDEX_DECIMALS),
        value=read_as.decimal("index.value", entry.get("value"), INDEX_DECIMALS),
        decimals=decimals,
        source=str(entry.get("source", "")),
    )
    if not index.base or not index.value:
        read_as.refuse("index", "base and value are above 0")
    return index


def read_vat(value: Any) -> Vat:  # noqa: ANN401 - a document, not yet checked
    """Read what tax comes on top; absent is none, the price is outside of VAT."""
    if value is None:
        return OUTSIDE_VAT
    entry = read_as.require_known(value, VAT, "vat", "VAT")
    category = read_as.member("vat.category", VatCategory, entry.get("category"))
    told = entry.get("rate_percent")
    if category is VatCategory.OUTSIDE:
        if told is not None:
            read_as.refuse("vat.rate_percent", "what is outside of VAT (category O) has no rate")
        return OUTSIDE_VAT
    rate = read_as.decimal("vat.rate_percent", told, RATE_DECIMALS)
    if rate not in LEGAL_RATES:
        legal = ", ".join(map(plain, LEGAL_RATES))
        read_as.refuse("vat.rate_percent", f"{plain(rate)} is no rate of French law ({legal})")
    return Vat(category=category, rate_percent=rate)


def write_vat(vat: Vat) -> dict[str, str | None]:
    """Write VAT as `read_vat` reads it."""
    rate = plain(vat.rate_percent) if vat.taxed else None
    return {"category": vat.category.value, "rate_percent": rate}


def write_slices(slices: Iterable[Slice]) -> list[dict[str, str | None]]:
    """Write slices as `read_slices` reads them."""
    return [
        {
            "start": plain(each.start),
            "end": written(each.end),
            "unit_price": plain(each.unit_price),
        }
        for each in slices
    ]


def write_surcharges(surcharges: Iterable[Surcharge]) -> list[dict[str, Any]]:
    """Write surcharges as `read_surcharges` reads them."""
    return [
        {
            "text": dict(each.text),
            "rate": plain(each.rate),
            "calendar": write_calendar(each.calendar),
        }
        for each in surcharges
    ]


def write_index(index: Index | None) -> dict[str, Any] | None:
    """Write an index as `read_index` reads it."""
    if index is None:
        return None
    return {
        "name": index.name,
        "base": plain(index.base),
        "value": plain(index.value),
        "decimals": index.decimals,
        "source": index.source,
    }


def write_factors(factors: Mapping[Any, Decimal]) -> dict[str, str]:
    """Write factors by the words they belong to."""
    return {word.value: plain(factor) for word, factor in factors.items()}


def written(number: Decimal | None) -> str | None:
    """Write a number that may be missing."""
    return None if number is None else plain(number)


def _slice(value: object, path: str) -> Slice:
    entry = read_as.require_known(value, SLICE, path, "a slice")
    end = entry.get("end")
    return Slice(
        start=read_as.decimal(f"{path}.start", entry.get("start"), QUANTITY_DECIMALS),
        end=None if end is None else read_as.decimal(f"{path}.end", end, QUANTITY_DECIMALS),
        unit_price=read_as.decimal(f"{path}.unit_price", entry.get("unit_price"), PRICE_DECIMALS),
    )


def _surcharge(value: object, path: str) -> Surcharge:
    entry = read_as.require_known(value, SURCHARGE, path, "a surcharge")
    calendar = read_as.calendar(entry.get("calendar"), f"{path}.calendar")
    if not calendar:
        read_as.refuse(f"{path}.calendar", "a surcharge says in which hours it is due")
    return Surcharge(
        text=read_as.texts(entry.get("text"), f"{path}.text", "a surcharge"),
        rate=read_as.decimal(f"{path}.rate", entry.get("rate"), FACTOR_DECIMALS),
        calendar=calendar,
    )
