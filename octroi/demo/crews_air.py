"""Who flies in the demonstration?"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from shapely.geometry import LineString

from octroi.demo.companies import AEROFRET, MEDIDRONE, VIGIE
from octroi.demo.crews import Character, Crew, Excursion, Misdeed, between, phase, space
from octroi.demo.flights import closed_air, flights
from octroi.demo.geography import metres
from octroi.demo.motion import Path, shuttle
from octroi.demo.routes import Route
from permits.kinds import CeClass, EnergyClass, UasCategory
from permits.parties import Operator, Vehicle, VehicleId
from zones.demands import Equipment
from zones.model import Layer, Purpose

RULE_BREAKERS = 4
MASS_KG, NOISE_DB = 9.5, 80.0
EVERY_FILM = 4
ELYSEE_RUN = ((2.31050, 48.86520), (2.32150, 48.87480))
ELYSEE_HEIGHT_M = 70.0
STRAY = Excursion(window_s=(6.0, 106.0), every_s=180.0, side_m=200.0)
CLIMB_WINDOW_S = (10.0, 90.0)
CLIMB_EVERY_S = 160.0
CLIMB_TO_M = 138.0


def crews(rng: np.random.Generator, count: int, zones: Mapping[str, Any]) -> Iterator[Crew]:
    """Draw the crews of the air: four rule breakers, then those who keep to their permits."""
    care, freight = flights(rng, closed_air(zones))
    yield _intruder(rng)
    yield _breaker(rng, 2, AEROFRET, freight[0], Misdeed.OUTSIDE_VOLUME)
    yield _breaker(rng, 3, AEROFRET, freight[1], Misdeed.TOO_HIGH)
    yield _breaker(rng, 4, VIGIE, freight[2], Misdeed.NO_PERMIT)
    yield from _lawful(rng, count - RULE_BREAKERS, care, freight[3:])


def drone(rng: np.random.Generator, number: int, operator: Operator, route: Route) -> Character:
    """Draw a drone that flies to and fro over its route."""
    path = Path.of(route.line)
    speed = between(rng, 9.0, 17.0)
    return Character(
        vehicle=Vehicle(
            operator=operator.id,
            id=VehicleId(f"drone-{number:02d}"),
            layer=Layer.AIR,
            kind="drone",
            serial=serial(number),
            ce_class=CeClass.C5,
            category=UasCategory.SPECIFIC,
            mass_kg=MASS_KG,
            noise_db=NOISE_DB,
            energy_class=EnergyClass.ELECTRIC,
            equipment=frozenset({Equipment.REMOTE_ID, Equipment.GEO_AWARENESS, Equipment.LIGHTS}),
        ),
        path=path,
        timetable=shuttle(path.length_m, speed, between(rng, 8.0, 25.0), phase(rng)),
        sender=operator.id,
        height_m=route.height_m,
    )


def serial(number: int) -> str:
    """Return a serial number as ANSI/CTA-2063-A writes them: maker, length, number."""
    return f"DEMXC{number:012d}"


def _intruder(rng: np.random.Generator) -> Crew:
    """Send a film drone into the circle of the Élysée, which it was refused."""
    line = LineString([metres(*one) for one in ELYSEE_RUN])
    route = Route(line=line, footprint={}, lower_m=ELYSEE_HEIGHT_M, upper_m=ELYSEE_HEIGHT_M)
    path = Path.of(line)
    character = replace(
        drone(rng, 1, VIGIE, route),
        timetable=shuttle(path.length_m, 14.0, 10.0),
        misdeed=Misdeed.PROHIBITED_ZONE,
    )
    return Crew(operator=VIGIE.id, layer=Layer.AIR, purpose=Purpose.MEDIA, characters=(character,))


def _breaker(
    rng: np.random.Generator, number: int, operator: Operator, route: Route, misdeed: Misdeed
) -> Crew:
    """Have one drone leave its route, or fly it without having asked."""
    climb = Excursion(
        window_s=CLIMB_WINDOW_S,
        every_s=CLIMB_EVERY_S,
        up_m=CLIMB_TO_M - (route.height_m or 0.0),
    )
    excursions = {Misdeed.OUTSIDE_VOLUME: STRAY, Misdeed.TOO_HIGH: climb}
    asks = misdeed is not Misdeed.NO_PERMIT
    character = replace(
        drone(rng, number, operator, route), misdeed=misdeed, excursion=excursions.get(misdeed)
    )
    return Crew(
        operator=operator.id,
        layer=Layer.AIR,
        purpose=Purpose.DELIVERY,
        characters=(character,),
        spaces=(space(route),) if asks else (),
    )


def _lawful(
    rng: np.random.Generator, count: int, care: list[Route], freight: list[Route]
) -> Iterator[Crew]:
    """Share the routes out; where there are more drones than routes, they share a permit."""
    assigned = [(MEDIDRONE, Purpose.MEDICAL, route) for route in care]
    for index, route in enumerate(freight):
        films = index % EVERY_FILM == EVERY_FILM - 1
        trade = (VIGIE, Purpose.MEDIA) if films else (AEROFRET, Purpose.DELIVERY)
        assigned.append((*trade, route))
    # Care first, then freight, over and over: a small fleet still shows every trade.
    for turn, (operator, purpose, route) in enumerate(assigned[:count]):
        numbers = range(RULE_BREAKERS + 1 + turn, RULE_BREAKERS + 1 + count, len(assigned))
        yield Crew(
            operator=operator.id,
            layer=Layer.AIR,
            purpose=purpose,
            characters=tuple(drone(rng, number, operator, route) for number in numbers),
            spaces=(space(route),),
        )
