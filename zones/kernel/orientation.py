"""On which side of a line is a point? Exact for every three points that floats can hold.

Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric Predicates",
Discrete & Computational Geometry 18 (1997): a filter with a proven bound decides nearly always,
an exact sum of products decides the rest. Overflow and underflow apart, which degrees never meet.
"""

from zones.compiled import inner, scalar

EPSILON = 2.0**-53
FILTER = (3.0 + 16.0 * EPSILON) * EPSILON
SPLITTER = 2.0**27 + 1.0

Pair = tuple[float, float]
# A sum without rounding: parts that do not overlap, the least first.
Exact = tuple[
    float, float, float, float, float, float, float, float, float, float, float, float
]  # fmt: skip
ZERO: Exact = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@scalar
def side(  # noqa: PLR0917 - three places are six numbers
    x: float, y: float, x1: float, y1: float, x2: float, y2: float
) -> int:
    """Return 1 where the point is left of the way from the first to the second, -1 right, 0 on."""
    left, right = (x1 - x) * (y2 - y), (y1 - y) * (x2 - x)
    twice_area = left - right
    bound = FILTER * (abs(left) + abs(right))
    if twice_area > bound:
        return 1
    if twice_area < -bound:
        return -1
    return exact_side(x, y, x1, y1, x2, y2)


@scalar
def exact_side(  # noqa: PLR0917 - three places are six numbers
    x: float, y: float, x1: float, y1: float, x2: float, y2: float
) -> int:
    """Add up the six products of the determinant without rounding, and return the sum's sign."""
    total = _plus(ZERO, x1, y2)
    total = _plus(total, -x1, y)
    total = _plus(total, -x, y2)
    total = _plus(total, -y1, x2)
    total = _plus(total, y1, x)
    total = _plus(total, y, x2)
    # The largest part outweighs all others.
    for part in range(11, -1, -1):
        if total[part] != 0.0:
            return 1 if total[part] > 0.0 else -1
    return 0


@inner
def _plus(total: Exact, one: float, other: float) -> Exact:
    """Add a product (Dekker's Two-Product, then Grow-Expansion for both its parts)."""
    product = one * other
    one_high, other_high = _high(one), _high(other)
    one_low, other_low = one - one_high, other - other_high
    error = one_low * other_low - (
        product - one_high * other_high - one_low * other_high - one_high * other_low
    )
    return _grown(_grown(total, error), product)


@inner
def _high(value: float) -> float:
    """Return the upper half of a value's digits (Dekker's Split)."""
    big = SPLITTER * value
    return big - (big - value)


@inner
def _grown(total: Exact, value: float) -> Exact:
    """Add a value (Grow-Expansion); twelve values fit, for until then the first part is zero."""
    carried, _ = _sum(value, total[0])
    carried, part1 = _sum(carried, total[1])
    carried, part2 = _sum(carried, total[2])
    carried, part3 = _sum(carried, total[3])
    carried, part4 = _sum(carried, total[4])
    carried, part5 = _sum(carried, total[5])
    carried, part6 = _sum(carried, total[6])
    carried, part7 = _sum(carried, total[7])
    carried, part8 = _sum(carried, total[8])
    carried, part9 = _sum(carried, total[9])
    carried, part10 = _sum(carried, total[10])
    carried, part11 = _sum(carried, total[11])
    return (
        part1, part2, part3, part4, part5, part6, part7, part8, part9, part10, part11, carried,
    )  # fmt: skip


@inner
def _sum(one: float, other: float) -> Pair:
    """Return a rounded sum and what the rounding lost (Knuth's Two-Sum)."""
    total = one + other
    virtual = total - one
    return total, (one - (total - virtual)) + (other - virtual)
