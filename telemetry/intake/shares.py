"""Which operators' vehicles does this process take in, where several share them out?

Each operator is one process's, by its name alone, so that one who registers changes nothing for the
others.
"""

import hashlib
import re
from dataclasses import dataclass

from typing_extensions import override

MOST_SHARES = 64
WRITTEN = re.compile(r"([1-9]\d?)/([1-9]\d?)")


class InvalidShare(ValueError):
    """No share of anything; the message says what one is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One of several shares: the `number`-th `of` so many."""

    number: int
    of: int

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        if not 1 <= self.number <= self.of <= MOST_SHARES:
            msg = f"a share is 1/1 to {MOST_SHARES}/{MOST_SHARES}, such as 2/3: the second of three"
            raise InvalidShare(msg)

    @override
    def __str__(self) -> str:
        """Write it as it is stated: 2/3."""
        return f"{self.number}/{self.of}"

    def holds(self, operator: str) -> bool:
        """Tell whether an operator, or a receiver, belongs to it; `telemetry.share_of` agrees."""
        if self.of == 1:
            return True
        digest = hashlib.md5(operator.encode(), usedforsecurity=False).hexdigest()
        return int(digest[:8], 16) % self.of == self.number - 1


WHOLE = Share(number=1, of=1)


def share(text: str) -> Share:
    """Read a share as it is written."""
    found = WRITTEN.fullmatch(text)
    return Share(number=int(found[1]), of=int(found[2])) if found else Share(number=0, of=0)
