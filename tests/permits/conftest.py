"""A small city on a real database and a real port: an operator, its rival, and officers."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from psycopg_pool import ConnectionPool

from octroi import problems
from octroi.parameters import NONE_UNKNOWN
from permits.access import AccessService
from permits.api import documents, keys, moves, permits, register, registry, rules
from permits.cases import City
from permits.identity import guard
from permits.kinds import DocumentKind
from permits.law import Law
from permits.living import LifeService
from permits.model import Application, OperationVolume, Permit, Quote
from permits.parties import Operator, OperatorId, Role, SizeClass, Vehicle
from permits.registration import RegistryService
from permits.service import PermitService
from permits.sweeping import SweepService
from permits.waters import Waters
from tests.permits.cases import NOW, OPERATOR, vehicle
from zones.model import Layer, Zone
from zones.periods import Window
from zones.space.coordinates import Bounds
from zones.time.schedule import touches

SECRET = b"a secret of the server"


@dataclass
class Town:
    """What the city published, charges and announced, and what time it is there."""

    zones: list[Zone] = field(default_factory=list)
    announced: list[Permit] = field(default_factory=list)
    now: datetime = NOW
    service_area: Bounds | None = None
    documents_needed: dict[Layer, frozenset[DocumentKind]] = field(default_factory=dict)
    switches: dict[str, tuple[Window, ...]] = field(default_factory=dict)
    heard_of: int = 0
    unheard: list[Zone] = field(default_factory=list)
    pool: ConnectionPool | None = None

    def clock(self) -> datetime:
        return self.now

    def publish(self, zone: Zone) -> None:
        """Publish a zone that those who decide have not heard of yet."""
        self.unheard.append(zone)
        assert self.pool
        with self.pool.connection() as connection:
            connection.execute("UPDATE zones.revision SET number = number + 1")

    def hear(self) -> None:
        """Take up what was published."""
        self.heard_of += len(self.unheard)
        self.zones += self.unheard
        self.unheard.clear()

    def touching(self, volume: OperationVolume, layer: Layer) -> tuple[Zone, ...]:
        return tuple(
            each
            for each in self.zones
            if each.layer in {None, layer}
            and each.footprint.intersects(volume.footprint)
            and touches(each, volume.window, switches=self.switches)
        )

    def quote(
        self,
        _asked: Application,
        operator: Operator,
        _zones: tuple[Zone, ...],
        _vehicles: tuple[Vehicle, ...],
    ) -> Quote:
        price = Decimal("12.4") if operator.size is SizeClass.SMALL else Decimal(20)
        return Quote(currency="EUR", total=price)


@pytest.fixture
def town(pool: ConnectionPool) -> Town:
    return Town(pool=pool)


@pytest.fixture
def registered(pool: ConnectionPool, town: Town) -> RegistryService:
    service = RegistryService(pool, town.clock, SECRET)
    service.add_operator(OPERATOR)
    service.add_operator(
        Operator(id=OperatorId("rival"), name="=Rival", siren="", size=SizeClass.LARGE)
    )
    service.add_vehicle(vehicle())
    service.add_vehicle(vehicle("drone-9", operator="rival"))
    service.add_vehicle(vehicle("boat-1", layer=Layer.RIVER))
    return service


@pytest.fixture
def waters() -> Waters | None:
    """Where water is known to be; most tests are about a city that knows of none."""
    return None


@pytest.fixture
def city(town: Town, waters: Waters | None) -> City:
    return City(
        zones_touching=town.touching,
        prices=lambda: town.quote,
        announce=town.announced.append,
        law=Law(
            at_hand=lambda: town.heard_of,
            published="zones.published()",
            take_up=town.hear,
        ),
        documents_needed=town.documents_needed,
        switches=lambda: town.switches,
        service_area=town.service_area,
        waters=waters,
    )


@pytest.fixture
def service(
    pool: ConnectionPool, town: Town, city: City, registered: RegistryService
) -> PermitService:
    assert registered.operators()
    return PermitService(pool, town.clock, city)


@pytest.fixture
def life(pool: ConnectionPool, town: Town, city: City, registered: RegistryService) -> LifeService:
    assert registered.operators()
    return LifeService(pool, town.clock, city)


@pytest.fixture
def sweeper(pool: ConnectionPool, life: LifeService, city: City, town: Town) -> SweepService:
    return SweepService(pool, life, city, lambda: tuple(town.zones))


@pytest.fixture
def access(pool: ConnectionPool, town: Town, registered: RegistryService) -> AccessService:
    assert registered.operators()
    return AccessService(pool, town.clock, SECRET)


def nobody(token: str, *, looks_only: bool) -> None:
    """Know no session."""
    del token, looks_only


@pytest.fixture
def client(
    service: PermitService,
    life: LifeService,
    registered: RegistryService,
    access: AccessService,
) -> Iterator[httpx.Client]:
    """Somebody without a key."""
    identify = guard.anyone(guard.bearers(access.caller), nobody)
    who = guard.someone(identify)
    app = FastAPI(dependencies=[NONE_UNKNOWN])
    problems.install(app)
    app.include_router(permits.router(service, life, who=who, anyone=identify))
    app.include_router(moves.router(life, who=who))
    app.include_router(register.router(service))
    app.include_router(rules.router())
    app.include_router(registry.router(registered, who=who))
    app.include_router(documents.router(registered, who=who))
    app.include_router(keys.router(access, who=who))
    with serving(app) as url, httpx.Client(base_url=url) as connected:
        yield connected


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        config = uvicorn.Config(app, log_level="critical", ws="none", http="h11", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def bearer(access: AccessService) -> Callable[[Role, str], dict[str, str]]:
    def header(role: Role, name: str) -> dict[str, str]:
        plain, _ = access.create_key(role, name)
        return {"Authorization": f"Bearer {plain}"}

    return header


@pytest.fixture
def operator(bearer: Callable[[Role, str], dict[str, str]]) -> dict[str, str]:
    return bearer(Role.OPERATOR, "ailes")


@pytest.fixture
def rival(bearer: Callable[[Role, str], dict[str, str]]) -> dict[str, str]:
    return bearer(Role.OPERATOR, "rival")


@pytest.fixture
def inspector(bearer: Callable[[Role, str], dict[str, str]]) -> dict[str, str]:
    return bearer(Role.INSPECTOR, "Inspectrice")


@pytest.fixture
def admin(bearer: Callable[[Role, str], dict[str, str]]) -> dict[str, str]:
    return bearer(Role.ADMIN, "Mairie")


@pytest.fixture
def flight() -> dict[str, Any]:
    """The application of the design page, an hour from now."""
    return {
        "purpose": "delivery",
        "layer": "air",
        "vehicles": ["drone-7"],
        "reference": "order-4711",
        "volumes": [
            {
                "footprint": {
                    "type": "Polygon",
                    "coordinates": [[[2.35, 48.85], [2.36, 48.85], [2.36, 48.86], [2.35, 48.85]]],
                },
                "lower": {"value": 30, "unit": "m", "reference": "AGL"},
                "upper": {"value": 80, "unit": "m", "reference": "AGL"},
                "start": (NOW + timedelta(hours=1)).isoformat(),
                "end": (NOW + timedelta(hours=2)).isoformat(),
            }
        ],
    }
