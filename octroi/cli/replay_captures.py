"""Which Remote ID messages did a receiver capture (ASTM F3411, ASD-STAN 4709-002)?

Drones send them in Wi-Fi's beacons and neighbour-awareness frames and in Bluetooth's
advertisements. Who it is and where it is may come in different frames: they are joined by the
address of the transmitter, which a message does not hold, as a receiver of the city has to do.
They say the time within the hour; the day is the receiver's, so that what is sent again later has
to be moved.
"""

import re
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from octroi.cli.capture_frames import Frame, frames

MESSAGE_BYTES = 25
BASIC_ID, LOCATION, PACK_TYPE = 0x0, 0x1, 0xF
SERIAL_NUMBER = 1
MOST_IN_PACK = 9
TENTH_AT = 21  # where in a location message its tenths of a second since the full hour are
UNKNOWN_TENTH = 0xFFFF
HOUR_MS = 3_600_000
# A beacon's vendor element of ASD-STAN, the NAN service "org.opendroneid.remoteid", or Bluetooth's
# service data of ASTM.
ANNOUNCED = re.compile(rb"\xfa\x0b\xbc\x0d|\x88\x69\x19\x9d\x92\x09|\x16\xfa\xff\x0d", re.DOTALL)
PACK = re.compile(rb"[\xf0-\xf2]\x19[\x01-\x09]", re.DOTALL)
SINGLE = re.compile(rb"[\x00-\x02\x10-\x12\x20-\x22\x30-\x32\x40-\x42\x50-\x52]")
BLUETOOTH = b"\x16\xfa\xff\x0d"
# Kinds of headers: Wi-Fi bare and behind what the radio said, Bluetooth of Nordic's sniffer.
WIFI, WIFI_RADIO, NORDIC = 105, 127, 272
NORDIC_BYTES = 32
CHECKSUM_RIGHT = 0x01
CODED = 2
EXTENDED = 7


class Captured(NamedTuple):
    """One message or pack, in which frame of the file, and when the receiver heard it."""

    frame: int
    at_ms: int
    payload: bytes


def captured(path: Path) -> Iterator[Captured]:
    """Yield what a file holds, in its order; frames without a message are passed over."""
    known: dict[bytes, bytes] = {}
    for frame in frames(path):
        found = _messages(frame)
        if not found:
            continue
        transmitter = _transmitter(frame)
        for one in found:
            if one[0] >> 4 == BASIC_ID and not _is_serial(known.get(transmitter, b"")):
                known[transmitter] = one
        identity = known.get(transmitter) if transmitter else None
        yield Captured(frame.number, frame.at_ms, _payload(found, identity))


def moved(payload: bytes, heard_ms: int, shift_ms: int) -> bytes:
    """Return a payload that says it was sent so much later; the unknown stays unknown."""
    if not shift_ms:
        return payload
    whole = bytearray(payload)
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


def _messages(frame: Frame) -> list[bytes]:
    """Return the messages of a frame, of 25 bytes each; what came with a wrong checksum has none.

    Bluetooth sends one by one as well, right behind a counter.
    """
    announced = ANNOUNCED.search(frame.data)
    if announced is None or not _intact(frame):
        return []
    found = PACK.search(frame.data, announced.end())
    if announced[0] == BLUETOOTH and not PACK.match(frame.data, announced.end() + 1):
        found = SINGLE.match(frame.data, announced.end() + 1)
    if found is None:
        return []
    single = len(found[0]) == 1
    start = found.start() if single else found.end()
    end = start + MESSAGE_BYTES * (1 if single else frame.data[found.end() - 1])
    if end > len(frame.data):
        return []
    return [frame.data[at : at + MESSAGE_BYTES] for at in range(start, end, MESSAGE_BYTES)]


def _payload(found: Sequence[bytes], identity: bytes | None) -> bytes:
    """Return messages as one pack, with who it is where they do not say so themselves."""
    said = any(one[0] >> 4 == BASIC_ID for one in found)
    joined = list(found)
    if not said and identity is not None and len(found) < MOST_IN_PACK:
        joined = [identity, *found]
    version = joined[0][0] & 0xF
    return bytes([PACK_TYPE << 4 | version, MESSAGE_BYTES, len(joined)]) + b"".join(joined)


def _is_serial(message: bytes) -> bool:
    return len(message) > 1 and message[1] >> 4 == SERIAL_NUMBER


def _intact(frame: Frame) -> bool:
    if frame.link != NORDIC:
        return True
    return len(frame.data) > NORDIC_BYTES and bool(frame.data[8] & CHECKSUM_RIGHT)


def _transmitter(frame: Frame) -> bytes:
    """Return the address of who sent a frame; nothing where its header is not known."""
    data = frame.data
    if frame.link in {WIFI, WIFI_RADIO}:
        header = int.from_bytes(data[2:4], "little") if frame.link == WIFI_RADIO else 0
        return data[header + 10 : header + 16]
    return _advertiser(data) if frame.link == NORDIC else b""


def _advertiser(data: bytes) -> bytes:
    """Return whose advertisement it is; behind the sniffer's 17 bytes and the access address."""
    start = 21 + (data[8] >> 4 & 0x7 == CODED)
    if data[start] & 0xF != EXTENDED:
        return data[start + 2 : start + 8]
    return data[start + 4 : start + 10] if data[start + 3] & 1 else b""
