"""Which position does an OwnTracks message hold?

The phone states accuracies at 68 %; Octroi's are at 95 %, so they are widened by the ratio of a
normal distribution. `vel` is km/h. `alt` is left with an unknown reference: the format says sea
level, but phones have sent heights above the ellipsoid under the same name, 44.6 m apart in Paris.

A transition says that the phone crossed a region that its owner drew, a waypoint where that region
is: neither is a position to judge, as crossings are found here from positions. They are read,
acknowledged and not kept.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from telemetry.model import Fix, Malformed

H_ACC_M = 50.0  # a phone that does not say how well it knows its place
V_ACC_M = 50.0
H_TO_95 = 1.62  # 95 % over 68 % radius in the plane: 2.448 / 1.515
V_TO_95 = 1.96
KMH = 1 / 3.6
# What else the app says of itself, without a position of the phone.
PASSED_OVER = frozenset({"lwt", "card", "status", "steps", "beacon", "waypoints", "dump", "cmd"})

Seconds = Annotated[int, Meta(ge=0, le=253_402_300_799)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]


class Tagged(Struct, gc=False):
    """What kind of message this is."""

    type: str = msgspec.field(name="_type")


class Location(Struct, gc=False, kw_only=True):
    """A message of type `location`, as the app sends it; -1 is the app's "not known"."""

    lat: Latitude
    lon: Longitude
    tst: Seconds
    acc: Annotated[float, Meta(ge=-1, le=1e6)] | None = None
    vac: Annotated[float, Meta(ge=-1, le=1e6)] | None = None
    alt: Annotated[float, Meta(ge=-1e6, le=1e6)] | None = None
    vel: Annotated[float, Meta(ge=-1, le=1e5)] | None = None
    cog: Annotated[float, Meta(ge=-1, le=360)] | None = None


class Transition(Struct, gc=False, kw_only=True):
    """A message of type `transition`: the phone entered or left a region of its owner's."""

    event: Literal["enter", "leave"]
    tst: Seconds
    wtst: Seconds | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None


class Waypoint(Struct, gc=False, kw_only=True):
    """A message of type `waypoint`: a region that the phone's owner drew, or a beacon's name."""

    desc: str
    tst: Seconds
    lat: Latitude | None = None
    lon: Longitude | None = None
    rad: Annotated[float, Meta(ge=0, le=1e7)] | None = None


_TAGGED = msgspec.json.Decoder(Tagged)
_LOCATION = msgspec.json.Decoder(Location)
_ACKNOWLEDGED: dict[str, msgspec.json.Decoder[Transition] | msgspec.json.Decoder[Waypoint]] = {
    "transition": msgspec.json.Decoder(Transition),
    "waypoint": msgspec.json.Decoder(Waypoint),
}


def read(payload: bytes) -> tuple[list[Fix], list[Malformed]]:
    """Read one message; of what the app sends only a `location` gives a fix."""
    try:
        kind = _TAGGED.decode(payload).type
        if kind == "location":
            return [_fix(_LOCATION.decode(payload))], []
        if kind in _ACKNOWLEDGED:
            _ACKNOWLEDGED[kind].decode(payload)
    except (ValueError, RecursionError) as error:
        return [], [Malformed(reason=f"payload: {error}")]
    return [], _objections(kind)


def _objections(kind: str) -> list[Malformed]:
    if kind in PASSED_OVER or kind in _ACKNOWLEDGED:
        return []
    why = "encrypted messages cannot be read" if kind == "encrypted" else f"{kind!r} is not known"
    return [Malformed(reason=f"_type: {why}")]


def _fix(location: Location) -> Fix:
    acc, vac, vel = _known(location.acc), _known(location.vac), _known(location.vel)
    return Fix(
        at_ms=location.tst * 1000,
        lon=location.lon,
        lat=location.lat,
        alt_m=location.alt,
        h_acc_m=H_ACC_M if acc is None else acc * H_TO_95,
        v_acc_m=V_ACC_M if vac is None else vac * V_TO_95,
        speed_mps=None if vel is None else vel * KMH,
        heading_deg=_known(location.cog),
    )


def _known(value: float | None) -> float | None:
    return None if value is None or value < 0 else value
