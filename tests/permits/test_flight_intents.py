"""The flight intents of InterUSS's tests: the conforming are decided, the faulty are named."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from permits.registration import RegistryService
from permits.schemas.vehicles import VehicleIn
from tests.permits.cases import NOW, vehicle

INTENTS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "data" / "flight_intents" / "intents.json").read_text()
)
SCENARIO = NOW + timedelta(minutes=2)


def application(name: str) -> dict[str, Any]:
    intent = INTENTS[name]
    ring = [*intent["vertices"], intent["vertices"][0]]
    heights = {
        limit: {
            "value": intent[f"altitude_{limit}"]["value"],
            "unit": intent[f"altitude_{limit}"]["units"].lower(),
            "reference": "WGS84",
        }
        for limit in ("lower", "upper")
    }
    start, end = (
        (SCENARIO + timedelta(seconds=intent[f"{each}_offset_s"])).isoformat()
        for each in ("start", "end")
    )
    window = {"start": start, "end": end}
    footprint = {"type": "Polygon", "coordinates": [ring]}
    return {
        "purpose": "delivery",
        "layer": "air",
        "vehicles": ["drone-7"],
        "volumes": [{"footprint": footprint, **heights, **window}],
    }


def test_conforming_intents_are_decided_and_a_tiny_overlap_is_a_conflict(
    client: httpx.Client, operator: dict[str, str], registered: RegistryService
) -> None:
    registered.add_vehicle(vehicle("drone-8"))

    def told(name: str, **other: object) -> dict[str, Any]:
        answer = client.post("/v1/permits", json=application(name) | other, headers=operator)
        assert answer.status_code == 201, answer.text
        decided: dict[str, Any] = answer.json()
        return decided

    assert told("valid_flight")["decision"] == "granted"
    # A flight of its own, elsewhere at the same time: another drone's.
    assert told("valid_flight_auth", vehicles=["drone-8"])["decision"] == "granted"
    refused = told("valid_conflict_tiny_overlap")
    assert refused["decision"] == "refused"
    objecting = [each["rule"] for each in refused["findings"] if each["outcome"] == "objected"]
    assert objecting == ["conflict"]


def test_an_intent_that_ended_is_refused_by_its_end(
    client: httpx.Client, operator: dict[str, str]
) -> None:
    asked = application("invalid_recently_ended")
    ended = (NOW - timedelta(seconds=5)).isoformat()
    asked["volumes"][0] |= {"start": (NOW - timedelta(seconds=60)).isoformat(), "end": ended}

    told = client.post("/v1/permits", json=asked, headers=operator)

    assert told.status_code == 422
    assert told.json()["errors"][0]["pointer"] == "/volumes/0/end"


def test_an_intent_for_a_vehicle_without_a_serial_number_names_it() -> None:
    def registered(name: str) -> VehicleIn:
        serial = INTENTS[name]["uas_serial_number"]
        body = {"id": "drone", "layer": "air", "kind": "multicopter", "serial": serial}
        return VehicleIn.model_validate(body)

    assert registered("valid_flight_auth").serial == "1AF49UL5CC5J6K"
    with pytest.raises(ValidationError) as refused:
        registered("invalid_flight_auth")
    assert [each["loc"] for each in refused.value.errors()] == [("serial",)]
