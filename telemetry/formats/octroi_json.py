"""Which positions does a payload in Octroi's own JSON hold? One object or an array of them."""

import json

import msgspec

from telemetry.formats.position import (
    MAX_POSITIONS,
    Position,
    fix_of,
    fixed,
    sorted_out,
    too_many,
)
from telemetry.model import Fix, Malformed

_POSITIONS = msgspec.json.Decoder(list[Position] | Position)


def read(payload: bytes) -> tuple[list[Fix], list[Malformed]]:
    """Read one position or an array of them; a bad one never costs its neighbours."""
    found = positions(payload)
    if found is None:
        return _one_by_one(payload)
    if len(found) > MAX_POSITIONS:
        return [], [too_many(len(found))]
    return sorted_out(fixed(position, line) for line, position in enumerate(found, start=1))


def positions(payload: bytes) -> list[Position] | None:
    """Return what is all well written, as it is on the wire; None where something is not."""
    try:
        found = _POSITIONS.decode(payload)
    except (ValueError, RecursionError):
        return None
    return [found] if isinstance(found, Position) else found


def _one_by_one(payload: bytes) -> tuple[list[Fix], list[Malformed]]:
    """Read element by element what could not be read as a whole."""
    try:
        document = json.loads(payload.decode(), parse_constant=_not_a_number)
    except RecursionError:
        return [], [Malformed(reason="payload: nested too deep")]
    except ValueError as error:
        return [], [Malformed(reason=f"payload: not JSON: {error}")]
    elements = document if isinstance(document, list) else [document]
    if len(elements) > MAX_POSITIONS:
        return [], [too_many(len(elements))]
    return sorted_out(fix_of(element, line) for line, element in enumerate(elements, start=1))


def _not_a_number(name: str) -> str:
    """Keep NaN and Infinity as a text, which no number field takes."""
    return name
