"""The test interfaces are there where both their settings are, and answer from the city itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from shapely.geometry import box

from octroi.interop import interfaces_for_tests
from octroi.records import Records, records
from octroi.settings import InvalidSetting, load
from permits.search import Search
from tests.octroi.served import served
from tests.permits.interuss.asking import disc
from tests.permits.interuss.tokens import AUDIENCE, DIRECT, PLAN, QUERY, bearer, public
from zones.model import Layer, Restriction, Volume, Zone, ZoneId

NOW = datetime(2026, 12, 1, 7, tzinfo=UTC)
SOON = "2026-12-01T08:00:00Z", "2026-12-01T09:00:00Z"
CLOSED = Zone(
    id=ZoneId("closed"),
    version=1,
    name="Closed",
    layer=Layer.AIR,
    restriction=Restriction.PROHIBITED,
    volumes=(Volume(footprint=box(2.30, 48.84, 2.31, 48.85)),),
    act="An act",
)


def clock() -> datetime:
    return NOW


@contextmanager
def city(
    database_url: str, place: Path, key: str | None, audience: str | None
) -> Iterator[tuple[Records, FastAPI]]:
    settings = load(
        data_dir=place, notice_days=0, interuss_public_key=key, interuss_audience=audience
    )
    with records(database_url, clock, settings, secret=b"a secret of the server") as parts:
        app = FastAPI()
        for router in interfaces_for_tests(parts, settings, clock):
            app.include_router(router)
        yield parts, app


def plan(client: httpx.Client, lon: float) -> str:
    start, end = ({"value": each, "format": "RFC3339"} for each in SOON)
    high = {"altitude_upper": {"value": 80, "reference": "SFC", "units": "M"}}
    volume = {**disc(lon, 48.845, 100), **high}
    area = [{"volume": volume, "time_start": start, "time_end": end}]
    body = {
        "flight_plan": {"basic_information": {"usage_state": "Planned", "area": area}},
        "execution_style": "IfAllowed",
        "request_id": str(uuid4()),
    }
    answer = client.put(f"/interuss/flight_planning/flight_plans/{uuid4()}", json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["flight_plan_status"])


def blocked(client: httpx.Client, lon: float) -> str:
    position = {"location": {"lat": 48.845, "lng": lon}}
    filters = {"position": position, "resulting_operational_impact": "Block"}
    body = {"checks": [{"filter_sets": [filters]}]}
    answer = client.post("/interuss/geospatial_map/map/queries", json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["results"][0]["features_selection_outcome"])


def test_what_the_map_says_blocks_is_refused_when_planned(
    database_url: str, tmp_path: Path
) -> None:
    pem = tmp_path / "key.pem"
    pem.write_text(public())

    with city(database_url, tmp_path, str(pem), AUDIENCE) as (parts, app), served(app) as client:
        parts.zones.create(CLOSED, by="council")
        parts.keeper.refresh()
        client.headers.update(bearer(NOW + timedelta(minutes=1), PLAN, DIRECT, QUERY))

        assert (blocked(client, 2.305), plan(client, 2.305)) == ("Present", "NotPlanned")
        assert (blocked(client, 2.355), plan(client, 2.355)) == ("Absent", "Planned")
        assert client.get("/interuss/flight_planning/status").json()["status"] == "Ready"
        kept = parts.permits.listing(Search(operator="interuss")).permits
        assert {each.state.value for each in kept} == {"granted", "refused"}


@pytest.mark.parametrize(
    ("key", "audience"),
    [(None, None), (public(), None), (None, AUDIENCE)],
    ids=["neither", "the key only", "the audience only"],
)
def test_nothing_is_opened_without_both_settings(
    database_url: str, tmp_path: Path, key: str | None, audience: str | None
) -> None:
    with city(database_url, tmp_path, key, audience) as (parts, app):
        assert not app.openapi()["paths"]
        assert parts.registry.operator("interuss") is None


def test_a_key_may_be_written_on_one_line_and_is_refused_where_it_is_none(
    database_url: str, tmp_path: Path
) -> None:
    one_line = public().replace("\n", "\\n")

    with city(database_url, tmp_path, one_line, AUDIENCE) as (_, app):
        assert "/interuss/geospatial_map/map/queries" in app.openapi()["paths"]
    with pytest.raises(InvalidSetting, match="takes a public key in PEM"):
        load(interuss_public_key="no-such-file.pem")
    broken = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"
    with (
        pytest.raises(InvalidSetting, match="OCTROI_INTERUSS_PUBLIC_KEY cannot be used"),
        city(database_url, tmp_path, broken, AUDIENCE),
    ):
        pass
