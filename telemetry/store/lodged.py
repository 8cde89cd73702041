"""Who is where vehicles are counted, as the processes of one city tell each other."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import NamedTuple

import msgspec
from psycopg import Connection

from permits.parties import OperatorId, VehicleId
from telemetry.intake.shares import Share
from telemetry.lodging.lodgers import Lodgings
from telemetry.model import VehicleKey

# Where these vehicles are now.
TELL = """
INSERT INTO telemetry.lodged (operator, vehicle, lodgings, told_at)
SELECT given.*, clock_timestamp() FROM unnest(
    %(operator)b::text[], %(vehicle)b::text[], %(lodgings)b::text[]) AS given
ON CONFLICT (operator, vehicle) DO UPDATE SET lodgings = EXCLUDED.lodgings,
    told_at = EXCLUDED.told_at
"""
# What nobody is counted by any more.
FORGET = """
DELETE FROM telemetry.lodged WHERE told_at < now() - interval '2 hours'
    AND telemetry.share_of(operator, %(of)s) = %(number)s
"""
# What was told since, and a little before: it may have been committed in another order.
TOLD = """
SELECT operator, vehicle, lodgings, told_at FROM telemetry.lodged
WHERE told_at > coalesce(%(since)s::timestamptz - interval '10 seconds', '-infinity')
"""

_READING = msgspec.json.Decoder(Lodgings)


class Told(NamedTuple):
    """Where vehicles of any process are, and when that was told last."""

    lodgings: dict[VehicleKey, Lodgings]
    until: datetime | None


def tell(connection: Connection, mine: Share, changed: Mapping[VehicleKey, Lodgings]) -> None:
    """Write down where vehicles of a share are."""
    keys = sorted(changed)
    columns = {
        "operator": [key.operator for key in keys],
        "vehicle": [key.vehicle for key in keys],
        "lodgings": [msgspec.json.encode(changed[key]).decode() for key in keys],
    }
    connection.execute(TELL, columns)
    connection.execute(FORGET, asdict(mine))


def told(connection: Connection, since: datetime | None) -> Told:
    """Return what was told since an instant of the database's own clock; all, where there is none.

    Of what was told just before it, some is told again.
    """
    found, until = {}, since
    for operator, vehicle, lodgings, told_at in connection.execute(TOLD, {"since": since}):
        key = VehicleKey(OperatorId(operator), VehicleId(vehicle))
        found[key] = _READING.decode(lodgings)
        until = told_at if until is None else max(until, told_at)
    return Told(found, until)
