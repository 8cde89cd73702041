"""What do the serving and a deciding process say to each other? Frames, each after its length."""

import asyncio
from typing import Final

import msgspec

LENGTH_BYTES: Final = 4
# A request or an answer of many volumes is megabytes.
BUFFER_BYTES: Final = 1 << 20

Headers = tuple[tuple[bytes, bytes], ...]


class Asked(msgspec.Struct, frozen=True, kw_only=True, tag="asked"):
    """A request as it came; `number` names it among those that wait."""

    number: int
    method: str
    path: str
    query: bytes
    headers: Headers
    body: bytes
    client: tuple[str, int] | None


class Ready(msgspec.Struct, frozen=True, kw_only=True, tag="ready"):
    """From now on the deciding process can be asked."""


class Answered(msgspec.Struct, frozen=True, kw_only=True, tag="answered"):
    """What a request was answered."""

    number: int
    status: int
    headers: Headers
    body: bytes


class Told(msgspec.Struct, frozen=True, kw_only=True, tag="told"):
    """What is to be published over MQTT."""

    topic: str
    payload: bytes
    retain: bool


Said = Ready | Answered | Told


def framed(frame: Asked | Said) -> bytes:
    """Return the bytes of a frame."""
    packed = msgspec.msgpack.encode(frame)
    return len(packed).to_bytes(LENGTH_BYTES) + packed


async def unframed(reader: asyncio.StreamReader) -> bytes | None:
    """Return the next frame, packed; None when the other process is gone."""
    try:
        length = int.from_bytes(await reader.readexactly(LENGTH_BYTES))
        return await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
