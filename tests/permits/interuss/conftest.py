"""The test interfaces on a real database and port, for a qualifier that holds tokens."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from psycopg_pool import ConnectionPool

from octroi import problems
from permits.cases import City
from permits.interuss import plan_api
from permits.interuss.planning import PlanningService
from permits.interuss.tokens import TokenCheck
from permits.living import LifeService
from permits.registration import RegistryService
from permits.service import PermitService
from tests.permits.conftest import Town, serving
from tests.permits.interuss.asking import disc
from tests.permits.interuss.tokens import AUDIENCE, DIRECT, PLAN, bearer, public

Json = dict[str, Any]
BASE = "/interuss/flight_planning"
HERE = (2.355, 48.855)


def instant(at: datetime) -> Json:
    return {"value": at.isoformat().replace("+00:00", "Z"), "format": "RFC3339"}


def area(
    start: datetime, *, at: tuple[float, float] = HERE, lasts: timedelta = timedelta(hours=1)
) -> Json:
    """A circle of 100 m between 30 and 80 m above the ground."""
    limits = {
        name: {"value": value, "reference": "SFC", "units": "M"}
        for name, value in (("altitude_lower", 30), ("altitude_upper", 80))
    }
    return {
        "volume": {**disc(*at, 100), **limits},
        "time_start": instant(start),
        "time_end": instant(start + lasts),
    }


@dataclass(frozen=True, kw_only=True)
class Qualifier:
    """Plans flights as the peers' tests do."""

    client: httpx.Client

    def put(
        self,
        plan: str,
        *areas: Json,
        usage: str = "Planned",
        uas: str = "Nominal",
        style: str = "IfAllowed",
    ) -> httpx.Response:
        basic = {"usage_state": usage, "uas_state": uas, "area": areas}
        body = {
            "flight_plan": {"basic_information": basic},
            "execution_style": style,
            "request_id": str(uuid4()),
        }
        return self.client.put(f"{BASE}/flight_plans/{plan}", json=body)

    def answers(self, plan: str, *areas: Json, **said: str) -> tuple[str, str]:
        answer = self.put(plan, *areas, **said)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert told["planning_result"] == "Completed" or told["notes"]
        return told["planning_result"], told["flight_plan_status"]


@pytest.fixture
def planning(
    pool: ConnectionPool,
    town: Town,
    city: City,
    service: PermitService,
    registered: RegistryService,
) -> Callable[[], PlanningService]:
    """Make the service anew, as after a restart."""
    life = LifeService(pool, town.clock, city)
    return lambda: PlanningService(
        pool, town.clock, city=city, permits=service, life=life, registry=registered
    )


@pytest.fixture
def opened(town: Town, planning: Callable[[], PlanningService]) -> Callable[[], FastAPI]:
    """Make the app anew, as after a restart."""

    def make() -> FastAPI:
        service = planning()
        service.open()
        app = FastAPI()
        problems.install(app)
        app.include_router(plan_api.router(service, TokenCheck(public(), AUDIENCE, town.clock)))
        return app

    return make


@pytest.fixture
def qualifier(opened: Callable[[], FastAPI], town: Town) -> Iterator[Qualifier]:
    headers = bearer(town.now, PLAN, DIRECT)
    with serving(opened()) as url, httpx.Client(base_url=url, headers=headers) as client:
        yield Qualifier(client=client)
