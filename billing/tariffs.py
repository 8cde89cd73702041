"""How is a published price written? As one JSON document that reads back as the same tariff."""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from billing import clauses
from billing import members as read_as
from billing.money import NOTHING, plain
from billing.prices import (
    CENTS,
    FACTOR_DECIMALS,
    PRICE_DECIMALS,
    QUANTITY_DECIMALS,
    InvalidTariff,
    NoiseClass,
    Slicing,
    Tariff,
    TariffKind,
)
from billing.soundness import require_sound
from billing.versions import require_distinct
from permits.kinds import EnergyClass
from permits.occupations import OccupationKind
from permits.parties import SizeClass
from zones.demands import StreetCategory, VehicleClass
from zones.formats.calendar import write_calendar
from zones.model import Layer, Purpose
from zones.periods import in_utc

DATA = Path(__file__).parent / "data"
DEMONSTRATION = DATA / "paris-demonstration.json"
REFERENCES = DATA / "references.json"
FIELDS = frozenset(field.name for field in dataclasses.fields(Tariff))
CURRENCIES = frozenset({"EUR"})
LIMITS = ("minimum", "cap_visit", "cap_day", "cap_period")


def demonstration() -> tuple[Tariff, ...]:
    """Return the tariffs of the demonstration city."""
    return load(json.loads(DEMONSTRATION.read_text(encoding="utf-8")))


def references() -> tuple[Tariff, ...]:
    """Return prices of law and of other cities with their sources, to publish or to change."""
    return load(json.loads(REFERENCES.read_text(encoding="utf-8")))


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
    read_as.require_known(entry, FIELDS, "", "a tariff")
    layer, published = entry.get("layer"), entry.get("published")
    tariff = Tariff(
        id=read_as.text(entry, "id"),
        version=read_as.whole("version", entry.get("version")),
        text=read_as.texts(entry.get("text")),
        act=read_as.text(entry, "act"),
        kind=read_as.member("kind", TariffKind, entry.get("kind")),
        unit_price=read_as.decimal("unit_price", entry.get("unit_price"), PRICE_DECIMALS),
        currency=_currency(entry.get("currency", "EUR")),
        layer=read_as.member("layer", Layer, layer) if layer else None,
        zones=tuple(read_as.strings(entry, "zones")),
        purposes=read_as.members(entry, "purposes", Purpose),
        vehicle_classes=read_as.members(entry, "vehicle_classes", VehicleClass),
        occupations=read_as.members(entry, "occupations", OccupationKind),
        street_categories=read_as.members(entry, "street_categories", StreetCategory),
        calendar=read_as.calendar(entry.get("calendar"), "calendar"),
        permit_required=read_as.flag("permit_required", entry.get("permit_required", True)),
        without_title=read_as.optional(entry, "without_title", FACTOR_DECIMALS),
        first_free=read_as.optional(entry, "first_free", QUANTITY_DECIMALS) or NOTHING,
        slices=clauses.read_slices(read_as.objects(entry, "slices")),
        slicing=read_as.member("slicing", Slicing, entry.get("slicing", Slicing.EACH)),
        fixed=read_as.optional(entry, "fixed", PRICE_DECIMALS) or NOTHING,
        surcharges=clauses.read_surcharges(read_as.objects(entry, "surcharges")),
        **{name: read_as.optional(entry, name, CENTS) for name in LIMITS},
        purpose_factors=read_as.factors(entry, "purpose_factors", Purpose, FACTOR_DECIMALS),
        size_factors=read_as.factors(entry, "size_factors", SizeClass, FACTOR_DECIMALS),
        noise_factors=read_as.factors(entry, "noise_factors", NoiseClass, FACTOR_DECIMALS),
        energy_factors=read_as.factors(entry, "energy_factors", EnergyClass, FACTOR_DECIMALS),
        index=clauses.read_index(entry.get("index")),
        vat=clauses.read_vat(entry.get("vat")),
        source=str(entry.get("source", "")),
        published=read_as.day("published", published),
        valid=read_as.valid(entry.get("valid")),
    )
    require_sound(tariff)
    return tariff


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
        "purposes": sorted(tariff.purposes),
        "vehicle_classes": sorted(tariff.vehicle_classes),
        "occupations": sorted(tariff.occupations),
        "street_categories": sorted(tariff.street_categories),
        "calendar": write_calendar(tariff.calendar),
        "permit_required": tariff.permit_required,
        "without_title": clauses.written(tariff.without_title),
        "first_free": plain(tariff.first_free),
        "slices": clauses.write_slices(tariff.slices),
        "slicing": tariff.slicing.value,
        "fixed": plain(tariff.fixed),
        "surcharges": clauses.write_surcharges(tariff.surcharges),
        **{name: clauses.written(getattr(tariff, name)) for name in LIMITS},
        "purpose_factors": clauses.write_factors(tariff.purpose_factors),
        "size_factors": clauses.write_factors(tariff.size_factors),
        "noise_factors": clauses.write_factors(tariff.noise_factors),
        "energy_factors": clauses.write_factors(tariff.energy_factors),
        "index": clauses.write_index(tariff.index),
        "vat": clauses.write_vat(tariff.vat),
        "source": tariff.source,
        "published": tariff.published.isoformat() if tariff.published else None,
        "valid": {
            "start": in_utc(start) if start else None,
            "end": in_utc(end) if end else None,
        },
    }


def _currency(value: object) -> str:
    if not isinstance(value, str) or value not in CURRENCIES:
        msg = f"currency: {value!r} is not one the city bills in ({', '.join(CURRENCIES)})"
        raise InvalidTariff(msg)
    return value
