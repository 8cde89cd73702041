"""Which straight flights can be had over Paris without an officer, and without meeting?"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString, Point, shape
from shapely.geometry.base import BaseGeometry

from octroi.demo.geography import city, metres, to_metres
from octroi.demo.places import HOSPITALS
from octroi.demo.routes import Route, corridor
from zones.model import Restriction

LEVELS_M = (40.0, 60.0, 80.0, 100.0)
LEVEL_HALF_M = 9.0
FLIGHT_HALF_WIDTH_M = 60.0
CLEARANCE_M = 80.0
FLIGHT_M = (1200.0, 4000.0)
TRIES = 600
DEPOTS = 90
BEYOND_M = 400.0
MOSTLY = 0.75
MOST_CARE = 4
MOST_FREIGHT = 40


def closed_air(zones: Mapping[str, Any]) -> BaseGeometry:
    """Return where no automatic permit can be had in the air, in metres."""
    return shapely.union_all(
        [
            to_metres(shape(zone["geometry"]))
            for zone in zones["features"]
            if zone["properties"]["layer"] == "air" and _is_closed(zone["properties"])
        ]
    )


def _is_closed(properties: Mapping[str, Any]) -> bool:
    """Tell closed zones from open ones; what begins above every flight closes nothing."""
    above = properties.get("lower", {}).get("value", 0.0) > max(LEVELS_M) + LEVEL_HALF_M
    prohibited = properties["restriction"] == Restriction.PROHIBITED.value
    return not above and (prohibited or bool(properties["rules"].get("human_review")))


def flights(rng: np.random.Generator, closed: BaseGeometry) -> tuple[list[Route], list[Route]]:
    """Draw flights between hospitals, then others, clear of closed air and of each other."""
    obstacles = closed.buffer(CLEARANCE_M)
    shapely.prepare(obstacles)
    stack = _Stack()
    wards = [metres(one.lon, one.lat) for one in HOSPITALS]
    depots = _depots(rng, obstacles)
    care = stack.add(_lines(rng, wards, MOST_CARE, obstacles))
    return care, stack.add(_lines(rng, depots, MOST_FREIGHT, obstacles))


def _depots(rng: np.random.Generator, obstacles: BaseGeometry) -> list[tuple[float, float]]:
    """Draw roofs and yards where drones start: a few lie beyond the limit of the city."""
    around = city().buffer(BEYOND_M)
    shapely.prepare(around)
    west, south, east, north = around.bounds
    points = rng.uniform((west, south), (east, north), (DEPOTS, 2))
    return [
        (float(x), float(y))
        for x, y in points
        if around.contains(Point(x, y)) and not obstacles.contains(Point(x, y))
    ]


def _lines(
    rng: np.random.Generator,
    ends: list[tuple[float, float]],
    wanted: int,
    obstacles: BaseGeometry,
) -> list[LineString]:
    """Draw straight lines of a bearable length that touch no obstacle."""
    lines: list[LineString] = []
    home = city()
    for _ in range(TRIES):
        if len(lines) == wanted:
            break
        start, end = rng.choice(len(ends), 2, replace=False)
        line = LineString([ends[start], ends[end]])
        fits = FLIGHT_M[0] <= line.length <= FLIGHT_M[1] and not obstacles.intersects(line)
        if fits and line.intersection(home).length > MOSTLY * line.length:
            lines.append(line)
    return lines


class _Stack:
    """Levels of flight, each with lines that do not meet."""

    def __init__(self) -> None:
        self._levels: dict[float, list[LineString]] = {level: [] for level in LEVELS_M}

    def add(self, lines: list[LineString]) -> list[Route]:
        """Give each line the lowest free level; leave out what has none."""
        placed = ((line, self._lowest_free(line)) for line in lines)
        return [flight(line, level) for line, level in placed if level is not None]

    def _lowest_free(self, line: LineString) -> float | None:
        apart = 2.0 * FLIGHT_HALF_WIDTH_M + 1.0
        for level, others in self._levels.items():
            if all(line.distance(other) > apart for other in others):
                others.append(line)
                return level
        return None


def flight(line: LineString, level_m: float) -> Route:
    """Ask for a corridor of air at one level."""
    return Route(
        line=line,
        footprint=corridor(line, FLIGHT_HALF_WIDTH_M),
        lower_m=level_m - LEVEL_HALF_M,
        upper_m=level_m + LEVEL_HALF_M,
    )
