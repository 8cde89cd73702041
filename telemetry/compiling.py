"""Compile what is compiled now, so that no user waits for it: `python -m telemetry.compiling`.

`make install` runs it; a server that finds nothing compiled runs it while its database starts.
"""

from dataclasses import replace

import numpy as np
from shapely.geometry import box

from permits.parties import OperatorId, VehicleId
from telemetry.following.fleet import Fleet
from telemetry.formats.octroi_columns import scan
from telemetry.granted.grants import Grants
from telemetry.judging import judge
from telemetry.model import NO_OBSERVATIONS, Observations, VehicleKey
from telemetry.rulebook import Rulebook
from telemetry.tracks import advance
from zones import compiling
from zones.columns import Positions
from zones.heights.vertical import paris_datum
from zones.index import ZoneIndex
from zones.model import Restriction, Volume, Zone, ZoneId


def compile_now() -> None:
    """Read one position; follow one vehicle into one zone and out of it."""
    compiling.compile_now()
    scan([b'{"at":0,"lon":2.3,"lat":48.8,"seq":0}'])
    law = Zone(
        id=ZoneId("compiling"),
        version=1,
        name="compiling",
        layer=None,
        restriction=Restriction.NO_RESTRICTION,
        volumes=(Volume(footprint=box(2.3, 48.8, 2.4, 48.9)),),
    )
    datum = paris_datum()
    rulebook = Rulebook(version=0, index=ZoneIndex([law], datum), permits=Grants(), datum=datum)
    batch = _seen(np.array([2.29, 2.35, 2.41]))
    advance(Fleet(), batch, judge(batch, rulebook), rulebook, np.arange(1, 4))


def _seen(lon: np.ndarray) -> Observations:
    """Return one vehicle seen at these longitudes, a minute apart."""
    rows = len(lon)
    codes, exact = np.full(rows, -1, np.int8), np.zeros(rows)
    return replace(
        NO_OBSERVATIONS,
        vehicles=(VehicleKey(OperatorId("compiling"), VehicleId("compiling")),),
        vehicle=np.zeros(rows, np.int32),
        positions=Positions(
            at_ms=np.arange(rows, dtype=np.int64) * 60_000,
            lon=lon,
            lat=np.full(rows, 48.85),
            alt_m=exact,
            alt_ref=np.ones(rows, np.int8),
            h_acc_m=exact,
            v_acc_m=exact,
            layer=codes,
        ),
        speed_mps=exact,
        heading_deg=exact,
        boots=("",),
        boot=np.zeros(rows, np.int32),
        seq=np.arange(rows, dtype=np.int64),
        senders=("",),
        sender=np.zeros(rows, np.int32),
        received_at_ms=np.arange(rows, dtype=np.int64) * 60_000,
    )


if __name__ == "__main__":
    compile_now()
