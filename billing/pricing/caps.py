"""What is left under the caps of a day and a month? For each vehicle, tariff version and factor."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from billing.model import Usage
from billing.money import EXACT, NOTHING, total
from billing.periods import CITY
from billing.prices import Tariff
from billing.pricing.parts import CAP_DAY, CAP_PERIOD, Part, money


class Room(NamedTuple):
    """What shares a cap: the uses of one vehicle in one day, or month, under one factor."""

    tariff: str
    version: int
    operator: str
    vehicle: str
    factor: Decimal
    span: str


class Caps:
    """What was charged so far in every room that a cap holds."""

    def __init__(self) -> None:
        self._charged: defaultdict[Room, Decimal] = defaultdict(lambda: NOTHING)

    def charge(self, tariff: Tariff, usage: Usage, factor: Decimal, amount: Decimal) -> None:
        """Take an amount, before the factors, off what is left."""
        for _, _, room in _rooms(tariff, usage, factor):
            self._charged[room] = EXACT.add(self._charged[room], amount)

    def limited(
        self, tariff: Tariff, usage: Usage, factor: Decimal, found: Sequence[Part]
    ) -> Sequence[Part]:
        """Return the parts, or what is left for them; it is charged."""
        rooms = _rooms(tariff, usage, factor)
        if not rooms:
            return found
        amount = total(part.amount for part in found)
        left, name = min(
            (EXACT.subtract(cap, self._charged[room]), name) for name, cap, room in rooms
        )
        if amount > left:
            amount = max(NOTHING, left)
            found = (money(name, amount),)
        self.charge(tariff, usage, factor, amount)
        return found


def _rooms(tariff: Tariff, usage: Usage, factor: Decimal) -> list[tuple[str, Decimal, Room]]:
    if tariff.cap_day is None and tariff.cap_period is None:
        return []
    day = usage.at.astimezone(CITY).date().isoformat()
    spans = ((CAP_DAY, tariff.cap_day, day), (CAP_PERIOD, tariff.cap_period, day[:-3]))
    version, who = (tariff.id, tariff.version), (usage.operator, usage.vehicle)
    return [
        (name, cap, Room(*version, *who, factor, span))
        for name, cap, span in spans
        if cap is not None
    ]
