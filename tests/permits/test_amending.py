"""A permit is extended and amended: what was granted stays until the city has answered."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from httpx import Client

from permits.living import LifeService
from permits.model import Move, Permit, PermitState
from permits.service import PermitService
from permits.sweeping import SweepService
from tests.permits.cases import HOUR, NOW, SOON, Asked, application, in_force, volume, zone
from tests.permits.conftest import Town
from tests.permits.lives import Body, Headers, act, applied, end_of, flown_at, shifted
from zones.demands import ZoneRules
from zones.model import Layer
from zones.periods import in_utc


def test_an_extension_beside_nobody_is_granted_and_keeps_the_permit_active(
    client: Client, operator: Headers, flight: Body, town: Town
) -> None:
    path = applied(client, operator, flight)
    town.now = SOON + timedelta(minutes=1)
    client.post(f"{path}/activate", headers=operator)
    later = in_utc(SOON + 2 * HOUR)

    answer = client.post(f"{path}/extend", json={"ends": [later]}, headers=operator).json()

    assert (answer["state"], answer["attempt"]) == ("active", None)
    assert (answer["answer"], answer["answer_text"]["en"][-7:]) == ("granted", "before.")
    assert answer["volumes"][0]["end"] == later


def test_an_extension_into_somebody_elses_hour_leaves_what_was_granted(
    client: Client, operator: Headers, rival: Headers, flight: Body
) -> None:
    path = applied(client, operator, flight)
    after = flight | {"vehicles": ["drone-9"], "volumes": [dict(flight["volumes"][0])]}
    after["volumes"][0] |= {
        "start": (SOON + HOUR).isoformat(),
        "end": (SOON + 2 * HOUR).isoformat(),
    }
    applied(client, rival, after)
    before = end_of(path, client, operator)

    answer = client.post(
        f"{path}/extend", json={"ends": [(SOON + 2 * HOUR).isoformat()]}, headers=operator
    )

    assert answer.status_code == 200
    told = answer.json()
    assert (told["state"], told["version"], told["volumes"][0]["end"]) == ("granted", 2, before)
    assert (told["answer"], told["attempt"]["decision"]) == ("refused", "refused")
    assert told["answer_text"]["fr"].startswith("Ce qui est demandé est refusé ; le permis reste")
    objected = [each for each in told["attempt"]["findings"] if each["outcome"] == "objected"]
    assert [each["rule"] for each in objected] == ["conflict"]
    assert client.get(path, headers=operator).json()["attempt"] == told["attempt"]


def test_an_extension_that_needs_an_officer_waits_for_one_while_the_permit_stays_in_use(
    client: Client, operator: Headers, inspector: Headers, flight: Body, town: Town
) -> None:
    path = applied(client, operator, flight)
    town.now = SOON
    client.post(f"{path}/activate", headers=operator)
    town.zones.append(zone("issy", rules=ZoneRules(human_review=True)))
    later = in_utc(SOON + 2 * HOUR)
    before = end_of(path, client, operator)

    asked = client.post(f"{path}/extend", json={"ends": [later]}, headers=operator).json()
    (queued,) = client.get("/v1/permits?waiting=true", headers=inspector).json()["items"]
    decided = client.post(
        f"{path}/review", json={"decision": "granted", "reason": "Calme"}, headers=inspector
    ).json()

    assert (asked["state"], asked["volumes"][0]["end"]) == ("active", before)
    assert (asked["answer"], asked["attempt"]["decision"]) == ("needs_review", "needs_review")
    assert "until then the permit stays" in asked["answer_text"]["en"]
    # What it would follow on is over before the law's delay is.
    assert asked["waiting"]["silence"] == "lapse"
    assert datetime.fromisoformat(asked["waiting"]["due_at"]) == datetime.fromisoformat(before)
    assert queued["moves"] == ["review", "hold", "revoke"]
    assert (decided["state"], decided["automated"], decided["attempt"]) == ("active", False, None)
    assert decided["volumes"][0]["end"] == later
    assert "Calme" in decided["findings"][-1]["text"]["fr"]
    assert client.get("/v1/permits?waiting=true", headers=inspector).json()["items"] == []
    assert [each.version for each in town.announced] == [1, 2, 3, 4]


def test_an_amendment_that_waits_has_no_place_and_is_not_granted_into_that_of_another(
    client: Client,
    operator: Headers,
    rival: Headers,
    inspector: Headers,
    *,
    flight: Body,
    town: Town,
) -> None:
    path = applied(client, operator, flight)
    town.zones.append(zone("issy", rules=ZoneRules(human_review=True)))
    elsewhere = flight | {"volumes": [shifted(flight, 5 * HOUR)]}
    waiting = client.post(f"{path}/amend", json=elsewhere, headers=operator).json()
    town.zones.clear()
    applied(client, rival, elsewhere | {"vehicles": ["drone-9"]})

    granted = client.post(
        f"{path}/review", json={"decision": "granted", "reason": "x"}, headers=inspector
    )
    refused = client.post(
        f"{path}/review", json={"decision": "refused", "reason": "Complet"}, headers=inspector
    ).json()

    assert waiting["attempt"]["decision"] == "needs_review"
    assert (granted.status_code, "there is no room" in granted.json()["detail"]) == (409, True)
    assert (refused["state"], refused["attempt"]["decision"]) == ("granted", "refused")
    assert refused["volumes"] == waiting["volumes"]
    assert client.post(f"{path}/retract", headers=operator).status_code == 409


def test_silence_decides_an_amendment_as_it_would_an_application(
    service: PermitService, life: LifeService, sweeper: SweepService, town: Town
) -> None:
    far = volume(start=NOW + timedelta(days=70))
    boat = Asked(layer=Layer.RIVER, vehicles=("boat-1",), volumes=(far,))
    permit = service.apply(application(boat))
    town.zones.append(zone("bras", rules=ZoneRules(human_review=True)))
    later = application(replace(boat, volumes=(volume(start=NOW + timedelta(days=80)),)))
    town.now = NOW + timedelta(days=5)
    life.amend(permit.id, act(Move.AMEND, town.now), lambda _permit: later)
    town.now = NOW + timedelta(days=63)
    assert sweeper.sweep() == 0
    town.now = NOW + timedelta(days=67)

    assert sweeper.sweep() == 1

    decided = life.get(permit.id)
    assert (decided.state, decided.application) == (PermitState.GRANTED, later)
    assert decided.findings[-1].rule == "silence"


def test_a_draft_and_an_amendment_that_are_refused_are_told_what_would_be_granted(
    client: Client, operator: Headers, rival: Headers, flight: Body
) -> None:
    there = flight | {"volumes": [shifted(flight, 5 * HOUR)]}
    applied(client, rival, there | {"vehicles": ["drone-9"]})
    path = applied(client, operator, flight)
    draft = applied(client, operator, there | {"draft": True})

    kept = client.post(f"{draft}/amend", json=there, headers=operator).json()
    assert (kept["state"], kept["answer"]) == ("draft", None)
    amended = client.post(f"{path}/amend", json=there, headers=operator).json()
    submitted = client.post(f"{draft}/submit", headers=operator).json()

    assert (amended["attempt"]["decision"], submitted["decision"]) == ("refused", "refused")
    for told in (amended["attempt"], submitted):
        assert told["alternatives_note"]["en"].startswith("Each of these would be granted")
        moved = flight | {"volumes": told["alternatives"][0]["volumes"]}
        assert client.post(f"{path}/amend", json=moved, headers=operator).json()["attempt"] is None


@pytest.mark.parametrize("ends", [[], [(SOON).isoformat()], [(SOON + HOUR).isoformat()], ["x"]])
def test_an_extension_that_extends_nothing_names_its_field(
    client: Client, operator: Headers, flight: Body, ends: list[str]
) -> None:
    path = applied(client, operator, flight)

    answer = client.post(f"{path}/extend", json={"ends": ends}, headers=operator)

    assert answer.status_code == 422
    assert "ends" in answer.json()["detail"]
    assert client.get(path, headers=operator).json()["version"] == 1


def test_a_permit_does_not_stand_in_its_own_way_and_frees_the_place_it_left(
    service: PermitService, life: LifeService
) -> None:
    permit = service.apply(application())
    elsewhere = application(Asked(volumes=(volume(at=(2.352, 48.852)),)))

    moved = life.amend(permit.id, act(Move.AMEND), lambda _permit: elsewhere)

    assert (moved.state, moved.application) == (PermitState.GRANTED, elsewhere)
    assert [each.application for each in in_force(service)] == [elsewhere]


def test_of_two_amendments_to_one_place_one_is_granted(
    service: PermitService, life: LifeService
) -> None:
    starts = [SOON, SOON + HOUR]
    permits = [service.apply(flown_at(start)) for start in starts]
    wanted = flown_at(SOON + 5 * HOUR)
    together, outcomes = threading.Barrier(2), []

    def amend(permit: Permit) -> None:
        together.wait()
        moved = life.amend(permit.id, act(Move.AMEND), lambda _permit: wanted)
        outcomes.append(moved.attempt is None)

    threads = [threading.Thread(target=amend, args=(each,)) for each in permits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [False, True]
    assert [each.state for each in permits] == [PermitState.GRANTED] * 2
