"""Reviewing, giving back, taking back: who may, and what is answered to those who may not."""

import threading
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from httpx import Client
from psycopg_pool import ConnectionPool

from permits.life.states import Act
from permits.living import LifeService
from permits.model import Move, PermitState
from permits.requests import Request
from permits.service import PermitService
from permits.versions import Seen, StaleVersion
from tests.permits.cases import NOW, application, in_force, zone
from tests.permits.conftest import Town
from zones.demands import ZoneRules
from zones.model import Restriction

Headers = dict[str, str]
Body = dict[str, Any]


def applied(client: Client, who: Headers, flight: Body) -> str:
    return f"/v1/permits/{client.post('/v1/permits', json=flight, headers=who).json()['id']}"


def test_a_refused_operator_asks_for_a_human_who_decides(
    client: Client, operator: Headers, inspector: Headers, flight: Body, town: Town
) -> None:
    town.zones.append(zone("louvre", Restriction.PROHIBITED))
    path = applied(client, operator, flight)

    asked = client.post(f"{path}/review", json={"reason": "Tournage"}, headers=operator)
    decided = client.post(
        f"{path}/review", json={"decision": "granted", "reason": "Sous escorte"}, headers=inspector
    )

    assert (asked.status_code, asked.json()["state"]) == (200, "needs_review")
    permit = decided.json()
    assert (permit["state"], permit["decision"], permit["version"]) == ("granted", "granted", 3)
    assert permit["automated"] is False
    assert "agent" in permit["notice"]["fr"]
    assert "Sous escorte" in permit["findings"][-1]["text"]["fr"]
    assert [each.version for each in town.announced] == [1, 2, 3]


def test_a_review_needs_no_body(
    client: Client, operator: Headers, flight: Body, town: Town
) -> None:
    town.zones.append(zone("louvre", Restriction.PROHIBITED))

    answer = client.post(f"{applied(client, operator, flight)}/review", headers=operator)

    assert answer.json()["state"] == "needs_review"


def test_what_only_an_officer_may_authorise_waits_for_one(
    client: Client, operator: Headers, inspector: Headers, flight: Body, town: Town
) -> None:
    town.zones.append(zone("issy", rules=ZoneRules(human_review=True)))
    path = applied(client, operator, flight)
    decision = {"decision": "refused", "reason": "Trafic"}

    assert client.get(path, headers=operator).json()["state"] == "needs_review"
    assert client.post(f"{path}/review", json=decision, headers=operator).status_code == 403
    unreasoned = client.post(f"{path}/review", json={"decision": "granted"}, headers=inspector)
    assert unreasoned.status_code == 422
    decided = client.post(f"{path}/review", json=decision, headers=inspector)

    assert decided.json()["state"] == "refused"
    assert decided.json()["moves"] == []


def test_a_permit_given_back_cannot_be_used_again(
    client: Client, operator: Headers, flight: Body, service: PermitService
) -> None:
    path = applied(client, operator, flight)
    assert len(in_force(service)) == 1

    assert client.post(f"{path}/withdraw", headers=operator).json()["state"] == "withdrawn"

    again = client.post(f"{path}/withdraw", headers=operator)
    assert again.status_code == 409
    assert "possible moves: none" in again.json()["detail"]
    assert in_force(service) == ()


def test_a_permit_is_taken_back_for_a_reason(
    client: Client, operator: Headers, inspector: Headers, flight: Body
) -> None:
    path = applied(client, operator, flight)

    assert client.post(f"{path}/revoke", json={"reason": "x"}, headers=operator).status_code == 403
    assert client.post(f"{path}/revoke", json={}, headers=inspector).status_code == 422
    revoked = client.post(f"{path}/revoke", json={"reason": "Fête"}, headers=inspector)

    assert (revoked.json()["state"], revoked.json()["reason"]) == ("revoked", "Fête")
    assert client.get(path, headers=operator).json() == revoked.json()


def test_a_change_of_what_was_not_seen_is_refused(
    client: Client, operator: Headers, flight: Body
) -> None:
    path = applied(client, operator, flight)

    for wrong in ("garbage", '"-1"', "", '"', "W/1", f'"{2**80}"'):
        answer = client.post(f"{path}/withdraw", headers=operator | {"If-Match": wrong})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["parameter"] == "If-Match"
    for stale in ('"2"', 'W/"2"', "2", f'"{2**40}"'):
        answer = client.post(f"{path}/withdraw", headers=operator | {"If-Match": stale})
        assert answer.status_code == 412
    answer = client.post(f"{path}/withdraw", headers=operator | {"If-Match": '"1"'})

    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"2"'


def test_a_move_repeated_under_its_key_is_made_once(
    client: Client, operator: Headers, flight: Body
) -> None:
    path = applied(client, operator, flight)
    headers = operator | {"Idempotency-Key": "back"}

    first = client.post(f"{path}/withdraw", headers=headers)
    again = client.post(f"{path}/withdraw", headers=headers)

    assert (again.status_code, again.json()) == (200, first.json())


def test_of_two_who_change_a_version_one_is_told_so(
    service: PermitService, life: LifeService
) -> None:
    permit = service.apply(application())
    together, told = threading.Barrier(2), []

    def review() -> None:
        together.wait()
        try:
            act = Act(move=Move.REVIEW, by="ailes", at=NOW)
            told.append(str(life.move(permit.id, act, Seen(version=1)).version))
        except StaleVersion:
            told.append("stale")

    threads = [threading.Thread(target=review) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told) == ["2", "stale"]


def test_of_many_who_repeat_a_request_all_get_the_one_answer(
    service: PermitService, town: Town
) -> None:
    request = Request(scope="operator:ailes", key="k", digest=b"d" * 32)
    together, answers = threading.Barrier(4), []

    def apply() -> None:
        together.wait()
        answers.append(service.apply(application(), request=request))

    threads = [threading.Thread(target=apply) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 4
    assert all(each == answers[0] for each in answers)
    assert len(town.announced) == 1


def test_the_past_can_be_applied_for_by_a_replay(service: PermitService) -> None:
    permit = service.apply(application(), now=NOW - timedelta(days=30))

    assert permit.decided_at == NOW - timedelta(days=30)
    assert permit.recorded_at == NOW
    assert permit.state is PermitState.GRANTED


def test_what_was_granted_in_a_period_is_told_even_when_it_was_given_back(
    service: PermitService, life: LifeService, town: Town
) -> None:
    granted = service.apply(application())
    for move in (Move.REVIEW, Move.GRANT, Move.WITHDRAW):
        life.move(granted.id, Act(move=move, by="agent", at=NOW))
    town.zones.append(zone("louvre", Restriction.PROHIBITED))
    service.apply(application())

    found = service.granted_between(NOW, NOW + timedelta(hours=1))

    assert [(each.id, each.version) for each in found] == [(granted.id, 1)]
    assert service.granted_between(NOW - timedelta(hours=1), NOW) == ()


def test_whoever_keeps_a_copy_learns_that_grants_changed(
    service: PermitService, town: Town, database_url: str
) -> None:
    with psycopg.connect(database_url, autocommit=True) as listener:
        listener.execute("LISTEN octroi_permits")
        granted = service.apply(application())
        town.zones.append(zone("louvre", Restriction.PROHIBITED))
        service.apply(application())

        heard = [note.payload for note in listener.notifies(timeout=2, stop_after=1)]

    assert heard == [str(granted.id)]


def test_a_recorded_version_cannot_be_changed(service: PermitService, pool: ConnectionPool) -> None:
    service.apply(application())

    for statement in ("UPDATE permits.version SET by = ''", "DELETE FROM permits.version"):
        with (
            pytest.raises(psycopg.errors.RaiseException, match="never changed"),
            pool.connection() as connection,
        ):
            connection.execute(statement)
