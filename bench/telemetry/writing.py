"""How fast are observations written, and how fast with `executemany`? Durably, batch by batch."""

import time
from dataclasses import dataclass

import numpy as np
import psycopg

from octroi import clock
from octroi.wiring import Installation
from permits.parties import OperatorId, VehicleId
from telemetry.model import Observations, VehicleKey
from telemetry.store.claimed import Numbers
from telemetry.store.ingest import Recording
from zones.columns import Positions

SIZES = (100, 1_000, 10_000)
INSERT = """
INSERT INTO telemetry.observation (id, operator, vehicle, sender, layer, at, received_at,
    recorded_at, lon, lat, alt_m, alt_ref, h_acc_m, v_acc_m, speed_mps, heading_deg, boot, seq)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writes:
    """Rows a second on the wall, in batches of one size."""

    size: int
    packed: float
    executemany: float


def writes(installed: Installation, rows: int) -> list[Writes]:
    """Measure both ways in turns."""
    with psycopg.connect(installed.backing.database_url) as connection:
        found = []
        for size in SIZES:
            batch = _batch(size)
            ways = (_packed, _executemany)
            spent = [0.0, 0.0]
            rounds = max(1, rows // size)
            for turn in range(rounds):
                for number, way in enumerate(ways):
                    begun = time.perf_counter()
                    way(connection, batch, -(turn + 1) * size)
                    spent[number] += time.perf_counter() - begun
            packed, many = (size * rounds / each for each in spent)
            found.append(Writes(size=size, packed=packed, executemany=many))
        connection.execute("DELETE FROM telemetry.observation WHERE id < 0")
    return found


def _packed(connection: psycopg.Connection, batch: Observations, first: int) -> None:
    ids = np.arange(first, first + len(batch))
    recording = Recording(connection, clock.now(), Numbers())
    recording.observations(batch, ids)
    recording.end("SELECT")


def _executemany(connection: psycopg.Connection, batch: Observations, first: int) -> None:
    where, now = batch.positions, clock.now()
    key = batch.vehicles[0]
    rows = (
        (
            *(first + n, key.operator, key.vehicle, key.operator, 2, now, now, now),
            *(lon, lat, 60.0, 1, 3.0, 4.0, 8.0, 90.0, "1", n),
        )
        for n, (lon, lat) in enumerate(zip(where.lon.tolist(), where.lat.tolist(), strict=True))
    )
    connection.cursor().executemany(INSERT, rows)
    connection.commit()


def _batch(size: int) -> Observations:
    now_ms = round(clock.now().timestamp() * 1000)
    at_ms = np.full(size, now_ms)
    return Observations(
        vehicles=(VehicleKey(OperatorId("bench"), VehicleId("drone-1")),),
        vehicle=np.zeros(size, np.int32),
        positions=Positions(
            at_ms=at_ms,
            lon=np.linspace(2.3, 2.4, size),
            lat=np.full(size, 48.85),
            alt_m=np.full(size, 60.0),
            alt_ref=np.full(size, 1, np.int8),
            h_acc_m=np.full(size, 3.0),
            v_acc_m=np.full(size, 4.0),
            layer=np.full(size, 2, np.int8),
        ),
        speed_mps=np.full(size, 8.0),
        heading_deg=np.full(size, 90.0),
        boots=("1",),
        boot=np.zeros(size, np.int32),
        seq=np.arange(size),
        senders=("bench",),
        sender=np.zeros(size, np.int32),
        received_at_ms=at_ms,
    )
