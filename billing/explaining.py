"""How did this amount come about? In numbers, from which anyone can reckon it again."""

from billing.model import Fee, InvoiceLine, Occupied, TariffKind, Usage
from billing.money import cents, plain

TIMES = "\N{MULTIPLICATION SIGN}"


def formula(fee: Fee, usage: Usage, kind: TariffKind) -> str:
    """Write how a fee follows from what was measured."""
    measured = f"{_measured(usage, kind)} = {plain(fee.quantity)} {fee.unit}"
    return f"{measured}; {_product(fee)} = {plain(fee.amount)} {fee.currency}"


def line_formula(line: InvoiceLine, currency: str) -> str:
    """Write how a line follows from its fees, with the one rounding there is."""
    return (
        f"{_product(line)} = {plain(line.exact)} {currency}; "
        f"≈ {cents(line.amount)} {currency} ({len(line.fees)} {TIMES})"
    )


def _measured(usage: Usage, kind: TariffKind) -> str:
    if usage.occupied is not None:
        return _occupied(usage.occupied, kind)
    match kind:
        case TariffKind.PER_STARTED_MINUTE:
            text = f"⌈{usage.certain_ms} ms ÷ 60000⌉"
        case TariffKind.PER_HOUR:
            text = f"⌊{usage.certain_ms} ms ÷ 360⌋ ÷ 10000"
        case TariffKind.PER_KM:
            text = f"{usage.distance_m} m ÷ 1000"
        case TariffKind.PER_ENTRY | TariffKind.PER_PERMIT:
            text = f"{usage.entries}"
        case TariffKind.PER_M2_DAY | TariffKind.PER_M2_MONTH | TariffKind.PER_METRE_YEAR:
            text = "0"
    return text


def _occupied(occupied: Occupied, kind: TariffKind) -> str:
    if kind is TariffKind.PER_M2_DAY:
        return f"{occupied.area_m2} m² {TIMES} {occupied.days} d"
    if kind is TariffKind.PER_M2_MONTH:
        return f"{occupied.area_m2} m² {TIMES} {occupied.months} months begun"
    return f"{occupied.length_m} m {TIMES} {occupied.years} years begun"


def _product(priced: Fee | InvoiceLine) -> str:
    numbers = (priced.quantity, priced.unit_price, priced.factor)
    return f" {TIMES} ".join(plain(number) for number in numbers)
