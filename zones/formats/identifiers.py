"""What are zones called where a name has at most seven characters?"""

import hashlib
from collections.abc import Iterable, Mapping

from zones.model import ZoneId

LONGEST = 7
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def identifiers(names: Iterable[ZoneId]) -> Mapping[ZoneId, str]:
    """Return a name of at most seven characters for each, its own where that is short enough.

    The others are called by a digest, so that the same zone has the same name in every file; only
    where two digests agree does the later one of them, by the alphabet, get another.
    """
    ordered = sorted(set(names))
    given = {name: str(name) for name in ordered if len(name) <= LONGEST and name.isascii()}
    taken = set(given.values())
    for name in ordered:
        if name not in given:
            given[name] = next(
                word
                for salt in range(len(ordered) + 1)
                if (word := _digest(name, salt)) not in taken
            )
            taken.add(given[name])
    return given


def _digest(name: str, salt: int) -> str:
    salted = f"{name}\n{salt}" if salt else name
    number = int.from_bytes(hashlib.sha256(salted.encode()).digest()[:8])
    word = ""
    for _ in range(LONGEST):
        number, digit = divmod(number, len(DIGITS))
        word += DIGITS[digit]
    return word
