"""Which granted volume answers best for a presence? Most plainly, with a geometry library.

Slow, and a part of the oracle in `tests.telemetry.reference_judging`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import shapely
from numpy.typing import NDArray

from permits.life.holdings import Holding
from telemetry.granted.fitting import CLOCK_MS
from telemetry.model import Observations, Reason
from telemetry.rulebook import Rulebook
from zones.columns import Codes, Floats, Indices, Instants, Positions, Presences
from zones.heights.vertical import Datum, between
from zones.model import Band, Layer, Purpose, Restriction
from zones.space.geometry import scale

SURELY, PERHAPS, NOT = 1, 2, 0

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


def _volumes_of(holdings: Sequence[Holding]) -> Volumes:
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


def _fits(volumes: Volumes, volume: Indices, at: Positions, row: Indices, *, datum: Datum) -> Fits:
    """Tell how each position `row` lies in its `volume`, in all three respects at once."""
    instant = at.at_ms[row]
    start, end = volumes.start_ms[volume], volumes.end_ms[volume]
    near = (start - CLOCK_MS < instant) & (instant < end + CLOCK_MS)
    timed = np.where((start <= instant) & (instant < end), SURELY, np.where(near, PERHAPS, NOT))
    lateral = _lateral(volumes, volume, at, row)
    vertical = _vertical(volumes, volume, at, row, datum)
    # An emergency is not held to the volume it foresaw; the air alone knows this exemption.
    free = (timed != NOT) & (volumes.purpose[volume] == Purpose.EMERGENCY.code)
    free &= volumes.layer[volume] == Layer.AIR.code
    lateral[free] = vertical[free] = SURELY
    out = (timed == NOT) | (lateral == NOT) | (vertical == NOT)
    sure = (timed == SURELY) & (lateral == SURELY) & (vertical == SURELY)
    fit = np.select([out, sure], [NOT, SURELY], PERHAPS).astype(np.int8)
    bad = np.where(out, NOT, PERHAPS)
    flaw = WRONG_TIME * (timed == bad) + WRONG_PLACE * (lateral == bad)
    flaw = np.where(fit == SURELY, 0, flaw + WRONG_HEIGHT * (vertical == bad))
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


# How well a volume answers for a presence: the lower the better; flaws are added to `OUTSIDE`.
OPENS, MAY_OPEN, FORBIDS, MAY_FORBID, OUTSIDE, NONE_AT_ALL = 0, 1, 2, 3, 10, 99

# By the flaws of the best match: a volume elsewhere and at another time is no permit at all, one
# perhaps elsewhere and perhaps at another time is.
REASON_OF_FLAW = np.array(
    [
        Reason.NONE,
        Reason.OUTSIDE_HEIGHT,
        Reason.OUTSIDE_FOOTPRINT,
        Reason.OUTSIDE_FOOTPRINT,
        Reason.OUTSIDE_WINDOW,
        Reason.OUTSIDE_WINDOW,
        Reason.NO_PERMIT,
        Reason.NO_PERMIT,
    ],
    dtype=np.int8,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """The volume that answers best for each presence, and whether any surely or perhaps forbids."""

    rank: Indices
    flaw: Codes
    permit: Indices
    forbids: NDArray[np.bool_]
    may_forbid: NDArray[np.bool_]


def best_of(batch: Observations, presences: Presences, rulebook: Rulebook, classes: Codes) -> Best:
    """Find for each presence the volume that answers best; of equals the nearest in time."""
    n = len(presences)
    volumes = _volumes_of([rulebook.permits[n] for n in range(len(rulebook.permits))])
    row, volume = _volumes_by_observation(batch, rulebook, volumes)
    found = _fits(volumes, volume, batch.positions, row, datum=rulebook.datum)
    counts = np.bincount(row, minlength=len(batch))
    first = np.cumsum(counts) - counts
    presence, nth = _spread(counts[presences.position])
    pair = first[presences.position[presence]] + nth
    said = rulebook.restriction[
        presences.zone[presence],
        volumes.purpose[volume[pair]],
        classes[presences.position[presence]],
    ]
    forbidden = said == Restriction.PROHIBITED.code
    fit, flaw = found.fit[pair], found.flaw[pair]
    known = np.where(fit == SURELY, OPENS, MAY_OPEN) + np.where(forbidden, FORBIDS - OPENS, 0)
    rank = np.where(fit == NOT, OUTSIDE + flaw, known)
    away = _away_ms(volumes, volume[pair], batch.positions.at_ms[row[pair]])
    away[(fit != NOT) | (flaw < WRONG_TIME)] = 0
    # By rank, then by how far in time, then by place among the pairs.
    order = np.lexsort((pair, away, rank))
    place = np.full(n, len(order), dtype=np.int64)
    np.minimum.at(place, presence[order], np.arange(len(order)))
    chosen = np.append(pair[order], len(row))[place]
    least = np.append(rank[order], NONE_AT_ALL)[place]
    permit = np.append(volumes.permit[volume], np.int32(-1))[chosen]
    flaws = np.append(found.flaw, np.int8(len(REASON_OF_FLAW) - 1))[chosen]
    nothing = (REASON_OF_FLAW[flaws] == Reason.NO_PERMIT) & (least >= OUTSIDE)
    permit[nothing] = -1
    return Best(
        rank=least.astype(np.int32),
        flaw=flaws,
        permit=permit,
        forbids=_any(presence[rank == FORBIDS], n),
        may_forbid=_any(presence[rank == MAY_FORBID], n),
    )


def _away_ms(volumes: Volumes, volume: Indices, at_ms: Instants) -> Instants:
    """Tell how far each instant is from the window of its volume."""
    away: Instants = np.maximum(volumes.start_ms[volume] - at_ms, at_ms - volumes.end_ms[volume])
    return away


def _volumes_by_observation(
    batch: Observations, rulebook: Rulebook, volumes: Volumes
) -> tuple[Indices, Indices]:
    """Pair each observation with the volumes granted to its vehicle in its layer."""
    granted = [rulebook.volumes_for(vehicle) for vehicle in batch.vehicles]
    sizes = np.array([len(each) for each in granted], dtype=np.int64)
    starts = np.cumsum(sizes) - sizes
    row, nth = _spread(sizes[batch.vehicle])
    pool = np.concatenate([*granted, np.empty(0, dtype=np.int32)])
    volume = pool[starts[batch.vehicle[row]] + nth]
    layer = batch.positions.layer[row]
    same = (layer < 0) | (layer == volumes.layer[volume])
    return row[same], volume[same]


def _spread(counts: NDArray[np.int64]) -> tuple[Indices, Indices]:
    """Repeat each index as often as its count says, and number the repetitions from 0."""
    owner = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    nth = np.arange(len(owner), dtype=np.int32) - np.repeat(np.cumsum(counts) - counts, counts)
    return owner, nth.astype(np.int32)


def _any(rows: Indices, n: int) -> NDArray[np.bool_]:
    """Mark the rows named."""
    marks = np.zeros(n, dtype=bool)
    marks[rows] = True
    return marks
