"""Plans of the peers' tests are permits: planned, changed, used, closed, and told of."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import httpx
from fastapi import FastAPI
from implicitdict import ImplicitDict
from psycopg_pool import ConnectionPool
from uas_standards.interuss.automated_testing.flight_planning.v1 import api

from permits.life.states import Act
from permits.living import LifeService
from permits.model import Move, PermitState
from permits.search import Search
from permits.service import PermitService
from tests.permits.cases import NOW, zone
from tests.permits.conftest import Town, serving
from tests.permits.interuss.asking import disc
from tests.permits.interuss.conftest import BASE, Qualifier, area, instant
from tests.permits.interuss.tokens import DIRECT, PLAN, bearer
from zones.demands import ZoneRules
from zones.model import Restriction

SOON = NOW + timedelta(minutes=10)
LATER = NOW + timedelta(hours=3)
AFTER = {"after": "2026-12-01T00:00:00Z"}
COMPLETED, REJECTED = "Completed", "Rejected"


def plans() -> tuple[str, str]:
    return str(uuid4()), str(uuid4())


def states(service: PermitService) -> list[PermitState]:
    return [each.state for each in service.listing(Search(operator="interuss")).permits]


def told(qualifier: Qualifier) -> list[tuple[str, str]]:
    answer = qualifier.client.get(f"{BASE}/user_notifications", params=AFTER)
    assert answer.status_code == 200, answer.text
    ImplicitDict.parse(answer.json(), api.QueryUserNotificationsResponse)
    return [(each["message"], each["conflicts"]) for each in answer.json()["user_notifications"]]


def test_a_plan_is_planned_changed_used_and_closed_and_keeps_others_out(
    qualifier: Qualifier, service: PermitService
) -> None:
    mine, theirs = plans()

    assert qualifier.answers(mine, area(SOON)) == (COMPLETED, "Planned")
    assert qualifier.answers(theirs, area(SOON)) == (REJECTED, "NotPlanned")
    assert qualifier.answers(mine, area(LATER)) == (COMPLETED, "Planned")
    assert qualifier.answers(theirs, area(SOON)) == (COMPLETED, "Planned")
    assert qualifier.answers(mine, area(SOON)) == (REJECTED, "Planned")
    assert qualifier.answers(theirs, area(SOON), usage="InUse") == (COMPLETED, "OkToFly")
    assert qualifier.answers(theirs, area(SOON), usage="Planned") == (REJECTED, "OkToFly")
    closed = qualifier.client.delete(f"{BASE}/flight_plans/{theirs}")
    again = qualifier.client.delete(f"{BASE}/flight_plans/{theirs}")

    assert (closed.status_code, closed.json()["flight_plan_status"]) == (200, "Closed")
    assert (again.status_code, again.json()["flight_plan_status"]) == (404, "NotPlanned")
    ImplicitDict.parse(again.json(), api.DeleteFlightPlanResponse)
    assert states(service) == [PermitState.ENDED, PermitState.REFUSED, PermitState.GRANTED]
    assert qualifier.answers(mine, area(SOON)) == (COMPLETED, "Planned")
    assert qualifier.answers(mine, usage="Closed") == (COMPLETED, "Closed")
    assert qualifier.answers(mine, usage="Closed") == (REJECTED, "NotPlanned")


def test_who_is_turned_away_is_told_of_the_conflict(qualifier: Qualifier, town: Town) -> None:
    mine, theirs = plans()
    qualifier.answers(mine, area(SOON))
    town.now = NOW + timedelta(seconds=1)
    qualifier.answers(theirs, area(SOON))
    qualifier.answers(theirs, area(LATER))
    town.now = NOW + timedelta(seconds=2)
    qualifier.answers(theirs, area(SOON))

    notices = told(qualifier)

    assert [conflicts for _, conflicts in notices] == ["None", "Single", "None", "Single"]
    assert mine in notices[0][0]
    assert theirs in notices[1][0]


def test_what_is_hypothetical_is_decided_and_not_stored(
    qualifier: Qualifier, service: PermitService, pool: ConnectionPool
) -> None:
    mine, theirs = plans()

    thought = qualifier.answers(mine, area(SOON), style="Hypothetical")
    used = qualifier.answers(mine, area(SOON), style="Hypothetical", usage="InUse")
    early = qualifier.answers(mine, area(LATER), style="Hypothetical", usage="InUse")
    gone = qualifier.answers(mine, usage="Closed", style="Hypothetical")

    assert (thought, used) == ((COMPLETED, "Planned"), (COMPLETED, "OkToFly"))
    assert (early, gone) == ((REJECTED, "NotPlanned"), (REJECTED, "NotPlanned"))
    assert states(service) == []
    with pool.connection() as connection:
        assert connection.execute("SELECT count(*) FROM permits.interuss_request").fetchone() == (
            0,
        )
    qualifier.answers(mine, area(SOON))
    assert qualifier.answers(theirs, area(SOON), style="Hypothetical") == (REJECTED, "NotPlanned")
    moved = qualifier.answers(mine, area(SOON + timedelta(minutes=1)), style="Hypothetical")
    assert moved == (COMPLETED, "Planned")
    assert states(service) == [PermitState.GRANTED]
    assert told(qualifier)[-1][1] == "None"


def test_a_flight_may_be_used_from_shortly_before_its_window_on(
    qualifier: Qualifier, town: Town
) -> None:
    mine, theirs = plans()
    begun = NOW - timedelta(minutes=5)

    assert qualifier.answers(mine, area(LATER), usage="InUse") == (REJECTED, "NotPlanned")
    flown = qualifier.put(mine, area(begun), usage="InUse").json()
    town.now = NOW + timedelta(minutes=1)
    unchanged = qualifier.answers(mine, area(begun), usage="InUse")
    late = qualifier.put(theirs, area(NOW - timedelta(hours=2)), usage="InUse").json()

    assert (flown["planning_result"], flown["flight_plan_status"]) == (COMPLETED, "OkToFly")
    granted = flown["as_planned"]["basic_information"]["area"][0]
    assert granted["time_start"] == instant(NOW)
    assert granted["time_end"] == instant(begun + timedelta(hours=1))
    ImplicitDict.parse(flown, api.UpsertFlightPlanResponse)
    assert unchanged == (COMPLETED, "OkToFly")
    assert (late["planning_result"], late["flight_plan_status"]) == (REJECTED, "NotPlanned")
    assert late["notes"].startswith("area/0/time_end: ")


def test_a_flight_that_has_just_begun_is_planned_from_now_on_then_used(
    qualifier: Qualifier, town: Town
) -> None:
    mine, theirs = plans()
    begun = area(NOW - timedelta(seconds=1))

    foreseen = qualifier.answers(mine, begun, style="Hypothetical")
    planned = qualifier.put(mine, begun).json()
    town.now = NOW + timedelta(seconds=20)
    again = qualifier.answers(mine, begun)
    used = qualifier.answers(mine, begun, usage="InUse")
    beside = qualifier.answers(theirs, begun)

    assert foreseen == (COMPLETED, "Planned")
    assert (planned["planning_result"], planned["flight_plan_status"]) == (COMPLETED, "Planned")
    granted = planned["as_planned"]["basic_information"]["area"][0]
    assert granted["time_start"] == instant(NOW)
    assert (again, used) == ((COMPLETED, "Planned"), (COMPLETED, "OkToFly"))
    assert beside == (REJECTED, "NotPlanned")


def test_a_flight_beyond_the_horizon_is_rejected_and_what_was_planned_stays(
    qualifier: Qualifier, service: PermitService
) -> None:
    mine, theirs = plans()
    qualifier.answers(mine, area(SOON))
    month = timedelta(days=30)

    for plan, style, stands in (
        (mine, "IfAllowed", "Planned"),
        (theirs, "IfAllowed", "NotPlanned"),
        (theirs, "Hypothetical", "NotPlanned"),
    ):
        far = area(NOW + month + timedelta(minutes=1))
        assert qualifier.answers(plan, far, style=style) == (REJECTED, stands)
    assert "30 days ahead" in qualifier.put(theirs, area(NOW + 2 * month)).json()["notes"]
    assert states(service) == [PermitState.GRANTED]
    assert qualifier.answers(theirs, area(NOW + month)) == (COMPLETED, "Planned")


def test_an_aircraft_strays_comes_back_and_is_contingent_to_its_end(
    qualifier: Qualifier, service: PermitService
) -> None:
    mine, theirs = plans()
    using = {"usage": "InUse"}

    assert qualifier.answers(mine, area(SOON), uas="OffNominal", **using) == (
        REJECTED,
        "NotPlanned",
    )
    qualifier.answers(mine, area(SOON))
    assert qualifier.answers(mine, area(SOON), uas="OffNominal") == (REJECTED, "Planned")
    qualifier.answers(mine, area(SOON), **using)
    strayed = qualifier.answers(mine, area(SOON), uas="OffNominal", style="InReality", **using)
    back = qualifier.answers(mine, area(SOON), **using)
    lost = qualifier.answers(mine, area(SOON), uas="Contingent", **using)
    never = qualifier.answers(mine, area(SOON), **using)

    assert (strayed, back) == ((COMPLETED, "OffNominal"), (COMPLETED, "OkToFly"))
    assert (lost, never) == ((COMPLETED, "OffNominal"), (REJECTED, "OffNominal"))
    assert qualifier.client.delete(f"{BASE}/flight_plans/{mine}").status_code == 200
    assert states(service) == [PermitState.ENDED]
    assert qualifier.answers(theirs, area(SOON)) == (COMPLETED, "Planned")


def test_who_flies_in_reality_what_is_not_allowed_is_off_nominal(qualifier: Qualifier) -> None:
    mine, theirs = plans()
    qualifier.answers(mine, area(SOON))
    qualifier.answers(theirs, area(LATER))

    early = qualifier.answers(theirs, area(LATER), usage="InUse", style="InReality")
    unknown = qualifier.answers(str(uuid4()), area(SOON), usage="InUse", style="InReality")

    assert early == (COMPLETED, "OffNominal")
    assert unknown == (REJECTED, "NotPlanned")


def test_the_answer_says_whether_it_comes_with_conditions(qualifier: Qualifier, town: Town) -> None:
    notes: list[str] = []

    def advised(*zones: str) -> tuple[str, str]:
        town.zones = [
            zone(
                name, Restriction(name.upper()), rules=ZoneRules(human_review=name == "conditional")
            )
            for name in zones
        ]
        plan = str(uuid4())
        answer = qualifier.put(plan, area(SOON)).json()
        qualifier.client.delete(f"{BASE}/flight_plans/{plan}")
        notes.append(answer["notes"].partition(" granted.")[2])
        return answer["planning_result"], answer["includes_advisories"]

    assert advised() == (COMPLETED, "NoAdvisoriesOrConditions")
    assert advised("no_restriction") == (COMPLETED, "NoAdvisoriesOrConditions")
    assert advised("req_authorisation") == (COMPLETED, "AtLeastOneAdvisoryOrCondition")
    assert advised("prohibited") == (REJECTED, "Unknown")
    assert advised("conditional") == (REJECTED, "Unknown")
    # What is said to be told is told, and nothing where nothing is.
    assert notes[:2] == ["", ""]
    assert "Zone req_authorisation" in notes[2]


def test_no_test_waits_in_the_officers_queue(
    qualifier: Qualifier, town: Town, service: PermitService
) -> None:
    town.zones = [zone(rules=ZoneRules(human_review=True))]

    answer = qualifier.put(str(uuid4()), area(SOON)).json()

    assert (answer["planning_result"], answer["flight_plan_status"]) == (REJECTED, "NotPlanned")
    assert answer["notes"] == (
        "In the zone “Zone bois” only an officer may authorise. "
        "An officer would have to decide; tests do not wait for one."
    )
    assert told(qualifier)[-1][0].count("tests do not wait") == 1
    assert states(service) == [PermitState.WITHDRAWN]


def test_what_the_city_takes_back_is_told_and_closed(
    qualifier: Qualifier, service: PermitService, life: LifeService
) -> None:
    mine, _ = plans()
    qualifier.answers(mine, area(SOON))
    (permit,) = service.listing(Search(operator="interuss")).permits
    life.move(permit.id, Act(move=Move.REVOKE, by="Mairie", at=NOW, reason="A demonstration."))

    assert qualifier.client.delete(f"{BASE}/flight_plans/{mine}").status_code == 404
    assert "A demonstration." in told(qualifier)[-1][0]
    assert qualifier.answers(mine, area(SOON)) == (COMPLETED, "Planned")


def test_everything_is_as_it_was_after_a_restart(
    qualifier: Qualifier, opened: Callable[[], FastAPI]
) -> None:
    mine, _ = plans()
    qualifier.answers(mine, area(SOON), usage="InUse")
    qualifier.answers(mine, area(SOON), usage="InUse", uas="Contingent")
    before = told(qualifier)

    with (
        serving(opened()) as url,
        httpx.Client(base_url=url, headers=bearer(NOW, PLAN, DIRECT)) as client,
    ):
        again = Qualifier(client=client)

        assert told(again) == before
        assert again.answers(mine, area(SOON), usage="InUse") == (REJECTED, "OffNominal")
        assert client.delete(f"{BASE}/flight_plans/{mine}").json()["flight_plan_status"] == "Closed"


def test_a_repeated_request_gets_its_first_answer_and_another_under_its_id_a_conflict(
    qualifier: Qualifier, service: PermitService
) -> None:
    mine, theirs = plans()
    basic = {"usage_state": "Planned", "uas_state": "Nominal", "area": [area(SOON)]}
    body = {
        "flight_plan": {"basic_information": basic},
        "execution_style": "IfAllowed",
        "request_id": "once",
    }
    put = f"{BASE}/flight_plans/{mine}"

    first = qualifier.client.put(put, json=body)
    qualifier.client.delete(put)
    repeated = qualifier.client.put(put, json=body)
    other = qualifier.client.put(f"{BASE}/flight_plans/{theirs}", json=body)

    assert (repeated.status_code, repeated.json()) == (200, first.json())
    assert other.status_code == 409
    assert states(service) == [PermitState.WITHDRAWN]


def test_an_area_is_cleared_of_plans_that_meet_it_and_of_no_others_permits(
    qualifier: Qualifier, service: PermitService
) -> None:
    here, there = plans()
    later, high = plans()
    qualifier.answers(here, area(SOON), usage="InUse")
    qualifier.answers(there, area(SOON, at=(2.30, 48.84)))
    qualifier.answers(later, area(LATER))
    qualifier.answers(high, area(SOON, at=(2.36, 48.855)))
    extent = {
        "volume": {
            **disc(2.355, 48.855, 300),
            "altitude_lower": {"value": 79, "reference": "SFC", "units": "M"},
        },
        "time_start": instant(NOW),
        "time_end": instant(LATER),
    }

    cleared = qualifier.client.post(
        f"{BASE}/clear_area_requests", json={"request_id": "clear", "extent": extent}
    )

    assert cleared.status_code == 200, cleared.text
    ImplicitDict.parse(cleared.json(), api.ClearAreaResponse)
    assert cleared.json()["outcome"] == {
        "success": True,
        "message": "2 flight plans were closed.",
    }
    assert sorted(states(service)) == ["ended", "granted", "granted", "withdrawn"]
