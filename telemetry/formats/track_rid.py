"""Reads flights as network Remote ID states them (ASTM F3411-22a, in InterUSS's JSON).

A document holds `flights`, each with its `states`, its `aircraft_type` and `flight_details` that
identify it. Every state has to say all that the standard asks of one; a state that does not is
named and costs its neighbours nothing, a type that is not known is named once, and the states of a
flight that nothing identifies are each refused. Heights are above the ground where the state says
so, else above the WGS84 ellipsoid; one above the take-off is of no use to zones. An accuracy that
is unknown takes the default of broadcast Remote ID, 50 m and 150 m. Layer: air.
"""

import math
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from permits.identifiers import is_drone_serial
from telemetry.formats.position import naming_the_field
from telemetry.formats.remote_id import H_ACC_M as DEFAULT_H_ACC_M
from telemetry.formats.remote_id import V_ACC_M as DEFAULT_V_ACC_M
from telemetry.model import Fix, Malformed
from zones.model import HeightReference, Layer

H_ACC_M = {
    "HAUnknown": DEFAULT_H_ACC_M,
    "HA10NMPlus": 37_040.0,
    "HA10NM": 18_520.0,
    "HA4NM": 7_408.0,
    "HA2NM": 3_704.0,
    "HA1NM": 1_852.0,
    "HA05NM": 926.0,
    "HA03NM": 555.6,
    "HA01NM": 185.2,
    "HA005NM": 92.6,
    "HA30m": 30.0,
    "HA10m": 10.0,
    "HA3m": 3.0,
    "HA1m": 1.0,
}
V_ACC_M = {
    "VAUnknown": DEFAULT_V_ACC_M,
    "VA150mPlus": 300.0,
    "VA150m": 150.0,
    "VA45m": 45.0,
    "VA25m": 25.0,
    "VA10m": 10.0,
    "VA3m": 3.0,
    "VA1m": 1.0,
}
AIRCRAFT = frozenset(
    (
        *("NotDeclared", "Aeroplane", "Helicopter", "Gyroplane", "HybridLift", "Ornithopter"),
        *("Glider", "Kite", "FreeBalloon", "CaptiveBalloon", "Airship", "FreeFallOrParachute"),
        *("Rocket", "TetheredPoweredAircraft", "GroundObstacle", "Other"),
    )
)
REGISTRATION = re.compile(r"[A-Z0-9]{1,4}\.[A-Z0-9-]{1,20}")
FULL_CIRCLE = 360
UNKNOWN_TRACK, UNKNOWN_SPEED, UNKNOWN_ALTITUDE = 361, 255, -1000


class Height(Struct, gc=False):
    """How far above the take-off or the ground."""

    distance: Annotated[float, Meta(ge=-10_000, le=100_000)]
    reference: Literal["TakeoffLocation", "GroundLevel"]


class Place(Struct, gc=False):
    """Where, and how well it is known."""

    lng: Annotated[float, Meta(ge=-180, le=180)]
    lat: Annotated[float, Meta(ge=-90, le=90)]
    alt: Annotated[float, Meta(ge=UNKNOWN_ALTITUDE, le=100_000)]
    accuracy_h: str
    accuracy_v: str
    height: Height | None = None


class State(Struct, gc=False):
    """An aircraft at one instant."""

    timestamp: str
    timestamp_accuracy: Annotated[float, Meta(ge=0, le=3_600)]
    operational_status: Literal[
        "Undeclared", "Ground", "Airborne", "Emergency", "RemoteIDSystemFailure"
    ]
    position: Place
    track: Annotated[float, Meta(ge=0, le=UNKNOWN_TRACK)]
    speed: Annotated[float, Meta(ge=0, le=UNKNOWN_SPEED)]
    speed_accuracy: Literal["SAUnknown", "SA10mpsPlus", "SA10mps", "SA3mps", "SA1mps", "SA03mps"]
    vertical_speed: Annotated[float, Meta(ge=-62, le=63)]
    height: Height | None = None


class Details(Struct, gc=False):
    """What identifies an aircraft: at least one of these."""

    serial_number: str | None = None
    registration_id: str | None = None
    utm_id: str | None = None


class _Unidentified(ValueError):
    """A flight that is nobody's."""


def read(document: dict[str, object], stem: str) -> Iterator[Fix | Malformed]:
    """Yield each state as a fix, or as malformed with its place in the file, counted from 1."""
    flights = document.get("flights")
    line = 0
    for number, flight in enumerate(flights if isinstance(flights, list) else [], start=1):
        members = flight if isinstance(flight, dict) else {}
        states = members.get("states")
        kind = members.get("aircraft_type")
        if not isinstance(kind, str) or kind not in AIRCRAFT:
            yield Malformed(line=line + 1, reason=f"aircraft_type: {kind!r} is not known")
        identity = _identity(members.get("flight_details"), f"{stem}/{number}")
        for state in states if isinstance(states, list) else []:
            line += 1
            yield _fix(state, identity, line)


def _identity(details: object, flight: str) -> str | Malformed:
    """Return what an aircraft is called, or why nothing identifies it."""
    try:
        named = msgspec.convert(details, Details)
        return _checked(named, flight)
    except _Unidentified as why:
        return Malformed(reason=f"flight_details: {why}")
    except ValueError as why:
        return Malformed(reason=naming_the_field(why, details))


def _checked(named: Details, flight: str) -> str:
    serial, registration, utm_id = named.serial_number, named.registration_id, named.utm_id
    if serial is not None and not is_drone_serial(serial):
        msg = f"serial_number {serial!r} is not one of ANSI/CTA-2063-A"
        raise _Unidentified(msg)
    if registration is not None and not REGISTRATION.fullmatch(registration):
        msg = f"registration_id {registration!r} is not nationality.number"
        raise _Unidentified(msg)
    if utm_id is not None and not _is_uuid(utm_id):
        msg = f"utm_id {utm_id!r} is not a UUID"
        raise _Unidentified(msg)
    name = serial or registration or utm_id
    if not name:
        msg = f"{flight} has no serial_number, registration_id or utm_id"
        raise _Unidentified(msg)
    return name


def _is_uuid(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _fix(state: object, identity: str | Malformed, line: int) -> Fix | Malformed:
    if isinstance(identity, Malformed):
        return Malformed(line=line, reason=identity.reason)
    try:
        read_one = msgspec.convert(state, State)
        at_ms = _instant_ms(read_one.timestamp)
        h_acc_m, v_acc_m = _accuracies(read_one.position)
    except (ValueError, RecursionError) as broken:
        return Malformed(line=line, reason=naming_the_field(broken, state))
    alt_m, alt_ref = _altitude(read_one)
    return Fix(
        vehicle=identity,
        at_ms=at_ms,
        at_text=read_one.timestamp,
        lon=read_one.position.lng,
        lat=read_one.position.lat,
        alt_m=alt_m,
        alt_ref=alt_ref,
        h_acc_m=h_acc_m,
        v_acc_m=v_acc_m,
        speed_mps=None if read_one.speed == UNKNOWN_SPEED else read_one.speed,
        heading_deg=read_one.track if read_one.track <= FULL_CIRCLE else None,
        layer=Layer.AIR,
        line=line,
    )


def _accuracies(place: Place) -> tuple[float, float]:
    for field, known in (("accuracy_h", H_ACC_M), ("accuracy_v", V_ACC_M)):
        if getattr(place, field) not in known:
            msg = f"{getattr(place, field)!r} is not known - at `$.position.{field}`"
            raise ValueError(msg)
    return H_ACC_M[place.accuracy_h], V_ACC_M[place.accuracy_v]


def _altitude(state: State) -> tuple[float | None, HeightReference | None]:
    for height in (state.height, state.position.height):
        if height is not None and height.reference == "GroundLevel":
            return height.distance, HeightReference.AGL
    if state.position.alt == UNKNOWN_ALTITUDE:
        return None, None
    return state.position.alt, HeightReference.WGS84


def _instant_ms(text: str) -> int:
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return math.floor(instant.timestamp() * 1000 + 0.5)
    except (ValueError, OverflowError):
        pass
    msg = f"{text[:40]!r} is not ISO 8601 with an offset - at `$.timestamp`"
    raise ValueError(msg)
