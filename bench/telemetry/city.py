"""What stands before the first observation: zones, operators, their drones, a permit each."""

import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import shapely
from shapely.geometry import mapping

from bench.permits.loading import LEARN, load
from bench.zones.sets import BOX, made
from octroi.records import Records
from permits.model import Application, Permit, PermitId
from permits.parties import Operator, OperatorId, SizeClass, VehicleId
from permits.schemas.applications import ApplicationIn

SEED = 5
OPERATORS = 4
BAND_M = (30, 90)
GRANTED_M, ROUND_M = 200.0, 120.0  # how far from its post a drone may go, and how far it goes
FORBIDDEN = 20  # so many of the zones are closed; who strays into one raises an alert
METRES_PER_DEGREE = 111_195.0

Place = tuple[float, float]

# An operator's drones, all at once: one by one each would be told to all who read the registry.
DRONES = """
INSERT INTO permits.vehicle (operator, id, layer, kind, recorded_at)
SELECT %(operator)s, name, 'air', 'drone', now() FROM unnest(%(names)s::text[]) AS name
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """One operator, the posts its drones fly around, and who will stray where."""

    operator: str
    posts: tuple[Place, ...]
    strays: tuple[Place, ...]


def settle(
    parts: Records, now: datetime, *, zones: int, permits: int, vehicles: int, strays: int
) -> tuple[tuple[Fleet, ...], Permit]:
    """Publish zones, register the fleets, and grant so many drones a permit around their post.

    The first permit is returned, too: others are granted as it was.
    """
    closed = _publish(parts, zones)
    random = Random(SEED)
    fleets = tuple(
        Fleet(
            operator=f"company-{number}",
            posts=tuple(_post(random) for _ in range(vehicles // OPERATORS)),
            strays=tuple(closed[n % len(closed)] for n in range(strays // OPERATORS)),
        )
        for number in range(OPERATORS)
    )
    for fleet in fleets:
        _register(parts, fleet)
    parts.keeper.refresh()
    first = _application(fleets[0].posts[0], drone(0), now)
    asked = first.to_application(OperatorId(fleets[0].operator))
    granted = parts.permits.apply(asked, now=now - timedelta(hours=1))
    # What was found of it is read by nobody here; to keep it 50,000 times takes minutes.
    pattern = replace(granted, findings=())
    grant(parts, fleets, range(1, permits), pattern, now)
    while len(parts.keeper.rulebook().zones) < zones:
        time.sleep(0.1)
    return fleets, pattern


def _publish(parts: Records, count: int) -> Sequence[Place]:
    """Publish zones that ask for an authorisation, the last of them closed; return places there."""
    areas = made(count)
    closed = range(count - min(FORBIDDEN, count // 2), count)
    features = [
        {
            "type": "Feature",
            "id": f"zone-{number}",
            "properties": {
                "name": f"Zone {number}",
                "layer": "air",
                "restriction": "PROHIBITED" if number in closed else "REQ_AUTHORISATION",
                "lower": {"value": 0, "reference": "AGL"},
                "upper": {"value": 120, "reference": "AGL"},
                "act": "bench",
            },
            "geometry": mapping(area),
        }
        for number, area in enumerate(areas)
    ]
    collection = {"type": "FeatureCollection", "features": features}
    parts.zones.import_(json.loads(json.dumps(collection)), by="bench")
    middles = [areas[number].representative_point() for number in closed]
    return [(middle.x, middle.y) for middle in middles]


def _register(parts: Records, fleet: Fleet) -> None:
    operator = OperatorId(fleet.operator)
    parts.registry.add_operator(
        Operator(id=operator, name=operator, siren="", size=SizeClass.LARGE, address="Paris")
    )
    names = [*map(drone, range(len(fleet.posts))), *map(stray, range(len(fleet.strays)))]
    with parts.pool.connection() as connection:
        connection.execute(DRONES, {"operator": operator, "names": names})


def grant(
    parts: Records, fleets: Sequence[Fleet], which: range, pattern: Permit, now: datetime
) -> None:
    """Grant these of all drones a permit around their post each, the first of every fleet first."""
    everyone = [
        (fleet.operator, number, fleet.posts[number])
        for number in range(len(fleets[0].posts))
        for fleet in fleets
    ]
    operator, number, post = everyone[0]
    first = _application(post, drone(number), now).to_application(OperatorId(operator))
    asked = (
        _moved(first, (there[0] - post[0], there[1] - post[1]), drone(number), operator)
        for operator, number, there in everyone[which.start : which.stop]
    )
    names = (PermitId(UUID(int=number)) for number in which)
    with parts.pool.connection() as connection:
        load(connection, pattern, zip(names, asked, strict=True))
        connection.execute(LEARN)
    parts.keeper.refresh()


def drone(number: int) -> str:
    """Return a drone's name."""
    return f"drone-{number:05d}"


def stray(number: int) -> str:
    """Return the name of one that will stray."""
    return f"stray-{number:05d}"


def place(post: Place, at_ms: int) -> Place:
    """Return where on its way around its post a drone is at an instant, flying at 8 m/s."""
    angle = at_ms / 15_000
    east, north = ROUND_M * math.cos(angle), ROUND_M * math.sin(angle)
    shrunk = METRES_PER_DEGREE * math.cos(math.radians(post[1]))
    return post[0] + east / shrunk, post[1] + north / METRES_PER_DEGREE


def _post(random: Random) -> Place:
    west, south, east, north = BOX
    return random.uniform(west, east), random.uniform(south, north)


def _moved(asked: Application, by: Place, name: str, operator: str) -> Application:
    """Ask for the same elsewhere: to read each as it comes by HTTP takes a hundred times longer."""
    [volume] = asked.volumes
    # To a centimetre, as a sender would write it: half as much to keep.
    area = shapely.transform(volume.footprint, lambda corners: (corners + by).round(7))
    return replace(
        asked,
        operator=OperatorId(operator),
        vehicles=(VehicleId(name),),
        volumes=(replace(volume, footprint=area),),
    )


def _application(post: Place, name: str, now: datetime) -> ApplicationIn:
    lower, upper = ({"value": value, "reference": "AGL"} for value in BAND_M)
    where: dict[str, Any] = {"type": "Point", "coordinates": list(post), "radius_m": GRANTED_M}
    window = {"start": now.isoformat(), "end": (now + timedelta(hours=12)).isoformat()}
    return ApplicationIn.model_validate(
        {
            "purpose": "inspection",
            "layer": "air",
            "vehicles": [name],
            "volumes": [{"footprint": where, "lower": lower, "upper": upper, **window}],
        }
    )
