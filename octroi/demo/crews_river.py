"""Who sails in the demonstration?"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from shapely.geometry import LineString, Point

from octroi.demo.city_river import SEINE
from octroi.demo.companies import BATOLUNE, FRETEAU, RX_AUSTERLITZ
from octroi.demo.crews import Character, Crew, Misdeed, Voice, between, phase, space
from octroi.demo.geography import waters
from octroi.demo.motion import Path, shuttle
from octroi.demo.routes import Route, cut, degrees, reach
from permits.kinds import EnergyClass
from permits.parties import Operator, Vehicle, VehicleId
from zones.demands import Equipment
from zones.model import Layer, Purpose

# Fictive on purpose: a French prefix, then a row that is not handed out to inland vessels.
FIRST_MMSI = 226_990_000
UPSTREAM, DOWNSTREAM = (0.03, 0.47), (0.50, 0.97)
RUN_M = 2200.0
AIS_PERIOD_S = 6.0
MOORED_PERIOD_S = 10.0
MOORED_AT = 0.12
MOORED_OUTSIDE_M = 6.0
MOORED_RADIUS_M = 60.0
FAST_MPS = 5.2
ENGINES = (EnergyClass.STAGE_V, EnergyClass.CCNR_II, EnergyClass.ELECTRIC)
RULE_BREAKERS, BY_AIS, MOORED = 1, 2, 1


def crews(rng: np.random.Generator, count: int) -> Iterator[Crew]:
    """Draw the crews of the river: cruises downstream, freight upstream, so that none meet."""
    below, above = reach(*DOWNSTREAM), reach(*UPSTREAM)
    rest = count - RULE_BREAKERS - BY_AIS - MOORED
    cruises = [_speeding(rng, below), _by_ais(boat(rng, 2, BATOLUNE, below))]
    cruises += [boat(rng, number, BATOLUNE, below) for number in range(5, 5 + rest, 2)]
    yield _crew(BATOLUNE, Purpose.PASSENGER, below, cruises)
    freight = [_by_ais(boat(rng, 3, FRETEAU, above)), _moored(rng, above)]
    freight += [boat(rng, number, FRETEAU, above) for number in range(6, 5 + rest, 2)]
    yield _crew(FRETEAU, Purpose.DELIVERY, above, freight)


def boat(rng: np.random.Generator, number: int, operator: Operator, stretch: Route) -> Character:
    """Draw a boat that goes to and fro over a part of a stretch, to the side of its middle."""
    begin = between(rng, 0.0, max(stretch.line.length - RUN_M, 1.0))
    path = Path.of(cut(stretch.line, begin, begin + RUN_M))
    return Character(
        vehicle=Vehicle(
            operator=operator.id,
            id=VehicleId(f"boat-{number:02d}"),
            layer=Layer.RIVER,
            kind="boat",
            mmsi=FIRST_MMSI + number,
            energy_class=ENGINES[number % len(ENGINES)],
            equipment=frozenset({Equipment.VHF, Equipment.AIS, Equipment.LIGHTS}),
        ),
        path=path,
        timetable=shuttle(
            path.length_m, between(rng, 2.1, 2.8), between(rng, 30.0, 90.0), phase(rng)
        ),
        sender=operator.id,
        side_m=between(rng, -9.0, 9.0),
        period_s=2.0,
        h_acc_m=5.0,
        v_acc_m=10.0,
    )


def _by_ais(character: Character) -> Character:
    return replace(character, voice=Voice.AIS, period_s=AIS_PERIOD_S, h_acc_m=10.0)


def _speeding(rng: np.random.Generator, stretch: Route) -> Character:
    """Let a cruise hurry."""
    character = boat(rng, 1, BATOLUNE, stretch)
    hurry = shuttle(character.path.length_m, FAST_MPS, 20.0, 40.0)
    return replace(character, timetable=hurry, misdeed=Misdeed.TOO_FAST)


def _moored(rng: np.random.Generator, stretch: Route) -> Character:
    """Moor a barge where receivers put it: some metres up the bank, heard by the city alone."""
    berth = _berth(stretch.line)
    path = Path.of(LineString([(berth.x, berth.y), (berth.x + 0.5, berth.y + 0.5)]))
    return replace(
        boat(rng, 4, FRETEAU, stretch),
        path=path,
        timetable=shuttle(path.length_m, 0.05, 60.0),
        sender=RX_AUSTERLITZ.id,
        side_m=0.0,
        voice=Voice.AIS,
        period_s=MOORED_PERIOD_S,
        h_acc_m=10.0,
    )


def _berth(line: LineString) -> Point:
    """Return a point just outside the water, across from a point in its middle."""
    middle = line.interpolate(MOORED_AT, normalized=True)
    shore = waters(SEINE).buffer(MOORED_OUTSIDE_M).boundary
    return Point(shore.interpolate(shore.project(middle)))


def _crew(
    operator: Operator, purpose: Purpose, stretch: Route, characters: list[Character]
) -> Crew:
    """Ask for a stretch, and for a circle around each boat that lies beside it."""
    berths = (
        {
            "footprint": {
                "type": "Point",
                "coordinates": degrees(one.path.xy)[0],
                "radius_m": MOORED_RADIUS_M,
            }
        }
        for one in characters
        if one.sender != operator.id
    )
    return Crew(
        operator=operator.id,
        layer=Layer.RIVER,
        purpose=purpose,
        characters=tuple(characters),
        spaces=(space(stretch), *berths),
    )
