"""Is what is decided decided by the law that is published? Whoever was behind decides again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import LiteralString, TypeVar

# Where this often is not enough, somebody publishes all the time.
ATTEMPTS = 20

T = TypeVar("T")


class Superseded(Exception):
    """A decision by a law that another one has taken the place of."""


def refuse_superseded(number: int, published: int) -> None:
    """Raise Superseded unless a law is the one that is published."""
    if number != published:
        raise Superseded


class LawInMotion(Exception):
    """A decision that could not be taken because the law changed each time."""


def _nothing() -> None:
    """Take up no other law."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """The zones and switches at hand, and those published: the same where the numbers are.

    `published` tells in SQL how often there was something published, for statements that decide by
    it, `take_up` brings to hand what is published.
    """

    at_hand: Callable[[], int] = lambda: 0
    published: LiteralString = "0"
    take_up: Callable[[], None] = _nothing

    def by(self, attempt: Callable[[], T]) -> T:
        """Return what an attempt comes to by the law that is published when it ends."""
        for _ in range(ATTEMPTS):
            try:
                return attempt()
            except Superseded:
                self.take_up()
        msg = "zones are being published one after the other; nothing was decided"
        raise LawInMotion(msg)
