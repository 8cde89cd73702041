"""What callers read of the city's movement, and what inspectors do about it."""

import json
from typing import Any
from uuid import UUID

import pytest

from telemetry.model import VisitId
from tests.telemetry.asking import CITY, FLIGHT, INTRUSION, City
from tests.telemetry.city_builders import DRONE, LAT, LON, NOON, Seen
from zones.periods import Window


def test_a_track_is_read_back_and_only_by_its_operator(city: City) -> None:
    city.record(*FLIGHT)

    path = "/v1/vehicles/ailes/drone-1/track"
    found = city.get(f"{path}?minutes=10", "operator:ailes")

    assert (found["operator"], found["vehicle"]) == ("ailes", "drone-1")
    assert len(found["positions"]) == 4
    at_ms, lon, lat, alt_m, speed_mps, sender = found["positions"][1]
    at = round(NOON.timestamp() * 1000) + 10_000
    assert (at_ms, alt_m, speed_mps, sender) == (at, 50, 5, "ailes")
    assert (lon, lat) == (pytest.approx(LON, abs=0.01), LAT)
    assert city.get(path)["positions"] == found["positions"]
    assert city.status("GET", path, "operator:bateaux") == 403
    assert city.status("GET", f"{path}?minutes=0", "operator:ailes") == 422


def test_visits_are_read_by_finance_and_by_their_operator(city: City) -> None:
    (visit,) = city.record(*FLIGHT, INTRUSION).visits

    (found,) = city.get("/v1/visits", "finance:fatou")["visits"]

    assert found["id"] == str(visit.id)
    assert (found["operator"], found["zone"], found["certain_ms"]) == ("ailes", "city", 20_000)
    assert found["permit"] == str(CITY.permits[0].id)
    assert city.get("/v1/visits", "operator:ailes")["visits"] == [found]
    assert city.get("/v1/visits", "operator:bateaux")["visits"] == []
    assert city.status("GET", "/v1/visits?operator=ailes", "operator:bateaux") == 403
    assert city.get("/v1/visits?layer=river")["visits"] == []
    assert city.get("/v1/visits?zone=city&vehicle=drone-1")["visits"] == [found]
    assert city.get("/v1/visits?at=2026-06-10T12:00:10Z")["visits"] == [found]
    assert city.get("/v1/visits?at=2026-06-10T13:00:00Z")["visits"] == []


def test_every_page_follows_the_one_before(city: City) -> None:
    there_and_back = [Seen(x=200 * (n % 2), s=10 * n) for n in range(11)]
    told = city.record(*there_and_back)

    ids: list[str] = []
    following = ""
    while following is not None:
        page = city.get(f"/v1/visits?limit=2{following}")
        ids += [visit["id"] for visit in page["visits"]]
        following = page["next"] and f"&cursor={page['next']}"

    newest_first = sorted(told.visits, key=lambda visit: visit.entered_at, reverse=True)
    assert ids == [str(visit.id) for visit in newest_first]


def test_a_visit_of_a_period_is_found_with_the_one_it_goes_on_from(city: City) -> None:
    (visit,) = city.record(*FLIGHT).visits

    touching = city.history.visits_touching

    assert touching(Window(start=visit.left_at)) == (visit,)
    assert touching(Window(end=visit.entered_at)) == ()
    assert touching(Window()) == (visit,)


def test_a_visit_leads_back_to_its_positions_and_to_those_that_bound_it(city: City) -> None:
    (visit,) = city.record(*FLIGHT).visits

    none = VisitId(UUID(int=0))
    told = city.history.visit_evidence([visit.id, none])

    assert told.keys() == {visit.id}
    found = told[visit.id]
    assert found.visit == visit
    assert [each.observation for each in found.sightings] == [1, 2, 3, 4]
    assert [each.zone for each in found.sightings] == [None, "city", "city", None]
    assert found.sightings[1].permit == CITY.permits[0].id
    assert city.history.visit_evidence([none]) == {}


def test_alerts_are_listed_by_state_layer_place_and_operator(city: City) -> None:
    (alert,) = city.record(*FLIGHT, INTRUSION).alerts

    (found,) = city.get("/v1/alerts")["alerts"]

    assert (found["id"], found["reason"], found["zone"]) == (str(alert.id), "prohibited", "ban")
    assert found["text"]["en"] == "b1 is in a prohibited zone, “Ban”."
    assert city.get("/v1/alerts?state=open&layer=river")["alerts"] == [found]
    assert city.get("/v1/alerts?state=closed")["alerts"] == []
    assert city.get("/v1/alerts?bbox=2,48,3,49")["alerts"] == [found]
    assert city.get("/v1/alerts?bbox=2,48,2.1,49")["alerts"] == []
    assert city.get("/v1/alerts", "operator:bateaux")["alerts"] == [found]
    assert city.get("/v1/alerts", "operator:ailes")["alerts"] == []


def test_an_inspector_takes_an_alert_through_its_life(city: City) -> None:
    (alert,) = city.record(INTRUSION).alerts
    path = f"/v1/alerts/{alert.id}"

    assert city.status("POST", f"{path}/acknowledge", "operator:bateaux") == 403
    assert city.status("POST", f"{path}/assign", "inspector:ines", {}) == 422
    assert city.status("POST", f"{path}/acknowledge", "inspector:ines") == 200
    assert city.status("POST", f"{path}/acknowledge", "inspector:ines") == 409
    assert city.status("POST", f"{path}/assign", "inspector:ines", {"assignee": "lea"}) == 200
    assert city.status("POST", f"{path}/close", "inspector:ines", {"note": "a drill"}) == 200

    (found,) = city.get("/v1/alerts")["alerts"]
    assert (found["state"], found["assignee"]) == ("closed", "lea")
    events = city.get(f"{path}/evidence")["events"]
    assert [(event["by"], event["state"], event["note"]) for event in events] == [
        ("octroi", "open", ""),
        ("ines", "acknowledged", ""),
        ("ines", "assigned", ""),
        ("ines", "closed", "a drill"),
    ]


def test_an_alert_leads_back_to_positions_verdicts_and_versions(city: City) -> None:
    (alert,) = city.record(*FLIGHT, INTRUSION).alerts
    path = f"/v1/alerts/{alert.id}/evidence"

    (sighting,) = city.get(path, "operator:bateaux")["sightings"]

    assert (sighting["zone"], sighting["zone_version"]) == ("ban", 1)
    assert (sighting["verdict"], sighting["reason"]) == ("violation", "prohibited")
    assert (sighting["relation"], sighting["rulebook_version"]) == ("inside", 1)
    assert city.status("GET", path, "operator:ailes") == 404


def test_an_alert_that_is_not_there_is_not_found(city: City) -> None:
    path = f"/v1/alerts/{UUID(int=0)}"

    assert city.status("GET", f"{path}/evidence", "inspector:ines") == 404
    assert city.status("POST", f"{path}/close", "inspector:ines") == 404


def test_open_alerts_are_shown_again_after_a_restart(city: City) -> None:
    city.record(INTRUSION)

    city.service.show_open_alerts()
    city.hub.close()

    answer = city.call("GET", "/v1/live", "inspector:ines")
    assert answer.headers["content-type"].startswith("text/event-stream")
    snapshot = json.loads(answer.text.split("data: ")[1])
    assert [each["vehicle"] for each in snapshot["alerts"]] == ["b1"]


def test_an_operator_watches_only_its_own(city: City) -> None:
    city.record(INTRUSION)
    city.service.show_open_alerts()
    city.hub.close()

    text = city.call("GET", "/v1/live?layer=river", "operator:ailes").text

    assert json.loads(text.split("data: ")[1])["alerts"] == []
    assert city.status("GET", "/v1/live", "sensor:quai") == 403
    assert city.call("GET", "/v1/live").status_code == 401


def test_positions_arrive_over_https_as_over_mqtt(city: City) -> None:
    position = {"at": "2026-06-10T12:00:00Z", "lon": 2.35, "lat": 48.85, "seq": 1}
    many = [
        {**position, "vehicle": "drone-1"},
        {**position, "vehicle": "drone-1", "seq": 2},
        {**position, "vehicle": "drone-2"},
    ]

    answer = city.call("POST", "/v1/observations", f"operator:{DRONE.operator}", many)

    assert answer.json()[0]["stored"] == [[1, 1]]
    assert [message.topic for message in city.taken] == [
        "octroi/v1/ailes/drone-1/position",
        "octroi/v1/ailes/drone-2/position",
    ]
    assert json.loads(city.taken[0].payload) == [position, {**position, "seq": 2}]
    assert city.taken[0].received_at_ms == round(NOON.timestamp() * 1000)


@pytest.mark.parametrize("body", [{}, {"vehicle": "a/b"}, {"vehicle": "#"}, {"vehicle": 7}, [1], 1])
def test_a_position_that_names_no_vehicle_is_refused_and_nothing_is_taken(
    city: City,
    body: Any,  # noqa: ANN401 - anything may be sent
) -> None:
    assert city.status("POST", "/v1/observations", "operator:ailes", body) == 422
    assert city.taken == []


def test_only_those_who_send_may_send(city: City) -> None:
    body = {"vehicle": "drone-1"}

    assert city.status("POST", "/v1/observations", "inspector:ines", body) == 403


@pytest.mark.parametrize(
    "query",
    ["bbox=1,2,3", "bbox=a,b,c,d", "bbox=3,0,2,1", "bbox=nan,0,2,1", "cursor=%F0%9F", "cursor=YQ==",
     "at=2026-06-10T12:00:00", "limit=0", "layer=sky", "state=lost"],
)  # fmt: skip
def test_a_filter_that_cannot_be_read_is_named(city: City, query: str) -> None:
    answer = city.call("GET", f"/v1/alerts?{query}", "inspector:ines")

    assert answer.status_code == 422
    assert query.split("=", maxsplit=1)[0] in answer.text
