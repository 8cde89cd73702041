"""What is due for a use? Its quantity, times the price in force when it began, times the factor.

Nothing is rounded here. Tariffs add up: a use that two of them price owes both.
"""

from collections.abc import Container, Iterable, Sequence
from decimal import Decimal
from uuid import UUID, uuid5

from billing.model import Fee, FeeId, Occupied, Tariff, TariffKind, Usage
from billing.money import NOTHING, product
from billing.tariffs import applies, factor
from permits.model import PermitId

FEES = UUID("6f1d3c52-6d3f-5d0e-9a57-0c70a1b0e002")
MINUTE_MS = 60_000
TEN_THOUSANDTH_HOUR_MS = 360

UNITS = {
    TariffKind.PER_ENTRY: "entry",
    TariffKind.PER_STARTED_MINUTE: "min",
    TariffKind.PER_HOUR: "h",
    TariffKind.PER_KM: "km",
    TariffKind.PER_PERMIT: "permit",
    TariffKind.PER_M2_DAY: "m2_day",
    TariffKind.PER_M2_MONTH: "m2_month",
    TariffKind.PER_METRE_YEAR: "m_year",
}


def price(
    usages: Iterable[Usage], tariffs: Sequence[Tariff], free: Container[PermitId] = frozenset()
) -> tuple[Fee, ...]:
    """Price every usage under every tariff that applies to it, in the order of their keys.

    What is used under a permit that is `free` is priced at nothing.
    """
    by_id = sorted(tariffs, key=lambda tariff: (tariff.id, tariff.version))
    return tuple(
        fee(usage, tariff, free=usage.permit is not None and usage.permit in free)
        for usage in sorted(usages, key=lambda usage: usage.key)
        for tariff in by_id
        if tariff.valid.holds(usage.at)
        and applies(tariff, usage)
        # No month or year of the occupation began in the period: nothing is due for it.
        and (usage.occupied is None or quantity(usage, tariff.kind))
    )


def fee(usage: Usage, tariff: Tariff, *, free: bool = False) -> Fee:
    """Price one usage under one tariff version."""
    counted = quantity(usage, tariff.kind)
    multiplied = NOTHING if free else factor(tariff, usage.purpose, usage.size)
    return Fee(
        id=FeeId(uuid5(FEES, f"{usage.key}|{tariff.id}|{tariff.version}")),
        usage=usage.id,
        operator=usage.operator,
        layer=usage.layer,
        zone=usage.zone,
        permit=usage.permit,
        tariff=tariff.id,
        tariff_version=tariff.version,
        quantity=counted,
        unit=UNITS[tariff.kind],
        unit_price=tariff.unit_price,
        factor=multiplied,
        amount=product(counted, tariff.unit_price, multiplied),
        currency=tariff.currency,
    )


def quantity(usage: Usage, kind: TariffKind) -> Decimal:
    """Count what a kind of tariff counts, in at most four decimals.

    Hours are whole ten-thousandths (0.36 s), the last begun one left to the payer: what is
    printed is what is priced, and an hour never becomes an endless fraction.
    """
    if usage.occupied is not None:
        return _occupied(usage.occupied, kind)
    match kind:
        case TariffKind.PER_ENTRY | TariffKind.PER_PERMIT:
            counted, scale = usage.entries, 0
        case TariffKind.PER_STARTED_MINUTE:
            counted, scale = -(-usage.certain_ms // MINUTE_MS), 0
        case TariffKind.PER_HOUR:
            counted, scale = usage.certain_ms // TEN_THOUSANDTH_HOUR_MS, -4
        case TariffKind.PER_KM:
            counted, scale = usage.distance_m, -3
        case TariffKind.PER_M2_DAY | TariffKind.PER_M2_MONTH | TariffKind.PER_METRE_YEAR:
            counted, scale = 0, 0  # a visit occupies nothing
    return Decimal(counted).scaleb(scale)


def _occupied(occupied: Occupied, kind: TariffKind) -> Decimal:
    """Count square metres, or metres, times the days, months or years begun."""
    if kind is TariffKind.PER_M2_DAY:
        return Decimal(occupied.area_m2 * occupied.days)
    if kind is TariffKind.PER_M2_MONTH:
        return Decimal(occupied.area_m2 * occupied.months)
    return Decimal(occupied.length_m * occupied.years)
