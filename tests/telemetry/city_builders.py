"""Zones, permits, batches and rulebooks in which a test names only what matters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import shapely

from permits.life.holdings import Holding
from permits.model import (
    Application,
    Decision,
    OperationVolume,
    Permit,
    PermitId,
    PermitState,
    Quote,
)
from permits.parties import OperatorId, VehicleId
from telemetry.granted.grants import granted
from telemetry.model import Observations, VehicleKey
from telemetry.rulebook import NOTHING_KNOWN, Rulebook
from zones.columns import Positions
from zones.demands import Equipment
from zones.heights.vertical import paris_datum
from zones.index import ZoneIndex
from zones.model import (
    UNBOUNDED,
    Band,
    Height,
    HeightReference,
    Layer,
    Purpose,
    Restriction,
    Volume,
    Zone,
    ZoneId,
)
from zones.periods import Window
from zones.space.geometry import scale

LON, LAT = 2.35, 48.85
EAST_M, NORTH_M = (float(each) for each in scale(LAT))
NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
DRONE = VehicleKey(OperatorId("ailes"), VehicleId("drone-1"))
HOUR = Window(start=NOON, end=NOON + timedelta(hours=1))


def at_metres(x: float, y: float) -> tuple[float, float]:
    """Return longitude and latitude so many metres east and north of the middle of the city."""
    return LON + x / EAST_M, LAT + y / NORTH_M


def square(x: float, y: float, half_m: float) -> shapely.Polygon:
    west, south = at_metres(x - half_m, y - half_m)
    east, north = at_metres(x + half_m, y + half_m)
    return shapely.box(west, south, east, north)


def agl(lower: float | None, upper: float | None) -> Band:
    limits = [
        None if value is None else Height(value_m=value, reference=HeightReference.AGL)
        for value in (lower, upper)
    ]
    return Band(lower=limits[0], upper=limits[1])


def zone(name: str = "city", half_m: float = 1000, **named: Any) -> Zone:  # noqa: ANN401 - the noun's own fields
    x, y = named.pop("middle", (0.0, 0.0))
    values: dict[str, Any] = {
        "version": 1,
        "name": name.title(),
        "layer": None,
        "restriction": Restriction.REQ_AUTHORISATION,
        "volumes": (
            Volume(
                footprint=named.pop("footprint", None) or square(x, y, half_m),
                band=named.pop("band", UNBOUNDED),
            ),
        ),
    }
    return Zone(**{**values, **named, "id": ZoneId(name)})


def permit(half_m: float = 200, **named: Any) -> Permit:  # noqa: ANN401 - fields of several nouns
    x, y = named.get("middle", (0.0, 0.0))
    volume = OperationVolume(
        footprint=square(x, y, half_m),
        window=named.get("window", HOUR),
        band=named.get("band", UNBOUNDED),
    )
    return Permit(
        id=PermitId(UUID(int=named.get("number", 1))),
        version=1,
        application=Application(
            operator=named.get("operator", DRONE.operator),
            purpose=named.get("purpose", Purpose.DELIVERY),
            layer=named.get("layer", Layer.AIR),
            vehicles=named.get("vehicles", (DRONE.vehicle,)),
            volumes=named.get("volumes", (volume,)),
        ),
        state=PermitState.GRANTED,
        decision=Decision.GRANTED,
        automated=True,
        findings=(),
        conditions=(),
        quote=Quote(currency="EUR", total=Decimal(0)),
        decided_at=NOON,
        recorded_at=NOON,
    )


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One observation, `s` seconds after noon, `x` and `y` metres from the middle of the city."""

    x: float = 0.0
    y: float = 0.0
    s: float = 600.0
    alt: float = 50.0
    ref: HeightReference | None = HeightReference.AGL
    h_acc: float = 0.0
    v_acc: float = 0.0
    speed: float = 5.0
    heading: float = float("nan")
    layer: Layer = Layer.AIR
    vehicle: VehicleKey = DRONE


def batch(*seen: Seen) -> Observations:
    vehicles = tuple(dict.fromkeys(one.vehicle for one in seen))
    places = np.array([at_metres(one.x, one.y) for one in seen]).reshape(-1, 2)
    at_ms = np.array([ms(one.s) for one in seen], np.int64)
    return Observations(
        vehicles=vehicles,
        vehicle=np.array([vehicles.index(one.vehicle) for one in seen], np.int32),
        positions=Positions(
            at_ms=at_ms,
            lon=places[:, 0].copy(),
            lat=places[:, 1].copy(),
            alt_m=np.array([one.alt for one in seen], float),
            alt_ref=np.array([one.ref.code if one.ref else 0 for one in seen], np.int8),
            h_acc_m=np.array([one.h_acc for one in seen], float),
            v_acc_m=np.array([one.v_acc for one in seen], float),
            layer=np.array([one.layer.code for one in seen], np.int8),
        ),
        speed_mps=np.array([one.speed for one in seen], float),
        heading_deg=np.array([one.heading for one in seen], float),
        boots=("b",),
        boot=np.zeros(len(seen), np.int32),
        seq=np.arange(len(seen), dtype=np.int64),
        senders=tuple(vehicle.operator for vehicle in vehicles),
        sender=np.array([vehicles.index(one.vehicle) for one in seen], np.int32),
        received_at_ms=at_ms + 100,
    )


def ms(seconds: float) -> int:
    return round((NOON.timestamp() + seconds) * 1000)


def holding(permit: Permit) -> Holding:
    """Return what a permit holds once and for all."""
    held = Window(start=permit.decided_at)
    return Holding(id=permit.id, version=permit.version, application=permit.application, held=held)


def rulebook(
    zones: Sequence[Zone],
    permits: Sequence[Permit] = (),
    version: int = 1,
    carried: Mapping[VehicleKey, frozenset[Equipment]] = NOTHING_KNOWN,
) -> Rulebook:
    datum = paris_datum()
    return Rulebook(
        version=version,
        index=ZoneIndex(zones, datum),
        permits=granted([holding(permit) for permit in permits]),
        datum=datum,
        carried=carried,
    )
