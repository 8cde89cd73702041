"""Who rolls in the demonstration?"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from shapely.geometry import LineString

from octroi.demo.companies import CAMIONNETTE, REGIE, SILLON, TROTTIN
from octroi.demo.crews import Character, Crew, Misdeed, between, phase
from octroi.demo.geography import metres
from octroi.demo.motion import Path, Timetable, rounds, shuttle
from octroi.demo.routes import corridor, cut, streets
from permits.kinds import EnergyClass
from permits.parties import Operator, Vehicle, VehicleId
from zones.model import Layer, Purpose

RULE_BREAKERS = 3
INSET_M = 25.0
BLOCK_M = 700.0
STOPS = 6
WANDER_CENTRE = (2.27500, 48.86000)
WANDER_RADIUS_M = 150.0
WANDER_M = 380.0
WANDER_BEGIN_S = 70.0
SILENCE = ((20.0, 140.0), 180.0)
# From the Bastille through the rue Saint-Antoine to the quay: in at one end, out at the other.
TRANSIT_RUN = ((2.36990, 48.85330), (2.36420, 48.85280), (2.36150, 48.85030))
TRANSIT_HALF_WIDTH_M = 60.0
SILENT_HOME = 12

# Who works where: arrondissements are not shared, so that no two applications meet.
_TRADES: tuple[tuple[Operator, Purpose, str, tuple[int, ...]], ...] = (
    (TROTTIN, Purpose.DELIVERY, "robot", (13, 14, 5)),
    (CAMIONNETTE, Purpose.DELIVERY, "van", (10, 11, 19)),
    (SILLON, Purpose.ADVERTISING, "van", (17, 18)),
    (REGIE, Purpose.PUBLIC_SERVICE, "van", (15, 20)),
)


def crews(rng: np.random.Generator, count: int) -> Iterator[Crew]:
    """Draw the crews of the streets: three rule breakers, then those who keep to their permits."""
    yield _wanderer()
    yield _silent(rng)
    yield _through()
    yield from _lawful(rng, count - RULE_BREAKERS)


def _lawful(rng: np.random.Generator, count: int) -> Iterator[Crew]:
    """Share the arrondissements out, the trades in turn."""
    longest = max(len(homes) for *_, homes in _TRADES)
    assigned = [
        (operator, purpose, kind, homes[turn])
        for turn in range(longest)
        for operator, purpose, kind, homes in _TRADES
        if turn < len(homes)
    ]
    for turn, (operator, purpose, kind, home) in enumerate(assigned[:count]):
        rings, ground = streets(home, INSET_M)
        numbers = range(RULE_BREAKERS + 1 + turn, RULE_BREAKERS + 1 + count, len(assigned))
        draw = _robot if kind == "robot" else _van
        yield Crew(
            operator=operator.id,
            layer=Layer.SURFACE,
            purpose=purpose,
            characters=tuple(
                draw(rng, number, operator, rings[number // len(assigned) % len(rings)])
                for number in numbers
            ),
            spaces=({"footprint": ground},),
        )


def _robot(
    rng: np.random.Generator, number: int, operator: Operator, ring: LineString
) -> Character:
    """Draw a robot that goes to and fro along a part of a quarter's edge."""
    begin = between(rng, 0.0, max(ring.length - BLOCK_M, 1.0))
    path = Path.of(cut(ring, begin, begin + BLOCK_M))
    walk = shuttle(path.length_m, between(rng, 1.15, 1.45), between(rng, 20.0, 60.0), phase(rng))
    return _rolling("robot", number, operator, path, walk)


def _van(rng: np.random.Generator, number: int, operator: Operator, ring: LineString) -> Character:
    """Draw a van that does its rounds along a quarter's edge, and stops to deliver."""
    path = Path.of(ring)
    drive = rounds(
        path.length_m, between(rng, 6.2, 7.4), STOPS, between(rng, 15.0, 40.0), phase(rng)
    )
    return _rolling("van", number, operator, path, drive)


def _rolling(
    kind: str, number: int, operator: Operator, path: Path, timetable: Timetable
) -> Character:
    name = f"{kind}-{number:02d}"
    return Character(
        vehicle=Vehicle(
            operator=operator.id,
            id=VehicleId(name),
            layer=Layer.SURFACE,
            kind=kind,
            serial=f"DEMO-{name.upper()}",
            energy_class=_energy(kind, number),
        ),
        path=path,
        timetable=timetable,
        sender=operator.id,
        period_s=2.0,
        h_acc_m=4.0,
        v_acc_m=8.0,
    )


def _energy(kind: str, number: int) -> EnergyClass:
    """Let every other van burn diesel, and all else run on batteries."""
    diesel = kind == "van" and number % 2
    return EnergyClass.CRIT_AIR_2 if diesel else EnergyClass.ELECTRIC


def _wanderer() -> Crew:
    """Let a robot walk out of the circle it was granted, and back."""
    x, y = metres(*WANDER_CENTRE)
    path = Path.of(LineString([(x, y), (x + WANDER_M, y)]))
    walk = shuttle(path.length_m, 1.4, 20.0, WANDER_BEGIN_S)
    character = replace(_rolling("robot", 1, TROTTIN, path, walk), misdeed=Misdeed.OUTSIDE_VOLUME)
    circle = {
        "type": "Point",
        "coordinates": list(WANDER_CENTRE),
        "radius_m": WANDER_RADIUS_M,
    }
    return _alone(TROTTIN, character, circle)


def _silent(rng: np.random.Generator) -> Crew:
    """Let a van switch its tracker off."""
    rings, ground = streets(SILENT_HOME, INSET_M)
    character = replace(
        _van(rng, 2, CAMIONNETTE, rings[-1]), silence=SILENCE, misdeed=Misdeed.SILENT
    )
    return _alone(CAMIONNETTE, character, ground)


def _through() -> Crew:
    """Let a van cross the limited-traffic zone without stopping."""
    line = LineString([metres(*one) for one in TRANSIT_RUN])
    path = Path.of(line)
    drive = shuttle(path.length_m, 7.6, 20.0)
    character = replace(_rolling("van", 3, CAMIONNETTE, path, drive), misdeed=Misdeed.TRANSIT)
    return _alone(CAMIONNETTE, character, corridor(line, TRANSIT_HALF_WIDTH_M))


def _alone(operator: Operator, character: Character, footprint: Mapping[str, Any]) -> Crew:
    return Crew(
        operator=operator.id,
        layer=Layer.SURFACE,
        purpose=Purpose.DELIVERY,
        characters=(character,),
        spaces=({"footprint": footprint},),
    )
