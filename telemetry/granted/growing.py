"""How does a column grow without being copied each time? Into room kept behind its rows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAST_ROOM = 1024

Rows = NDArray[Any]


class Growing:
    """A column that never changes; its successors lie in the same room, behind it.

    Not for two threads to grow at once; any number may read.
    """

    __slots__ = ("_room", "_used", "rows")

    def __init__(self, room: Rows, used: list[int], count: int) -> None:
        """Use so many rows of a room of which `used` belong to some column."""
        self._room = room
        self._used = used
        self.rows = room[:count]

    @classmethod
    def of(cls, rows: Rows) -> "Growing":
        """Return a column of these rows, without room."""
        return cls(rows, [len(rows)], len(rows))

    def grown(self, more: Rows) -> "Growing":
        """Return the column with more rows behind its own."""
        count = len(self.rows)
        total = count + len(more)
        room, used = self._room, self._used
        if used[0] != count or total > len(room):
            # Another has grown it already, or it is full.
            room = np.empty((max(LEAST_ROOM, 2 * total), *more.shape[1:]), dtype=more.dtype)
            room[:count], used = self.rows, [count]
        room[count:total] = more
        used[0] = total
        return Growing(room, used, total)
