"""What was read of a recorded track at a time: positions as columns, and what was unreadable.

Every format's reader yields stretches, so that a file of any length needs the memory of one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from telemetry.columns import positions
from telemetry.model import Fix, Malformed
from zones.columns import Positions

ROWS = 20_000

Lines = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stretch:
    """Consecutive positions of a track as columns of one length, in the order of the file.

    `vehicle` and `at` are texts as the answer shall name them, `vehicle` as a dictionary; `line` is
    where in the source each position is. `malformed` is what else was there.
    """

    vehicle: pa.DictionaryArray
    at: pa.StringArray
    line: Lines
    positions: Positions
    malformed: tuple[Malformed, ...] = ()

    def __len__(self) -> int:
        """Return the number of positions."""
        return len(self.line)


def stretches(results: Iterator[Fix | Malformed]) -> Iterator[Stretch]:
    """Put what a format reads one by one into columns."""
    while some := list(islice(results, ROWS)):
        yield stretch_of(some)


def stretch_of(results: Sequence[Fix | Malformed]) -> Stretch:
    """Return the columns of these fixes, and the malformed beside them."""
    fixes = [each for each in results if isinstance(each, Fix)]
    return Stretch(
        vehicle=pa.array([_vehicle(fix) for fix in fixes], pa.string()).dictionary_encode(),
        at=pa.array([legible(fix.at_text) or _iso(fix.at_ms) for fix in fixes], pa.string()),
        line=np.array([fix.line for fix in fixes], np.int64),
        positions=positions(fixes),
        malformed=tuple(each for each in results if isinstance(each, Malformed)),
    )


def legible(text: str) -> str:
    """Return a text that can be written: JSON may hold halves of characters."""
    return text.encode("utf-8", "backslashreplace").decode()


def _vehicle(fix: Fix) -> str:
    mmsi = "" if fix.mmsi is None else str(fix.mmsi)
    return legible(fix.vehicle or fix.serial or mmsi)


def _iso(at_ms: int | None) -> str:
    if at_ms is None:
        return ""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")
