"""Where do an index's columns lie? As one number, for asking about a single place.

Each array handed over to compiled code costs a tenth of a microsecond, a number next to nothing.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, cast

import numpy as np
from numba import types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array
from numpy.typing import NDArray

from zones.columns import Floats, Indices, Instants
from zones.compiled import woven

FLOATS = types.Array(types.float64, 1, "C")
INDICES = types.Array(types.int32, 1, "C")
INSTANTS = types.Array(types.int64, 1, "C")
PAIRS = types.Array(types.int32, 2, "C")


class Borrowed(NamedTuple):
    """The columns that say which zones hold a place; their lengths are not known here."""

    frame: Floats
    lists: Indices
    slab: Floats
    volumes: Indices


class Lent(NamedTuple):
    """Where the columns' addresses lie, good for as long as this is held."""

    columns: Borrowed
    addresses: Instants
    at: int


def lent(columns: Borrowed) -> Lent:
    """Return where the columns lie."""
    addresses = np.array([column.ctypes.data for column in columns], dtype=np.int64)
    return Lent(columns, addresses, addresses.ctypes.data)


def _array_at(kind: types.Array, size: int) -> Callable[[int], NDArray[Any]]:
    """Return the reading of an address as an array of numbers of a size, in rows of two if any."""

    def build(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:  # noqa: ANN401 - LLVM's
        array = make_array(kind)(context, builder)  # type: ignore[no-untyped-call]
        lengths, steps = ([1], [size]) if kind.ndim == 1 else ([1, 2], [2 * size, size])
        populate_array(  # type: ignore[no-untyped-call]
            array,
            data=builder.inttoptr(arguments[0], array.data.type),
            shape=[context.get_constant(types.intp, length) for length in lengths],
            strides=[context.get_constant(types.intp, step) for step in steps],
            itemsize=context.get_constant(types.intp, size),
            meminfo=None,
        )
        return array._getvalue()  # noqa: SLF001 - numba's way

    def reading(_context: object, _address: types.Integer) -> object:
        return kind(types.intp), build

    return cast("Callable[[int], NDArray[Any]]", intrinsic(reading))


_floats_at, _indices_at = _array_at(FLOATS, 8), _array_at(INDICES, 4)
_instants_at, _pairs_at = _array_at(INSTANTS, 8), _array_at(PAIRS, 4)


@woven
def borrow(address: int) -> Borrowed:
    """Return the columns whose addresses lie at an address."""
    lie = _instants_at(address)
    return Borrowed(_floats_at(lie[0]), _indices_at(lie[1]), _floats_at(lie[2]), _pairs_at(lie[3]))
