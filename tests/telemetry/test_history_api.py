"""What is read of the past over HTTP: tracks between two instants, statistics by who asks."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import httpx
import pytest
from fastapi import FastAPI, Header
from psycopg_pool import ConnectionPool

from permits.parties import Caller, OperatorId, Role, VehicleId
from telemetry.api import statistics
from telemetry.api.history import history_routes
from telemetry.model import VehicleKey
from telemetry.service import HistoryService
from telemetry.store import history
from telemetry.store.history import History
from tests.telemetry.city_builders import LAT, LON
from tests.telemetry.past import Past, Was
from zones.periods import Window

MORNING = datetime(2026, 6, 10, 8, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TRACK = "/v1/vehicles/ailes/drone-1/track"
SPAN = {"from": "2026-06-01T00:00:00+02:00", "to": "2026-06-20T00:00:00+02:00"}


def caller_of(header: str | None) -> Caller | None:
    if header is None:
        return None
    role, _, name = header.partition(":")
    return Caller(role=Role(role), name=name)


async def anyone(x_caller: Annotated[str | None, Header()] = None) -> Caller | None:
    return caller_of(x_caller)


def who(x_caller: Annotated[str, Header()]) -> Caller:
    caller = caller_of(x_caller)
    assert caller is not None
    return caller


@pytest.fixture
def past(pool: ConnectionPool) -> Past:
    return Past(pool, now=MORNING + 2 * DAY)


@pytest.fixture
def app(past: Past) -> FastAPI:
    app = FastAPI()
    house = past.housekeeping()
    app.include_router(statistics.router(house, anyone=anyone, clock=lambda: past.now))
    service = HistoryService(past.pool, lambda: past.now)
    app.include_router(history_routes(service, who=who), prefix="/v1")
    return app


def asked(
    app: FastAPI,
    path: str,
    caller: str | None = "inspector:ines",
    **query: Any,  # noqa: ANN401 - parameters of any kind
) -> tuple[int, Any]:
    async def once() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://city") as client:
            headers = {} if caller is None else {"x-caller": caller}
            return await client.get(path, params=SPAN | query, headers=headers)

    answer = asyncio.run(once())
    return answer.status_code, answer.json()


def busy(past: Past, *operators: str, zone: str = "city", at: datetime = MORNING) -> None:
    past.write(
        *(
            Was(at=at + number * MINUTE, operator=operator, zone=zone)
            for number, operator in enumerate(operators)
        )
    )


def test_the_public_is_told_whole_days_that_say_nothing_of_one_business(
    past: Past, app: FastAPI
) -> None:
    busy(past, "ailes", "bateaux", "colis")
    busy(past, "ailes", "ailes", "bateaux", zone="quay")
    busy(past, "ailes", "bateaux", "colis", at=past.now - HOUR)

    status, told = asked(app, "/v1/statistics", None)

    assert status == 200
    (cell,) = told["statistics"]
    assert (cell["zone"], cell["observations"], cell["vehicles"]) == ("city", 3, 3)
    assert (cell["start"], told["withheld"]) == ("2026-06-09T22:00:00Z", 1)
    assert datetime.fromisoformat(told["end"]) == datetime(2026, 6, 11, 22, tzinfo=UTC)
    assert asked(app, "/v1/statistics", None, step="hour")[0] == 401
    assert asked(app, "/v1/statistics", None, operator="ailes")[0] == 401
    assert asked(app, "/v1/statistics", "sensor:quay", step="hour")[0] == 403


def test_a_day_that_is_not_over_is_named_as_it_was_asked_for(past: Past, app: FastAPI) -> None:
    midnight = past.now.replace(hour=0, minute=0, second=0, microsecond=0)
    today = {"from": midnight.isoformat(), "to": (midnight + 24 * HOUR).isoformat()}

    status, told = asked(app, "/v1/statistics", None, **today)

    assert status == 422
    assert f"no day of Paris from {midnight}" in told["detail"]
    assert "once they are over" in told["detail"]


def test_an_operator_is_told_its_own_and_staff_all(past: Past, app: FastAPI) -> None:
    busy(past, "ailes", "bateaux", "bateaux")

    _, own = asked(app, "/v1/statistics", "operator:ailes", step="hour")
    _, all_of_it = asked(app, "/v1/statistics", "inspector:ines", step="hour")
    _, layers = asked(app, "/v1/statistics", "finance:fatou", by="layer")

    assert [cell["observations"] for cell in own["statistics"]] == [1]
    assert [cell["observations"] for cell in all_of_it["statistics"]] == [3]
    assert layers["statistics"][0] | {"start": ""} == {
        "start": "",
        "layer": "air",
        "zone": None,
        "observations": 3,
        "vehicles": 2,
        "violations": None,
        "uncertain": None,
    }
    assert asked(app, "/v1/statistics", "operator:ailes", operator="bateaux")[0] == 403


def test_statistics_come_in_pages(past: Past, app: FastAPI) -> None:
    busy(past, "ailes", "ailes")
    busy(past, "ailes", zone="quay")

    _, first = asked(app, "/v1/statistics", limit=1)
    _, second = asked(app, "/v1/statistics", limit=1, cursor=first["next"])
    _, third = asked(app, "/v1/statistics", limit=1, cursor=second["next"])

    assert [page["statistics"][0]["zone"] for page in (first, second)] == ["city", "quay"]
    assert (third["statistics"], third["next"]) == ([], None)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"from": "2026-06-01T00:00:00"}, "from"),
        ({"to": "2026-05-01T00:00:00Z"}, "to"),
        ({"to": "2026-07-10T00:00:00Z", "step": "hour"}, "31 days"),
        ({"cursor": "bm9uZQ=="}, "cursor"),
        ({"by": "layer", "zone": "city"}, "zone"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_by_name(
    app: FastAPI, query: dict[str, str], names: str
) -> None:
    status, told = asked(app, "/v1/statistics", **query)

    assert status == 422
    assert names in str(told["detail"])


def test_a_track_is_told_between_two_instants(past: Past, app: FastAPI) -> None:
    past.write(*(Was(at=MORNING + minutes * MINUTE) for minutes in (0, 30, 60)))
    hour = {"from": MORNING.isoformat(), "to": (MORNING + HOUR).isoformat()}

    status, told = asked(app, TRACK, "operator:ailes", **hour)

    assert status == 200
    assert [row[0] for row in told["positions"]] == [
        round((MORNING + minutes * MINUTE).timestamp() * 1000) for minutes in (0, 30)
    ]
    assert told["next"] is None
    assert asked(app, TRACK, "operator:ailes")[0] == 422
    assert asked(app, TRACK, "operator:bateaux", **hour)[0] == 403


def test_each_position_of_a_track_says_whose_word_it_is_in_as_many_digits_as_mean_anything(
    past: Past, app: FastAPI
) -> None:
    past.write(Was(at=MORNING), Was(at=MORNING + MINUTE))
    with past.pool.connection() as connection:
        connection.execute(
            "UPDATE telemetry.observation SET sender = 'receiver-1', lon = 2.34999999999999964,"
            " alt_m = 50.0000001, speed_mps = 5.705832999999999 WHERE at > %s",
            [MORNING],
        )
    until = {"from": MORNING.isoformat(), "to": (MORNING + HOUR).isoformat()}

    _, told = asked(app, TRACK, "operator:ailes", **until)

    begin = round(MORNING.timestamp() * 1000)
    assert told["positions"] == [
        [begin, LON, LAT, None, 5, "ailes"],
        [begin + 60_000, 2.35, LAT, 50, 5.71, "receiver-1"],
    ]


def test_a_long_track_says_where_it_goes_on(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_POSITIONS", 3)
    past.write(*(Was(at=MORNING + seconds * MINUTE) for seconds in (0, 1, 2, 2, 3)))
    drone = VehicleKey(OperatorId("ailes"), VehicleId("drone-1"))
    read = History(past.pool)

    first = read.track(drone, Window(start=MORNING, end=past.now))
    second = read.track(drone, Window(start=first.following, end=past.now))

    assert first.following == MORNING + 2 * MINUTE
    assert [*first.at_ms, *second.at_ms] == [
        round((MORNING + minutes * MINUTE).timestamp() * 1000) for minutes in (0, 1, 2, 2)
    ]


def test_evidence_is_read_as_before_when_all_else_has_gone(either_pool: ConnectionPool) -> None:
    past = Past(either_pool, now=MORNING + 2 * DAY)
    past.write(*(Was(at=MORNING + minutes * MINUTE) for minutes in (0, 10, 11, 12, 30)))
    visit = past.visit(2, 4)
    past.evident = frozenset({visit})
    read = History(past.pool)
    before = read.visit_evidence([visit])

    past.now = MORNING + 400 * DAY
    past.housekeeping().expire()

    assert past.ids("observation") == []
    assert len(before[visit].sightings) == 3
    assert read.visit_evidence([visit]) == before
    window = Window(start=MORNING, end=MORNING + HOUR)
    drone = VehicleKey(OperatorId("ailes"), VehicleId("drone-1"))
    assert [one.observation for one in read.sightings(drone, window)] == [2, 3, 4]
