"""Some of an edition's zones, by cell: the volumes of each, with their layers and bands."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from zones.columns import Indices
from zones.kernel.cells import Cells, NoEdges, cells_of
from zones.kernel.law import EVERY
from zones.kernel.statutes import Bands, bands_of
from zones.model import InvalidZone, Zone


class Part(NamedTuple):
    """Some of the zones' volumes by cell, and the rows of `Law.volumes` for them."""

    cells: Cells
    volumes: Indices


def part_of(zones: Sequence[Zone], rows: Indices, bands: Bands) -> tuple[Part, Bands]:
    """Index these zones, which stand in these rows of all; return also the bands known by then."""
    volumes = [volume for zone in zones for volume in zone.volumes]
    each = np.repeat(np.arange(len(zones)), [len(zone.volumes) for zone in zones])
    layers = [EVERY if zone.layer is None else zone.layer.code for zone in zones]
    try:
        cells = cells_of(
            [volume.footprint for volume in volumes], np.array(layers, dtype=np.int8)[each]
        )
    except NoEdges as lost:
        msg = f"footprint: zone {zones[each[lost.which]].id} has no edges"
        raise InvalidZone(msg) from lost
    band, known = bands_of([volume.band for volume in volumes], bands)
    return Part(cells, np.column_stack([rows[each], band]).astype(np.int32, order="C")), known
