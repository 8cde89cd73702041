"""Occupations and recurrences over HTTP and through the database, as they are shown and billed."""

from datetime import timedelta
from time import perf_counter
from typing import Any

import httpx
import pytest

from permits.model import PermitState
from permits.parties import OperatorId
from permits.schemas.applications import ApplicationIn
from permits.service import PermitService
from tests.permits.cases import NOW
from tests.permits.conftest import Town

PLACE = {
    "type": "Polygon",
    "coordinates": [
        [[2.35, 48.85], [2.3502, 48.85], [2.3502, 48.8501], [2.35, 48.8501], [2.35, 48.85]]
    ],
}
START = NOW + timedelta(hours=2)


def terrace(**changed: object) -> dict[str, Any]:
    volume = {
        "footprint": PLACE,
        "start": START.isoformat(),
        "end": (START + timedelta(days=60)).isoformat(),
    }
    body = {
        "purpose": "leisure",
        "layer": "surface",
        "occupation": {"kind": "terrace"},
        "volumes": [volume],
    }
    return {**body, **changed}


def test_a_place_is_granted_once_shown_and_told_to_those_who_bill(
    client: httpx.Client, operator: dict[str, str], service: PermitService, town: Town
) -> None:
    first = client.post("/v1/permits", json=terrace(), headers=operator).json()
    second = client.post("/v1/permits", json=terrace(), headers=operator).json()

    assert (first["state"], second["state"]) == ("granted", "refused")
    assert first["occupation"]["kind"] == "terrace"
    assert 150 < first["occupation"]["area_m2"] < 175
    assert first["vehicles"] == []
    beside = terrace(layer="surface", occupation={"kind": "film_set"})
    assert client.post("/v1/advice", json=beside).json()["would_be"] == "refused"

    [billed] = service.occupying(START, START + timedelta(days=1))
    assert str(billed.id) == first["id"]
    assert service.occupying(START - timedelta(days=2), START) == ()
    assert service.occupying(START + timedelta(days=60), START + timedelta(days=61)) == ()

    town.now = START + timedelta(days=3)
    withdrawn = client.post(
        f"/v1/permits/{first['id']}/withdraw", json={"reason": "closed"}, headers=operator
    )
    assert withdrawn.status_code == 200, withdrawn.text
    [ended] = service.occupying(START, START + timedelta(days=30))
    assert ended.state is PermitState.WITHDRAWN
    assert ended.decided_at == billed.decided_at == NOW
    assert service.occupying(START, START + timedelta(days=1)) == (billed,)


@pytest.mark.usefixtures("registered")
def test_a_place_granted_before_a_months_end_and_written_down_after_it_is_billed(
    service: PermitService, town: Town
) -> None:
    asked = ApplicationIn.model_validate(terrace()).to_application(OperatorId("ailes"))
    ends = START + timedelta(days=10)
    town.now = ends + timedelta(days=1)

    granted = service.apply(asked, now=NOW)

    assert granted.state is PermitState.GRANTED
    assert service.occupying(START, ends) == (granted,)


def test_a_rule_is_written_out_and_kept_as_it_was_written(
    client: httpx.Client, operator: dict[str, str], flight: dict[str, Any]
) -> None:
    rule = "FREQ=DAILY;COUNT=200"
    flight["volumes"][0]["recurrence"] = rule

    begun = perf_counter()
    told = client.post("/v1/permits", json=flight, headers=operator)
    lasted = perf_counter() - begun

    assert told.status_code == 201, told.text
    permit = told.json()
    assert permit["state"] == "granted"
    assert len(permit["volumes"]) == 200
    [recurrence] = permit["recurrences"]
    assert (recurrence["rule"], recurrence["first"], recurrence["count"]) == (rule, 0, 200)
    assert client.get(f"/v1/permits/{permit['id']}", headers=operator).json() == permit
    assert lasted < 5

    once = {**flight["volumes"][0], "recurrence": None}
    late = {each: permit["volumes"][120][each] for each in ("start", "end")}
    again = {**flight, "volumes": [{**once, **late}]}
    refused = client.post("/v1/permits", json=again, headers=operator).json()
    assert refused["state"] == "refused"


def test_of_a_rule_that_began_before_today_the_written_volume_is_named(
    client: httpx.Client, operator: dict[str, str], flight: dict[str, Any]
) -> None:
    ahead = flight["volumes"][0]
    behind = {
        **ahead,
        "start": (NOW - timedelta(days=2)).isoformat(),
        "end": (NOW - timedelta(days=2) + timedelta(hours=1)).isoformat(),
    }
    flight["volumes"] = [{**ahead, "recurrence": "FREQ=DAILY;COUNT=5"}, behind]

    told = client.post("/v1/permits", json=flight, headers=operator)

    assert told.status_code == 422
    assert told.json()["errors"][0]["pointer"] == "/volumes/1/end"
