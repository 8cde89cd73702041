"""How often was the city's data read for trade? A use a day for each operator whose keys did.

The free quota, and what is due above it, are the tariff's: what is metered is every reading.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid5

from billing.metering import USAGES
from billing.model import Usage, UsageId, UsageSource
from billing.periods import midnight
from permits.parties import Operator, OperatorId
from zones.model import Layer

DAY = timedelta(days=1)
# What is read is of every layer, and a use is of one: data are kept with the ground's.
LAYER = Layer.SURFACE


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRead:
    """How often an operator read the city's data for trade on a day of the city's calendar."""

    operator: OperatorId
    day: date
    calls: int


def read_uses(
    reads: Iterable[DayRead], operators: Mapping[OperatorId, Operator]
) -> Iterator[Usage]:
    """Yield the use that each day's reading is; of who is not registered there is none."""
    for each in reads:
        if each.operator in operators:
            yield _use(each, operators[each.operator])


def _use(read: DayRead, operator: Operator) -> Usage:
    key = f"data/{operator.id}/{read.day.isoformat()}"
    return Usage(
        id=UsageId(uuid5(USAGES, key)),
        key=key,
        operator=operator.id,
        vehicle="",
        layer=LAYER,
        zone=None,
        zone_version=None,
        permit=None,
        permit_version=None,
        purpose=None,
        size=operator.size,
        source=UsageSource.DATA,
        visit=None,
        at=midnight(read.day),
        ended_at=midnight(read.day + DAY),
        entries=0,
        certain_ms=0,
        distance_m=0,
        calls=read.calls,
    )
