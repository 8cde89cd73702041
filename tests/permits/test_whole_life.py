"""A permit from its draft to its end, over HTTP: what each move asks, and answers when not."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from httpx import Client
from psycopg_pool import ConnectionPool

from permits.life.states import Act
from permits.living import LifeService
from permits.model import Move, Permit, PermitState
from permits.service import PermitService
from permits.sweeping import SweepService
from tests.permits.cases import HOUR, NOW, SOON, Asked, application, in_force, volume, zone
from tests.permits.conftest import Town
from zones.demands import ZoneRules
from zones.model import Layer, Restriction
from zones.periods import Applicability, Window

Headers = dict[str, str]
Body = dict[str, Any]


def applied(client: Client, who: Headers, flight: Body) -> str:
    answer = client.post("/v1/permits", json=flight, headers=who)
    assert answer.status_code == 201, answer.text
    return f"/v1/permits/{answer.json()['id']}"


def shifted(flight: Body, by: timedelta) -> Body:
    first = flight["volumes"][0]
    moved = {name: datetime.fromisoformat(first[name]) + by for name in ("start", "end")}
    return dict(first) | {name: at.isoformat() for name, at in moved.items()}


def end_of(path: str, client: Client, who: Headers) -> str:
    return str(client.get(path, headers=who).json()["volumes"][0]["end"])


@pytest.fixture
def sweeper(pool: ConnectionPool, life: LifeService, town: Town) -> SweepService:
    return SweepService(pool, life, lambda: tuple(town.zones), lambda: town.switches)


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


def test_an_extension_beside_nobody_is_granted_and_keeps_the_permit_active(
    client: Client, operator: Headers, flight: Body, town: Town
) -> None:
    path = applied(client, operator, flight)
    town.now = SOON + timedelta(minutes=1)
    client.post(f"{path}/activate", headers=operator)
    later = (SOON + 2 * HOUR).isoformat()

    answer = client.post(f"{path}/extend", json={"ends": [later]}, headers=operator).json()

    assert (answer["state"], answer["attempt"]) == ("active", None)
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
    assert told["attempt"]["decision"] == "refused"
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
    later = (SOON + 2 * HOUR).isoformat()
    before = end_of(path, client, operator)

    asked = client.post(f"{path}/extend", json={"ends": [later]}, headers=operator).json()
    (queued,) = client.get("/v1/permits?waiting=true", headers=inspector).json()["items"]
    decided = client.post(
        f"{path}/review", json={"decision": "granted", "reason": "Calme"}, headers=inspector
    ).json()

    assert (asked["state"], asked["volumes"][0]["end"]) == ("active", before)
    assert asked["attempt"]["decision"] == "needs_review"
    assert asked["waiting"]["silence"] == "refusal"
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
    life.amend(permit.id, _act(Move.AMEND, town.now), lambda _permit: later)
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

    moved = life.amend(permit.id, _act(Move.AMEND), lambda _permit: elsewhere)

    assert (moved.state, moved.application) == (PermitState.GRANTED, elsewhere)
    assert [each.application for each in in_force(service)] == [elsewhere]


def test_of_two_amendments_to_one_place_one_is_granted(
    service: PermitService, life: LifeService
) -> None:
    starts = [SOON, SOON + HOUR]
    permits = [service.apply(_at(start)) for start in starts]
    wanted = _at(SOON + 5 * HOUR)
    together, outcomes = threading.Barrier(2), []

    def amend(permit: Permit) -> None:
        together.wait()
        moved = life.amend(permit.id, _act(Move.AMEND), lambda _permit: wanted)
        outcomes.append(moved.attempt is None)

    threads = [threading.Thread(target=amend, args=(each,)) for each in permits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [False, True]
    assert [each.state for each in permits] == [PermitState.GRANTED] * 2


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


def test_the_clock_ends_what_was_used_and_lets_expire_what_was_not(
    service: PermitService, life: LifeService, sweeper: SweepService, town: Town
) -> None:
    used, unused = service.apply(application()), service.apply(_at(SOON + HOUR))
    town.now = SOON
    life.activate(used.id, _act(Move.ACTIVATE, SOON))
    assert sweeper.sweep() == 0
    town.now = SOON + 2 * HOUR

    assert sweeper.sweep() == 2
    assert sweeper.sweep() == 0
    ended, expired = life.get(used.id), life.get(unused.id)
    assert (ended.state, ended.by) == (PermitState.ENDED, "octroi")
    assert (expired.state, expired.move) == (PermitState.EXPIRED, Move.EXPIRE)
    assert len(in_force(service)) == 2


def test_an_emergency_holds_what_it_forbids_and_its_end_releases_it(
    service: PermitService, life: LifeService, sweeper: SweepService, town: Town
) -> None:
    touched, beside = service.apply(application()), service.apply(_at(SOON, at=(2.5, 48.85)))
    sweeper.sweep()
    town.now = NOW + timedelta(minutes=2)
    fire = zone("fire", Restriction.PROHIBITED, valid=Window(start=town.now, end=None))
    town.zones.append(fire)

    sweeper.sweep()

    held = life.get(touched.id)
    assert (held.state, held.by) == (PermitState.ON_HOLD, "octroi")
    assert [each.zone for each in held.hold] == ["fire"]
    assert life.get(beside.id).state is PermitState.GRANTED
    assert town.announced[-1] == held
    assert sweeper.sweep() == 0
    town.zones.clear()
    assert sweeper.sweep() == 1
    assert life.get(touched.id).state is PermitState.GRANTED


@pytest.mark.parametrize("told", ["while it runs", "while it was down"])
def test_a_switch_that_wakes_a_zone_holds_what_that_forbids_and_frees_it_when_it_is_set_back(
    told: str,
    *,
    service: PermitService,
    life: LifeService,
    sweeper: SweepService,
    town: Town,
) -> None:
    flood = zone("berge", Restriction.PROHIBITED, applicability=(Applicability(switch="crue"),))
    town.zones.append(flood)
    touched, beside = service.apply(application()), service.apply(_at(SOON, at=(2.5, 48.85)))
    if told == "while it runs":
        assert sweeper.sweep() == 0
    town.now = NOW + timedelta(minutes=10)
    town.switches["crue"] = (Window(start=town.now),)

    assert sweeper.sweep() == 1

    held = life.get(touched.id)
    assert (held.state, [each.zone for each in held.hold]) == (PermitState.ON_HOLD, ["berge"])
    assert town.announced[-1] == held
    assert life.get(beside.id).state is PermitState.GRANTED
    later = life.amend(held.id, _act(Move.AMEND), lambda _permit: _at(SOON, at=(2.351, 48.85)))
    assert (later.state, later.hold) == (PermitState.ON_HOLD, held.hold)
    assert sweeper.sweep() == 0
    town.switches["crue"] = (Window(start=town.now, end=town.now + timedelta(minutes=5)),)
    town.now += timedelta(minutes=5)
    assert sweeper.sweep() == 1
    assert life.get(touched.id).state is PermitState.GRANTED
    assert town.announced[-1].id == touched.id


def test_who_applied_after_a_switch_was_set_knew_of_it(
    service: PermitService, life: LifeService, sweeper: SweepService, town: Town
) -> None:
    town.zones.append(
        zone("berge", Restriction.PROHIBITED, applicability=(Applicability(switch="crue"),))
    )
    town.switches["crue"] = (Window(start=NOW - HOUR),)
    refused = service.apply(application())
    life.move(refused.id, _act(Move.REVIEW))
    life.move(refused.id, _act(Move.GRANT))

    assert sweeper.sweep() == 0


def test_an_officer_releases_what_only_an_officer_may_answer_and_it_is_used_then(
    client: Client,
    operator: Headers,
    inspector: Headers,
    *,
    flight: Body,
    town: Town,
    sweeper: SweepService,
) -> None:
    path = applied(client, operator, flight)
    sweeper.sweep()
    town.now = NOW + timedelta(minutes=2)
    window = Window(start=town.now, end=None)
    town.zones.append(zone("issy", rules=ZoneRules(human_review=True), valid=window))
    assert sweeper.sweep() == 1
    assert sweeper.sweep() == 0

    released = client.post(f"{path}/release", json={"reason": "Vu"}, headers=inspector).json()
    town.now = SOON
    active = client.post(f"{path}/activate", headers=operator).json()

    assert (released["state"], released["hold"]) == ("granted", [])
    assert [each["zone"] for each in released["findings"][-1:]] == ["issy"]
    assert active["state"] == "active"
    town.zones.append(zone("fire", Restriction.PROHIBITED))
    client.post(f"{path}/hold", json={"reason": "Incendie"}, headers=inspector)
    refused = client.post(f"{path}/release", json={"reason": "x"}, headers=inspector)
    assert (refused.status_code, refused.json()["findings"][0]["zone"]) == (409, "fire")


def test_what_an_officer_holds_only_an_officer_releases(
    service: PermitService, life: LifeService, sweeper: SweepService
) -> None:
    permit = service.apply(application())
    life.move(permit.id, _act(Move.HOLD))

    assert sweeper.sweep() == 0
    assert life.get(permit.id).state is PermitState.ON_HOLD


@pytest.mark.parametrize(
    ("layer", "vehicle", "state"),
    [
        (Layer.AIR, "drone-7", PermitState.REFUSED),
        (Layer.RIVER, "boat-1", PermitState.GRANTED),
    ],
)
def test_silence_decides_what_waited_for_two_months(
    layer: Layer,
    vehicle: str,
    state: PermitState,
    *,
    service: PermitService,
    life: LifeService,
    sweeper: SweepService,
    town: Town,
) -> None:
    town.zones.append(zone("issy", rules=ZoneRules(human_review=True)))
    far = volume(start=NOW + timedelta(days=70))
    permit = service.apply(application(Asked(layer=layer, vehicles=(vehicle,), volumes=(far,))))
    town.now = NOW + timedelta(days=61)
    assert sweeper.sweep() == 0
    town.now = NOW + timedelta(days=63)

    assert sweeper.sweep() == 1

    decided = life.get(permit.id)
    assert (decided.state, decided.by) == (state, "octroi")
    assert decided.findings[-1].rule == "silence"
    assert "L. 231-" in decided.findings[-1].act


def test_officers_see_until_when_an_application_may_wait(
    client: Client, operator: Headers, inspector: Headers, flight: Body, town: Town
) -> None:
    town.zones.append(zone("issy", rules=ZoneRules(human_review=True)))
    applied(client, operator, flight)
    town.now = NOW + timedelta(days=11)

    (queued,) = client.get("/v1/permits?state=needs_review", headers=inspector).json()["items"]

    assert queued["waiting"]["silence"] == "refusal"
    assert queued["waiting"]["escalated"] is True
    assert queued["waiting"]["due_at"].startswith("2027-02-01")


def _act(move: Move, at: Any = NOW) -> Act:  # noqa: ANN401 - an instant
    return Act(move=move, by="agent", at=at, reason="Motif")


def _at(start: Any, **where: Any) -> Any:  # noqa: ANN401 - the noun of applications
    return application(Asked(volumes=(volume(start=start, **where),)))
