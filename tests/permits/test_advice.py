"""Advice for anybody, what it rests on, and applying for just what was advised."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from httpx import Client
from hypothesis import given
from hypothesis import strategies as st

from permits.answers.facts import facts
from permits.answers.sealing import InvalidSeal, opened, seal
from tests.permits.cases import NOW, case, vehicle, zone
from tests.permits.conftest import Town
from zones.model import Restriction
from zones.periods import Applicability, Window

Headers = dict[str, str]
Body = dict[str, Any]
SECRET = b"a secret of the city"


def considered(flight: Body) -> Body:
    return {name: value for name, value in flight.items() if name != "vehicles"}


def closed_for_an_hour(at: datetime) -> Applicability:
    return Applicability(window=Window(start=at, end=at + timedelta(hours=1)))


def test_anybody_is_told_what_applies_what_it_costs_and_what_is_not_known(
    client: Client, flight: Body, town: Town
) -> None:
    town.zones.append(zone(version=3))

    told = client.post("/v1/advice", json=considered(flight)).json()

    assert (told["permit_needed"], told["would_be"], told["automated"]) == (True, "granted", True)
    assert told["summary"] == {
        "fr": (
            "Une autorisation est nécessaire. Demandée maintenant, elle serait accordée. "
            "Elle coûterait 20,00 EUR."
        ),
        "en": "A permit is needed. Asked for now, it would be granted. It would cost 20.00 EUR.",
    }
    assert told["next_step"]["en"].startswith("To apply for just this, send `advice` with the")
    assert told["next_step"]["fr"].startswith("Pour demander exactement cela, envoyer `advice`")
    assert told["zones"] == [
        {
            "id": "bois",
            "version": 3,
            "name": "Zone bois",
            "restriction": "REQ_AUTHORISATION",
            "act": "Arrêté de démonstration",
        }
    ]
    unknown = {each["fact"] for each in told["facts"] if not each["known"]}
    assert unknown == {"operator", "vehicles", "documents", "others"}
    assert all(each["source"] and each["text"]["fr"] for each in told["facts"])
    by_size = {each["size"]: each["total"] for each in told["by_size"]}
    assert by_size == {"micro": "20.00", "small": "12.40", "medium": "20.00", "large": "20.00"}
    assert "679" in told["notice"]["en"]


def test_an_operator_is_priced_by_its_own_size_alone(
    client: Client, operator: Headers, flight: Body, town: Town
) -> None:
    town.zones.append(zone())

    told = client.post("/v1/advice", json=flight, headers=operator).json()

    assert told["by_size"] == []
    assert told["quote"]["total"] == "12.40"
    assert {each["fact"] for each in told["facts"] if each["known"]} >= {"operator", "documents"}


def test_what_was_advised_is_applied_for_in_one_call(
    client: Client, operator: Headers, flight: Body, town: Town
) -> None:
    town.zones.append(zone())
    advice = client.post("/v1/advice", json=considered(flight)).json()["advice"]

    applied = client.post(
        "/v1/permits", json={"advice": advice, "vehicles": ["drone-7"]}, headers=operator
    )

    assert applied.status_code == 201
    in_full = client.post("/v1/permits", json=flight, headers=operator).json()
    permit = applied.json()
    assert permit["decision"] == "granted"
    for name in ("operator", "purpose", "layer", "vehicles", "volumes", "reference"):
        assert permit[name] == in_full[name]


def test_an_advice_that_was_changed_is_too_old_or_lacks_a_vehicle_is_refused_by_its_field(
    client: Client, operator: Headers, flight: Body, town: Town
) -> None:
    advice = client.post("/v1/advice", json=considered(flight)).json()["advice"]

    def refused(body: Body) -> list[str]:
        answer = client.post("/v1/permits", json=body, headers=operator)
        assert answer.status_code == 422
        return [each["pointer"] for each in answer.json()["errors"]]

    named = {"vehicles": ["drone-7"]}
    assert refused({"advice": ("B" if advice[0] == "A" else "A") + advice[1:], **named}) == [
        "/advice"
    ]
    assert refused({"advice": "é", **named}) == ["/advice"]
    assert refused({"advice": advice}) == ["/vehicles"]
    assert refused({"advice": advice, "vehicles": []}) == ["/vehicles"]
    assert refused({"advice": advice, "purpose": "medical", **named}) == ["/purpose"]
    assert refused({**flight, "layer": "ether"}) == ["/layer"]
    town.now = NOW + timedelta(hours=25)
    assert refused({"advice": advice, **named}) == ["/advice"]
    assert client.get("/v1/permits", headers=operator).json()["items"] == []


def test_a_refusal_offers_what_is_then_granted(
    client: Client, operator: Headers, flight: Body, town: Town
) -> None:
    # The flight is from 8 to 9, between 30 and 80 m; the zone is closed from half past 8 on.
    start = NOW + timedelta(hours=1, minutes=30)
    town.zones.append(
        zone("fete", Restriction.PROHIBITED, applicability=(closed_for_an_hour(start),))
    )

    refused = client.post(
        "/v1/permits", json=flight, headers={**operator, "Idempotency-Key": "k-1"}
    ).json()
    again = client.post(
        "/v1/permits", json=flight, headers={**operator, "Idempotency-Key": "k-1"}
    ).json()

    assert refused["decision"] == "refused"
    assert again == refused
    assert [(each["shift_min"], each["rise_m"]) for each in refused["alternatives"]] == [
        (-30, 0.0),
        (90, 0.0),
    ]
    assert refused["alternatives"][0]["text"]["en"] == "Earlier by 30 min, at the same height."
    assert refused["alternatives"][1]["text"]["fr"] == "Plus tard de 1 h 30 min, à la même hauteur."
    assert refused["alternatives"][0]["total"] == "12.40"
    assert refused == client.get(f"/v1/permits/{refused['id']}", headers=operator).json()
    volumes = refused["alternatives"][0]["volumes"]
    town.zones[:] = []
    granted = client.post("/v1/permits", json={**flight, "volumes": volumes}, headers=operator)
    assert granted.json()["decision"] == "granted"


def test_a_place_that_is_always_closed_says_that_no_other_hour_helps(
    client: Client, flight: Body, town: Town
) -> None:
    town.zones.append(zone("louvre", Restriction.PROHIBITED))

    told = client.post("/v1/advice", json=considered(flight)).json()

    assert told["alternatives"] == []
    assert told["alternatives_note"]["en"].startswith("No move on the published grid")
    assert told["next_step"]["en"].startswith("Choose another place,")


def test_of_a_vehicle_is_told_what_nobody_stated() -> None:
    bare = case(zone(), vehicles=(vehicle(),))

    told = {each.code: each for each in facts(bare)}

    assert told["vehicle_partly"].params["lacking"] == (
        "vehicle_class, mass_kg, length_m, noise_db, equipment"
    )
    assert told["ground"].known


def test_a_switch_of_tomorrow_is_not_known() -> None:
    hanging = zone(applicability=(Applicability(switch="flood"),))

    told = {each.code: each for each in facts(replace(case(), zones=(hanging,)))}

    assert not told["switch"].known
    assert told["switch"].params["switch"] == "flood"


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.floats(allow_nan=False)))
def test_what_is_sealed_is_opened_as_it_was(content: dict[str, Any]) -> None:
    assert opened(seal(content, NOW, SECRET), NOW, SECRET) == content


@given(st.text(), st.binary(min_size=1))
def test_nobody_else_makes_a_seal(text: str, other: bytes) -> None:
    for sealed, secret in ((text, SECRET), (seal({}, NOW, SECRET), b"another" + other)):
        with pytest.raises(InvalidSeal):
            opened(sealed, NOW, secret)


def test_a_seal_is_good_until_its_last_instant() -> None:
    sealed = seal({}, NOW, SECRET)
    last = NOW + timedelta(hours=24)

    assert opened(sealed, last - timedelta(microseconds=1), SECRET) == {}
    with pytest.raises(InvalidSeal):
        opened(sealed, last, SECRET)
