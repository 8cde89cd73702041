"""Does a tariff price this usage, and multiplied by what?"""

from decimal import Decimal

from billing.model import Usage, UsageSource
from billing.money import NOTHING, ONE, product
from billing.prices import LOADED, MOVING, OCCUPYING, Tariff, TariffKind
from zones.model import ZoneId

COUNTED_OF = {
    UsageSource.VISIT: MOVING - LOADED,
    UsageSource.DECLARED: LOADED,
    UsageSource.PERMIT: frozenset({TariffKind.PER_PERMIT}),
    UsageSource.DATA: frozenset({TariffKind.PER_API_CALL}),
}


def applies(tariff: Tariff, usage: Usage) -> bool:
    """Tell whether a tariff prices a usage, whatever the hour."""
    return (
        _counts(tariff, usage)
        and _entitled(tariff, usage)
        and tariff.layer in {None, usage.layer}
        and (not tariff.purposes or usage.purpose in tariff.purposes)
        and (not tariff.vehicle_classes or usage.vehicle_class in tariff.vehicle_classes)
        and covers(tariff, usage.zone)
    )


def covers(tariff: Tariff, zone: ZoneId | None) -> bool:
    """Tell whether a tariff names a zone: by its id, or by a prefix that ends in a hyphen."""
    return not tariff.zones or (
        zone is not None
        and any(
            zone.startswith(named) if named.endswith("-") else zone == named
            for named in tariff.zones
        )
    )


def factor(tariff: Tariff, usage: Usage) -> Decimal:
    """Return what the price is multiplied by; a purpose or class nobody stated is not favoured."""
    by_purpose = tariff.purpose_factors.get(usage.purpose, ONE) if usage.purpose else ONE
    if not by_purpose:
        return NOTHING
    by_size = tariff.size_factors.get(usage.size, ONE)
    by_noise = tariff.noise_factors.get(usage.noise, ONE) if usage.noise else ONE
    by_energy = tariff.energy_factors.get(usage.energy_class, ONE) if usage.energy_class else ONE
    return product(by_purpose, by_size, by_noise, by_energy, _indemnity(tariff, usage))


def untitled(tariff: Tariff, usage: Usage) -> bool:
    """Tell whether a usage without a permit is priced as an indemnity."""
    rests = usage.source is UsageSource.VISIT or usage.occupied is not None
    return rests and usage.permit is None and tariff.permit_required


def _counts(tariff: Tariff, usage: Usage) -> bool:
    """Tell whether what a tariff counts is what was metered: an occupation, a grant, a visit."""
    if usage.occupied is not None:
        kinds, streets = tariff.occupations, tariff.street_categories
        return (
            tariff.kind in OCCUPYING
            and (not kinds or usage.occupied.kind in kinds)
            and (not streets or usage.occupied.street in streets)
        )
    return tariff.kind in COUNTED_OF[usage.source]


def _entitled(tariff: Tariff, usage: Usage) -> bool:
    return not untitled(tariff, usage) or tariff.without_title is not None


def _indemnity(tariff: Tariff, usage: Usage) -> Decimal:
    if tariff.without_title is not None and untitled(tariff, usage):
        return tariff.without_title
    return ONE
