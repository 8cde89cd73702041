"""The largest application that is allowed is answered, and leaves its neighbours in peace."""

from copy import deepcopy
from typing import Any

import httpx
import pytest
from shapely.geometry import Point, mapping

from octroi.notices import Notices
from permits.schemas.telling import BULKY, MOST_BYTES, notice_as_json, told_as_json
from tests.permits.conftest import Town

VERTICES, DAYS = 1_500, 200


@pytest.mark.slow
def test_two_hundred_days_over_an_outline_of_many_vertices(
    client: httpx.Client, operator: dict[str, str], flight: dict[str, Any], town: Town
) -> None:
    large = deepcopy(flight)
    [volume] = large["volumes"]
    outline = Point(2.35, 48.85).buffer(0.001, quad_segs=VERTICES // 4)
    volume["footprint"] = mapping(outline)
    volume["recurrence"] = f"FREQ=DAILY;COUNT={DAYS}"
    beside = deepcopy(flight)
    beside["volumes"][0]["footprint"] = {
        "type": "Point",
        "coordinates": [2.3545, 48.85],
        "radius_m": 20,
    }

    answer = client.post("/v1/permits", json=large, headers=operator, timeout=120)
    small = client.post("/v1/permits", json=beside, headers=operator, timeout=30)

    assert (answer.status_code, small.status_code) == (201, 201)
    assert len(answer.json()["volumes"]) == DAYS
    _tells_of_it_in_one_message(town)


def _tells_of_it_in_one_message(town: Town) -> None:
    sent: list[bytes] = []
    notices = Notices(show=lambda _alerts: None)
    notices.connect(lambda _topic, payload, _retain: sent.append(payload))

    for permit in town.announced:
        notices.announce(permit)

    large, small = town.announced
    assert len(told_as_json(large)) > MOST_BYTES > len(sent[0])
    assert b'"left_out":' in sent[0]
    assert all(f'"{name}":'.encode() not in sent[0] for name in BULKY)
    assert sent[1] == notice_as_json(small) == told_as_json(small)
