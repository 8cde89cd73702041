"""Notice, emergencies, withdrawals, switches and comparisons over HTTP."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI, Header
from psycopg_pool import ConnectionPool

from tests.octroi.served import served
from tests.zones.publications import NOON, Watch, collection, feature
from zones.api import publishing, reading, switches
from zones.api.publishing import Author
from zones.periods import in_utc
from zones.service import ZoneService
from zones.switching import SwitchService

MIDNIGHT = "2026-03-01T23:00:00Z"
PAST = {"start": "2025-01-01T00:00:00Z"}
INSPECTOR = {"X-Who": "inspector"}


@pytest.fixture
def client(pool: ConnectionPool, watch: Watch) -> Iterator[httpx.Client]:
    """A city with a day of notice; whoever does not say otherwise is a rule maker."""

    def author(x_who: str = Header("council")) -> Author:
        return Author(name=x_who, rulemaker=x_who != "inspector")

    zones = ZoneService(pool, watch, notice_days=1)
    app = FastAPI()
    app.include_router(publishing.router(zones, author))
    app.include_router(switches.router(SwitchService(pool, watch, lambda: None), author))
    app.include_router(reading.router(zones))
    with served(app) as caller:
        yield caller


def hours(count: float) -> str:
    return (NOON + timedelta(hours=count)).isoformat()


def test_a_zone_waits_for_the_end_of_its_notice(client: httpx.Client) -> None:
    made = client.post("/v1/zones", json=feature())
    early = client.post("/v1/zones", json=feature("b", valid={"start": hours(1)}))

    assert made.json()["properties"]["valid"] == {"start": MIDNIGHT}
    assert early.status_code == 422
    assert early.json()["detail"].startswith("valid.start: ")
    assert "the earliest is 2026-03-02T00:00:00+01:00" in early.json()["detail"]


def test_an_inspector_publishes_emergencies_and_nothing_else(client: httpx.Client) -> None:
    urgent = feature("fire", act="Arrêté 3", valid={"end": hours(72)})

    ordinary = client.post("/v1/zones", json=feature(), headers=INSPECTOR)
    made = client.post("/v1/zones?emergency=true", json=urgent, headers=INSPECTOR)
    longer = client.put(
        "/v1/zones/fire?emergency=true",
        json=feature("fire", valid={"end": hours(73)}),
        headers=INSPECTOR,
    )
    imported = client.post("/v1/zones/import", json=collection(feature()), headers=INSPECTOR)

    assert (ordinary.status_code, imported.status_code) == (403, 403)
    assert "?emergency=true" in ordinary.json()["detail"]
    assert made.status_code == 201
    assert made.json()["properties"]["act"] == "Emergency: Arrêté 3"
    assert made.json()["properties"]["emergency"] is True
    assert made.json()["properties"]["valid"]["start"] == in_utc(NOON)
    assert longer.status_code == 422
    assert longer.json()["detail"].startswith("valid.end: ")


def test_what_an_emergency_reads_like_can_be_sent_again(client: httpx.Client) -> None:
    client.post("/v1/zones?emergency=true", json=feature("fire", valid={"end": hours(2)}))
    read = client.get("/v1/zones/fire").json()
    read["properties"]["valid"]["end"] = hours(3)

    again = client.put("/v1/zones/fire?emergency=true", json=read)

    assert again.status_code == 200
    assert again.json()["properties"]["act"] == "Emergency"


def test_a_zone_is_withdrawn_by_an_act_once(client: httpx.Client) -> None:
    client.post("/v1/zones", json=feature("quai/1"))
    etag = client.get("/v1/zones/quai/1").headers["etag"]
    order = {"act": "Arrêté 8", "from": hours(48)}

    tried = client.post("/v1/zones/quai/1/withdraw?dry_run=true", json=order)
    done = client.post("/v1/zones/quai/1/withdraw", json=order, headers={"If-Match": etag})
    again = client.post("/v1/zones/quai/1/withdraw", json=order)
    stale = client.post("/v1/zones/quai/1/withdraw", json={"act": "x"}, headers={"If-Match": etag})
    history = client.get("/v1/zones/quai/1/versions").json()

    assert tried.json() == done.json()
    assert datetime.fromisoformat(done.json()["from"]) == NOON + timedelta(hours=48)
    assert (done.json()["act"], done.json()["by"]) == ("Arrêté 8", "council")
    assert (again.status_code, stale.status_code) == (409, 412)
    assert history["withdrawals"] == [done.json()]
    assert len(history["features"]) == 2
    assert client.get("/v1/zones", params={"at": hours(49)}).json()["features"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "act"),
        ({"act": " "}, "act"),
        ({"act": "x", "from": "tomorrow"}, "from"),
        ({"act": "x", "from": "2026-03-01T12:00:00"}, "from"),
        ({"act": "x", "from": hours(1)}, "from"),
        ({"act": "x", "since": hours(1)}, "since"),
    ],
)
def test_an_order_that_cannot_be_read_names_the_field(
    client: httpx.Client, body: dict[str, str], field: str
) -> None:
    client.post("/v1/zones", json=feature())

    answer = client.post("/v1/zones/a/withdraw", json=body)

    assert answer.status_code == 422
    assert field in answer.text


def test_an_inspector_ends_emergencies_only(client: httpx.Client) -> None:
    client.post("/v1/zones?emergency=true", json=feature("fire", valid={"end": hours(2)}))
    client.post("/v1/zones", json=feature())

    ended = client.post("/v1/zones/fire/withdraw", json={"act": "Éteint"}, headers=INSPECTOR)
    refused = client.post("/v1/zones/a/withdraw", json={"act": "Non"}, headers=INSPECTOR)

    assert (ended.status_code, refused.status_code) == (200, 403)
    assert datetime.fromisoformat(ended.json()["from"]) == NOON


def test_a_switch_is_set_and_a_zone_that_hangs_on_it_changes_next(client: httpx.Client) -> None:
    hanging = feature(valid=PAST, applicability=[{"switch": "crue"}])
    client.post("/v1/zones/import", json=collection(hanging))

    before = client.get("/v1/switches").json()["items"]
    done = client.put(
        "/v1/switches/crue",
        json={"on": True, "act": "Vigicrues orange", "from": hours(3)},
        headers=INSPECTOR,
    )
    after = client.get("/v1/switches", params={"at": hours(3)}).json()["items"]
    change = client.get("/v1/zones/a/next-change").json()

    assert before == [{"name": "crue", "on": False, "zones": 1, "settings": []}]
    assert (done.status_code, done.json()["on"]) == (200, False)
    assert (after[0]["on"], after[0]["settings"][0]["by"]) == (True, "inspector")
    assert (change["in_force"], change["version"]) == (True, 1)
    assert datetime.fromisoformat(change["at"]) == NOON + timedelta(hours=3)
    assert client.get("/v1/zones/none/next-change").status_code == 404


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("crue", {"on": True}, "act"),
        ("crue", {"on": "perhaps", "act": "x"}, "on"),
        ("crue", {"on": True, "act": "x", "from": hours(-1)}, "from"),
        ("-", {"on": True, "act": "x"}, "name"),
    ],
)
def test_a_setting_that_cannot_be_read_names_the_field(
    client: httpx.Client, name: str, body: dict[str, object], said: str
) -> None:
    hanging = feature(valid=PAST, applicability=[{"switch": "crue"}])
    client.post("/v1/zones/import", json=collection(hanging))

    answer = client.put(f"/v1/switches/{name}", json=body)

    assert answer.status_code == 422
    assert said in answer.text
    (untouched,) = client.get("/v1/switches").json()["items"]
    assert untouched["settings"] == []


def test_a_switch_that_no_zone_hangs_on_is_not_set(client: httpx.Client) -> None:
    hanging = feature(valid=PAST, applicability=[{"switch": "crue"}])
    client.post("/v1/zones/import", json=collection(hanging))

    slip = client.put("/v1/switches/crues", json={"on": True, "act": "Vigicrues"})

    assert slip.status_code == 404
    assert slip.json()["detail"] == "no zone hangs on a switch 'crues'; zones hang on: crue"
    assert [each["name"] for each in client.get("/v1/switches").json()["items"]] == ["crue"]


def test_a_switch_once_set_is_set_back_when_no_zone_hangs_on_it_any_more(
    client: httpx.Client, watch: Watch
) -> None:
    hanging = feature(valid=PAST, applicability=[{"switch": "crue"}])
    client.post("/v1/zones/import", json=collection(hanging))
    client.put("/v1/switches/crue", json={"on": True, "act": "Vigicrues"})
    client.post("/v1/zones/a/withdraw", json={"act": "Abrogé"})
    watch.later(days=3)

    back = client.put("/v1/switches/crue", json={"on": False, "act": "Décrue"})

    assert (back.status_code, back.json()["zones"]) == (200, 0)


def test_every_read_answers_as_it_was_known(client: httpx.Client, watch: Watch) -> None:
    client.post("/v1/zones/import", json=collection(feature(valid=PAST)))
    page = client.get("/v1/zones").json()
    watch.later(hours=1)
    changed = feature(restriction="PROHIBITED", valid={"start": hours(48)})
    assert client.put("/v1/zones/a", json=changed).status_code == 200
    watch.later(days=3)
    then = {"at": hours(49), "known_at": page["known_at"]}

    def restriction(path: str, **asked: str) -> str:
        answer = client.get(path, params=asked).json()
        shown = answer["features"][0] if "features" in answer else answer
        return str(shown["properties"]["restriction"])

    for path in ("/v1/zones", "/v1/zones/a", "/v1/zones/export"):
        assert restriction(path, at=hours(49)) == "PROHIBITED"
        assert restriction(path, **then) == "REQ_AUTHORISATION"
        ahead = client.get(path, params={"known_at": hours(1000)})
        assert (ahead.status_code, "known_at" in ahead.text) == (422, True)
        assert client.get(path, params={"known_at": "0001-01-01T00:00:00Z"}).status_code == 422
    history = client.get("/v1/zones/a/versions", params={"known_at": page["known_at"]}).json()
    assert len(history["features"]) == 1


def test_two_instants_are_compared_in_sentences(client: httpx.Client, watch: Watch) -> None:
    client.post("/v1/zones/import", json=collection(feature(valid=PAST), feature("b", valid=PAST)))
    known = watch.later(hours=1).isoformat()
    watch.later(hours=1)
    client.put("/v1/zones/a", json=feature(restriction="PROHIBITED"))
    asked = {"from": hours(0), "to": hours(24)}

    found = client.get("/v1/zones/diff", params=asked).json()["differences"]
    known_then = {**asked, "from_known_at": known, "to_known_at": known}
    unknown = client.get("/v1/zones/diff", params=known_then).json()

    assert [(each["id"], each["kind"]) for each in found] == [("a", "changed")]
    assert found[0]["sentence"].startswith("a (A): restriction was REQ_AUTHORISATION")
    assert unknown == {"differences": []}
    assert client.get("/v1/zones/diff").status_code == 422


@pytest.mark.parametrize("form", ["geojson", "ed269", "ed318", "mds-geography", "mds-policy"])
def test_every_format_is_exported_and_counts_what_it_cannot_say(
    client: httpx.Client, form: str
) -> None:
    surface = feature(valid=PAST, layer="surface", notes={"source": "x"})
    client.post("/v1/zones/import", json=collection(surface))

    answer = client.get("/v1/zones/export", params={"format": form})
    losses = client.get("/v1/zones/export", params={"format": form, "losses": True}).json()

    assert answer.status_code == 200
    assert answer.json()
    assert answer.headers["x-octroi-losses"] == str(len(losses["losses"]))
    assert all(each["sentence"].startswith("zone a, ") for each in losses["losses"])
