"""A permit from its draft to its end, over HTTP: what each move asks, and answers when not."""

from datetime import timedelta

from httpx import Client

from permits.life.states import Act
from permits.living import LifeService
from permits.model import Move
from permits.service import PermitService
from tests.permits.cases import NOW, SOON, application, in_force, zone
from tests.permits.conftest import Town
from tests.permits.lives import Body, Headers, applied
from zones.demands import ZoneRules
from zones.model import Restriction
from zones.periods import Window


def test_a_draft_is_nobodys_business_until_it_is_submitted(
    client: Client, operator: Headers, inspector: Headers, flight: Body, service: PermitService
) -> None:
    path = applied(client, operator, flight | {"draft": True})

    draft = client.get(path, headers=operator).json()
    assert (draft["state"], draft["decision"]) == ("draft", None)
    assert draft["moves"] == ["submit", "amend", "withdraw"]
    assert client.get(path, headers=inspector).json()["moves"] == []
    assert client.get("/v1/register").json()["items"] == []
    assert in_force(service) == ()

    moved = client.post(f"{path}/amend", json=flight | {"reference": "2"}, headers=operator).json()
    assert (moved["state"], moved["reference"], moved["version"]) == ("draft", "2", 2)
    submitted = client.post(f"{path}/submit", headers=operator).json()
    assert (submitted["state"], submitted["reference"]) == ("granted", "2")
    assert len(client.get("/v1/register").json()["items"]) == 1


def test_a_permit_is_activated_right_before_its_use_and_ended_after_it(
    client: Client, operator: Headers, flight: Body, town: Town
) -> None:
    path = applied(client, operator, flight)

    early = client.post(f"{path}/activate", headers=operator)
    town.now = NOW + timedelta(minutes=45)
    active = client.post(f"{path}/activate", headers=operator).json()
    ended = client.post(f"{path}/end", headers=operator).json()

    assert early.status_code == 409
    assert (NOW + timedelta(minutes=45)).isoformat() in early.json()["detail"]
    assert (active["state"], active["moves"]) == ("active", ["end", "extend", "amend"])
    assert (ended["state"], ended["moves"]) == ("ended", [])


def test_a_move_that_is_not_possible_is_answered_with_those_that_are(
    client: Client, operator: Headers, inspector: Headers, flight: Body
) -> None:
    path = applied(client, operator, flight)

    holders = client.post(f"{path}/end", headers=operator)
    officers = client.post(f"{path}/release", json={"reason": "x"}, headers=inspector)

    assert (holders.status_code, officers.status_code) == (409, 409)
    assert holders.headers["content-type"] == "application/problem+json"
    assert holders.json()["moves"] == [
        "activate",
        "review",
        "extend",
        "amend",
        "withdraw",
    ]
    assert officers.json()["moves"] == ["review", "hold", "revoke"]
    for answer in (holders, officers):
        told = answer.json()
        assert told["detail"].endswith(f"possible moves: {', '.join(told['moves'])}")


def test_what_forbids_the_use_now_holds_it_instead_of_activating_it(
    client: Client, operator: Headers, inspector: Headers, flight: Body, town: Town
) -> None:
    path = applied(client, operator, flight)
    town.now = SOON
    town.zones.append(zone("fire", Restriction.PROHIBITED))

    refused = client.post(f"{path}/activate", headers=operator)
    town.zones.clear()
    released = client.post(f"{path}/release", json={"reason": "Over"}, headers=inspector)

    assert (refused.status_code, refused.json()["state"]) == (409, "on_hold")
    assert [each["zone"] for each in refused.json()["findings"]] == ["fire"]
    assert (released.status_code, released.json()["state"]) == (200, "granted")
    assert released.json()["hold"] == []


def test_what_a_human_now_has_to_look_at_is_not_activated_and_stays_granted(
    client: Client, operator: Headers, flight: Body, town: Town
) -> None:
    path = applied(client, operator, flight)
    town.now = SOON
    town.zones.append(zone("issy", rules=ZoneRules(human_review=True)))

    refused = client.post(f"{path}/activate", headers=operator)

    assert (refused.status_code, refused.json()["state"]) == (409, "granted")
    assert [each["rule"] for each in refused.json()["findings"]] == ["human_review"]
    assert client.get(path, headers=operator).json()["version"] == 1


def test_an_officer_suspends_a_permit_which_then_authorises_nothing(
    client: Client, operator: Headers, inspector: Headers, flight: Body, service: PermitService
) -> None:
    path = applied(client, operator, flight)
    reason = {"reason": "Incendie"}

    assert client.post(f"{path}/hold", json=reason, headers=operator).status_code == 403
    assert client.post(f"{path}/hold", json={}, headers=inspector).status_code == 422
    held = client.post(f"{path}/hold", json=reason, headers=inspector).json()

    assert (held["state"], held["reason"]) == ("on_hold", "Incendie")
    assert in_force(service) == ()
    assert client.post(f"{path}/activate", headers=operator).status_code == 409


def test_what_was_allowed_before_a_revocation_stays_allowed_and_nothing_after_it(
    service: PermitService, life: LifeService, town: Town
) -> None:
    permit = service.apply(application())
    town.now = SOON + timedelta(minutes=20)
    life.move(permit.id, Act(move=Move.REVOKE, by="agent", at=town.now, reason="Fête"))

    (before,) = in_force(service)

    assert before.application.volumes[0].window == Window(start=SOON, end=town.now)
