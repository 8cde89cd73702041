"""How is what a cell lists written down? As whole numbers, in one array for all cells.

`lists[2 * cell]` is where the cell's list begins, up to where the next one's does;
`lists[2 * cell + 1]` says for each kind of edges how many cells away the nearest cell with any is,
in `CLEAR_BITS` bits a kind. The first kind is of all edges, the others of a layer's each, among
which those of zones without a layer count.

A list says first, where the cell has edges, where these begin in the slab. Then comes an entry a
volume: its number, its layer, and whether edges of it are listed; if so, twice their number plus
the parity follow.
"""

from typing import NamedTuple

from zones.columns import Floats, Indices
from zones.compiled import woven
from zones.kernel.edges import Edges
from zones.kernel.law import EVERY
from zones.model import LAYERS

KINDS = 1 + len(LAYERS)
ALL_EDGES = 0  # the first kind
CLEAR_BITS = 6
FARTHEST = 2**CLEAR_BITS - 1  # or farther
# Bits of an entry: the lowest, then three for the layer, then the volume's number.
LISTED, LAYER_AT, VOLUME_AT = 1, 1, 4
LAYER_BITS = 7


class Ground(NamedTuple):
    """The cells as compiled code is given them, see `zones.kernel.cells.Cells`."""

    frame: Floats
    lists: Indices
    slab: Floats
    edges: Edges


@woven
def kind_of(layer: int) -> int:
    """Return which kind of edges concerns a position of a layer."""
    return layer - EVERY if EVERY <= layer < len(LAYERS) else ALL_EDGES


@woven
def clear_of(lists: Indices, cell: int, kind: int) -> int:
    """Return how many cells away the nearest cell with edges of a kind is."""
    return int(lists[2 * cell + 1] >> (CLEAR_BITS * kind) & FARTHEST)


@woven
def has_edges(lists: Indices, cell: int, layer: int) -> bool:
    """Tell whether a cell, if it is one, has edges that concern a position of a layer."""
    return cell >= 0 and clear_of(lists, cell, kind_of(layer)) == 0


@woven
def first_entry(lists: Indices, cell: int) -> int:
    """Return where a cell's entries begin."""
    return int(lists[2 * cell] + (clear_of(lists, cell, ALL_EDGES) == 0))


@woven
def first_edge(lists: Indices, cell: int) -> int:
    """Return where a cell's edges begin, 0 where it has none."""
    return int(lists[lists[2 * cell]]) if clear_of(lists, cell, ALL_EDGES) == 0 else 0


@woven
def entry_of(volume: int, layer: int) -> int:
    """Return the entry of a volume that fills a cell."""
    return volume << VOLUME_AT | (layer - EVERY) << LAYER_AT


@woven
def layer_of(entry: int) -> int:
    """Return the layer of an entry's volume."""
    return (entry >> LAYER_AT & LAYER_BITS) + EVERY
