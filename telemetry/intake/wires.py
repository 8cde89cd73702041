"""Which format comes on this topic, from whom, and what does a payload in it say?"""

from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from telemetry.formats import (
    ais_static,
    nmea,
    octroi_cbor,
    octroi_json,
    octroi_msgpack,
    owntracks,
    remote_id,
)
from telemetry.formats.ais_parts import Parts
from telemetry.model import Fix, Malformed

Read = tuple[list[Fix], list[Malformed]]

TOPICS_REMEMBERED = 20_000
LONGEST_TOPIC = 200


class Wire(StrEnum):
    """The formats, named as the topics name them."""

    POSITION = "position"
    POSITION_MSGPACK = "position.msgpack"
    POSITION_CBOR = "position.cbor"
    NMEA = "nmea"
    REMOTE_ID = "remote-id"
    OWNTRACKS = "owntracks"


OF_A_SENSOR = frozenset({Wire.NMEA, Wire.REMOTE_ID})
OF_A_VEHICLE = frozenset(Wire) - {Wire.OWNTRACKS}
# One content is one observation, however it is spelt; other formats also hold what a fix does not.
OURS = frozenset({Wire.POSITION, Wire.POSITION_MSGPACK, Wire.POSITION_CBOR})


class Origin(Struct, frozen=True, kw_only=True):
    """Who sent a message, of which vehicle it speaks, and how."""

    sender: str
    vehicle: str | None
    wire: Wire


# The formats that say everything in the payload itself.
_WHOLE: dict[Wire, Callable[[bytes], Read]] = {
    Wire.POSITION: octroi_json.read,
    Wire.POSITION_MSGPACK: octroi_msgpack.read,
    Wire.POSITION_CBOR: octroi_cbor.read,
    Wire.OWNTRACKS: owntracks.read,
}
NOBODY = Origin(sender="", vehicle=None, wire=Wire.POSITION)


def origin_of(topic: str) -> Origin | None:
    """Read the topic; None for one that no position comes on."""
    # The same few thousand topics come again and again; long ones are nobody's, and not kept.
    return _origin_of(topic) if len(topic) <= LONGEST_TOPIC else _origin_of.__wrapped__(topic)


@lru_cache(maxsize=TOPICS_REMEMBERED)
def _origin_of(topic: str) -> Origin | None:
    match topic.split("/"):
        case ["octroi", "v1", sender, vehicle, wire] if wire in OF_A_VEHICLE:
            return Origin(sender=sender, vehicle=vehicle, wire=Wire(wire))
        case ["octroi", "v1", sender, wire] if wire in OF_A_SENSOR:
            return Origin(sender=sender, vehicle=None, wire=Wire(wire))
        case ["owntracks", sender, vehicle] | ["owntracks", sender, vehicle, "event" | "waypoint"]:
            return Origin(sender=sender, vehicle=vehicle, wire=Wire.OWNTRACKS)
        case _:
            return None


def read(
    wire: Wire,
    payload: bytes,
    *,
    received_at_ms: int,
    own: bool = False,
    waiting: Parts | None = None,
) -> Read:
    """Read a payload; `own` and `waiting` are as in `nmea.read`."""
    if wire is Wire.NMEA:
        return nmea.read(payload, own=own, waiting=waiting, now_ms=received_at_ms)
    if wire is Wire.REMOTE_ID:
        return remote_id.read(payload, received_at_ms=received_at_ms)
    return _WHOLE[wire](payload)


def saying(wire: Wire, payload: bytes, received_at_ms: int) -> list[Struct | Malformed]:
    """Return all that a payload says, whoever sent it: also what is no position.

    Beside the positions and what is wrong stand Remote ID's messages one by one, and what vessels
    say of themselves.
    """
    fixes, malformed = read(wire, payload, received_at_ms=received_at_ms, own=True)
    if wire is Wire.NMEA:
        return [*ais_static.read(payload), *fixes, *malformed]
    told = remote_id.messages(payload) if wire is Wire.REMOTE_ID else ()
    return [*(one for one in told if isinstance(one, Struct)), *fixes, *malformed]
