"""An amendment may say why, as an extension may."""

from typing import Any

from httpx import Client

Headers = dict[str, str]


def test_an_amendment_keeps_the_reason_it_is_asked_for(
    client: Client, operator: Headers, flight: dict[str, Any]
) -> None:
    made = client.post("/v1/permits", json=flight, headers=operator).json()
    here = f"/v1/permits/{made['id']}/amend"

    amended = client.post(
        here, json={**flight, "reference": "2", "reason": "Une heure plus tard"}, headers=operator
    )
    unsaid = client.post(here, json={**flight, "reason": 7}, headers=operator)

    assert (amended.status_code, amended.json()["reason"]) == (200, "Une heure plus tard")
    assert [each["pointer"] for each in unsaid.json()["errors"]] == ["/reason"]
