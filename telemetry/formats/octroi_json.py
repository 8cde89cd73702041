"""Which positions does a payload in Octroi's own JSON hold? One object or an array of them.

A field that is named twice in a position is refused: readers differ in which of the two they take.
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from telemetry.formats.position import (
    MAX_POSITIONS,
    Position,
    fix_of,
    fixed,
    name_of,
    sorted_out,
    too_many,
)
from telemetry.model import Fix, Malformed

_POSITIONS = msgspec.json.Decoder(list[Position] | Position)
_NAMES = tuple(f'"{name}"'.encode() for name in Position.__struct_fields__)
_values = msgspec.structs.astuple


class _Repeating(dict[str, Any]):
    """An object that names a field twice."""

    repeated = ""


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
    listed = [found] if isinstance(found, Position) else found
    return listed if _named_once(payload, listed) or not _repeats(payload) else None


def _named_once(payload: bytes, found: Sequence[Position]) -> bool:
    """Tell at a glance whether every field is named once; where not, it has to be looked at.

    Each field that is known is named at least once, so the fewest quotes there can be are proof.
    """
    said = [_values(one) for one in found]
    absent = sum(one.count(None) for one in said)
    texts = sum(
        (type(one.at) is str) + (one.alt_ref is not None) + (type(one.boot) is str) for one in found
    )
    if payload.count(b'"') == 2 * (len(_NAMES) * len(said) - absent + texts):
        return True
    if b"\\" in payload:  # a name may be spelt with escapes
        return False
    if len(said) == 1:
        return all(payload.count(name) <= 1 for name in _NAMES)
    return all(
        payload.count(name) == len(said) - values.count(None)
        for name, values in zip(_NAMES, zip(*said, strict=True), strict=False)
    )


def _repeats(payload: bytes) -> bool:
    """Tell whether a field is named twice, or it cannot be told."""
    try:
        document = json.loads(payload, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        return True
    elements = document if isinstance(document, list) else [document]
    return any(isinstance(each, _Repeating) for each in elements)


def _one_by_one(payload: bytes) -> tuple[list[Fix], list[Malformed]]:
    """Read element by element what could not be read as a whole."""
    try:
        document = json.loads(
            payload.decode(), parse_constant=_not_a_number, object_pairs_hook=_object
        )
    except RecursionError:
        return [], [Malformed(reason="payload: nested too deep")]
    except ValueError as error:
        return [], [Malformed(reason=f"payload: not JSON: {error}")]
    elements = document if isinstance(document, list) else [document]
    if len(elements) > MAX_POSITIONS:
        return [], [too_many(len(elements))]
    return sorted_out(_element(each, line) for line, each in enumerate(elements, start=1))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    repeating = _Repeating(members)
    counted = Counter(name for name, _ in pairs)
    repeating.repeated = next(name for name, count in counted.items() if count > 1)
    return repeating


def _element(element: object, line: int) -> Fix | Malformed:
    if not isinstance(element, _Repeating):
        return fix_of(element, line)
    seq, boot = name_of(element)
    if element.repeated in {"seq", "boot"}:
        seq, boot = None, ""
    return Malformed(
        reason=f"{element.repeated}: it is stated twice", line=line, seq=seq, boot=boot
    )


def _not_a_number(name: str) -> str:
    """Keep NaN and Infinity as a text, which no number field takes."""
    return name
