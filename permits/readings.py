"""Who of the city's staff asked to see what of which operators? The nouns of the audit."""

from dataclasses import dataclass
from datetime import datetime

from permits.parties import OperatorId, Role

# Operators see their own, sensors nothing.
STAFF = frozenset({Role.INSPECTOR, Role.FINANCE, Role.RULEMAKER, Role.ADMIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one of the staff asked to see, written down before it was shown.

    `operators` are those it is about, None where it is about whoever matches the address. `reason`
    is what the reader said, if anything. `number` orders what is written down already.
    """

    at: datetime
    role: Role
    name: str
    address: str
    operators: frozenset[OperatorId] | None
    reason: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSearch:
    """Which readings are looked for, newest first; None asks for nothing.

    Of an operator are those about it, and those about whoever matched. `before` is the number that
    the last page ended with.
    """

    operator: OperatorId | None = None
    name: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    limit: int = 50
