"""How is the tax of a document shared among its imputations? In cents, none lost, none made.

Tax is reckoned on the whole document, and a title states it line by line. Each line has its share
of the tax of its rate, rounded down; the cents that are left go where most was cut off.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor

CENTS = 100


def shares(amount: Decimal, parts: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Share an amount in proportion to parts above zero, of which there is one at least."""
    whole = sum(map(Fraction, parts))
    exact = [Fraction(amount) * CENTS * Fraction(Fraction(part), whole) for part in parts]
    told = [floor(each) for each in exact]
    left = int(Fraction(amount) * CENTS) - sum(told)
    most_cut = sorted(range(len(parts)), key=lambda place: told[place] - exact[place])
    for place in most_cut[:left]:
        told[place] += 1
    return tuple(Decimal(each).scaleb(-2) for each in told)
