"""The page on which everybody sees what moved."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from psycopg_pool import ConnectionPool

from octroi.web.statistics import router
from tests.octroi.served import served
from tests.telemetry.past import Past, Was
from zones.model import ZoneId

NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
YESTERDAY = NOON - timedelta(days=1)


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "1 chiffre est couvert par le secret."), ("en", "1 figure is under secrecy.")],
)
def test_everybody_sees_days_that_say_nothing_of_one_business(
    pool: ConnectionPool, language: str, said: str
) -> None:
    past = Past(pool, now=NOON)
    past.write(
        *(Was(at=YESTERDAY, operator=each, kind=2) for each in ("ailes", "bateaux", "colis")),
        Was(at=YESTERDAY, operator="ailes", zone="secret"),
        Was(at=NOON, operator="ailes", zone="today"),
    )
    app = FastAPI()
    names = {ZoneId("city"): "<Paris>"}
    app.include_router(router(past.housekeeping(), lambda: names, lambda: NOON, "fr"))

    with served(app) as client:
        page: httpx.Response = client.get("/statistics", params={"lang": language})

    assert page.status_code == 200
    assert said in page.text
    assert "<td>&lt;Paris&gt;</td>" in page.text
    assert "<td>2026-06-09</td>" in page.text
    assert "secret</td>" not in page.text
    assert "2026-06-10" not in page.text
