"""How did this amount come about? In numbers, from which anyone can reckon it again."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from billing.model import Fee, InvoiceLine, Usage
from billing.money import MINUS, TIMES, cents, number_text, spoken
from billing.prices import EXACT_MS, STARTED_MS, TIMED, Tariff, TariffKind
from billing.pricing.applying import untitled
from billing.pricing.book import Ready, ready
from billing.pricing.counting import UNITS
from billing.pricing.parts import CAP_DAY, CAP_PERIOD, CAP_VISIT, FIXED, MINIMUM, SLICE, SURCHARGE
from billing.pricing.wording import BEFORE, part_name
from zones.time.schedule import epoch_ms

PARTS = 10_000  # exact time is counted in ten-thousandths
Words = Mapping[str, str]
WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "en": {
            "lang": "en",
            "is": ": ",
            "days": "d",
            "months": "months begun",
            "seasons": "seasons begun",
            "years": "years begun",
            "street": "street category",
            "free": "free",
            "rate": "rate",
            "due": "of what is due",
            "untitled": "without title",
            "factors": "factors",
        },
        "fr": {
            "lang": "fr",
            "is": " : ",
            "days": "j",
            "months": "mois commencés",
            "seasons": "saisons commencées",
            "years": "années commencées",
            "street": "catégorie de voie",
            "free": "gratuits",
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
        *_indexed(fee, tariff, lang),
        *_part(fee, usage, tariff, words),
    ]
    steps += _factors(fee, usage, tariff, words)
    amount = number_text(fee.amount, lang)
    return "; ".join([*steps, f"{_product(fee, lang)} = {amount} {fee.currency}"])


def line_formula(line: InvoiceLine, currency: str, lang: str) -> str:
    """Write how a line follows from its fees, with the one rounding there is."""
    exact, amount = number_text(line.exact, lang), spoken(cents(line.amount), lang)
    count = number_text(len(line.fees), lang)
    return f"{_product(line, lang)} = {exact} {currency}; ≈ {amount} {currency} ({count} {TIMES})"


def _measured(usage: Usage, tariff: Tariff, words: Words) -> str:
    """Write the count of what was measured, within the tariff's hours."""
    now = _ready(usage, tariff)
    found = now.counted(usage)
    lang = words["lang"]
    quantity = number_text(found.quantity, lang) if found else "0"
    if tariff.kind in TIMED:
        certain_ms = now.hours.certain_ms(usage) if now.hours else usage.certain_ms
        counted = _time(certain_ms, tariff.kind, lang, whole=False)
    else:
        counted = _count(usage, tariff.kind, words)
    return f"{counted} = {quantity} {UNITS[tariff.kind]}"


def _time(certain_ms: int, kind: TariffKind, lang: str, *, whole: bool) -> str:
    certain = f"{number_text(certain_ms, lang)} ms"
    if kind in STARTED_MS:
        begun, ended = "⌊⌋" if whole else "⌈⌉"
        return f"{begun}{certain} ÷ {number_text(STARTED_MS[kind], lang)}{ended}"
    parts, unit = number_text(PARTS, lang), number_text(EXACT_MS[kind] // PARTS, lang)
    return f"⌊{certain} ÷ {unit}⌋ ÷ {parts}"


def _count(usage: Usage, kind: TariffKind, words: Words) -> str:
    def told(number: Decimal | int) -> str:
        return number_text(number, words["lang"])

    held = usage.occupied
    if held is not None:
        area, years = f"{told(held.area_m2)} m²", f"{told(held.years)} {words['years']}"
        seasons = f"{told(held.seasons)} {words['seasons']}"
        return {
            TariffKind.PER_M2_DAY: f"{area} {TIMES} {told(held.days)} {words['days']}",
            TariffKind.PER_M2_MONTH: f"{area} {TIMES} {told(held.months)} {words['months']}",
            TariffKind.PER_M2_SEASON: f"{area} {TIMES} {seasons}",
            TariffKind.PER_M2_YEAR: f"{area} {TIMES} {years}",
            TariffKind.PER_METRE_YEAR: f"{told(held.length_m)} m {TIMES} {years}",
        }.get(kind, years)
    distance = f"{told(usage.distance_m)} m"
    load = f"{told(usage.cargo_kg)} kg {TIMES} {distance}"
    moved = {
        TariffKind.PER_KM: f"{distance} ÷ {told(1_000)}",
        TariffKind.PER_TONNE_KM: f"⌊{load} ÷ {told(100)}⌋ ÷ {told(PARTS)}",
        TariffKind.PER_PASSENGER: told(usage.passengers),
        TariffKind.PER_API_CALL: told(usage.calls),
    }
    return moved.get(kind, told(usage.entries))


def _street(usage: Usage, tariff: Tariff, words: Words) -> list[str]:
    """Name the category of the street and who states it, where the price follows it."""
    if usage.occupied is None or not tariff.street_categories:
        return []
    stated = f" (zone {usage.zone} version {usage.zone_version})" if usage.zone else ""
    return [f"{words['street']} {usage.occupied.street}{stated}"]


def _indexed(fee: Fee, tariff: Tariff, lang: str) -> list[str]:
    """Write how the price of the act was carried forward."""
    index = tariff.index
    kind, _, at = fee.part.partition("-")
    if index is None or kind in LIMITS:
        return []
    of_act = tariff.fixed if kind == FIXED else tariff.unit_price
    if kind == SLICE:
        of_act = tariff.slices[int(at)].unit_price
    price, value, base, carried = (
        number_text(each, lang) for each in (of_act, index.value, index.base, fee.unit_price)
    )
    return [f"{price} {TIMES} {value} ÷ {base} ≈ {carried} {fee.currency} ({index.name})"]


def _part(fee: Fee, usage: Usage, tariff: Tariff, words: Words) -> list[str]:
    """Write which part of the price it is, and how much of it that takes."""
    lang, first = words["lang"], tariff.first_free
    free = [f"{MINUS} {number_text(first, lang)} {words['free']}"] if first else []
    kind = fee.part.partition("-")[0]
    if not kind:
        return free
    name = part_name(tariff, fee.part)[lang]
    if kind in LIMITS:
        return [*free, _limit(fee, tariff, name, words)]
    if kind == SURCHARGE:
        return [*free, _surcharge(fee, usage, tariff, words)]
    return [*free, f"{name}{words['is']}{number_text(fee.quantity, lang)}"]


def _limit(fee: Fee, tariff: Tariff, name: str, words: Words) -> str:
    """Write the limit, and what was charged under it before, where some was."""
    limit, rest = getattr(tariff, fee.part), fee.quantity * fee.unit_price
    all_, less, left = (number_text(each, words["lang"]) for each in (limit, limit - rest, rest))
    before = f" {MINUS} {less} {BEFORE[words['lang']]}" if limit != rest else ""
    return f"{name}{words['is']}{all_}{before} = {left} {fee.currency}"


def _surcharge(fee: Fee, usage: Usage, tariff: Tariff, words: Words) -> str:
    lang, at = words["lang"], int(fee.part.partition("-")[2])
    name, quantity = part_name(tariff, fee.part)[lang], number_text(fee.quantity, lang)
    hours = _ready(usage, tariff).surcharged[at]
    rate = f"{words['rate']} {number_text(tariff.surcharges[at].rate, lang)}"
    if hours is None or tariff.kind not in TIMED:
        return f"{name}{words['is']}{quantity}, {rate}"
    certain = _time(hours.certain_ms(usage), tariff.kind, lang, whole=True)
    return f"{name}{words['is']}{certain}, {words['due']} {quantity}, {rate}"


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
    named = [
        f"{word} {number_text(value, words['lang'])}"
        for word, value in found
        if value is not None and value != 1
    ]
    if fee.factor == 1 or not named:
        return []
    return [f"{words['factors']} {f' {TIMES} '.join(named)}"]


def _ready(usage: Usage, tariff: Tariff) -> Ready:
    return ready(tariff, epoch_ms(usage.at), epoch_ms(usage.ended_at))


def _product(priced: Fee | InvoiceLine, lang: str) -> str:
    numbers = (priced.quantity, priced.unit_price, priced.factor)
    return f" {TIMES} ".join(number_text(number, lang) for number in numbers)
