"""How did this amount come about? In numbers, from which anyone can reckon it again."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from billing.model import Fee, InvoiceLine, Occupied, Usage
from billing.money import MINUS, NOTHING, TIMES, amount_text, number_text, price_text
from billing.prices import EXACT_MS, STARTED_MS, TIMED, Tariff, TariffKind
from billing.pricing.applying import untitled
from billing.pricing.book import Ready, ready
from billing.pricing.counting import UNITS
from billing.pricing.parts import SURCHARGE
from billing.pricing.wording import BEFORE, LIMITS, carried, part_name
from billing.units import quantity_text
from permits.texts.catalogue import LANGUAGES
from zones.demands import StreetCategory
from zones.time.schedule import epoch_ms

PARTS = 10_000  # exact time is counted in ten-thousandths
Words = Mapping[str, str]
Code = TypeVar("Code", bound=StrEnum)
WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "en": {
            "lang": "en",
            "is": ": ",
            "next": "; ",
            "rounded": ", rounded to",
            "street": "street category",
            "unclassed": "none",
            "free": "free",
            "rate": "rate",
            "due": "of what is due",
            "untitled": "without title",
            "factor": "factor",
            "factors": "factors",
        },
        "fr": {
            "lang": "fr",
            "is": " : ",
            "next": " ; ",
            "rounded": ", arrondi à",
            "street": "catégorie de voie",
            "unclassed": "non classée",
            "free": "gratuits",
            "rate": "taux",
            "due": "dont dus",
            "untitled": "sans titre",
            "factor": "coefficient",
            "factors": "coefficients",
        },
    }
)


def formula(fee: Fee, usage: Usage, tariff: Tariff, lang: str = "en") -> str:
    """Write how a fee follows from what was measured: every step with its numbers."""
    words = WORDS[lang]
    steps = [
        *_street(usage, tariff, words),
        _measured(usage, tariff, words),
        *carried(fee, tariff, lang),
        *_part(fee, usage, tariff, words),
    ]
    steps += _factors(fee, usage, tariff, words)
    amount = price_text(fee.amount, fee.currency, lang)
    return words["next"].join([*steps, f"{_product(fee, lang)} = {amount}"])


def line_formula(line: InvoiceLine, currency: str, lang: str) -> str:
    """Write how a line follows, and of how many uses it is the sum."""
    uses = quantity_text(Decimal(len(line.fees)), "use", lang)
    return f"{line_product(line, currency, lang)} ({uses})"


def line_product(line: InvoiceLine, currency: str, lang: str) -> str:
    """Write how the amount of a line follows from its numbers, with the one rounding there is."""
    amount = amount_text(line.amount, currency, lang)
    if line.exact == line.amount:
        return f"{_product(line, lang)} = {amount}"
    exact = price_text(line.exact, currency, lang)
    return f"{_product(line, lang)} = {exact}{WORDS[lang]['rounded']} {amount}"


def _measured(usage: Usage, tariff: Tariff, words: Words) -> str:
    """Write the count of what was measured, within the tariff's hours."""
    now = _ready(usage, tariff)
    found = now.counted(usage)
    lang = words["lang"]
    quantity = quantity_text(found.quantity if found else NOTHING, UNITS[tariff.kind], lang)
    if tariff.kind in TIMED:
        certain_ms = now.hours.certain_ms(usage) if now.hours else usage.certain_ms
        counted = _time(certain_ms, tariff.kind, lang, whole=False)
    else:
        counted = _count(usage, tariff.kind, lang)
    return f"{counted} = {quantity}"


def _time(certain_ms: int, kind: TariffKind, lang: str, *, whole: bool) -> str:
    certain = f"{number_text(certain_ms, lang)} ms"
    if kind in STARTED_MS:
        begun, ended = "⌊⌋" if whole else "⌈⌉"
        return f"{begun}{certain} ÷ {number_text(STARTED_MS[kind], lang)}{ended}"
    parts, unit = number_text(PARTS, lang), number_text(EXACT_MS[kind] // PARTS, lang)
    return f"⌊{certain} ÷ {unit}⌋ ÷ {parts}"


def _held(held: Occupied, kind: TariffKind, lang: str) -> str:
    def begun(number: int, unit: str) -> str:
        return quantity_text(Decimal(number), unit, lang)

    area, years = f"{number_text(held.area_m2, lang)} m²", begun(held.years, "year_begun")
    return {
        TariffKind.PER_M2_DAY: f"{area} {TIMES} {begun(held.days, 'day')}",
        TariffKind.PER_M2_MONTH: f"{area} {TIMES} {begun(held.months, 'month_begun')}",
        TariffKind.PER_M2_SEASON: f"{area} {TIMES} {begun(held.seasons, 'season_begun')}",
        TariffKind.PER_M2_YEAR: f"{area} {TIMES} {years}",
        TariffKind.PER_METRE_YEAR: f"{number_text(held.length_m, lang)} m {TIMES} {years}",
    }.get(kind, years)


def _count(usage: Usage, kind: TariffKind, lang: str) -> str:
    def told(number: Decimal | int) -> str:
        return number_text(number, lang)

    if usage.occupied is not None:
        return _held(usage.occupied, kind, lang)
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
    category = usage.occupied.street
    name = words["unclassed"] if category is StreetCategory.NONE else category.upper()
    return [f"{words['street']} {name}{stated}"]


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
    all_, less, left = (
        price_text(each, fee.currency, words["lang"]) for each in (limit, limit - rest, rest)
    )
    before = f" {MINUS} {less} {BEFORE[words['lang']]}" if limit != rest else ""
    return f"{name}{words['is']}{all_}{before} = {left}"


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
    lang = words["lang"]
    found = [
        _named("purpose", usage.purpose, tariff.purpose_factors, lang),
        _named("size", usage.size, tariff.size_factors, lang),
        _named("noise", usage.noise, tariff.noise_factors, lang),
        _named("energy", usage.energy_class, tariff.energy_factors, lang),
        (words["untitled"], tariff.without_title if untitled(tariff, usage) else None),
    ]
    named = [
        f"{word} {number_text(value, lang)}"
        for word, value in found
        if value is not None and value != 1
    ]
    if fee.factor == 1 or not named:
        return []
    said = words["factor" if len(named) == 1 else "factors"]
    return [f"{said} {f' {TIMES} '.join(named)}"]


def _named(
    family: str, code: Code | None, factors: Mapping[Code, Decimal], lang: str
) -> tuple[str, Decimal | None]:
    """Say what a factor is of in the city's words, and the factor, where there is one."""
    return ("", None) if code is None else (LANGUAGES[lang].words[family][code], factors.get(code))


def _ready(usage: Usage, tariff: Tariff) -> Ready:
    return ready(tariff, epoch_ms(usage.at), epoch_ms(usage.ended_at))


def _product(priced: Fee | InvoiceLine, lang: str) -> str:
    numbers = (priced.quantity, priced.unit_price, priced.factor)
    return f" {TIMES} ".join(number_text(number, lang) for number in numbers)
