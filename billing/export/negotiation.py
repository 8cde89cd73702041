"""Which of the forms and languages offered does the caller like best (RFC 9110)?"""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

JSON = "application/json"
PDF = "application/pdf"
CSV = "text/csv"
XML = "application/xml"


def chosen(accept: str, offered: Sequence[str]) -> str | None:
    """Return the offer with the highest weight, the first of equals; None when none will do."""
    weights = {offer: _weight(offer, accept) for offer in offered}
    best = max(offered, key=lambda offer: weights[offer])
    return best if weights[best] > 0 else None


def spoken(accepted: str, offered: Sequence[str]) -> str:
    """Return the language `Accept-Language` likes best; the first where it likes none of ours."""
    weights: dict[str, Decimal] = {}
    for tag, weight in (_range(part) for part in accepted.split(",") if part.strip()):
        language = tag.partition("-")[0]
        weights[language] = max(weight, weights.get(language, weight))
    others = weights.get("*", Decimal(0))
    return max(offered, key=lambda offer: weights.get(offer, others))


def _weight(offer: str, accept: str) -> Decimal:
    """Return the weight of an offer by the most specific range that names it."""
    kind = offer.split("/", maxsplit=1)[0]
    ranges = dict(_range(part) for part in accept.split(",") if part.strip())
    for name in (offer, f"{kind}/*", "*/*"):
        if name in ranges:
            return ranges[name]
    return Decimal(0) if ranges else Decimal(1)


def _range(part: str) -> tuple[str, Decimal]:
    name, *parameters = (each.strip().lower() for each in part.split(";"))
    weight = next((each[2:] for each in parameters if each.startswith("q=")), "1")
    try:
        number = Decimal(weight)
    except InvalidOperation:
        number = Decimal(0)
    return name, number if number.is_finite() else Decimal(0)
