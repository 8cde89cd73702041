"""How is a number of things told at the terminal? In the singular where it is one."""


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with what it counts; `many` where the plural takes more than an s."""
    return f"{number} {one if number == 1 else many or one + 's'}"
