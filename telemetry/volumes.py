"""Does a position lie in the volume a permit grants: its footprint, its heights and its window?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import shapely
from numpy.typing import NDArray

from permits.life.holdings import Holding
from zones.columns import Codes, Floats, Indices, Instants, Positions
from zones.heights.vertical import Datum, between
from zones.model import Band, Layer, Purpose
from zones.space.geometry import scale

SURELY, PERHAPS, NOT = 1, 2, 0

# What keeps a position out of a volume; flaws add up, and fewer make a better match.
WRONG_HEIGHT, WRONG_PLACE, WRONG_TIME = 1, 2, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Volumes:
    """The volumes of many permits as columns.

    `permit` indexes the holdings they came from; footprints are in metres of their own latitude
    (`metres` per degree), so that distances to an edge are right to 0.2 % over 10 km.
    """

    permit: Indices
    layer: Codes
    purpose: Codes
    start_ms: Instants
    end_ms: Instants
    band: Indices
    bands: tuple[Band, ...]
    metres: Floats
    footprint: NDArray[np.object_]
    edge: NDArray[np.object_]
    box: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Fits:
    """How positions lie in volumes, one row a pair: `fit` is SURELY, PERHAPS or NOT.

    `flaw` adds up what is wrong where it is NOT, and what is in doubt where it is PERHAPS.
    """

    fit: Codes
    flaw: Codes


def volumes_of(holdings: Sequence[Holding]) -> Volumes:
    """Lay out the volumes of what is held as columns, in its order."""
    pairs = [
        (n, permit, v) for n, permit in enumerate(holdings) for v in permit.application.volumes
    ]
    bands: dict[Band, int] = {}
    metres, footprint = _in_metres([volume.footprint for _, _, volume in pairs])
    return Volumes(
        permit=np.array([n for n, _, _ in pairs], dtype=np.int32),
        layer=np.array([p.application.layer.code for _, p, _ in pairs], dtype=np.int8),
        purpose=np.array([p.application.purpose.code for _, p, _ in pairs], dtype=np.int8),
        start_ms=np.array([_ms(v.window.start) for _, _, v in pairs], dtype=np.int64),
        end_ms=np.array([_ms(v.window.end) for _, _, v in pairs], dtype=np.int64),
        band=np.array([bands.setdefault(v.band, len(bands)) for _, _, v in pairs], dtype=np.int32),
        bands=tuple(bands),
        metres=metres,
        footprint=footprint,
        edge=shapely.boundary(footprint),
        box=shapely.bounds(footprint).reshape(-1, 4),
    )


def fits(volumes: Volumes, volume: Indices, at: Positions, row: Indices, *, datum: Datum) -> Fits:
    """Tell how each position `row` lies in its `volume`, in all three respects at once."""
    instant = at.at_ms[row]
    in_time = (volumes.start_ms[volume] <= instant) & (instant < volumes.end_ms[volume])
    lateral = _lateral(volumes, volume, at, row)
    vertical = _vertical(volumes, volume, at, row, datum)
    # An emergency is not held to the volume it foresaw; the air alone knows this exemption.
    free = in_time & (volumes.purpose[volume] == Purpose.EMERGENCY.code)
    free &= volumes.layer[volume] == Layer.AIR.code
    lateral[free] = vertical[free] = SURELY
    out = ~in_time | (lateral == NOT) | (vertical == NOT)
    sure = in_time & (lateral == SURELY) & (vertical == SURELY)
    fit = np.select([out, sure], [NOT, SURELY], PERHAPS).astype(np.int8)
    bad = np.where(out, NOT, PERHAPS)
    flaw = WRONG_TIME * ~in_time + WRONG_PLACE * (lateral == bad) + WRONG_HEIGHT * (vertical == bad)
    return Fits(fit=fit, flaw=flaw.astype(np.int8))


def _lateral(volumes: Volumes, volume: Indices, at: Positions, row: Indices) -> Codes:
    """Compare each position's circle of accuracy with the footprint."""
    x = at.lon[row] * volumes.metres[volume, 0]
    y = at.lat[row] * volumes.metres[volume, 1]
    accuracy = at.h_acc_m[row]
    west, south, east, north = volumes.box[volume].T
    near = (west - accuracy <= x) & (x <= east + accuracy)
    near &= (south - accuracy <= y) & (y <= north + accuracy)
    found = np.full(len(row), NOT, dtype=np.int8)
    which = volume[near]
    points = shapely.points(x[near], y[near])
    inside = shapely.intersects(volumes.footprint[which], points)
    margin = shapely.distance(volumes.edge[which], points)
    inner = np.where(margin >= accuracy[near], SURELY, PERHAPS)
    outer = np.where(margin > accuracy[near], NOT, PERHAPS)
    found[near] = np.where(inside, inner, outer)
    return found


def _vertical(
    volumes: Volumes, volume: Indices, at: Positions, row: Indices, datum: Datum
) -> Codes:
    """Compare each position's height with the band; bands are few, so each is asked once."""
    found = np.full(len(row), SURELY, dtype=np.int8)
    bands = volumes.band[volume]
    for n in np.unique(bands):
        here = bands == n
        some = row[here]
        found[here] = between(
            at.alt_m[some],
            at.alt_ref[some],
            at.v_acc_m[some],
            at.lon[some],
            at.lat[some],
            band=volumes.bands[n],
            datum=datum,
        )
    return found


def _in_metres(footprints: Sequence[shapely.Geometry]) -> tuple[Floats, NDArray[np.object_]]:
    """Scale each footprint by the metres per degree at its own middle."""
    shapes = np.array(footprints, dtype=np.object_)
    box = shapely.bounds(shapes).reshape(-1, 4)
    metres = np.column_stack(scale((box[:, 1] + box[:, 3]) / 2))
    degrees, owner = shapely.get_coordinates(shapes, return_index=True)
    scaled = shapely.set_coordinates(shapes.copy(), degrees * metres[owner])
    shapely.prepare(scaled)
    return metres, scaled


def _ms(instant: datetime | None) -> int:
    """Return epoch milliseconds; a volume's window always has both ends."""
    return 0 if instant is None else round(instant.timestamp() * 1000)
