"""Instants are answered in one way, however they were stated."""

import re
from datetime import datetime, timedelta, timezone
from typing import Any

from httpx import Client

from tests.permits.cases import NOW, zone
from tests.permits.conftest import Town
from tests.permits.lives import Body, Headers
from zones.demands import ZoneRules

WRITTEN = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?P<offset>Z|[+-]\d\d:\d\d)?")
PARIS_IN_WINTER = timezone(timedelta(hours=1))


def stated(body: Any) -> list[str]:  # noqa: ANN401 - JSON
    """Return every instant of an answer that is told as one."""
    if isinstance(body, dict | list):
        inner = body.values() if isinstance(body, dict) else body
        return [found for each in inner for found in stated(each)]
    return [body] if isinstance(body, str) and WRITTEN.fullmatch(body) else []


def test_every_instant_of_a_permit_is_answered_in_utc(
    client: Client, operator: Headers, inspector: Headers, flight: Body, town: Town
) -> None:
    town.zones.append(zone("issy", rules=ZoneRules(human_review=True)))
    first = dict(flight["volumes"][0])
    for name in ("start", "end"):
        first[name] = datetime.fromisoformat(first[name]).astimezone(PARIS_IN_WINTER).isoformat()
    weekly = first | {"recurrence": "FREQ=WEEKLY;COUNT=30"}

    made = client.post("/v1/permits", json=flight | {"volumes": [weekly]}, headers=operator).json()
    path = f"/v1/permits/{made['id']}"
    answers = [
        made,
        client.get(path, headers=inspector).json(),
        client.get("/v1/register").json(),
        client.get("/v1/register", headers={"Accept": "application/geo+json"}).json(),
        client.get(f"{path}/versions", headers=operator).json(),
        client.post(f"{path}/withdraw", headers=operator).json(),
    ]

    assert made["waiting"]["due_at"] == "2027-02-01T07:00:00Z"
    for answer in answers:
        found = stated(answer)
        assert found
        assert [each for each in found if not each.endswith("Z")] == []
    assert len({each["start"] for each in made["volumes"]}) == len(made["volumes"])
    assert datetime.fromisoformat(made["volumes"][0]["start"]) - NOW == timedelta(hours=1)
