"""Answers say what is so: why nothing else would help, what was not looked at, what is due."""

from copy import deepcopy
from typing import Any

from httpx import Client

from permits.model import Outcome
from tests.permits.cases import zone
from tests.permits.conftest import Town
from zones.demands import ZoneRules
from zones.model import Restriction

Headers = dict[str, str]
Body = dict[str, Any]


def walk(flight: Body, **changed: object) -> Body:
    """Return a use outside the air, which needs no permit by itself."""
    return {**flight, "layer": "surface", "vehicles": [], **changed}


def test_a_refusal_says_which_of_its_reasons_no_other_hour_would_lift(
    client: Client, operator: Headers, flight: Body
) -> None:
    unbounded = deepcopy(flight)
    del unbounded["volumes"][0]["upper"]

    refused = client.post("/v1/permits", json=unbounded, headers=operator).json()

    assert refused["alternatives_note"]["en"].endswith(
        "it rests on a greatest height that is not stated."
    )
    assert refused["alternatives_note"]["fr"].endswith("à l'absence d'une hauteur maximale.")


def test_what_is_refused_has_no_conditions_to_keep_to(
    client: Client, operator: Headers, flight: Body, town: Town
) -> None:
    granted = client.post("/v1/permits", json=flight, headers=operator).json()
    town.zones.append(zone(restriction=Restriction.PROHIBITED))

    refused = client.post("/v1/permits", json=flight, headers=operator).json()
    advised = client.post("/v1/advice", json=flight).json()

    assert [each["code"] for each in granted["conditions"]] == ["activate_before_use"]
    assert (refused["state"], refused["conditions"]) == ("refused", [])
    assert (advised["would_be"], advised["conditions"]) == ("refused", [])


def test_what_an_officer_grants_after_all_has_its_conditions_again(
    client: Client, operator: Headers, inspector: Headers, flight: Body, town: Town
) -> None:
    town.zones.append(zone(restriction=Restriction.PROHIBITED))
    refused = client.post("/v1/permits", json=flight, headers=operator).json()
    here = f"/v1/permits/{refused['id']}/review"

    client.post(here, headers=operator)
    granted = client.post(
        here, json={"decision": "granted", "reason": "Sauvetage"}, headers=inspector
    )

    assert [each["code"] for each in granted.json()["conditions"]] == ["activate_before_use"]


def test_a_finding_says_that_it_leaves_the_decision_to_an_officer(
    client: Client, operator: Headers, flight: Body, town: Town
) -> None:
    town.zones.append(zone(rules=ZoneRules(human_review=True)))

    left = client.post("/v1/permits", json=flight, headers=operator).json()

    assert [each["rule"] for each in left["findings"] if each["human"]] == ["human_review"]


def test_a_stranger_is_told_what_was_not_looked_at(client: Client, flight: Body) -> None:
    told = client.post("/v1/advice", json={**flight, "operator": "zzz"}).json()
    bare = client.post("/v1/advice", json={**flight, "vehicles": []}).json()

    (unread,) = [each for each in told["facts"] if each["fact"] == "unread"]
    assert not unread["known"]
    assert unread["params"] == {"fields": "operator, vehicles"}
    assert unread["text"]["en"].startswith("Not looked at: the operator, the vehicles.")
    assert "unread" not in {each["fact"] for each in bare["facts"]}


def test_a_use_that_needs_no_permit_is_told_of_without_one(client: Client, flight: Body) -> None:
    told = client.post("/v1/advice", json=walk(flight)).json()

    assert not told["permit_needed"]
    assert told["summary"] == {
        "en": (
            "No permit is needed. Nothing stands against the use. "
            "A fee is due for the use all the same: 20.00 EUR."
        ),
        "fr": (
            "Aucune autorisation n'est nécessaire. Rien ne s'oppose à l'usage. "
            "Une redevance est due pour l'usage lui-même : 20,00 EUR."
        ),
    }


def test_a_use_that_needs_no_permit_may_need_an_officer(
    client: Client, flight: Body, town: Town
) -> None:
    town.zones.append(zone(restriction=Restriction.CONDITIONAL, rules=ZoneRules(human_review=True)))

    told = client.post("/v1/advice", json=walk(flight)).json()

    assert "No permit is needed. But an officer has to look" in told["summary"]["en"]


def test_a_use_that_needs_no_permit_and_is_not_in_order_is_told_so(
    client: Client, flight: Body
) -> None:
    volume = {**flight["volumes"][0], "end": "2027-03-01T00:00:00+00:00"}

    told = client.post("/v1/advice", json=walk(flight, volumes=[volume])).json()

    assert (told["permit_needed"], told["would_be"]) == (False, "refused")
    assert told["summary"]["en"].startswith("No permit is needed. But the use as described is not")


def test_a_refusal_costs_nothing_and_says_what_a_grant_would(
    client: Client, flight: Body, town: Town
) -> None:
    town.zones.append(zone(restriction=Restriction.PROHIBITED))

    told = client.post("/v1/advice", json=flight).json()

    assert told["summary"]["en"].endswith(
        "Asked for now, it would be refused. "
        "Nothing would be due; were it granted, it would cost 20.00 EUR."
    )


def test_a_conflict_is_told_without_distances_nobody_asked_for(
    client: Client, operator: Headers, flight: Body, town: Town
) -> None:
    client.post("/v1/permits", json=flight, headers=operator)
    shared = client.post("/v1/permits", json=flight, headers=operator).json()
    town.zones.append(zone(rules=ZoneRules(separation_m=50.0)))
    apart = client.post("/v1/permits", json=flight, headers=operator).json()

    (first,), (second,) = (
        [each["text"]["en"] for each in told["findings"] if each["outcome"] == Outcome.OBJECTED]
        for told in (shared, apart)
    )
    assert "would share that space" in first
    assert "closer than 50 m across" in second


def test_places_taken_at_every_height_are_told_in_words(
    client: Client, operator: Headers, flight: Body
) -> None:
    terrace = {
        "purpose": "leisure",
        "layer": "surface",
        "occupation": {"kind": "terrace"},
        "volumes": [
            {
                **{name: flight["volumes"][0][name] for name in ("start", "end")},
                "footprint": {"type": "Point", "coordinates": [2.35, 48.85], "radius_m": 4},
            }
        ],
    }
    client.post("/v1/permits", json=terrace, headers=operator)

    refused = client.post("/v1/permits", json=terrace, headers=operator).json()

    (text,) = [each["text"] for each in refused["findings"] if each["rule"] == "conflict"]
    assert "at any height." in text["en"]
    assert "à toute hauteur." in text["fr"]
