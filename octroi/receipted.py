"""What does the city's receipt say became of each observation?"""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any, Literal, NamedTuple

Outcome = Literal["stored", "refused", "quarantined"]
NOT_STORED: tuple[Outcome, ...] = ("refused", "quarantined")


class Receipt(NamedTuple):
    """What became of one observation; `key` names the message where it has no `seq`."""

    outcome: Outcome
    vehicle: str | None
    boot: str
    seq: int | None
    key: str
    reason: str


@dataclass(slots=True)
class Tally:
    """What became of what was sent; observations, each counted once."""

    sent: int = 0
    stored: int = 0
    refused: int = 0
    quarantined: int = 0
    resent_messages: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Return both together."""
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)))


class Said(NamedTuple):
    """Names of observations, and what became of all of them."""

    outcome: Outcome
    names: Iterable[Hashable]
    reason: str


def said(entry: dict[str, Any]) -> Iterator[Said]:
    """Read one entry of a receipt, so that each name counts where it is met first."""
    vehicle, boot = entry.get("vehicle"), str(entry.get("boot", ""))
    for first, last in entry.get("stored", ()):
        yield Said("stored", ((vehicle, boot, seq) for seq in range(first, last + 1)), "")
    for outcome in NOT_STORED:
        for each in entry.get(outcome, ()):
            yield Said(outcome, (each.get("key") or (vehicle, boot, each["seq"]),), each["reason"])
    # Keys come for every message without `seq`; those told of above are settled already.
    yield Said("stored", entry.get("keys", ()), "")


def receipt(outcome: Outcome, name: Hashable, reason: str) -> Receipt:
    """Return what became of what is known by a name."""
    if isinstance(name, tuple):
        vehicle, boot, seq = name
        return Receipt(outcome, vehicle, boot, seq, "", reason)
    return Receipt(outcome, None, "", None, str(name), reason)
