"""Reads vehicle telemetry of the Mobility Data Specification 2.0.

Either what a provider answers (`telemetry` in an object) or what it pushes to an agency (an
array). MDS states accuracies in metres and says of what probability nowhere: they are taken as the
68 % that positioning services report, and widened to 95 %; where none is stated, 10 m and 15 m.
Altitudes are above mean sea level. Times are milliseconds since 1970. Layer: surface.
"""

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from telemetry.formats.owntracks import H_TO_95, V_TO_95
from telemetry.formats.position import naming_the_field
from telemetry.model import Fix, Malformed
from zones.model import HeightReference, Layer

DEFAULT_H_ACC_M = 10.0
DEFAULT_V_ACC_M = 15.0
# The schema's own bounds: nothing of before 2018.
EARLIEST_MS = 1_514_764_800_000
LATEST_MS = 253_402_300_799_999

Accuracy = Annotated[float, Meta(ge=0, le=1e6)] | None


class Gps(Struct, gc=False):
    """Where, and how well it is known."""

    lat: Annotated[float, Meta(ge=-90, le=90)]
    lng: Annotated[float, Meta(ge=-180, le=180)]
    altitude: Annotated[float, Meta(ge=-1e6, le=1e6)] | None = None
    heading: Annotated[float, Meta(ge=0, le=360)] | None = None
    speed: Annotated[float, Meta(ge=0, le=1e4)] | None = None
    horizontal_accuracy: Accuracy = None
    vertical_accuracy: Accuracy = None


class Telemetry(Struct, gc=False):
    """One point of one device."""

    device_id: UUID
    provider_id: UUID
    telemetry_id: UUID
    timestamp: Annotated[int, Meta(ge=EARLIEST_MS, le=LATEST_MS)]
    trip_ids: list[UUID] | None
    journey_id: UUID | None
    location: Gps


def read(points: list[object]) -> Iterator[Fix | Malformed]:
    """Yield each point as a fix, or as malformed with its place in the file, counted from 1."""
    for line, point in enumerate(points, start=1):
        try:
            yield _fix(msgspec.convert(point, Telemetry), line)
        except (ValueError, RecursionError) as broken:
            yield Malformed(line=line, reason=naming_the_field(broken, point))


def _fix(point: Telemetry, line: int) -> Fix:
    place = point.location
    h_acc_m, v_acc_m = place.horizontal_accuracy, place.vertical_accuracy
    return Fix(
        vehicle=str(point.device_id),
        at_ms=point.timestamp,
        lon=place.lng,
        lat=place.lat,
        alt_m=place.altitude,
        alt_ref=None if place.altitude is None else HeightReference.AMSL,
        h_acc_m=DEFAULT_H_ACC_M if h_acc_m is None else h_acc_m * H_TO_95,
        v_acc_m=DEFAULT_V_ACC_M if v_acc_m is None else v_acc_m * V_TO_95,
        speed_mps=place.speed,
        heading_deg=place.heading,
        layer=Layer.SURFACE,
        line=line,
    )
