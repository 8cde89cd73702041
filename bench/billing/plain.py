"""What would a script of an afternoon reckon? Each visit against each price, in Decimals."""

from collections.abc import Callable
from decimal import Decimal
from random import Random

from bench.billing.sets import CLAUSES, operator, plain_tariff, vehicles, visits
from permits.parties import Operator
from telemetry.model import Visit
from zones.model import LAYERS

ZERO, ONE = Decimal(0), Decimal(1)
UNITS_MS = {
    "per_started_minute": 60_000,
    "per_hour": 3_600_000,
    "per_started_quarter_hour": 900_000,
}


def owed_plainly(number: int, count: int, fleet_size: int) -> Callable[[], Decimal]:
    """Make visits, and return what adds up what they owe."""
    owner = operator(number)
    made = list(visits(vehicles(owner, fleet_size), count, Random(number)))
    prices = [
        {**plain_tariff(f"{layer}-{name}", layer), **clauses}
        for layer in LAYERS
        for name, clauses in CLAUSES.items()
    ]
    return lambda: sum((_fee(visit, each, owner) for visit in made for each in prices), ZERO)


def _fee(visit: Visit, price: dict[str, object], owner: Operator) -> Decimal:
    if price["layer"] != visit.layer.value or visit.zone not in price.get("zones", [visit.zone]):  # type: ignore[operator]
        return ZERO
    quantity = max(
        _quantity(visit, str(price["kind"])) - Decimal(str(price.get("first_free", 0))), ZERO
    )
    purpose, size = price["purpose_factors"], price["size_factors"]
    factor = Decimal(purpose.get(visit.purpose, "1")) * Decimal(size.get(owner.size, "1"))  # type: ignore[attr-defined]
    owed = quantity * Decimal(str(price["unit_price"])) * factor
    return min(owed, Decimal(str(price.get("cap_visit", owed))))


def _quantity(visit: Visit, kind: str) -> Decimal:
    if kind == "per_entry":
        return ONE
    if kind == "per_km":
        return Decimal(visit.distance_m) / 1000
    unit = UNITS_MS[kind]
    started = -(-visit.certain_ms // unit)
    return Decimal(started) if "started" in kind else Decimal(visit.certain_ms) / unit
