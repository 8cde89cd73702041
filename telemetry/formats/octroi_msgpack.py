"""Which positions does a payload in MessagePack hold? The same fields as in JSON, in fewer bytes.

Lengths that promise more than there is, a field named twice and whatever follows the one value
are refused. MessagePack's own timestamps are not read: `at` is as in JSON.
"""

import msgspec

from telemetry.formats.position import (
    MAX_POSITIONS,
    fix_of,
    sorted_out,
    too_many,
)
from telemetry.model import Fix, Malformed

_ELEMENTS = msgspec.msgpack.Decoder(list[msgspec.Raw])
_ANYTHING = msgspec.msgpack.Decoder()

FIXED_ARRAY, ARRAY_16, ARRAY_32 = 0x9, 0xDC, 0xDD
FIXED_MAP, MAP_16 = 0x8, 0xDE


def read(payload: bytes) -> tuple[list[Fix], list[Malformed]]:
    """Read one position or an array of them; a bad one never costs its neighbours."""
    try:
        elements = _ELEMENTS.decode(payload) if _is_array(payload) else [msgspec.Raw(payload)]
    except (ValueError, RecursionError) as error:
        return [], [_unreadable(error)]
    if len(elements) > MAX_POSITIONS:
        return [], [too_many(len(elements))]
    return sorted_out(_fix(bytes(element), line) for line, element in enumerate(elements, start=1))


def _is_array(payload: bytes) -> bool:
    return bool(payload) and (payload[0] >> 4 == FIXED_ARRAY or payload[0] in {ARRAY_16, ARRAY_32})


def _fix(element: bytes, line: int) -> Fix | Malformed:
    try:
        fields = _ANYTHING.decode(element)
    except (ValueError, RecursionError) as error:
        return _unreadable(error, line)
    if isinstance(fields, dict) and len(fields) < _declared(element):
        return Malformed(reason="payload: a field is named twice", line=line)
    return fix_of(fields, line)


def _declared(element: bytes) -> int:
    """Return how many fields a map says that it has."""
    if element[0] >> 4 == FIXED_MAP:
        return element[0] & 0xF
    return int.from_bytes(element[1 : 3 if element[0] == MAP_16 else 5])


def _unreadable(error: Exception, line: int = 0) -> Malformed:
    if isinstance(error, RecursionError):
        return Malformed(reason="payload: nested too deep", line=line)
    return Malformed(reason=f"payload: not MessagePack: {error}", line=line)
