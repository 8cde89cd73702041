"""How did this amount come about? In numbers, from which anyone can reckon it again."""

from collections.abc import Mapping
from types import MappingProxyType

from billing.model import Fee, InvoiceLine, Usage
from billing.money import cents, plain
from billing.prices import EXACT_MS, STARTED_MS, TIMED, Tariff, TariffKind
from billing.pricing.applying import untitled
from billing.pricing.book import Ready, ready
from billing.pricing.counting import UNITS
from billing.pricing.parts import CAP_DAY, CAP_PERIOD, CAP_VISIT, FIXED, MINIMUM, SLICE, SURCHARGE
from billing.pricing.wording import part_name
from zones.time.schedule import epoch_ms

TIMES = "\N{MULTIPLICATION SIGN}"
MINUS = "\N{MINUS SIGN}"
Words = Mapping[str, str]
WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "en": {
            "lang": "en",
            "days": "d",
            "months": "months begun",
            "seasons": "seasons begun",
            "years": "years begun",
            "street": "street category",
            "free": "free",
            "before": "charged before",
            "rate": "rate",
            "due": "of what is due",
            "untitled": "without title",
            "factors": "factors",
        },
        "fr": {
            "lang": "fr",
            "days": "j",
            "months": "mois commencés",
            "seasons": "saisons commencées",
            "years": "années commencées",
            "street": "catégorie de voie",
            "free": "gratuits",
            "before": "déjà perçus",
            "rate": "taux",
            "due": "dont dus",
            "untitled": "sans titre",
            "factors": "coefficients",
        },
    }
)
LIMITS = frozenset({MINIMUM, CAP_VISIT, CAP_DAY, CAP_PERIOD})


def formula(fee: Fee, usage: Usage, tariff: Tariff, lang: str = "en") -> str:
    """Write how a fee follows from what was measured: every step with its numbers."""
    words = WORDS[lang]
    steps = [
        *_street(usage, tariff, words),
        _measured(usage, tariff, words),
        *_indexed(fee, tariff),
        *_part(fee, usage, tariff, words),
    ]
    steps += _factors(fee, usage, tariff, words)
    return "; ".join([*steps, f"{_product(fee)} = {plain(fee.amount)} {fee.currency}"])


def line_formula(line: InvoiceLine, currency: str) -> str:
    """Write how a line follows from its fees, with the one rounding there is."""
    return (
        f"{_product(line)} = {plain(line.exact)} {currency}; "
        f"≈ {cents(line.amount)} {currency} ({len(line.fees)} {TIMES})"
    )


def _measured(usage: Usage, tariff: Tariff, words: Words) -> str:
    """Write the count of what was measured, within the tariff's hours."""
    now = _ready(usage, tariff)
    found = now.counted(usage)
    quantity = plain(found.quantity) if found else "0"
    if tariff.kind in TIMED:
        certain_ms = now.hours.certain_ms(usage) if now.hours else usage.certain_ms
        counted = _time(certain_ms, tariff.kind, whole=False)
    else:
        counted = _count(usage, tariff.kind, words)
    return f"{counted} = {quantity} {UNITS[tariff.kind]}"


def _time(certain_ms: int, kind: TariffKind, *, whole: bool) -> str:
    if kind in STARTED_MS and whole:
        return f"⌊{certain_ms} ms ÷ {STARTED_MS[kind]}⌋"
    if kind in STARTED_MS:
        return f"⌈{certain_ms} ms ÷ {STARTED_MS[kind]}⌉"
    return f"⌊{certain_ms} ms ÷ {EXACT_MS[kind] // 10_000}⌋ ÷ 10000"


def _count(usage: Usage, kind: TariffKind, words: Words) -> str:
    held = usage.occupied
    if held is not None:
        years = f"{held.years} {words['years']}"
        seasons = f"{held.seasons} {words['seasons']}"
        return {
            TariffKind.PER_M2_DAY: f"{held.area_m2} m² {TIMES} {held.days} {words['days']}",
            TariffKind.PER_M2_MONTH: f"{held.area_m2} m² {TIMES} {held.months} {words['months']}",
            TariffKind.PER_M2_SEASON: f"{held.area_m2} m² {TIMES} {seasons}",
            TariffKind.PER_M2_YEAR: f"{held.area_m2} m² {TIMES} {years}",
            TariffKind.PER_METRE_YEAR: f"{held.length_m} m {TIMES} {years}",
        }.get(kind, years)
    load = f"{usage.cargo_kg} kg {TIMES} {usage.distance_m} m"
    moved = {
        TariffKind.PER_KM: f"{usage.distance_m} m ÷ 1000",
        TariffKind.PER_TONNE_KM: f"⌊{load} ÷ 100⌋ ÷ 10000",
        TariffKind.PER_PASSENGER: f"{usage.passengers}",
        TariffKind.PER_API_CALL: f"{usage.calls}",
    }
    return moved.get(kind, f"{usage.entries}")


def _street(usage: Usage, tariff: Tariff, words: Words) -> list[str]:
    """Name the category of the street and who states it, where the price follows it."""
    if usage.occupied is None or not tariff.street_categories:
        return []
    stated = f" (zone {usage.zone} version {usage.zone_version})" if usage.zone else ""
    return [f"{words['street']} {usage.occupied.street}{stated}"]


def _indexed(fee: Fee, tariff: Tariff) -> list[str]:
    """Write how the price of the act was carried forward."""
    index = tariff.index
    kind, _, at = fee.part.partition("-")
    if index is None or kind in LIMITS:
        return []
    of_act = tariff.fixed if kind == FIXED else tariff.unit_price
    if kind == SLICE:
        of_act = tariff.slices[int(at)].unit_price
    ratio = f"{plain(of_act)} {TIMES} {plain(index.value)} ÷ {plain(index.base)}"
    return [f"{ratio} ≈ {plain(fee.unit_price)} {fee.currency} ({index.name})"]


def _part(fee: Fee, usage: Usage, tariff: Tariff, words: Words) -> list[str]:
    """Write which part of the price it is, and how much of it that takes."""
    free = [f"{MINUS} {plain(tariff.first_free)} {words['free']}"] if tariff.first_free else []
    kind = fee.part.partition("-")[0]
    if not kind:
        return free
    name = part_name(tariff, fee.part)[words["lang"]]
    if kind in LIMITS:
        return [*free, _limit(fee, tariff, name, words)]
    if kind == SURCHARGE:
        return [*free, _surcharge(fee, usage, tariff, words)]
    return [*free, f"{name}: {plain(fee.quantity)}"]


def _limit(fee: Fee, tariff: Tariff, name: str, words: Words) -> str:
    """Write the limit, and what was charged under it before, where some was."""
    limit, rest = getattr(tariff, fee.part), fee.quantity * fee.unit_price
    before = f" {MINUS} {plain(limit - rest)} {words['before']}" if limit != rest else ""
    return f"{name}: {plain(limit)}{before} = {plain(rest)} {fee.currency}"


def _surcharge(fee: Fee, usage: Usage, tariff: Tariff, words: Words) -> str:
    at, name = int(fee.part.partition("-")[2]), part_name(tariff, fee.part)[words["lang"]]
    hours = _ready(usage, tariff).surcharged[at]
    rate = f"{words['rate']} {plain(tariff.surcharges[at].rate)}"
    if hours is None or tariff.kind not in TIMED:
        return f"{name}: {plain(fee.quantity)}, {rate}"
    certain = _time(hours.certain_ms(usage), tariff.kind, whole=True)
    return f"{name}: {certain}, {words['due']} {plain(fee.quantity)}, {rate}"


def _factors(fee: Fee, usage: Usage, tariff: Tariff, words: Words) -> list[str]:
    """Name the factors that are not 1; the last number of the product is their product."""
    found = [
        (usage.purpose, tariff.purpose_factors.get(usage.purpose) if usage.purpose else None),
        (usage.size, tariff.size_factors.get(usage.size)),
        (usage.noise, tariff.noise_factors.get(usage.noise) if usage.noise else None),
        (
            usage.energy_class,
            tariff.energy_factors.get(usage.energy_class) if usage.energy_class else None,
        ),
        (words["untitled"], tariff.without_title if untitled(tariff, usage) else None),
    ]
    named = [f"{word} {plain(value)}" for word, value in found if value not in {None, 1}]
    if fee.factor == 1 or not named:
        return []
    return [f"{words['factors']} {f' {TIMES} '.join(named)}"]


def _ready(usage: Usage, tariff: Tariff) -> Ready:
    return ready(tariff, epoch_ms(usage.at), epoch_ms(usage.ended_at))


def _product(priced: Fee | InvoiceLine) -> str:
    numbers = (priced.quantity, priced.unit_price, priced.factor)
    return f" {TIMES} ".join(plain(number) for number in numbers)
