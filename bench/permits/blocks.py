"""What is asked for in the measurements, and what is right? Blocks of air, and plain arithmetic.

A block stands obliquely to the grid, as streets do: its bounding box is twice its size, so that an
answer from boxes differs from the right one. It is a square on its corner: two of them meet where
their centres are near enough in the sum of both directions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from rtree.index import Index

from zones.model import Band, Height, HeightReference
from zones.periods import Window

PLACE = (2.3500, 48.8600)
PARIS = (2.26, 48.83, 2.41, 48.89)
REACH_DEG = 0.0008  # from the middle of a block to its corners
BAND_M = 10
LEVELS = 11
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Where, between which heights, in which quarters of an hour."""

    lon: float
    lat: float
    level: int
    first: int
    last: int

    def meets(self, other: "Block") -> bool:
        """Tell whether two blocks share air at some instant."""
        away = abs(self.lon - other.lon) + abs(self.lat - other.lat)
        return self.level == other.level and self.at_once_with(other) and away <= 2 * REACH_DEG

    def at_once_with(self, other: "Block") -> bool:
        """Tell whether two blocks share an instant."""
        return self.first < other.last and other.first < self.last

    @property
    def corners(self) -> list[list[float]]:
        """Return its corners as a closed line."""
        east, north = (REACH_DEG, 0.0), (0.0, REACH_DEG)
        return [
            [self.lon + sign * dx, self.lat + sign * dy]
            for sign, (dx, dy) in ((-1, east), (-1, north), (1, east), (1, north), (-1, east))
        ]

    def window(self, origin: datetime) -> Window:
        """Return when it is asked for."""
        return Window(start=origin + self.first * QUARTER, end=origin + self.last * QUARTER)

    def band(self) -> Band:
        """Return between which heights."""
        lower, upper = (
            Height(value_m=float(level * BAND_M), reference=HeightReference.AGL)
            for level in (self.level, self.level + 1)
        )
        return Band(lower=lower, upper=upper)

    def body(self, vehicle: str, origin: datetime) -> dict[str, Any]:
        """Write the block as an application."""
        lower, upper = self.level * BAND_M, (self.level + 1) * BAND_M
        volume = {
            "footprint": {"type": "Polygon", "coordinates": [self.corners]},
            "lower": {"value": lower, "unit": "m", "reference": "AGL"},
            "upper": {"value": upper, "unit": "m", "reference": "AGL"},
            "start": (origin + self.first * QUARTER).isoformat(),
            "end": (origin + self.last * QUARTER).isoformat(),
        }
        return {
            "purpose": "delivery",
            "layer": "air",
            "vehicles": [vehicle],
            "volumes": [volume],
        }


class Fleet:
    """Whose drones are sent where: none of them to two blocks at once."""

    def __init__(self, drones: Sequence[str]) -> None:
        self._sent: dict[str, list[Block]] = {each: [] for each in drones}

    def sent(self, block: Block) -> str:
        """Return the first drone that is free for a block, and send it there."""
        drone = next(
            each
            for each, blocks in self._sent.items()
            if not any(known.at_once_with(block) for known in blocks)
        )
        self._sent[drone].append(block)
        return drone


def in_one_place(count: int, random: Random) -> list[Block]:
    """Draw blocks that all overlap over one place, in some level and quarter of ten days."""
    return [_block(random, PLACE, 0.0005, 960) for _ in range(count)]


def anywhere(count: int, random: Random) -> list[Block]:
    """Draw blocks all over Paris, in the next ten days."""
    west, south, east, north = PARIS
    return [
        _block(random, (random.uniform(west, east), random.uniform(south, north)), 0.0, 960)
        for _ in range(count)
    ]


def _block(random: Random, around: tuple[float, float], by: float, quarters: int) -> Block:
    lon, lat = (each + random.uniform(-by, by) for each in around)
    first = random.randrange(quarters)
    return Block(
        lon=lon,
        lat=lat,
        level=random.randrange(LEVELS),
        first=first,
        last=first + random.randrange(1, 5),
    )


def apart(blocks: Iterable[Block]) -> list[Block]:
    """Return those that meet none of the ones kept before: what may be granted together."""
    kept: list[Block] = []
    tree = Index()
    for block in blocks:
        if not any(kept[n].meets(block) for n in tree.intersection(_box(block))):
            tree.insert(len(kept), _box(block))
            kept.append(block)
    return kept


def by_boxes(blocks: Sequence[Block], held: list[Block], tree: Index) -> list[str]:
    """Decide as a peer does: two-dimensional bounding boxes in an R-tree, and the time.

    `tree` knows those held by their places; both learn what is granted.
    """
    decisions = []
    for block in blocks:
        near = (held[n] for n in tree.intersection(_box(block)))
        taken = any(block.first < other.last and other.first < block.last for other in near)
        decisions.append("refused" if taken else "granted")
        if not taken:
            tree.insert(len(held), _box(block))
            held.append(block)
    return decisions


def indexed(blocks: Sequence[Block]) -> Index:
    """Return a tree that finds blocks by their bounding boxes."""
    entries = ((number, _box(block), None) for number, block in enumerate(blocks))
    return Index(entries) if blocks else Index()


def wrong(blocks: Sequence[Block], decisions: Sequence[str], standing: Sequence[Block]) -> int:
    """Count grants that meet a grant, and refusals that meet none."""
    held = [*standing]
    held += [b for b, said in zip(blocks, decisions, strict=True) if said == "granted"]
    tree = indexed(held)
    errors = 0
    for block, said in zip(blocks, decisions, strict=True):
        near = [held[n] for n in tree.intersection(_box(block))]
        met = any(other is not block and other.meets(block) for other in near)
        errors += met == (said == "granted")
    return errors


def _box(block: Block) -> tuple[float, float, float, float]:
    return (
        *(block.lon - REACH_DEG, block.lat - REACH_DEG),
        *(block.lon + REACH_DEG, block.lat + REACH_DEG),
    )
