"""How much is there to pay for? One small count for each kind, in at most four decimals.

Time that is not begun but exact is whole ten-thousandths of its unit, the last begun one left to
the payer: what is printed is what is priced, and an hour never becomes an endless fraction.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

from billing.model import Occupied, Usage
from billing.prices import EXACT_MS, STARTED_MS, TIMED, TariffKind

TEN_THOUSAND = 10_000
KILOGRAM_METRES = 100  # in a ten-thousandth of a tonne-kilometre

UNITS = {
    TariffKind.PER_ENTRY: "entry",
    TariffKind.PER_VISIT: "visit",
    TariffKind.PER_STARTED_MINUTE: "min",
    TariffKind.PER_STARTED_QUARTER_HOUR: "quarter_hour",
    TariffKind.PER_STARTED_HOUR: "h",
    TariffKind.PER_STARTED_DAY: "day",
    TariffKind.PER_MINUTE: "min",
    TariffKind.PER_HOUR: "h",
    TariffKind.PER_KM: "km",
    TariffKind.PER_TONNE_KM: "t_km",
    TariffKind.PER_PASSENGER: "passenger",
    TariffKind.PER_PERMIT: "permit",
    TariffKind.PER_API_CALL: "call",
    TariffKind.PER_M2_DAY: "m2_day",
    TariffKind.PER_M2_MONTH: "m2_month",
    TariffKind.PER_M2_SEASON: "m2_season",
    TariffKind.PER_M2_YEAR: "m2_year",
    TariffKind.PER_METRE_YEAR: "m_year",
    TariffKind.PER_OCCUPIED_YEAR: "year",
}


class Counted(NamedTuple):
    """A quantity: a size, which slices and free parts are of, times how often it is due."""

    size: Decimal
    times: int = 1

    @property
    def quantity(self) -> Decimal:
        """Return the two multiplied."""
        return self.size * self.times


def counted(usage: Usage, kind: TariffKind) -> Counted:
    """Count what a kind of tariff counts of a usage; of what it does not have, nothing."""
    if kind in TIMED:
        return Counted(time_units(usage.certain_ms, kind))
    if kind in OF_OCCUPIED:
        return OF_OCCUPIED[kind](usage.occupied) if usage.occupied else Counted(Decimal(0))
    return Counted(OF_USE[kind](usage))


def quantity(usage: Usage, kind: TariffKind) -> Decimal:
    """Count what a kind of tariff counts of a usage, all in all."""
    return counted(usage, kind).quantity


def time_units(certain_ms: int, kind: TariffKind) -> Decimal:
    """Count the units of time begun, or the ten-thousandths of one that are over."""
    if kind in STARTED_MS:
        return Decimal(-(-certain_ms // STARTED_MS[kind]))
    return Decimal(certain_ms * TEN_THOUSAND // EXACT_MS[kind]).scaleb(-4)


def whole_time_units(certain_ms: int, kind: TariffKind) -> Decimal:
    """Count the units of time that are over, of those that are due when begun."""
    if kind in STARTED_MS:
        return Decimal(certain_ms // STARTED_MS[kind])
    return time_units(certain_ms, kind)


def _entries(usage: Usage) -> Decimal:
    return Decimal(usage.entries)


def _kilometres(usage: Usage) -> Decimal:
    return Decimal(usage.distance_m).scaleb(-3)


def _tonne_kilometres(usage: Usage) -> Decimal:
    return Decimal(usage.cargo_kg * usage.distance_m // KILOGRAM_METRES).scaleb(-4)


OF_USE: Mapping[TariffKind, Callable[[Usage], Decimal]] = {
    TariffKind.PER_ENTRY: _entries,
    TariffKind.PER_VISIT: _entries,
    TariffKind.PER_PERMIT: _entries,
    TariffKind.PER_KM: _kilometres,
    TariffKind.PER_TONNE_KM: _tonne_kilometres,
    TariffKind.PER_PASSENGER: lambda usage: Decimal(usage.passengers),
    TariffKind.PER_API_CALL: lambda usage: Decimal(usage.calls),
}
OF_OCCUPIED: Mapping[TariffKind, Callable[[Occupied], Counted]] = {
    TariffKind.PER_M2_DAY: lambda held: Counted(Decimal(held.area_m2), held.days),
    TariffKind.PER_M2_MONTH: lambda held: Counted(Decimal(held.area_m2), held.months),
    TariffKind.PER_M2_SEASON: lambda held: Counted(Decimal(held.area_m2), held.seasons),
    TariffKind.PER_M2_YEAR: lambda held: Counted(Decimal(held.area_m2), held.years),
    TariffKind.PER_METRE_YEAR: lambda held: Counted(Decimal(held.length_m), held.years),
    TariffKind.PER_OCCUPIED_YEAR: lambda held: Counted(Decimal(1), held.years),
}
