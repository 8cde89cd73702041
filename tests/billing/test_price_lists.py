"""Price lists over HTTP: written for anyone, taken in whole by the council, or not at all."""

from typing import Any

import pytest

from billing.exchange.formats import PriceFormat
from billing.tariffs import demonstration
from tests.billing.exchanged import OTHERS
from tests.billing.test_api import People, people
from tests.billing.test_exchange import official_errors

__all__ = ["people"]


def listed(people: People, form: str) -> Any:  # noqa: ANN401 - a document
    return people.client.get(f"/v1/tariffs/export?format={form}").json()


def take(people: People, body: dict[str, Any], by: str = "rules") -> Any:  # noqa: ANN401 - httpx
    return people.post("/v1/tariffs/import", body, by=by)


def policy(**rule: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    one = {"activity": "parking", "rate": [{"rate": 240, "rate_unit": "hour", **rule}]}
    spans = [{"start_date": 1_800_000_000_000}]
    kerb = {"curb_policy_id": "kerb", "name": "kerb", "priority": 1, "published_date": 1}
    return {
        "currency": "EUR",
        "data": {"policies": [{**kerb, "rules": [one], "time_spans": spans}]},
    }


def test_a_list_is_written_for_anyone_with_what_it_cannot_say(people: People) -> None:
    ours, others = listed(people, "octroi"), listed(people, "mds-policy")

    assert ours["unsaid"] == []
    assert ours["tariffs"] == len(ours["document"]["tariffs"])
    assert {"river-km", "air-minute"} <= {each["tariff"] for each in others["unsaid"]}


@pytest.mark.parametrize("form", OTHERS)
def test_the_demonstration_is_valid_in_the_formats_of_others_with_its_losses_named(
    people: People, form: PriceFormat
) -> None:
    told = listed(people, form)
    document, prices = told["document"], demonstration()
    policies = (document["data"] if form is PriceFormat.CDS else document)["policies"]

    for policy in policies:
        assert official_errors(form, policy) == []
    # Nothing of ours is lost unsaid: what is not written, or not in full, is named with why.
    named, ours = {each["tariff"] for each in told["unsaid"]}, {each.id for each in prices}
    assert named <= ours
    assert len(ours - named) <= told["tariffs"]
    assert all(each["reason"] for each in told["unsaid"])


def test_a_list_is_published_by_the_council_alone_and_once(people: People) -> None:
    body = {"document": policy(), "format": "cds", "act": "2026 DVD 7", "zones": ["surface-"]}

    assert take(people, body, by="finance").status_code == 403
    tried = take(people, {**body, "dry_run": True}).json()
    done = take(people, body).json()

    assert (tried["published"], done["published"]) == (False, True)
    assert tried["items"] == done["items"]
    assert (done["items"][0]["act"], done["items"][0]["unit_price"]) == ("2026 DVD 7", "2.4")
    assert [each["id"] for each in people.client.get("/v1/tariffs").json()["items"]].count(
        "kerb"
    ) == 1


@pytest.mark.parametrize(
    ("document", "changes", "reason"),
    [
        (policy(), {"act": ""}, "act: cds names no legal act"),
        (policy(rate_unit="week"), {}, "rate_unit: no tariff counts weeks of time"),
        (policy(max_stay=1) | {"currency": "USD"}, {}, "currency: the city bills in EUR"),
        ({"tariffs": [{"id": "x"}]}, {"format": "octroi"}, "/tariffs/0/version:"),
    ],
)
def test_a_list_that_cannot_be_published_is_refused_by_name_and_changes_nothing(
    people: People,
    document: dict[str, Any],
    changes: dict[str, Any],
    reason: str,
) -> None:
    before = people.client.get("/v1/tariffs").json()

    refused = take(people, {"document": document, "format": "cds", "act": "acte", **changes})

    assert refused.status_code == 422
    assert reason in refused.json()["detail"]
    assert people.client.get("/v1/tariffs").json() == before


def test_what_tariffs_do_not_say_of_a_list_has_to_be_accepted(people: People) -> None:
    document = policy()
    document["data"]["policies"][0]["rules"][0]["max_stay"] = 2
    body = {"document": document, "format": "cds", "act": "acte", "zones": ["surface-"]}

    refused = take(people, body)
    accepted = take(people, {**body, "accept_losses": True}).json()

    assert refused.status_code == 422
    assert "max_stay: a tariff ends no stay" in refused.json()["detail"]
    assert [each["path"] for each in accepted["unsaid"]] == ["data.policies[0].rules[0].max_stay"]
