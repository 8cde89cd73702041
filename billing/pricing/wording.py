"""What is a part of a price called, in French and in English?"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from billing.model import Fee, Usage
from billing.money import MINUS, TIMES, number_text, price_text, total
from billing.prices import Slice, Tariff
from billing.pricing.parts import CAP_DAY, CAP_PERIOD, CAP_VISIT, FIXED, MINIMUM, SLICE, SURCHARGE
from billing.units import quantity_text
from permits.texts.catalogue import LANGUAGES

DASH = "\N{EM DASH}"
NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        FIXED: {"fr": "part fixe", "en": "fixed part"},
        MINIMUM: {"fr": "minimum de perception", "en": "minimum charge"},
        CAP_VISIT: {"fr": "plafond par usage", "en": "cap a use"},
        CAP_DAY: {"fr": "plafond du jour", "en": "cap of the day"},
        CAP_PERIOD: {"fr": "plafond du mois", "en": "cap of the month"},
    }
)
BEFORE = {"fr": "déjà perçus", "en": "charged before"}
UNTITLED = {
    "fr": "indemnité sans titre, par référence à ce tarif",
    "en": "indemnity without title, by reference to this tariff",
}
FOUND = {
    "fr": "constat {reference} : {kind} de {area} m², {length} m de long, {days}, à {place}",
    "en": "found as {reference}: {kind} of {area} m², {length} m long, {days}, at {place}",
}
LIMITS = frozenset({MINIMUM, CAP_VISIT, CAP_DAY, CAP_PERIOD})
NEXT = {"fr": " ; ", "en": "; "}
NAMED = 3  # what was found more often than this is told by the evidence


def described(tariff: Tariff, fee: Fee) -> Mapping[str, str]:
    """Return what a line is for: the tariff, the part of it, and whether it is an indemnity.

    Where an index carries the price of the act forward, how it comes about.
    """
    said = [part_name(tariff, fee.part)] if fee.part else []
    if fee.permit is None and tariff.without_title is not None:
        said.append(UNTITLED)
    return {
        lang: f" {DASH} ".join([words, *(name[lang] for name in said), *carried(fee, tariff, lang)])
        for lang, words in tariff.text.items()
    }


def claimed(tariff: Tariff, fees: Sequence[Fee], uses: Sequence[Usage] = ()) -> Mapping[str, str]:
    """Return what a line is for: of what stood without title where it was found and how large.

    Of a minimum or a cap it tells how its quantity comes about, too.
    """
    first, told = fees[0], _with_place(described(tariff, fees[0]), uses)
    if first.part not in NAMES or first.part == FIXED:
        return told
    limit, rest = getattr(tariff, first.part), total(fee.quantity for fee in fees)
    return {
        lang: f"{words} ({_sums(first, len(fees), (limit, rest), lang)})"
        for lang, words in told.items()
    }


def carried(fee: Fee, tariff: Tariff, lang: str) -> list[str]:
    """Write how the price of the act was carried forward by its index, if it has one."""
    index = tariff.index
    kind, _, at = fee.part.partition("-")
    if index is None or kind in LIMITS:
        return []
    of_act = tariff.fixed if kind == FIXED else tariff.unit_price
    if kind == SLICE:
        of_act = tariff.slices[int(at)].unit_price
    price, value, base = (number_text(each, lang) for each in (of_act, index.value, index.base))
    now = price_text(fee.unit_price, fee.currency, lang)
    return [f"{price} {TIMES} {value} ÷ {base} ≈ {now} ({index.name})"]


def _with_place(told: Mapping[str, str], uses: Sequence[Usage]) -> Mapping[str, str]:
    found = [each for each in uses if each.occupied and each.occupied.place][:NAMED]
    return {
        lang: NEXT[lang].join([words, *(_found(each, lang) for each in found)])
        for lang, words in told.items()
    }


def _found(use: Usage, lang: str) -> str:
    """Say what stood without title, by the reference of who found it."""
    held = use.occupied
    assert held is not None  # noqa: S101 - only what stands has a place
    return FOUND[lang].format(
        reference=use.key.split("/")[2],
        kind=LANGUAGES[lang].words["occupation"][held.kind],
        area=number_text(held.area_m2, lang),
        length=number_text(held.length_m, lang),
        days=quantity_text(Decimal(held.days), "day", lang),
        place=held.place,
    )


def _sums(first: Fee, uses: int, amounts: tuple[Decimal, Decimal], lang: str) -> str:
    limit, rest = amounts
    before = limit * uses - rest
    all_, less, left = (price_text(each, first.currency, lang) for each in (limit, before, rest))
    taken = f" {MINUS} {less} {BEFORE[lang]}" if before else ""
    return f"{number_text(uses, lang)} {TIMES} {all_}{taken} = {left}"


def part_name(tariff: Tariff, part: str) -> Mapping[str, str]:
    """Return what a part of a tariff is called."""
    kind, _, at = part.partition("-")
    if kind == SURCHARGE:
        return tariff.surcharges[int(at)].text
    if kind == SLICE:
        return _slice_name(tariff.slices[int(at)])
    return NAMES[kind]


def _slice_name(named: Slice) -> Mapping[str, str]:
    start = {lang: number_text(named.start, lang) for lang in BEFORE}
    if named.end is None:
        return {"fr": f"au-delà de {start['fr']}", "en": f"above {start['en']}"}
    end = {lang: number_text(named.end, lang) for lang in BEFORE}
    return {
        "fr": f"de {start['fr']} à {end['fr']}",
        "en": f"from {start['en']} to {end['en']}",
    }
