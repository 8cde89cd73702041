"""Permits are decided by processes of their own, together with whoever else decides."""

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import psutil
import pytest
from fastapi import FastAPI
from shapely.geometry import box, mapping

from octroi import clock
from octroi.deciding.decider import Place
from octroi.deciding.deciders import Deciders
from octroi.deciding.front import Front
from octroi.deciding.site import decisions
from octroi.records import Records, records
from octroi.settings import Settings, load
from octroi.wiring import admission_of
from permits.parties import Operator, OperatorId, Role, SizeClass, Vehicle, VehicleId
from tests.octroi.served import served
from zones.demands import ZoneRules
from zones.model import Layer, Restriction, Volume, Zone, ZoneId

SECRET = b"a secret of the server"
CLIENTS, ROOM, ROUNDS = 20, 10, 3
PATIENCE_S = 60.0
LIMIT_BYTES = 10_000

Body = dict[str, Any]


def quay(
    name: str, restriction: Restriction = Restriction.NO_RESTRICTION, capacity: int | None = None
) -> Zone:
    return Zone(
        id=ZoneId(name),
        version=1,
        name="Quay",
        layer=Layer.RIVER,
        restriction=restriction,
        volumes=(Volume(footprint=box(2.30, 48.84, 2.31, 48.85)),),
        rules=ZoneRules(capacity=capacity),
        act="An act",
    )


def cruise(day: int) -> Body:
    start = clock.now() + timedelta(days=day + 1)
    volume = {
        "footprint": mapping(box(2.302, 48.842, 2.303, 48.843)),
        "start": start.isoformat(),
        "end": (start + timedelta(hours=1)).isoformat(),
    }
    return {"purpose": "leisure", "layer": "river", "vehicles": ["boat"], "volumes": [volume]}


def at_once(clients: Sequence[httpx.Client], body: Body) -> list[httpx.Response]:
    gate = Barrier(len(clients))

    def post(client: httpx.Client) -> httpx.Response:
        gate.wait()
        return client.post("/v1/permits", json=body, timeout=PATIENCE_S)

    with ThreadPoolExecutor(len(clients)) as askers:
        return list(askers.map(post, clients))


def decider() -> psutil.Process | None:
    found = [each for each in psutil.Process().children() if "octroi.deciding" in each.cmdline()]
    return found[0] if found else None


def here() -> FastAPI:
    """Return an app that says so whenever it is the one that answers."""
    app = FastAPI()
    for method in ("GET", "POST"):
        app.add_api_route("/v1/permits", lambda: {"decision": "here"}, methods=[method])
    return app


@dataclass
class City:
    parts: Records
    settings: Settings
    key: str
    place: Place

    @contextmanager
    def fronted(
        self, told: Callable[[str, bytes, bool], None], answers_within_s: float = PATIENCE_S
    ) -> Iterator[httpx.Client]:
        front = Front(here(), Deciders(self.place, told, 1, answers_within_s), LIMIT_BYTES)
        with served(front) as client:
            client.headers["Authorization"] = f"Bearer {self.key}"
            yield client

    @contextmanager
    def alone(self) -> Iterator[httpx.Client]:
        with served(decisions(self.parts, self.settings, clock.now, SECRET)) as client:
            client.headers["Authorization"] = f"Bearer {self.key}"
            yield client


@pytest.fixture
def city(database_url: str, tmp_path: Path) -> Iterator[City]:
    settings = load(data_dir=tmp_path, notice_days=0)
    with records(database_url, clock.now, settings, secret=SECRET) as parts:
        name = OperatorId("seine")
        parts.registry.add_operator(
            Operator(id=name, name="Seine", siren="", size=SizeClass.SMALL, address="Paris")
        )
        parts.registry.add_vehicle(
            Vehicle(operator=name, id=VehicleId("boat"), layer=Layer.RIVER, kind="boat")
        )
        key, _ = admission_of(parts, settings, clock.now, SECRET).create_key(Role.OPERATOR, name)
        place = Place(settings=settings, database_url=database_url, secret=SECRET)
        yield City(parts, settings, key, place)


def begun(client: httpx.Client) -> None:
    """Ask for two things at once until a process of its own answers."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        answers = at_once([client, client], {})
        # No application: the app here takes anything, whoever decides does not.
        if {each.status_code for each in answers} == {422}:
            return
        assert {each.status_code for each in answers} <= {200, 422}
        time.sleep(0.1)
    pytest.fail("no deciding process answers")


@pytest.mark.slow
def test_two_processes_decide_as_one(city: City) -> None:
    told: list[tuple[str, bytes, bool]] = []
    city.parts.zones.create(quay("quay", capacity=ROOM), by="council")
    with city.fronted(lambda *each: told.append(each)) as beside, city.alone() as alone:
        begun(beside)
        assert beside.get("/v1/permits").json() == {"decision": "here"}

        for day in range(ROUNDS):
            answers = at_once([beside, alone] * (CLIENTS // 2), cruise(day))

            said = Counter(each.json()["decision"] for each in answers)
            assert said == {"granted": ROOM, "refused": CLIENTS - ROOM}

        # The serving process tells what the deciding one has decided.
        assert len(told) == ROUNDS * CLIENTS // 2
        assert {(topic, retain) for topic, _, retain in told} == {("octroi/v1/seine/permit", True)}

        # What is published is the law there too, at once.
        city.parts.zones.create(quay("closed", Restriction.PROHIBITED), by="council")
        [refused] = at_once([beside], cruise(ROUNDS))
        assert refused.json()["decision"] == "refused"
        assert "closed" in refused.text
    assert decider() is None


@pytest.mark.slow
@pytest.mark.parametrize("dies", [True, False], ids=["dies", "falls silent"])
def test_who_serves_answers_when_a_deciding_process(city: City, dies: bool) -> None:  # noqa: FBT001
    with city.fronted(lambda *_told: None, PATIENCE_S if dies else 2.0) as client:
        begun(client)
        working = decider()
        assert working is not None
        # It is asked, and never answers.
        working.send_signal(signal.SIGSTOP)
        with ThreadPoolExecutor(1) as asker:
            asked = asker.submit(client.post, "/v1/permits", json=cruise(0), timeout=PATIENCE_S)
            while not asked.running():
                time.sleep(0.01)
            time.sleep(0.3)
            if dies:
                working.kill()
            answer = asked.result()
        assert answer.status_code == 503
        assert "Idempotency-Key" in answer.json()["detail"]

        after = client.post("/v1/permits", json=cruise(0))

        assert after.json() == {"decision": "here"}
        working.wait(PATIENCE_S)


def test_what_only_the_serving_process_can_answer_is_not_passed_on(city: City) -> None:
    with city.fronted(lambda *_told: None) as client:
        sessions = {"Cookie": "octroi_session=somebody"}
        assert client.post("/v1/permits", json={}, headers=sessions).status_code == 200

        def chunks() -> Iterator[bytes]:
            yield b"{}"

        assert client.post("/v1/permits", content=chunks()).status_code == 200
        assert client.post("/v1/permits", content=b" " * (LIMIT_BYTES + 1)).status_code == 200
    assert decider() is None


def test_whoever_has_not_heard_of_a_zone_decides_and_advises_by_it(
    city: City, database_url: str
) -> None:
    with records(database_url, clock.now, city.settings, secret=SECRET) as other:
        assert other.keeper.rulebook().zones == ()
        for name, ask in (("closed", "/v1/permits"), ("shut", "/v1/advice")):
            city.parts.zones.create(quay(name, Restriction.PROHIBITED), by="council")
            with served(decisions(other, city.settings, clock.now, SECRET)) as client:
                client.headers["Authorization"] = f"Bearer {city.key}"
                answer = client.post(ask, json=cruise(0))

            assert '"refused"' in answer.text
            assert name in answer.text
