"""Which frames did a receiver capture, and when? Files of the kinds pcap and pcapng."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

LARGEST_FRAME = 262_144
# Of pcap: byte order and parts of a second, by the first four bytes of a file.
PCAP = {
    b"\xd4\xc3\xb2\xa1": ("<", 1_000_000),
    b"\xa1\xb2\xc3\xd4": (">", 1_000_000),
    b"\x4d\x3c\xb2\xa1": ("<", 1_000_000_000),
    b"\xa1\xb2\x3c\x4d": (">", 1_000_000_000),
}
# Of pcapng: how each section begins, and its byte order by the four bytes after its length.
SECTION = b"\x0a\x0d\x0d\x0a"
ORDERS = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
INTERFACE, PACKET = 1, 6
RESOLUTION = 9  # the option of an interface that says how its instants are counted
MICROSECONDS = 1_000_000


class Frame(NamedTuple):
    """What was on the air, by its place in the file from 1; `link` is the kind of its header."""

    number: int
    at_ms: int
    link: int
    data: bytes


class _Interface(NamedTuple):
    """What a receiver heard with, and how many parts of a second it counts in."""

    link: int
    per_s: int


def is_capture(head: bytes) -> bool:
    """Tell whether a file that begins so is a capture."""
    return head[:4] in PCAP or head[:4] == SECTION


def frames(path: Path) -> Iterator[Frame]:
    """Yield the frames of a file, in its order, up to where it is cut or broken."""
    with path.open("rb") as file:
        magic = file.read(4)
        yield from _modern(file) if magic == SECTION else _classic(file, *PCAP[magic])


def _classic(file: IO[bytes], order: str, per_s: int) -> Iterator[Frame]:
    head = file.read(20)
    if len(head) < 20:  # noqa: PLR2004 - the header of a file
        return
    (link,) = struct.unpack_from(f"{order}I", head, 16)
    header = struct.Struct(f"{order}IIII")
    number = 0
    while len(said := file.read(header.size)) == header.size:
        seconds, parts, length, _ = header.unpack(said)
        if length > LARGEST_FRAME:
            return
        number += 1
        at_ms = seconds * 1000 + parts * 1000 // per_s
        yield Frame(number, at_ms, link & 0xFFFF, file.read(length))


def _modern(file: IO[bytes]) -> Iterator[Frame]:
    order, kind, number = "<", SECTION, 0
    interfaces: list[_Interface] = []
    while len(length := file.read(4)) == 4:  # noqa: PLR2004 - a number
        if kind == SECTION:
            mark = file.read(4)
            order, interfaces = ORDERS.get(mark, ""), []
        body = _body(file, order, length, 16 if kind == SECTION else 12)
        if body is None:
            return
        if kind != SECTION and _number(order, kind) == INTERFACE:
            interfaces.append(_interface(order, body))
        elif kind != SECTION and _number(order, kind) == PACKET:
            number += 1
            frame = _frame(order, body, interfaces, number)
            if frame is None:
                return
            yield frame
        kind = file.read(4)


def _body(file: IO[bytes], order: str, length: bytes, around: int) -> bytes | None:
    """Return what is left of a block, less what frames it; None where the file is broken."""
    size = _number(order, length) - around if order else -1
    if not 0 <= size <= 2 * LARGEST_FRAME:
        return None
    body, end = file.read(size), file.read(4)
    return body if len(body) == size and len(end) == len(length) else None


def _interface(order: str, body: bytes) -> _Interface:
    link, per_s, place = struct.unpack_from(f"{order}H", body.ljust(2, b"\0"))[0], MICROSECONDS, 8
    while place + 5 <= len(body):
        option, size = struct.unpack_from(f"{order}HH", body, place)
        if option == RESOLUTION and size:
            power = body[place + 4]
            per_s = 2 ** (power & 0x7F) if power & 0x80 else 10**power
        place += 4 + size + -size % 4
    return _Interface(link, per_s)


def _frame(order: str, body: bytes, interfaces: list[_Interface], number: int) -> Frame | None:
    """Return a packet; None for one that is broken or of an interface nobody told of."""
    if len(body) < 20:  # noqa: PLR2004 - what stands before the frame
        return None
    which, high, low, length, _ = struct.unpack_from(f"{order}IIIII", body)
    if which >= len(interfaces) or length > len(body) - 20:
        return None
    heard = interfaces[which]
    at_ms = ((high << 32) + low) * 1000 // heard.per_s
    return Frame(number, at_ms, heard.link, body[20 : 20 + length])


def _number(order: str, four: bytes) -> int:
    return int.from_bytes(four, "big" if order == ">" else "little")
