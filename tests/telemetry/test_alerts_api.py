"""What inspectors, rule makers and operators do about alerts over HTTP."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from telemetry.model import Reason, VehicleKey
from telemetry.patience import PATIENCE
from telemetry.store.ingest import IngestStore
from telemetry.store.standing import save_alerts
from telemetry.told import Alert
from tests.telemetry.asking import City
from tests.telemetry.city_builders import DRONE, NOON
from tests.telemetry.desk import BATEAUX, an_alert

FIRST = f"/v1/alerts/{UUID(int=1)}"


def write(city: City, *alerts: Alert) -> tuple[Alert, ...]:
    """Write alerts as they go on, and return what people are to be told."""
    with IngestStore(city.pool).recording(NOON) as recording:
        return save_alerts(recording, alerts)


def one(city: City, caller: str = "inspector:ines") -> Any:  # noqa: ANN401 - JSON
    (alert,) = city.get("/v1/alerts", caller)["alerts"]
    return alert


def test_an_inspector_dismisses_an_alert_and_what_goes_on_does_not_open_it_again(
    city: City,
) -> None:
    write(city, an_alert())

    closed = city.call(
        "POST", f"{FIRST}/close", "inspector:ines", {"outcome": "dismissed", "note": "a bird"}
    )
    told = write(city, an_alert(count=8))

    assert told == ()
    assert (closed.json()["state"], closed.json()["outcome"]) == ("closed", "dismissed")
    assert (one(city)["state"], one(city)["outcome"], one(city)["count"]) == (
        *("closed", "dismissed"),
        8,
    )
    evidence = city.get(f"{FIRST}/evidence")
    assert [(each["state"], each["by"], each["note"]) for each in evidence["events"]] == [
        ("open", "octroi", ""),
        ("closed", "ines", "a bird"),
    ]
    for outcome in ("over", "lost"):
        body = {"outcome": outcome}
        assert city.status("POST", f"{FIRST}/close", "inspector:ines", body) == 422


def test_what_nobody_takes_up_is_told_higher_up_until_somebody_does(city: City) -> None:
    write(city, an_alert(1), an_alert(2, reason=Reason.SPEED))
    waits = timedelta(seconds=PATIENCE[Reason.NO_PERMIT].escalated_after_s)

    city.now = NOON + waits - timedelta(seconds=1)
    assert city.service.sweep() == ()
    city.now = NOON + waits
    assert [each.level for each in city.service.sweep()] == [1]
    assert city.service.sweep() == ()
    write(city, an_alert(1, count=30))
    city.status("POST", f"{FIRST}/acknowledge", "inspector:ines")
    city.now += 2 * waits
    assert city.service.sweep() == ()

    found = city.get(f"{FIRST}/evidence")
    assert (found["alert"]["level"], found["alert"]["severity"]) == (1, "critical")
    assert [(each["state"], each["level"]) for each in found["events"]] == [
        *(("open", 0), ("open", 1), ("acknowledged", 1))
    ]
    (shown,) = [each for each in city.hub.snapshot().alerts if each["id"] == str(UUID(int=1))]
    assert (shown["state"], shown["level"], shown["severity"]) == ("acknowledged", 1, "critical")


def test_both_operators_of_a_near_miss_see_it_and_neither_sees_the_other(city: City) -> None:
    boat = VehicleKey(BATEAUX, DRONE.vehicle)
    write(city, an_alert(reason=Reason.NEAR_MISS, other=boat))

    whole, mine, theirs = (
        one(city, caller)
        for caller in ("inspector:ines", f"operator:{DRONE.operator}", f"operator:{BATEAUX}")
    )

    assert whole["other"] == {"operator": "bateaux", "vehicle": "drone-1"}
    assert (mine["operator"], mine["other"]) == (DRONE.operator, None)
    assert (theirs["operator"], theirs["other"]) == (BATEAUX, None)
    assert city.status("GET", f"{FIRST}/evidence", f"operator:{BATEAUX}") == 200
    assert city.status("GET", f"{FIRST}/evidence", "operator:other") == 404


def test_a_rule_maker_changes_when_people_are_told_and_everybody_reads_since_when(
    city: City,
) -> None:
    body = {"act": "Arrêté 12", "raised_after_s": 5}

    changed = city.call("PUT", "/v1/alerts/rules/no-permit", "rulemaker:rose", body).json()

    assert (changed["raised_after_s"], changed["margin_m"]) == (5, 20)
    found = city.get("/v1/alerts/rules", "operator:ailes")
    assert {each["reason"] for each in found["rules"]} == {
        each.code for each in Reason if each not in {Reason.NONE, Reason.OVERRIDDEN}
    }
    assert [(each["by"], each["act"]) for each in found["decisions"]] == [("rose", "Arrêté 12")]
    refusals = {
        ("no-permit", "inspector:ines", 403): body,
        ("haste", "rulemaker:rose", 404): body,
        ("speed", "rulemaker:rose", 422): {"act": "x", "margin_m": -1},
        ("speed", "admin:", 422): {"act": "x", "cleared_after_s": 900},
        ("silent", "admin:", 422): {"raised_after_s": 1},
    }
    for (reason, caller, status), wrong in refusals.items():
        assert city.status("PUT", f"/v1/alerts/rules/{reason}", caller, wrong) == status
    assert city.get("/v1/alerts/rules")["decisions"] == found["decisions"]


def test_an_operator_registers_and_tries_a_webhook_that_no_other_sees(city: City) -> None:
    mine, other = "operator:ailes", "operator:bateaux"
    url = "http://127.0.0.1:9/alerts"

    made = city.call("POST", "/v1/webhooks", mine, {"url": url}).json()
    path = f"/v1/webhooks/{made['webhook']['id']}"

    assert made["secret"].startswith("whsec_")
    assert "secret" not in city.get(path, mine)
    assert city.get("/v1/webhooks", other) == {"webhooks": []}
    assert len(city.get("/v1/webhooks", "admin:")["webhooks"]) == 1
    for method, way in (("GET", path), ("DELETE", path), ("POST", f"{path}/test")):
        assert city.status(method, way, other) == 404
    assert city.status("POST", f"{path}/test", mine) == 202
    (sent,) = city.get(f"{path}/deliveries", mine)["deliveries"]
    assert (sent["event"], sent["attempts"]) == ("webhook.test", 0)
    assert city.get("/v1/webhooks", mine)["webhooks"] == [city.get(path, mine)]
    assert city.status("GET", "/v1/webhooks", "inspector:ines") == 403
    for wrong in ({"url": "https://10.0.0.1/"}, {"url": url, "level": 1}, {}):
        assert city.status("POST", "/v1/webhooks", mine, wrong) == 422
    assert city.status("DELETE", path, mine) == 204
    assert city.status("GET", path, mine) == 404
