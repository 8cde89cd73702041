"""What stands before the first application: zones, companies with their fleets, their permits."""

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from shapely.geometry import Polygon, mapping

from bench.permits.blocks import Block
from bench.permits.loading import LEARN, load
from bench.zones.sets import made
from octroi.records import Records
from permits.model import Application, Permit, PermitId
from permits.parties import Operator, OperatorId, SizeClass, Vehicle, VehicleId
from permits.schemas.applications import ApplicationIn
from zones.model import Layer

OPERATOR, DRONE = OperatorId("bench"), VehicleId("drone-1")
# Who asks, with as many drones as are ever asked for at one instant, and more.
DRONES = [VehicleId(f"asking-{number}") for number in range(200)]
COMPANIES, FLEET = 50, 20
BULK, WRITERS = 5_000, 2


def settle(parts: Records, zones: int, standing: Sequence[Block], origin: datetime) -> None:
    """Publish zones that ask for an authorisation, and grant what stands already."""
    parts.zones.import_(_zones(zones), by="bench")
    _register(parts, OPERATOR, [DRONE, *DRONES])
    fleets = [
        (OperatorId(f"company-{number}"), [VehicleId(f"drone-{place}") for place in range(FLEET)])
        for number in range(COMPANIES)
    ]
    for operator, drones in fleets:
        _register(parts, operator, drones)
    while len(parts.keeper.rulebook().zones) < zones:
        time.sleep(0.1)
    corner = Block(lon=2.3, lat=48.8, level=0, first=0, last=1)
    pattern = parts.permits.apply(application(corner, origin, OPERATOR, DRONE))
    everyone = [(operator, VehicleId(f"drone-{n}")) for n in range(FLEET) for operator, _ in fleets]
    numbered = [
        (PermitId(UUID(int=number + 1)), block, everyone[number % len(everyone)])
        for number, block in enumerate(standing)
    ]

    def granted(first: int) -> None:
        some = (
            (name, _like(pattern, block, origin, operator, drone))
            for name, block, (operator, drone) in numbered[first : first + BULK]
        )
        with parts.pool.connection() as connection:
            load(connection, pattern, some)

    with ThreadPoolExecutor(WRITERS) as writers:
        list(writers.map(granted, range(0, len(numbered), BULK)))
    with parts.pool.connection() as connection:
        connection.execute(LEARN)
    parts.keeper.refresh()


def application(block: Block, origin: datetime, operator: str, drone: str) -> Application:
    """Return the application for a block, as it is read from the wire."""
    return ApplicationIn.model_validate(block.body(drone, origin)).to_application(operator)


def _register(parts: Records, operator: OperatorId, drones: Sequence[VehicleId]) -> None:
    parts.registry.add_operator(
        Operator(id=operator, name=operator, siren="", size=SizeClass.LARGE, address="Paris")
    )
    for drone in drones:
        parts.registry.add_vehicle(
            Vehicle(operator=operator, id=drone, layer=Layer.AIR, kind="drone")
        )


def _like(
    pattern: Permit, block: Block, origin: datetime, operator: OperatorId, drone: VehicleId
) -> Application:
    """Return the same application for another block, without reading it from the wire again."""
    [volume] = pattern.application.volumes
    there = replace(
        volume, footprint=Polygon(block.corners), window=block.window(origin), band=block.band()
    )
    return replace(pattern.application, operator=operator, vehicles=(drone,), volumes=(there,))


def _zones(count: int) -> dict[str, object]:
    features = [
        {
            "type": "Feature",
            "id": f"zone-{number}",
            "properties": {
                "name": f"Zone {number}",
                "layer": "air",
                "restriction": "REQ_AUTHORISATION",
                "lower": {"value": 0, "reference": "AGL"},
                "upper": {"value": 60 + number % 60, "reference": "AGL"},
                "act": "bench",
            },
            "geometry": mapping(area),
        }
        for number, area in enumerate(made(count))
    ]
    document: dict[str, object] = json.loads(
        json.dumps({"type": "FeatureCollection", "features": features})
    )
    return document
