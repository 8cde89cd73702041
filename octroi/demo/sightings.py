"""What does a vehicle's receiver say about where it is, how high, how fast and whereto?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from octroi.demo.crews import Character
from octroi.demo.geography import Metres, lonlats
from octroi.demo.motion import (
    HALF_STEP_S,
    HEIGHT_95,
    HONESTY,
    PLANE_95,
    Seconds,
    drift,
    sway,
)

SPEED_NOISE_MPS = 0.06
STANDING_MPS = 0.2
# The side of a path is taken over some metres: nothing that swings wide turns on the spot.
SWING_M = 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sightings:
    """Reports of one vehicle as columns; `height_m` is NaN where height says nothing."""

    seq: NDArray[np.int64]
    at_ms: NDArray[np.int64]
    lon: Metres
    lat: Metres
    height_m: Metres
    speed_mps: Metres
    heading_deg: Metres


def sight(
    character: Character, seq: Seconds, t_s: Seconds, boot: int, rng: np.random.Generator
) -> Sightings:
    """Place a vehicle at its seconds, and blur it as its receiver does."""
    true = truth(character, t_s)
    ahead, behind = truth(character, t_s + HALF_STEP_S), truth(character, t_s - HALF_STEP_S)
    velocity = (ahead - behind) / (2.0 * HALF_STEP_S)
    deviation = character.h_acc_m / PLANE_95 * HONESTY
    blur = np.column_stack([drift(t_s, rng, deviation), drift(t_s, rng, deviation)])
    place = lonlats(true + blur)
    speed = np.hypot(velocity[:, 0], velocity[:, 1])
    return Sightings(
        seq=seq.astype(np.int64),
        at_ms=np.round((t_s + boot) * 1000.0).astype(np.int64),
        lon=_rounded(place[:, 0], 7),
        lat=_rounded(place[:, 1], 7),
        height_m=_rounded(_height(character, t_s, rng), 2),
        speed_mps=_rounded(np.abs(speed + drift(t_s, rng, SPEED_NOISE_MPS)), 2),
        heading_deg=np.where(speed < STANDING_MPS, np.nan, _heading(velocity)),
    )


def _rounded(values: Metres, digits: int) -> Metres:
    return np.asarray(np.round(values, digits), dtype=np.float64)


def truth(character: Character, t_s: Seconds) -> Metres:
    """Return where the vehicle really is, in metres."""
    distance = character.timetable.distance(t_s)
    path = character.path
    forth = path.at(np.minimum(distance + SWING_M, path.length_m))
    back = path.at(np.maximum(distance - SWING_M, 0.0))
    along = forth - back
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)
    left = np.column_stack([-along[:, 1], along[:, 0]]) / length[:, None]
    return path.at(distance) + left * _aside(character, t_s)[:, None]


def _aside(character: Character, t_s: Seconds) -> Metres:
    """Return how far to the left of its path the vehicle is."""
    lane = np.full(len(t_s), character.side_m)
    away = character.excursion
    if away is None:
        return lane
    return lane + away.side_m * sway(t_s, away.window_s, away.every_s)


def _height(character: Character, t_s: Seconds, rng: np.random.Generator) -> Metres:
    """Return the height above ground that is reported."""
    blur = drift(t_s, rng, character.v_acc_m / HEIGHT_95 * HONESTY * 0.5)
    if character.height_m is None:
        return np.full(len(t_s), np.nan)
    away = character.excursion
    climb = 0.0 if away is None else away.up_m * sway(t_s, away.window_s, away.every_s)
    return np.asarray(character.height_m + climb + blur)


def _heading(velocity: Metres) -> Metres:
    """Return degrees from north, in tenths, below 360."""
    degrees = np.degrees(np.arctan2(velocity[:, 0], velocity[:, 1])) % 360.0
    return np.asarray(np.round(degrees, 1) % 360.0)
