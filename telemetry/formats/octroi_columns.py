"""Which columns do positions in Octroi's own JSON come to?

Those of well written messages are read at once and never become objects; others come one by one.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from telemetry.columns import numbers
from telemetry.formats.octroi_scan import (
    ALT,
    FRACTIONS,
    H_ACC,
    HEADING,
    LAT,
    LON,
    SPEED,
    V_ACC,
    Room,
    read_all,
)
from telemetry.formats.position import H_ACC_M, V_ACC_M, Position
from zones.columns import Codes, Indices, Instants
from zones.model import HEIGHT_REFERENCES

_REFERENCES: Mapping[str | None, int] = {
    None: 0,
    **{reference.value: reference.code for reference in HEIGHT_REFERENCES},
}
_Named = TypeVar("_Named", bound=Hashable)


class Numbering(dict[_Named, int]):
    """Gives each new key the next number."""

    def __missing__(self, key: _Named) -> int:
        """Number a key that is new."""
        number = self[key] = len(self)
        return number


class Scanned(NamedTuple):
    """What was read: how many positions of each message, 0 where others have to read it.

    `boot` numbers `boots`, in which one may stand more than once.
    """

    counts: list[int]
    fractions: NDArray[np.float64]
    at_ms: Instants
    seq: NDArray[np.int64]
    alt_ref: Codes
    boots: tuple[str, ...]
    boot: Indices


def scan(payloads: Sequence[bytes]) -> Scanned:
    """Read all messages that are well written."""
    text = b"".join(payloads)
    rows = text.count(b"{")
    room = Room(
        fractions=np.empty((len(FRACTIONS), rows)),
        wholes=np.empty((2, rows), np.int64),
        alt_ref=np.empty(rows, np.int8),
        boot=np.empty(rows, np.int32),
        spelt=np.empty((rows, 2), np.int64),
    )
    ends = np.cumsum(np.array([len(each) for each in payloads], np.int64))
    counts = np.zeros(len(payloads), np.int32)
    read = read_all(np.frombuffer(text, np.uint8), ends, room, counts)
    different = int(room.boot[read - 1]) + 1 if read else 0
    boots = (text[begin:end].decode() for begin, end in room.spelt[:different].tolist())
    return Scanned(
        counts=counts.tolist(),
        fractions=room.fractions[:, :read],
        at_ms=room.wholes[0, :read],
        seq=room.wholes[1, :read],
        alt_ref=room.alt_ref[:read],
        boots=tuple(boots),
        boot=room.boot[:read],
    )


NOTHING_READ = Scanned(
    counts=[],
    fractions=np.empty((len(FRACTIONS), 0)),
    at_ms=np.empty(0, np.int64),
    seq=np.empty(0, np.int64),
    alt_ref=np.empty(0, np.int8),
    boots=(),
    boot=np.empty(0, np.int32),
)


def merged(read: Scanned, others: Scanned, is_read: NDArray[np.bool_]) -> Scanned:
    """Return the rows of both in the order in which they came: which are of the first is marked."""
    if not len(others.boot):
        return read
    if not len(read.boot):
        return others
    order = np.empty(len(is_read), np.intp)
    order[is_read] = np.arange(len(read.boot))
    order[~is_read] = np.arange(len(read.boot), len(is_read))
    return Scanned(
        counts=[],
        fractions=np.concatenate([read.fractions, others.fractions], axis=1).take(order, axis=1),
        at_ms=np.concatenate([read.at_ms, others.at_ms])[order],
        seq=np.concatenate([read.seq, others.seq])[order],
        alt_ref=np.concatenate([read.alt_ref, others.alt_ref])[order],
        boots=(*read.boots, *others.boots),
        boot=np.concatenate([read.boot, others.boot + np.int32(len(read.boots))])[order],
    )


def columns(rows: Sequence[Position]) -> Scanned:
    """Return positions as columns."""
    if not rows:
        return NOTHING_READ
    by_field: Mapping[int, list[float | None]] = {
        LON: [one.lon for one in rows],
        LAT: [one.lat for one in rows],
        ALT: [one.alt for one in rows],
        H_ACC: [H_ACC_M if one.h_acc is None else one.h_acc for one in rows],
        V_ACC: [V_ACC_M if one.v_acc is None else one.v_acc for one in rows],
        SPEED: [one.speed for one in rows],
        HEADING: [one.heading for one in rows],
    }
    spelt: Numbering[str | int | None] = Numbering()
    boot = np.array([spelt[one.boot] for one in rows], np.int32)
    return Scanned(
        counts=[],
        fractions=np.array([numbers(by_field[field]) for field in range(len(by_field))]),
        at_ms=np.array([one.at for one in rows], np.int64),
        seq=np.array([one.seq for one in rows], np.int64),
        alt_ref=np.array([_REFERENCES[one.alt_ref] for one in rows], np.int8),
        boots=tuple("" if each is None else str(each) for each in spelt),
        boot=boot,
    )
