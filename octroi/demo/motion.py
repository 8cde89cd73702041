"""Where is a vehicle at a given second, and where does its receiver believe it to be?

Everything is a closed function of time, on columns of seconds: no state is carried from one second
to the next, so any span of a scenario can be asked for, in any order, with the same answer.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import LineString

from octroi.demo.geography import Metres

Seconds = NDArray[np.float64]

RAMP_S = 6.0
HALF_STEP_S = 0.5
WAVES = 6
# A receiver's error is stated at 95 %: 2.45 standard deviations in the plane, 1.96 in height.
PLANE_95 = 2.45
HEIGHT_95 = 1.96
# Receivers claim with some reserve: in the open, most of the error stays well within the claim.
HONESTY = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """Distance along a path against time, repeated forever."""

    times_s: Seconds
    distances_m: Metres
    phase_s: float = 0.0

    def distance(self, t_s: Seconds) -> Metres:
        """Return the distance along the path at each second."""
        within = (t_s + self.phase_s) % self.times_s[-1]
        return np.asarray(np.interp(within, self.times_s, self.distances_m))


def leg(start_m: float, end_m: float, speed_mps: float) -> list[tuple[float, float]]:
    """Return (duration, distance reached) pieces of one run, slow at both ends."""
    length = abs(end_m - start_m)
    ramp = min(RAMP_S, length / speed_mps)
    slow = speed_mps / 2.0 * ramp
    towards = 1.0 if end_m >= start_m else -1.0
    cruise = max(length - 2.0 * slow, 0.0)
    return [
        (ramp, start_m + towards * slow),
        (cruise / speed_mps, start_m + towards * (slow + cruise)),
        (ramp, end_m),
    ]


def _timetable(start_m: float, pieces: list[tuple[float, float]], phase_s: float) -> Timetable:
    """String pieces together, leaving out those that take no time."""
    real = [(duration, reached) for duration, reached in pieces if duration > 0.0]
    times = np.concatenate([[0.0], np.cumsum([duration for duration, _ in real])])
    distances = np.array([start_m, *(reached for _, reached in real)])
    return Timetable(times_s=times, distances_m=distances, phase_s=phase_s)


def shuttle(length_m: float, speed_mps: float, pause_s: float, phase_s: float = 0.0) -> Timetable:
    """Go to the end, pause, come back, pause."""
    pieces = [
        *leg(0.0, length_m, speed_mps),
        (pause_s, length_m),
        *leg(length_m, 0.0, speed_mps),
        (pause_s, 0.0),
    ]
    return _timetable(0.0, pieces, phase_s)


def rounds(
    length_m: float, speed_mps: float, stops: int, pause_s: float, phase_s: float = 0.0
) -> Timetable:
    """Drive a ring round and round, pausing at evenly spread stops."""
    marks = np.linspace(0.0, length_m, stops + 1)
    pieces: list[tuple[float, float]] = []
    for before, after in pairwise(marks):
        pieces += [*leg(float(before), float(after), speed_mps), (pause_s, float(after))]
    return _timetable(0.0, pieces, phase_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A polyline in metres with the distance along it."""

    xy: Metres
    along_m: Metres

    @classmethod
    def of(cls, line: LineString) -> "Path":
        """Measure a line."""
        xy = np.array(line.coords)[:, :2]
        steps = np.hypot(*np.diff(xy, axis=0).T)
        return cls(xy=xy, along_m=np.concatenate([[0.0], np.cumsum(steps)]))

    @property
    def length_m(self) -> float:
        """Return the whole length."""
        return float(self.along_m[-1])

    def at(self, distance_m: Metres) -> Metres:
        """Return the points at these distances."""
        return np.column_stack(
            [np.interp(distance_m, self.along_m, self.xy[:, axis]) for axis in (0, 1)]
        )


def sway(t_s: Seconds, window_s: tuple[float, float], every_s: float) -> Metres:
    """Return a smooth excursion: 0 outside a window of each repetition, 1 in most of it."""
    begin, end = window_s
    inside = (t_s % every_s - begin) / (end - begin)
    swell = np.clip(np.minimum(inside, 1.0 - inside) * 4.0, 0.0, 1.0)
    return swell * swell * (3.0 - 2.0 * swell)


def drift(t_s: Seconds, rng: np.random.Generator, deviation: float) -> Metres:
    """Return correlated noise: waves of many lengths, as satellites and reflections make them."""
    periods = np.geomspace(7.0, 400.0, WAVES) * rng.uniform(0.8, 1.25, WAVES)
    phases = rng.uniform(0.0, 2.0 * np.pi, WAVES)
    weights = np.sqrt(periods) / np.sqrt(periods.sum() / 2.0)
    angles = 2.0 * np.pi * t_s[:, None] / periods + phases
    return np.asarray(np.sin(angles) @ weights) * deviation
