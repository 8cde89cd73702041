"""One evening of one drone: asked for, granted, flown over MQTT, strayed, billed and explained."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pypdf import PdfReader

from billing.periods import month_before
from octroi import clock
from octroi.client import BrokerRefused, Sender
from octroi.demo.remote_id import Broadcast, pack
from octroi.receipted import Tally
from tests.journeys.town import ALPHA, BETA, RECEIVER, Town, agl, box, connected, eventually

LAT = 48.855
WEST, EAST = 2.340, 2.370
STEP_DEG = 0.0002  # 14.6 m in a second
STRANGER = "STRANGE0000000001"
POSITIONS = "octroi/v1/alpha-drones/drone-1/position"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evening:
    """What was asked and answered, sent and receipted, before the month was over."""

    refused: dict[str, Any]
    granted: dict[str, Any]
    announced: list[dict[str, Any]]
    tally: Tally
    told: list[tuple[str, Any]]
    track: list[list[float]]


def application(footprint: dict[str, Any], start: datetime) -> dict[str, Any]:
    return {
        "purpose": "delivery",
        "layer": "air",
        "vehicles": ["drone-1"],
        "reference": "order-4711",
        "volumes": [
            {
                "footprint": footprint,
                "lower": agl(0),
                "upper": agl(100),
                "start": start.isoformat(),
                "end": (start + timedelta(hours=1)).isoformat(),
            }
        ],
    }


def flight(start: datetime) -> Iterator[bytes]:
    """Yield a flight that begins in the permit's box and leaves it, and the city, to the east."""
    for second in range(round((2.403 - WEST - 0.001) / STEP_DEG)):
        at = start + timedelta(seconds=second)
        yield msgspec.json.encode(
            {
                "at": at.isoformat(),
                "lon": WEST + 0.001 + second * STEP_DEG,
                "lat": LAT,
                "alt": 60.0,
                "alt_ref": "AGL",
                "h_acc": 3.0,
                "v_acc": 5.0,
                "speed": 14.6,
                "heading": 90.0,
                "boot": "b1",
                "seq": second,
            }
        )


@pytest.fixture(scope="module")
def evening(town: Town) -> Evening:
    """Ask twice, fly once, and let a receiver hear a stranger."""
    now = town.time()
    refused = town.post("/v1/permits", ALPHA, application(town_palace(), now + timedelta(hours=1)))
    asked = application(box(WEST, 48.85, EAST, 48.86), now + timedelta(minutes=1))
    with town.listener(ALPHA, "octroi/v1/alpha-drones/permit") as mail:
        granted = town.post("/v1/permits", ALPHA, asked)
        assert refused.status_code == granted.status_code == 201
        permit = granted.json()["id"]
        eventually(lambda: [told for _, told in mail.heard if told["id"] == permit])
        announced = [told for _, told in mail.heard]
    eventually(lambda: town.installed.records.keeper.rulebook().permits)
    town.time.set(now + timedelta(minutes=8))
    with town.listener(ALPHA, "octroi/v1/alpha-drones/+/alert") as ear, town.sender(ALPHA) as drone:
        for payload in flight(now + timedelta(minutes=2)):
            drone.send(POSITIONS, payload)
        assert drone.settle(timeout_s=20)
        eventually(lambda: [told for _, told in ear.heard if told["state"] == "closed"])
    _overhear(town)
    track = town.get("/v1/vehicles/alpha-drones/drone-1/track", ALPHA).json()["positions"]
    return Evening(
        refused=refused.json(),
        granted=granted.json(),
        announced=announced,
        tally=drone.tally,
        told=ear.heard,
        track=track,
    )


def town_palace() -> dict[str, Any]:
    return box(2.322, 48.870, 2.324, 48.872)


def _overhear(town: Town) -> None:
    """Let the city's receiver hear a drone that nobody registered."""
    with town.sender(RECEIVER) as receiver:
        broadcast = Broadcast(
            serial=STRANGER,
            at=town.time(),
            lon=2.36,
            lat=LAT,
            altitude_m=150.0,
            height_m=60.0,
            speed_mps=8.0,
            heading_deg=90.0,
            pilot_lon=2.36,
            pilot_lat=LAT,
        )
        receiver.send("octroi/v1/rx-hill/remote-id", pack(broadcast))
        assert receiver.settle(timeout_s=30)
        assert receiver.tally.stored == 1


@pytest.fixture(scope="module")
def invoice(town: Town, evening: Evening) -> dict[str, Any]:
    """Let the month end, bill it, and issue what is claimed for the evening."""
    assert evening.track
    town.time.set(clock.now())
    period = month_before(town.time()).label
    run = town.post("/v1/billing/runs", "treasury", {"period": period})
    assert run.status_code == 200, run.text
    (draft,) = run.json()["drafts"]
    issued = town.post(f"/v1/invoices/{draft['id']}/issue", "treasury", {})
    assert issued.status_code == 200, issued.text
    answer: dict[str, Any] = issued.json()
    return answer


def test_a_refusal_names_the_zone_its_version_and_its_act_in_both_languages(
    evening: Evening,
) -> None:
    assert evening.refused["decision"] == evening.refused["state"] == "refused"
    (objection,) = [each for each in evening.refused["findings"] if each["outcome"] == "objected"]
    assert objection["zone"] == "air-palace"
    assert objection["zone_version"] == 1
    assert objection["act"] == "Arrêté 2026-2"
    assert "Palais" in objection["text"]["fr"]
    assert "interdit" in objection["text"]["fr"]
    assert "prohibited" in objection["text"]["en"]
    assert evening.refused["review"] == f"/v1/permits/{evening.refused['id']}/review"


def test_a_grant_comes_with_every_rule_that_was_asked_and_a_quote(evening: Evening) -> None:
    granted = evening.granted
    assert (granted["decision"], granted["automated"]) == ("granted", True)
    assert {each["rule"] for each in granted["findings"]} >= {"vehicles_known", "zone_restriction"}
    assert all(each["text"]["fr"] and each["text"]["en"] for each in granted["findings"])
    amounts = [Decimal(line["amount"]) for line in granted["quote"]["lines"]]
    assert Decimal(granted["quote"]["total"]) == sum(amounts) > 0
    assert "air-permit@2" in granted["quote"]["tariff_versions"]


def test_the_operator_is_told_of_the_permit_over_mqtt(evening: Evening) -> None:
    # The newest stays for those who come later: first the refusal, then the grant.
    assert evening.announced[-1]["id"] == evening.granted["id"]
    assert evening.announced[-1]["state"] == "granted"


def test_the_public_register_shows_both_decisions_without_the_operators_own_affairs(
    town: Town, evening: Evening
) -> None:
    entries = {each["id"]: each for each in town.get("/v1/register").json()["items"]}
    assert entries[evening.granted["id"]]["decision"] == "granted"
    assert entries[evening.refused["id"]]["acts"] != []
    assert entries[evening.refused["id"]]["fee_total"] is None
    assert "order-4711" not in town.get("/v1/register").text
    assert "drone-1" not in town.get("/v1/register").text


def test_every_observation_is_receipted_and_none_is_lost(evening: Evening) -> None:
    assert evening.tally.sent == evening.tally.stored == len(evening.track)
    assert evening.tally.refused == evening.tally.quarantined == 0


def test_prometheus_reads_of_the_evening_what_the_operations_guide_lists(
    town: Town, evening: Evening
) -> None:
    told = town.get("/metrics")
    listed = Path("docs/operations.md").read_text(encoding="utf-8")
    table = listed[listed.index("| metric | tells |") :].split("\n\n")[0]
    families = list(text_string_to_metric_families(told.text))
    found = {each.name: each.samples for each in families if each.name.startswith("octroi_")}
    found.pop("octroi_stage_seconds_created")  # the library's own beside its histogram

    def value(name: str, **labels: str) -> float:
        return sum(
            one.value
            for samples in found.values()
            for one in samples
            if one.name == name and labels.items() <= one.labels.items()
        )

    assert {name.removesuffix("_total") for name in re.findall(r"`(octroi_\w+)", table)} == {
        name.removesuffix("_total") for name in found
    }
    assert value("octroi_observations_total", outcome="stored") == evening.tally.stored + 1
    assert value("octroi_verdicts_total", kind="compliant") > 0
    assert value("octroi_verdicts_total", kind="violation") > 0
    assert value("octroi_recording_lag_seconds_count") == evening.tally.stored + 1
    stages = {one.labels["stage"] for one in found["octroi_stage_seconds"]}
    assert stages == {"decode", "claim", "judge", "write", "commit", "tell"}
    assert value("octroi_stage_seconds_count", stage="commit") > 0
    assert "operator" in found["octroi_clock_behind_seconds"][0].labels
    assert value("octroi_broker_connected") == 1
    assert value("octroi_queue_messages") == 0


def test_leaving_the_granted_volume_is_told_on_the_vehicles_own_topic(evening: Evening) -> None:
    topics = {topic for topic, _ in evening.told}
    first = evening.told[0][1]
    assert topics == {"octroi/v1/alpha-drones/drone-1/alert"}
    assert (first["reason"], first["state"]) == ("outside-footprint", "open")
    assert first["permit"] == evening.granted["id"]
    assert first["zone"] == "air-paris"
    assert first["lon"] > EAST
    assert first["text"]["fr"] != first["text"]["en"]


def test_an_unregistered_drone_heard_by_a_receiver_raises_an_alert(
    town: Town, evening: Evening
) -> None:
    assert evening.track
    alerts = town.get("/v1/alerts", "watch", operator="unregistered").json()["alerts"]
    assert [(each["reason"], each["vehicle"]) for each in alerts] == [
        ("unregistered", f"serial-{STRANGER}")
    ]
    own = town.get("/v1/alerts", ALPHA).json()["alerts"]
    assert {each["operator"] for each in own} == {ALPHA}


def test_the_evidence_of_an_alert_leads_to_positions_and_versions(
    town: Town, evening: Evening
) -> None:
    alert = evening.told[0][1]["id"]
    sightings = town.get(f"/v1/alerts/{alert}/evidence", "watch").json()["sightings"]
    strayed = [each for each in sightings if each["reason"] == "outside-footprint"]
    assert strayed
    assert all(each["permit"] == evening.granted["id"] for each in strayed)
    assert all(each["zone_version"] == each["permit_version"] == 1 for each in strayed)


def test_the_invoice_is_numbered_and_adds_up(town: Town, invoice: dict[str, Any]) -> None:
    assert re.fullmatch(r"P-\d{4}-000001", invoice["number"])
    assert invoice["debtor"]["id"] == ALPHA
    assert Decimal(invoice["total"]) == sum(Decimal(line["amount"]) for line in invoice["lines"])
    assert {line["tariff"] for line in invoice["lines"]} == {"air-permit", "air-minute"}
    assert town.get(f"/v1/invoices/{invoice['number']}", ALPHA).json() == invoice


def test_the_flight_is_billed_for_the_minutes_it_was_surely_in_the_city(
    town: Town, evening: Evening, invoice: dict[str, Any]
) -> None:
    (visit,) = town.get("/v1/visits", ALPHA, zone="air-paris").json()["visits"]
    in_city = [lon for _, lon, *_ in evening.track if lon < 2.40]
    assert visit["permit"] == evening.granted["id"]
    assert visit["certain_ms"] + visit["uncertain_ms"] == pytest.approx(
        len(in_city) * 1000, abs=1000
    )
    (minutes,) = [line for line in invoice["lines"] if line["tariff"] == "air-minute"]
    assert Decimal(minutes["quantity"]) == -(-visit["certain_ms"] // 60_000)


def test_the_invoice_comes_as_a_table_and_as_a_document(
    town: Town, invoice: dict[str, Any]
) -> None:
    path, total = f"/v1/invoices/{invoice['number']}", Decimal(invoice["total"])
    rows = list(csv.DictReader(io.StringIO(_form(town, path, "text/csv").text)))
    assert {row["number"] for row in rows} == {invoice["number"]}
    assert sum(Decimal(row["amount"]) for row in rows) == total

    text = _words(_form(town, path, "application/pdf"))
    assert invoice["number"] in text
    assert f"{total:.2f}".replace(".", ",") in text
    assert f"{total:.2f}" in _words(_form(town, f"{path}?lang=en", "application/pdf"))


def _form(town: Town, path: str, accept: str) -> httpx.Response:
    answer = town.ask("GET", path, ALPHA, headers={"Accept": accept})
    assert answer.headers["Content-Type"].startswith(accept)
    return answer


def _words(answer: httpx.Response) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


def test_a_line_leads_back_to_the_positions_that_were_sent(
    town: Town, evening: Evening, invoice: dict[str, Any]
) -> None:
    (line,) = [each["number"] for each in invoice["lines"] if each["tariff"] == "air-minute"]
    path = f"/v1/invoices/{invoice['number']}/lines/{line}/evidence"
    (fee,) = town.get(path, ALPHA).json()["fees"]
    seen = {(round(each["lon"], 6), round(each["lat"], 6)) for each in fee["visit"]["positions"]}
    sent = {(round(lon, 6), round(lat, 6)) for _, lon, lat, *_ in evening.track}
    assert len(seen) > 10
    assert seen <= sent
    assert fee["usage"]["permit"] == evening.granted["id"]
    assert fee["tariff"]["act"]


def test_another_operator_sees_nothing_of_it(
    town: Town, evening: Evening, invoice: dict[str, Any]
) -> None:
    permit, alert, number = evening.granted["id"], evening.told[0][1]["id"], invoice["number"]
    hidden = {
        f"/v1/permits/{permit}": 404,
        f"/v1/permits?operator={ALPHA}": 403,
        f"/v1/vehicles/{ALPHA}/drone-1": 404,
        f"/v1/vehicles/{ALPHA}/drone-1/track": 403,
        f"/v1/vehicles?operator={ALPHA}": 403,
        f"/v1/operators/{ALPHA}": 404,
        f"/v1/alerts?operator={ALPHA}": 403,
        f"/v1/alerts/{alert}/evidence": 404,
        f"/v1/visits?operator={ALPHA}": 403,
        f"/v1/usage?operator={ALPHA}": 403,
        f"/v1/invoices?operator={ALPHA}": 403,
        f"/v1/invoices/{number}": 404,
        f"/v1/invoices/{invoice['id']}": 404,
        f"/v1/invoices/{number}/lines/1/evidence": 404,
        f"/v1/exports/csv?period={invoice['period']}&operator={ALPHA}": 403,
    }
    assert {path: town.get(path, BETA).status_code for path in hidden} == hidden
    for path in ("permits", "vehicles", "operators", "alerts", "visits", "usage", "invoices"):
        assert ALPHA not in town.get(f"/v1/{path}", BETA).text, path
    assert ALPHA not in town.get(f"/v1/exports/csv?period={invoice['period']}", BETA).text


def test_another_operator_changes_nothing_of_it(town: Town, evening: Evening) -> None:
    permit, alert = evening.granted["id"], evening.told[0][1]["id"]
    tries: dict[str, tuple[dict[str, str], int]] = {
        f"/v1/permits/{permit}/withdraw": ({}, 404),
        f"/v1/permits/{permit}/review": ({}, 404),
        f"/v1/permits/{permit}/revoke": ({"reason": "mine"}, 403),
        f"/v1/alerts/{alert}/acknowledge": ({}, 403),
    }
    for path, (said, status) in tries.items():
        assert town.post(path, BETA, said).status_code == status, path
    body = application(box(WEST, 48.85, EAST, 48.86), town.time()) | {"operator": ALPHA}
    assert town.post("/v1/permits", BETA, body).status_code == 403
    # Its hour has passed, and nobody said that it was begun.
    assert town.get(f"/v1/permits/{permit}", ALPHA).json()["state"] in {"granted", "expired"}


def test_another_operator_cannot_speak_as_this_one_nor_hear_it(
    town: Town, evening: Evening
) -> None:
    counted = town.installed.pipeline.counters.counts
    payload = next(flight(town.time()))
    with connected(town.mqtt_url, BETA, town.keys[BETA]) as ear:
        ear.listen("octroi/v1/alpha-drones/#")
        ear.say(POSITIONS, payload)
        ear.say("octroi/v1/alpha-drones/permit", b'{"state": "granted"}')
    with town.sender(BETA) as boat:
        # What came after the forgery is receipted, so the forgery would have been counted by now.
        boat.send("octroi/v1/beta-boats/drone-1/position", payload)
        assert boat.settle(timeout_s=30)
    gone = town.installed.pipeline.counters.counts
    assert boat.tally.refused == 1
    assert (gone.received - counted.received, gone.refused - counted.refused) == (1, 1)
    assert ear.heard == []
    track = town.get(f"/v1/vehicles/{ALPHA}/drone-1/track?minutes=10080", ALPHA).json()
    assert len(track["positions"]) in {0, len(evening.track)}


def test_a_wrong_key_opens_neither_the_broker_nor_the_api(town: Town) -> None:
    with pytest.raises(BrokerRefused), Sender(town.mqtt_url, user=ALPHA, key=town.keys[BETA]):
        pass
    answer = town.ask("GET", "/v1/permits", headers={"Authorization": "Bearer oct_x_y"})
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
