"""What was metered wrong? Another content takes its place, and what was invoiced is credited.

A contradiction is never summed by itself: an officer says that it is the truth, or that the usage
never was. Fees of what was replaced are passed over in an open month; on an issued line they become
a credit of what the line would have been without them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from uuid import UUID, uuid5

from billing.metering import USAGES
from billing.model import CreditLine, Usage, UsageId
from billing.money import EXACT, NOTHING, rounded, total
from billing.runs import CreditDraft
from billing.taxing import by_rate, tax_between
from billing.vat import OUTSIDE_VAT, Vat

CREDIT_DRAFTS = UUID("6f1d3c52-6d3f-5d0e-9a57-0c70a1b0e005")


class NotCorrected(ValueError):
    """A correction that is refused: of nothing, of what was corrected, or without a reason."""


class NoSuchCreditDraft(LookupError):
    """A proposed credit that is not there, or not any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """What came under a known key with other content, and is not billed."""

    key: str
    fingerprint: str
    usage: Usage
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A usage that another takes the place of, or none where it never was; `key` is the first's."""

    key: str
    position: int
    usage: UsageId
    replacement: UsageId | None
    fingerprint: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongLine:
    """An issued line and its fees that are wrong: credited for that before, and not yet.

    `credited` is what credit notes took back, for whatever reason, of all lines of its VAT rate.
    """

    number: str
    line: int
    exact: Decimal
    answered: Decimal
    wrong: Decimal
    left: Decimal
    usages: tuple[UsageId, ...]
    reasons: tuple[str, ...]
    vat: Vat = OUTSIDE_VAT
    credited: Decimal = NOTHING


def chosen(found: Sequence[Contradiction], key: str, fingerprint: str | None) -> Contradiction:
    """Return the contradiction that is meant: the only one of a key, or the one named."""
    asked = [each for each in found if fingerprint in {None, each.fingerprint}]
    if not asked:
        msg = f"key: nothing contradicts {key[:100]}"
        raise NotCorrected(msg)
    if len(asked) > 1:
        told = ", ".join(each.fingerprint for each in asked)
        msg = f"fingerprint: {key} is contradicted by {len(asked)}, name one of {told}"
        raise NotCorrected(msg)
    return asked[0]


def renamed(usage: Usage, key: str, position: int) -> Usage:
    """Return what takes a usage's place under a key of its own."""
    name = f"{key}/corrected/{position}"
    return replace(usage, id=UsageId(uuid5(USAGES, name)), key=name)


def credit_drafts(lines: Iterable[WrongLine]) -> Iterator[CreditDraft]:
    """Propose a credit for each invoice with wrong lines, in the order of their numbers."""
    ordered = sorted(lines, key=lambda each: (each.number, each.line))
    for number, group in groupby(ordered, key=lambda each: each.number):
        told = [(each, amount) for each in group if (amount := _amount(each)) > 0]
        if told:
            yield _draft(number, told)


def _amount(line: WrongLine) -> Decimal:
    """Return what a line is less without its wrong fees, to the cent it was rounded to."""
    before = EXACT.subtract(line.exact, line.answered)
    less = rounded(before) - rounded(EXACT.subtract(before, line.wrong))
    return max(NOTHING, min(less, line.left))


def _draft(number: str, told: Sequence[tuple[WrongLine, Decimal]]) -> CreditDraft:
    lines = tuple(CreditLine(number=each.line, amount=amount) for each, amount in told)
    usages = sorted({usage for each, _ in told for usage in each.usages}, key=str)
    reasons = sorted({reason for each, _ in told for reason in each.reasons})
    content = "|".join([number, *map(str, usages), *(f"{at.number}={at.amount}" for at in lines)])
    return CreditDraft(
        id=uuid5(CREDIT_DRAFTS, content),
        number=number,
        lines=lines,
        total=EXACT.add(total(each.amount for each in lines), _tax(told)),
        reason="; ".join(reasons)[:500],
        usages=tuple(usages),
    )


def _tax(told: Sequence[tuple[WrongLine, Decimal]]) -> Decimal:
    """Return the tax that a credit note would take back with these amounts."""
    before = {each.vat: each.credited for each, _ in told}
    nets = by_rate((each.vat, amount) for each, amount in told)
    return total(tax_between(before[vat], net, vat) for vat, net in nets.items())
