"""Which memory will be needed in a moment? Ask for it now, so that nobody waits for it then.

The cells of a city do not fit into a processor's near memory, and the positions of a batch lie
anywhere: without this, more than half of the time is waiting. So places are taken in blocks.
"""

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from zones.columns import Floats, Indices
from zones.compiled import woven
from zones.kernel.frames import own_cell
from zones.kernel.lists import ALL_EDGES, clear_of, first_edge

BLOCK = 32  # places whose memory is asked for together
EDGES = 4  # that are fetched of a cell, two to a line of memory
READ, KEEP, DATA = 0, 3, 1  # as LLVM numbers them

Fetch = Callable[[NDArray[Any], int], None]


def _fetch(_context: object, array: types.Array, _place: object) -> object:
    """Ask for the memory at a place of an array, which need not exist."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401 - LLVM's
        memory = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        address = builder.bitcast(builder.gep(memory, [arguments[1]]), byte)
        shape = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], shape)
        builder.call(prefetch, [address, *(number(how) for how in (READ, KEEP, DATA))])
        return context.get_dummy_value()

    return types.void(array, types.intp), build


fetch = cast("Fetch", intrinsic(_fetch))


@woven
def fetch_block(  # noqa: PLR0917 - flat arrays, as for the kernel
    frame: Floats, lists: Indices, slab: Floats, lon: Floats, lat: Floats, cells: Indices
) -> None:
    """Ask for what the places of a block need, and write down their cells, -1 for none."""
    for place in range(len(lon)):
        cell = own_cell(frame, lon[place], lat[place])
        cells[place] = cell
        fetch(lists, 2 * max(0, cell))
    for place in range(len(lon)):
        fetch(lists, lists[2 * max(0, cells[place])])
    for place in range(len(lon)):
        fetch_edges(lists, slab, max(0, cells[place]))


@woven
def fetch_edges(lists: Indices, slab: Floats, cell: int) -> None:
    """Ask for the first edges of a cell, if it has any."""
    if clear_of(lists, cell, ALL_EDGES) == 0:
        for edge in range(0, EDGES, 2):
            fetch(slab, 4 * (first_edge(lists, cell) + edge))
