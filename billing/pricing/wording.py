"""What is a part of a price called, in French and in English?"""

from collections.abc import Mapping
from types import MappingProxyType

from billing.model import Fee
from billing.money import plain
from billing.prices import Slice, Tariff
from billing.pricing.parts import CAP_DAY, CAP_PERIOD, CAP_VISIT, FIXED, MINIMUM, SLICE, SURCHARGE

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
UNTITLED = {"fr": "indemnité, sans titre", "en": "indemnity, without title"}


def described(tariff: Tariff, fee: Fee) -> Mapping[str, str]:
    """Return what a line is for: the tariff, the part of it, and whether it is an indemnity."""
    said = [part_name(tariff, fee.part)] if fee.part else []
    if fee.permit is None and tariff.without_title is not None:
        said.append(UNTITLED)
    return {
        lang: f" {DASH} ".join([words, *(name[lang] for name in said)])
        for lang, words in tariff.text.items()
    }


def part_name(tariff: Tariff, part: str) -> Mapping[str, str]:
    """Return what a part of a tariff is called."""
    kind, _, at = part.partition("-")
    if kind == SURCHARGE:
        return tariff.surcharges[int(at)].text
    if kind == SLICE:
        return _slice_name(tariff.slices[int(at)])
    return NAMES[kind]


def _slice_name(named: Slice) -> Mapping[str, str]:
    start = plain(named.start)
    if named.end is None:
        return {"fr": f"au-delà de {start}", "en": f"above {start}"}
    end = plain(named.end)
    return {"fr": f"de {start} à {end}", "en": f"from {start} to {end}"}
