"""Where vehicles stand, as it was written down last, and what was observed since.

What is written includes at least every observation up to `intake.standing_to`. Of a vehicle it may
include more: going through an observation again that its track is past changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection
from psycopg.rows import TupleRow

from permits.parties import OperatorId, VehicleId
from telemetry.intake.leaps import NOTHING_PASSED_OVER, PassedOver
from telemetry.intake.shares import Share
from telemetry.model import Observations, VehicleKey
from zones.columns import Floats, Positions

ROWS_AT_ONCE = 4_000

# Where every vehicle stood.
STANDINGS = """
SELECT operator, vehicle, track, situations, accounts FROM telemetry.track
WHERE telemetry.share_of(operator, %(of)s) = %(number)s
"""
# Where these vehicles stand now; what they and receivers said of it stays, once it is known.
SAVE_STANDINGS = """
INSERT INTO telemetry.track (operator, vehicle, track, situations, accounts, recorded_at)
SELECT given.*, %(recorded_at)s FROM unnest(%(operator)b::text[], %(vehicle)b::text[],
    %(track)b::text[], %(situations)b::text[], %(accounts)b::text[]) AS given
ON CONFLICT (operator, vehicle) DO UPDATE SET track = EXCLUDED.track,
    situations = EXCLUDED.situations, recorded_at = EXCLUDED.recorded_at,
    accounts = coalesce(EXCLUDED.accounts, track.accounts)
"""
# Up to this one it does.
STOOD_TO = """
UPDATE telemetry.intake SET standing_to = greatest(standing_to, %(id)s)
WHERE (share, shares) = (%(number)s, %(of)s)
"""
COLUMNS = """id, operator, vehicle, sender, layer, received_at, recorded_at, at, lon, lat, alt_m,
    alt_ref, h_acc_m, v_acc_m, speed_mps, heading_deg"""
# What was observed after one observation, in the order it was gone through.
OBSERVED = f"""
SELECT {COLUMNS} FROM telemetry.observation
WHERE id > (SELECT standing_to FROM telemetry.intake WHERE share = %(number)s)
  AND telemetry.share_of(operator, %(of)s) = %(number)s
ORDER BY id
"""  # noqa: S608 - the columns are ours

# What was passed over within the last hour of that, in the order it came.
PASSED_OVER = """
SELECT operator, vehicle, at, (content->>'lon')::float8, (content->>'lat')::float8,
    (content->>'h_acc_m')::float8
FROM telemetry.quarantine WHERE reason = %(reason)s AND recorded_at >
    (SELECT max(recorded_at) FROM telemetry.quarantine) - interval '1 hour'
ORDER BY recorded_at, at
"""


class Written(NamedTuple):
    """Where one vehicle stands, written down; `accounts` where it was by whose word."""

    track: str
    situations: str | None
    accounts: str | None = None


class Observed(NamedTuple):
    """Observations as they were recorded, their ids, and when each was."""

    batch: Observations
    ids: NDArray[np.int64]
    recorded_ms: NDArray[np.int64]


def standings(connection: Connection, mine: Share) -> dict[VehicleKey, Written]:
    """Return where each vehicle of a share stood when it was written down last."""
    rows = connection.execute(STANDINGS, asdict(mine)).fetchall()
    return {
        VehicleKey(OperatorId(operator), VehicleId(vehicle)): Written(track, situations, accounts)
        for operator, vehicle, track, situations, accounts in rows
        if track is not None
    }


def save_standings(
    connection: Connection, standings: Mapping[VehicleKey, Written], recorded_at: datetime
) -> None:
    """Write down where vehicles stand."""
    # In one order, so that two transactions never wait for each other.
    keys = sorted(standings)
    columns = {
        "operator": [key.operator for key in keys],
        "vehicle": [key.vehicle for key in keys],
        "track": [standings[key].track for key in keys],
        "situations": [standings[key].situations for key in keys],
        "accounts": [standings[key].accounts for key in keys],
        "recorded_at": recorded_at,
    }
    if keys:
        connection.execute(SAVE_STANDINGS, columns)


def stood_to(connection: Connection, observation: int, mine: Share) -> None:
    """Write down that what is written includes all of a share's observations up to this one."""
    connection.execute(STOOD_TO, {"id": observation, **asdict(mine)})


def observed_since(connection: Connection, mine: Share) -> Iterator[Observed]:
    """Yield what was observed since of a share, in parts and in order."""
    # Found and put in order once, however many parts there are.
    with connection.cursor("observed") as cursor:
        cursor.execute(OBSERVED, asdict(mine))
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield observed(rows)


def passed_over(connection: Connection, reason: str) -> PassedOver:
    """Return the fixes that were not believed for a reason, of those that may still count."""
    rows = connection.execute(PASSED_OVER, {"reason": reason}).fetchall()
    if not rows:
        return NOTHING_PASSED_OVER
    operator, vehicle, at, lon, lat, h_acc_m = zip(*rows, strict=True)
    pairs = zip(operator, vehicle, strict=True)
    keys = [VehicleKey(OperatorId(one), VehicleId(other)) for one, other in pairs]
    place = {key: n for n, key in enumerate(dict.fromkeys(keys))}
    numbers = np.array([place[key] for key in keys], np.int32)
    return PassedOver(tuple(place), numbers, _ms(at), _floats(lon), _floats(lat), _floats(h_acc_m))


def observed(rows: Sequence[TupleRow]) -> Observed:
    """Return rows of `COLUMNS`, at least one, as a batch."""
    columns = zip(*rows, strict=True)
    ids, operator, vehicle, sender, layer, received, recorded, at, *numbers = columns
    pairs = zip(operator, vehicle, strict=True)
    keys = [VehicleKey(OperatorId(one), VehicleId(other)) for one, other in pairs]
    place = {key: n for n, key in enumerate(dict.fromkeys(keys))}
    lon, lat, alt_m, alt_ref, h_acc_m, v_acc_m, speed, heading = numbers
    none = np.zeros(len(rows), np.int32)
    senders = {name: n for n, name in enumerate(dict.fromkeys(sender))}
    batch = Observations(
        vehicles=tuple(place),
        vehicle=np.array([place[key] for key in keys], np.int32),
        positions=Positions(
            at_ms=_ms(at),
            lon=_floats(lon),
            lat=_floats(lat),
            alt_m=_floats(alt_m),
            alt_ref=np.array(alt_ref, np.int8),
            h_acc_m=_floats(h_acc_m),
            v_acc_m=_floats(v_acc_m),
            layer=np.array(layer, np.int8),
        ),
        speed_mps=_floats(speed),
        heading_deg=_floats(heading),
        boots=("",),
        boot=none,
        seq=none.astype(np.int64),
        senders=tuple(senders),
        sender=np.array([senders[name] for name in sender], np.int32),
        received_at_ms=_ms(received),
    )
    return Observed(batch, np.array(ids, np.int64), _ms(recorded))


def _ms(instants: Sequence[datetime]) -> NDArray[np.int64]:
    return np.array([round(instant.timestamp() * 1000) for instant in instants], np.int64)


def _floats(values: Sequence[float | None]) -> Floats:
    """Return a column, NaN where nothing is known."""
    return np.array(values, np.float64)
