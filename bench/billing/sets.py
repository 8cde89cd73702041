"""Made visits of a month, and twenty tariffs that use every clause there is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from billing.prices import Tariff
from billing.tariffs import read
from permits.model import PermitId
from permits.parties import Operator, OperatorId, SizeClass, Vehicle, VehicleId
from telemetry.model import ObservationId, VehicleKey, Visit, VisitId
from zones.model import LAYERS, PURPOSES, Layer, ZoneId

OCTOBER = datetime(2026, 9, 30, 22, tzinfo=UTC)
MONTH_MS = 31 * 86_400_000
PERMIT = PermitId(UUID(int=1))
SIZES = tuple(SizeClass)
KINDS = {Layer.AIR: "drone", Layer.SURFACE: "van", Layer.RIVER: "cargo_boat"}
ZONES = 40
NOISES = (60, 80, 95)
NIGHT = [{"schedule": [{"day": ["ANY"], "startTime": "22:00:00", "endTime": "06:00:00"}]}]
PEAK = [
    {
        "schedule": [
            {
                "day": ["MON", "TUE", "WED", "THU", "FRI"],
                "startTime": "07:00:00",
                "endTime": "10:00:00",
            }
        ],
        "exceptHolidays": True,
    }
]


def operator(number: int) -> Operator:
    """Return a made operator."""
    ident = OperatorId(f"operator-{number:03d}")
    return Operator(id=ident, name=ident, siren="732829320", size=SIZES[number % len(SIZES)])


def vehicles(owner: Operator, count: int) -> dict[VehicleKey, Vehicle]:
    """Return the vehicles of an operator, in turn of every layer and loudness."""
    made = {}
    for number in range(count):
        layer, ident = LAYERS[number % len(LAYERS)], VehicleId(f"v{number:03d}")
        made[VehicleKey(owner.id, ident)] = Vehicle(
            operator=owner.id,
            id=ident,
            layer=layer,
            kind=KINDS.get(layer, "machine"),
            noise_db=NOISES[number % len(NOISES)],
        )
    return made


def visits(fleet: dict[VehicleKey, Vehicle], count: int, random: Random) -> Iterator[Visit]:
    """Yield made visits of a month: from a minute to two hours, one in ten without a permit."""
    keys = list(fleet)
    for number in range(count):
        vehicle = keys[number % len(keys)]
        lasted_ms = random.randrange(60_000, 7_200_000)
        entered = OCTOBER + timedelta(milliseconds=random.randrange(MONTH_MS - lasted_ms))
        titled = random.random() < 0.9
        yield Visit(
            id=VisitId(UUID(int=random.getrandbits(128), version=4)),
            vehicle=vehicle,
            layer=fleet[vehicle].layer,
            zone=ZoneId(f"zone-{random.randrange(ZONES)}"),
            zone_version=1,
            permit=PERMIT if titled else None,
            permit_version=1 if titled else None,
            purpose=random.choice(PURPOSES) if titled else None,
            entered_at=entered,
            left_at=entered + timedelta(milliseconds=lasted_ms),
            certain_ms=lasted_ms - random.randrange(60_000),
            uncertain_ms=0,
            distance_m=random.randrange(20_000),
            observations=lasted_ms // 1_000,
            violations=0,
            first_observation=ObservationId(1),
            last_observation=ObservationId(2),
        )


def tariffs() -> tuple[Tariff, ...]:
    """Return twenty tariffs: five a layer, plain, sliced, capped, surcharged, carried forward."""
    return tuple(
        read({**plain_tariff(f"{layer}-{name}", layer), **clauses})
        for layer in LAYERS
        for name, clauses in CLAUSES.items()
    )


CLAUSES: dict[str, dict[str, Any]] = {
    "entry": {"kind": "per_entry", "unit_price": "0.16", "permit_required": False},
    "minute": {
        "kind": "per_started_minute",
        "unit_price": "0.35",
        "first_free": "3",
        "cap_visit": "12.00",
        "cap_day": "40.00",
        "cap_period": "600.00",
        "zones": ["zone-1", "zone-2", "zone-3", "zone-4", "zone-5", "zone-6"],
        "surcharges": [{"text": {"fr": "nuit", "en": "night"}, "rate": "0.5", "calendar": NIGHT}],
    },
    "hour": {
        "kind": "per_hour",
        "unit_price": "2.00",
        "slices": [
            {"start": "0", "end": "1", "unit_price": "2.00"},
            {"start": "1", "unit_price": "3.50"},
        ],
        "minimum": "0.50",
        "zones": ["zone-7", "zone-8", "zone-9"],
    },
    "km": {
        "kind": "per_km",
        "unit_price": "0.90",
        "index": {"name": "TP01", "base": "110.5", "value": "128.3", "decimals": 4},
        "noise_factors": {"quiet": "0.8", "loud": "1.5"},
        "without_title": "1",
        "zones": ["zone-10", "zone-11", "zone-12", "zone-13"],
    },
    "peak": {
        "kind": "per_started_quarter_hour",
        "unit_price": "0.75",
        "calendar": PEAK,
        "zones": ["zone-1"],
    },
}


def plain_tariff(ident: str, layer: Layer) -> dict[str, Any]:
    """Return what all tariffs have."""
    return {
        "id": ident,
        "version": 1,
        "text": {"fr": ident, "en": ident},
        "act": "demonstration",
        "layer": layer.value,
        "purpose_factors": {"emergency": "0", "medical": "0", "research": "0.5"},
        "size_factors": {"micro": "0.5", "small": "0.75"},
        "valid": {"start": "2025-01-01"},
    }
