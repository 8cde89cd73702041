"""Do the answers equal those of asking every zone about every point?"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.zones.brute import on_boundary, truth
from bench.zones.contenders.contender import Contender, Pairs
from bench.zones.points import Edges, Generator, Places, adversarial, edges_of, ordinary
from bench.zones.sets import Areas

CHUNK = 250_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How many pairs of point and zone a contender left out, or named too many."""

    points: int
    pairs: int
    boundary_pairs: int
    boundary_points: int
    missing: int
    excess: int

    @property
    def mismatches(self) -> int:
        """Return all that differs."""
        return self.missing + self.excess

    def plus(self, other: "Agreement") -> "Agreement":
        """Return the two counts together."""
        return Agreement(
            points=self.points + other.points,
            pairs=self.pairs + other.pairs,
            boundary_pairs=self.boundary_pairs + other.boundary_pairs,
            boundary_points=self.boundary_points + other.boundary_points,
            missing=self.missing + other.missing,
            excess=self.excess + other.excess,
        )


NONE = Agreement(points=0, pairs=0, boundary_pairs=0, boundary_points=0, missing=0, excess=0)


def mixed(random: Generator, edges: Edges, count: int) -> Places:
    """Return points of which two thirds are adversarial."""
    lon, lat = ordinary(random, count // 3)
    hard_lon, hard_lat = adversarial(random, edges, count - count // 3)
    return np.concatenate([lon, hard_lon]), np.concatenate([lat, hard_lat])


def agreements(
    field: dict[str, Contender], areas: Areas, places: Places, step: Callable[[str], None]
) -> dict[str, Agreement]:
    """Hold every contender's answers against the right ones."""
    step("brute force")
    right = truth(areas, *places)
    boundary = on_boundary(areas, right, *places)
    keys = _keys(right, len(areas))
    found = {}
    for name, contender in field.items():
        step(f"answers of {name}")
        given = _keys(contender.ask(*places), len(areas))
        found[name] = Agreement(
            points=len(places[0]),
            pairs=len(keys),
            boundary_pairs=len(boundary),
            boundary_points=len(np.unique(boundary)),
            missing=len(np.setdiff1d(keys, given)),
            excess=len(given) - len(np.intersect1d(keys, given)),
        )
    return found


def at_length(
    contender: Contender,
    areas: Areas,
    count: int,
    random: Generator,
    step: Callable[[str], None],
) -> Agreement:
    """Hold one contender against many points, a chunk at a time: memory stays bounded."""
    edges = edges_of(areas)
    total = NONE
    while total.points < count:
        places = mixed(random, edges, min(CHUNK, count - total.points))
        found = agreements({"": contender}, areas, places, lambda _: None)
        total = total.plus(found[""])
        step(f"{total.points:,} of {count:,} points, {total.mismatches} mismatches")
    return total


def peak_mb() -> float:
    """Return the most memory this process has held since it began, or since `forget_peak`."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def forget_peak() -> None:
    """Count the most memory held from here on."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _keys(pairs: Pairs, zones: int) -> NDArray[np.int64]:
    return np.asarray(pairs.position, dtype=np.int64) * zones + pairs.zone.astype(np.int64)
