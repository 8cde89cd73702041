"""What is a vehicle of the demonstration, and which vehicles share one application?"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from octroi.demo.drafts import height
from octroi.demo.motion import Path, Seconds, Timetable
from octroi.demo.routes import Route
from permits.parties import OperatorId, Vehicle
from zones.model import Layer, Purpose


class Voice(StrEnum):
    """In which words a vehicle's positions reach the city."""

    JSON = "position"
    AIS = "nmea"
    REMOTE_ID = "remote-id"


class Misdeed(StrEnum):
    """What a rule breaker does."""

    NO_PERMIT = "no_permit"
    OUTSIDE_VOLUME = "outside_volume"
    TOO_HIGH = "too_high"
    TOO_FAST = "too_fast"
    SILENT = "silent"
    PROHIBITED_ZONE = "prohibited_zone"
    TRANSIT = "transit"
    UNREGISTERED = "unregistered"


SENTENCES: Mapping[Misdeed, Mapping[str, str]] = {
    Misdeed.NO_PERMIT: {
        "fr": "vole sans autorisation : son assurance a pris fin",
        "en": "flies without a permit: its insurance has ended",
    },
    Misdeed.OUTSIDE_VOLUME: {
        "fr": "s'écarte du volume accordé",
        "en": "strays from the granted volume",
    },
    Misdeed.TOO_HIGH: {
        "fr": "monte au-dessus du volume accordé et de 120 m",
        "en": "climbs above the granted volume and above 120 m",
    },
    Misdeed.TOO_FAST: {
        "fr": "dépasse 12 km/h sur la Seine",
        "en": "exceeds 12 km/h on the Seine",
    },
    Misdeed.SILENT: {
        "fr": "coupe son traceur deux minutes sur trois",
        "en": "switches its tracker off two minutes out of three",
    },
    Misdeed.PROHIBITED_ZONE: {
        "fr": "entre dans les cercles interdits de l'Élysée et de Beauvau malgré un refus",
        "en": "enters the prohibited circles of the Élysée and Beauvau in spite of a refusal",
    },
    Misdeed.TRANSIT: {
        "fr": "traverse la zone à trafic limité sans s'arrêter",
        "en": "crosses the limited-traffic zone without stopping",
    },
    Misdeed.UNREGISTERED: {
        "fr": "n'est immatriculé nulle part, un récepteur de la ville l'entend",
        "en": "is registered nowhere and is heard by a receiver of the city",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Excursion:
    """How far a vehicle leaves its route in a window of each repetition, in seconds."""

    window_s: tuple[float, float]
    every_s: float
    side_m: float = 0.0
    up_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """One vehicle with its motion and its manner of reporting.

    `height_m` is above ground, None where height says nothing. `sender` is the operator, or the
    receiver that hears it. `silence` is a window without reports, of each repetition.
    """

    vehicle: Vehicle
    path: Path
    timetable: Timetable
    sender: str
    height_m: float | None = None
    side_m: float = 0.0
    voice: Voice = Voice.JSON
    period_s: float = 1.0
    h_acc_m: float = 3.0
    v_acc_m: float = 5.0
    excursion: Excursion | None = None
    silence: tuple[tuple[float, float], float] | None = None
    misdeed: Misdeed | None = None

    def reporting(self, t_s: Seconds) -> NDArray[np.bool_]:
        """Tell at which seconds the vehicle does report."""
        if self.silence is None:
            return np.ones(len(t_s), dtype=np.bool_)
        (begin, end), every = self.silence
        within = t_s % every
        return np.asarray((within < begin) | (within >= end))


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Vehicles that move under one application; without spaces, nothing is asked for."""

    operator: OperatorId
    layer: Layer
    purpose: Purpose
    characters: tuple[Character, ...]
    spaces: tuple[Mapping[str, Any], ...] = ()

    @property
    def asks(self) -> bool:
        """Tell whether the crew applies at all."""
        return bool(self.spaces)


def space(route: Route) -> dict[str, Any]:
    """Write a route's space as a volume without its window."""
    limits = {"lower": route.lower_m, "upper": route.upper_m}
    return {
        "footprint": dict(route.footprint),
        **{name: height(value) for name, value in limits.items() if value is not None},
    }


def phase(rng: np.random.Generator) -> float:
    """Draw a moment to begin at, so that vehicles do not move in step."""
    return float(np.round(rng.uniform(0.0, 3600.0), 1))


def between(rng: np.random.Generator, low: float, high: float) -> float:
    """Draw a number between two."""
    return float(np.round(rng.uniform(low, high), 2))
