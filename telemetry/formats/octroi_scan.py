"""What do the bytes of well written JSON say? Compiled; all else is left to others.

A message counts if each of its positions names only fields of Octroi's, each once and in plain
letters, with `seq`, with `at` in epoch milliseconds, and with numbers that are read exactly by one
division: up to 2^53 without their point, as all with fifteen digits are. What is refused is never
read here, so that only one reader says why.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from telemetry.formats.position import H_ACC_M, LAST_MS, MAX_POSITIONS, V_ACC_M
from zones.columns import Codes, Indices
from zones.compiled import compiled, inner
from zones.model import HEIGHT_REFERENCES

QUOTE, COMMA, COLON, BACKSLASH, MINUS, POINT, ZERO, NINE = b'",:\\-.09'
LIST, LIST_END, OBJECT, OBJECT_END = b"[]{}"
SPACE, LAST_PRINTED = b" ~"
NULL = np.frombuffer(b"null", np.uint8)
BLANKS = sum(1 << code for code in b" \t\n\r")
MOST_DIGITS, LONGEST_NAME, LONGEST_BOOT = 18, 7, 64
EXACT = 2**53
WRONG = -1


def _packed(name: str) -> int:
    return int.from_bytes(name.encode())


# The fields that are numbers come first, each with its limits and what it is where it is absent.
FRACTIONS = (
    ("lon", -180.0, 180.0, np.nan),
    ("lat", -90.0, 90.0, np.nan),
    ("h_acc", 0.0, 1e6, H_ACC_M),
    ("v_acc", 0.0, 1e6, V_ACC_M),
    ("alt", -1e6, 1e6, np.nan),
    ("speed", 0.0, 1e4, np.nan),
    ("heading", 0.0, 360.0, np.nan),
)
AT, SEQ, ALT_REF, BOOT = range(len(FRACTIONS), len(FRACTIONS) + 4)
LON, LAT, H_ACC, V_ACC, ALT, SPEED, HEADING = range(len(FRACTIONS))
NAMES = np.array(
    [*(_packed(each[0]) for each in FRACTIONS), *map(_packed, ("at", "seq", "alt_ref", "boot"))]
)
LEAST, MOST, ABSENT = (np.array([each[n] for each in FRACTIONS], float) for n in (1, 2, 3))
REFERENCES = np.array([_packed(each.value) for each in HEIGHT_REFERENCES])  # by code, from 1 on
NEEDED = 1 << LON | 1 << LAT | 1 << AT | 1 << SEQ
TENS = np.array([float(10**places) for places in range(MOST_DIGITS + 1)])

Text = NDArray[np.uint8]


class Room(NamedTuple):
    """Where rows are written: numbers by field and row, `at` and `seq`, and where boots stand."""

    fractions: NDArray[np.float64]
    wholes: NDArray[np.int64]
    alt_ref: Codes
    boot: Indices
    spelt: NDArray[np.int64]


@inner
def _blank(text: Text, at: int, end: int) -> int:
    """Return where something stands."""
    while at < end and text[at] <= SPACE and BLANKS >> text[at] & 1:
        at += 1
    return at


@inner
def _digits(text: Text, at: int, end: int) -> tuple[int, int]:
    """Return a whole number, and where it ends; WRONG where there is none, or one too long."""
    value, begin = 0, at
    while at < end and ZERO <= text[at] <= NINE:
        value = value * 10 + (text[at] - ZERO)
        at += 1
        if at - begin > MOST_DIGITS:
            return 0, WRONG
    if at == begin or (text[begin] == ZERO and at - begin > 1):
        return 0, WRONG
    return value, at


@inner
def _fraction(text: Text, at: int, end: int) -> tuple[float, int]:
    """Return a number that one division makes exact, and where it ends."""
    negative = text[at] == MINUS
    value, at = _digits(text, at + negative, end)
    begin = at + 1
    if at != WRONG and at < end and text[at] == POINT:
        at += 1
        while at < end and ZERO <= text[at] <= NINE and value <= EXACT:
            value = value * 10 + (text[at] - ZERO)
            at += 1
        if not 0 < at - begin <= MOST_DIGITS:
            return 0.0, WRONG
    else:
        begin = at
    if at == WRONG or value > EXACT or (negative and not value and at == begin):
        return 0.0, WRONG
    exact = value / TENS[at - begin]
    return -exact if negative else exact, at


@inner
def _quoted(text: Text, at: int, end: int) -> tuple[int, int]:
    """Return a short text packed as a number, and what comes after it."""
    code, begin = 0, at + 1
    if at >= end or text[at] != QUOTE:
        return 0, WRONG
    at += 1
    while at < end and text[at] != QUOTE:
        code = code << 8 | text[at]
        at += 1
        if at - begin > LONGEST_NAME:
            return 0, WRONG
    return (code, at + 1) if at < end else (0, WRONG)


@inner
def _null(text: Text, at: int, end: int) -> bool:
    """Tell whether nothing is said here."""
    if at + len(NULL) > end:
        return False
    same = True
    for place in range(len(NULL)):
        same &= text[at + place] == NULL[place]
    return same


@inner
def _boot(text: Text, at: int, end: int, spelt: NDArray[np.int64]) -> int:
    """Write where a boot stands, and return what comes after it."""
    if text[at] != QUOTE:
        _, after = _digits(text, at, end)
        spelt[0], spelt[1] = at, after
        return after
    at += 1
    spelt[0] = begin = at
    while at < end and text[at] != QUOTE:
        if not SPACE <= text[at] <= LAST_PRINTED or text[at] == BACKSLASH:
            return WRONG
        at += 1
    spelt[1] = at
    return at + 1 if at - begin <= LONGEST_BOOT else WRONG


@inner
def _reference(text: Text, at: int, end: int, alt_ref: Codes) -> int:
    """Write what a height is measured from, and return what comes after it."""
    code, at = _quoted(text, at, end)
    for number in range(len(REFERENCES)):
        if REFERENCES[number] == code:
            alt_ref[0] = number + 1
            return at
    return WRONG


@inner
def _number(  # noqa: PLR0917 - flat, as compiled
    text: Text, at: int, end: int, field: int, row: int, room: Room
) -> int:
    """Write a number, and return what comes after it."""
    if field < len(ABSENT):
        number, at = _fraction(text, at, end)
        room.fractions[field, row] = number
        return at if LEAST[field] <= number <= MOST[field] else WRONG
    whole, at = _digits(text, at, end)
    room.wholes[field - AT, row] = whole
    return at if field == SEQ or whole <= LAST_MS else WRONG


@inner
def _value(  # noqa: PLR0917 - flat, as compiled
    text: Text, at: int, end: int, field: int, row: int, room: Room
) -> int:
    """Write the value of a field, and return what comes after it."""
    if not NEEDED >> field & 1 and _null(text, at, end):
        return at + len(NULL)
    if field == ALT_REF:
        return _reference(text, at, end, room.alt_ref[row:])
    if field == BOOT:
        return _boot(text, at, end, room.spelt[row])
    return _number(text, at, end, field, row, room)


@inner
def _name(text: Text, at: int, end: int) -> tuple[int, int]:
    """Return which field is named, and where its value begins."""
    code, at = _quoted(text, at, end)
    if at == WRONG:
        return 0, WRONG
    at = _blank(text, at, end)
    for field in range(len(NAMES)):
        if NAMES[field] == code and at < end and text[at] == COLON:
            at = _blank(text, at + 1, end)
            return field, at if at < end else WRONG
    return 0, WRONG


@inner
def _position(text: Text, at: int, end: int, row: int, room: Room) -> int:
    """Write one position, and return what comes after it."""
    if text[at] != OBJECT:
        return WRONG  # there is room for a row at each sign that begins one
    for field in range(len(ABSENT)):
        room.fractions[field, row] = ABSENT[field]
    room.alt_ref[row] = room.spelt[row, 0] = room.spelt[row, 1] = 0
    said, more = 0, True
    while more:
        field, at = _name(text, _blank(text, at + 1, end), end)
        if at == WRONG or said >> field & 1:
            return WRONG
        said |= 1 << field
        at = _value(text, at, end, field, row, room)
        if at == WRONG:
            return WRONG
        at = _blank(text, at, end)
        more = at < end and text[at] == COMMA
    return at + 1 if said & NEEDED == NEEDED and at < end and text[at] == OBJECT_END else WRONG


@inner
def _same_boot(text: Text, row: int, room: Room) -> bool:
    """Tell whether a row's boot is spelt as the one before it."""
    if not row:
        return False
    known, mine = room.spelt[room.boot[row - 1]], room.spelt[row]
    if known[1] - known[0] != mine[1] - mine[0]:
        return False
    for place in range(mine[1] - mine[0]):
        if text[known[0] + place] != text[mine[0] + place]:
            return False
    return True


@inner
def _number_boot(text: Text, row: int, room: Room) -> None:
    """Give a row's boot the number of the one before it, or the next."""
    if _same_boot(text, row, room):
        room.boot[row] = room.boot[row - 1]
        return
    number = room.boot[row - 1] + 1 if row else 0
    room.boot[row] = number
    room.spelt[number, 0], room.spelt[number, 1] = room.spelt[row, 0], room.spelt[row, 1]


@inner
def _message(text: Text, at: int, end: int, row: int, room: Room) -> int:
    """Write one position or a list of them; return how many, 0 where something is wrong."""
    at, first = _blank(text, at, end), row
    listed = at < end and text[at] == LIST
    at, more = at + listed, at < end
    while more:
        at = _blank(text, at, end)
        at = _position(text, at, end, row, room) if at < end else WRONG
        if at == WRONG or row - first >= MAX_POSITIONS:
            return 0
        _number_boot(text, row, room)
        row += 1
        at = _blank(text, at, end)
        more = listed and at < end and text[at] == COMMA
        at += more
    if listed and (at >= end or text[at] != LIST_END):
        return 0
    return row - first if _blank(text, at + listed, end) == end else 0


@compiled
def read_all(text: Text, ends: NDArray[np.int64], room: Room, counts: Indices) -> int:
    """Write the rows of each message after each other, and how many; return how many in all."""
    row, at = 0, 0
    for number in range(len(ends)):
        counts[number] = _message(text, at, ends[number], row, room)
        row += counts[number]
        at = ends[number]
    return row
