"""How many digits of what was measured mean anything, where it is told?"""

DEGREES, METRES = 7, 2  # both about a centimetre


def degrees(value: float) -> float:
    """Return a longitude or latitude as it is told."""
    return round(value, DEGREES)


def measure(value: float | None) -> float | None:
    """Return a height or speed as it is told."""
    return None if value is None else round(value, METRES)
