"""Which Remote ID messages did a receiver capture? Wi-Fi frames in a pcap file (ASTM F3411, 8.4).

A drone repeats message packs in its beacons and in neighbour-awareness frames. They say the time
within the hour; the day is the receiver's, so that what is sent again later has to be moved.
"""

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

MESSAGE_BYTES = 25
LOCATION = 0x1
TENTH_AT = 21  # where in a location message its tenths of a second since the full hour are
UNKNOWN_TENTH = 0xFFFF
HOUR_MS = 3_600_000
FILE_HEADER_BYTES, RECORD_HEADER_BYTES = 24, 16
LARGEST_FRAME = 262_144
# Byte order and parts of a second, by the first four bytes of a file.
KINDS = {
    b"\xd4\xc3\xb2\xa1": ("<", 1_000),
    b"\xa1\xb2\xc3\xd4": (">", 1_000),
    b"\x4d\x3c\xb2\xa1": ("<", 1_000_000),
    b"\xa1\xb2\x3c\x4d": (">", 1_000_000),
}
# A beacon's vendor element of ASD-STAN, or the NAN service "org.opendroneid.remoteid".
ANNOUNCED = re.compile(rb"\xfa\x0b\xbc\x0d|\x88\x69\x19\x9d\x92\x09", re.DOTALL)
PACK = re.compile(rb"[\xf0-\xf2]\x19[\x01-\x09]", re.DOTALL)


class Captured(NamedTuple):
    """One message pack, and when the receiver heard it."""

    at_ms: int
    payload: bytes


def is_capture(head: bytes) -> bool:
    """Tell whether a file that begins so is a pcap."""
    return head[:4] in KINDS


def captured(path: Path) -> Iterator[Captured]:
    """Yield the message packs of a file, in its order; frames without one are passed over."""
    with path.open("rb") as file:
        order, per_ms = KINDS[file.read(FILE_HEADER_BYTES)[:4]]
        header = struct.Struct(f"{order}IIII")
        while len(said := file.read(RECORD_HEADER_BYTES)) == RECORD_HEADER_BYTES:
            seconds, parts, length, _ = header.unpack(said)
            if length > LARGEST_FRAME:
                return  # the file is cut or broken from here on
            pack = _pack(file.read(length))
            if pack:
                yield Captured(seconds * 1000 + parts // per_ms, pack)


def moved(pack: bytes, heard_ms: int, shift_ms: int) -> bytes:
    """Return a pack that says it was sent so much later; the unknown stays unknown."""
    if not shift_ms:
        return pack
    whole = bytearray(pack)
    for start in range(3, len(whole), MESSAGE_BYTES):
        place = start + TENTH_AT
        (tenths,) = struct.unpack_from("<H", whole, place)
        if whole[start] >> 4 == LOCATION and tenths != UNKNOWN_TENTH:
            # The hour that is nearest to when it was heard; a clock that was ahead of that is not
            # to be ahead of the present.
            hours = round((heard_ms - tenths * 100) / HOUR_MS)
            at_ms = min(hours * HOUR_MS + tenths * 100, heard_ms) + shift_ms
            struct.pack_into("<H", whole, place, at_ms % HOUR_MS // 100)
    return bytes(whole)


def _pack(frame: bytes) -> bytes:
    announced = ANNOUNCED.search(frame)
    found = PACK.search(frame, announced.end()) if announced else None
    if found is None:
        return b""
    count = frame[found.end() - 1]
    pack = frame[found.start() : found.end() + MESSAGE_BYTES * count]
    return pack if len(pack) == len(found[0]) + MESSAGE_BYTES * count else b""
