"""Anybody may ask what holds at a place, and is told who decided."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from shapely.geometry import box

from tests.zones.space import NOON, zone
from zones.api import presence
from zones.demands import Equipment, Sector, VehicleClass, ZoneRules
from zones.editions import AsOf
from zones.heights.vertical import paris_datum
from zones.index import ZoneIndex
from zones.model import Band, Height, HeightReference, Layer, Purpose, Restriction, Zone
from zones.periods import Window

Ask = Callable[..., Any]
BAN, REQ, TERMS, OPEN = Restriction
PLACE = {"lon": 2.35, "lat": 48.86}
WIDE, NARROW = box(2.34, 48.85, 2.36, 48.87), box(2.345, 48.855, 2.355, 48.865)
LOW = Band(
    lower=Height(value_m=0, reference=HeightReference.AGL),
    upper=Height(value_m=120, reference=HeightReference.AGL),
)


def asking(*zones: Zone) -> Ask:
    app = FastAPI()
    index = ZoneIndex(zones, paris_datum())
    since = datetime(2026, 2, 1, tzinfo=UTC)

    def law(asked: AsOf) -> ZoneIndex:
        assert asked.at < since or asked.known_at is not None
        return ZoneIndex([zone("old", WIDE, layer=Layer.AIR)], paris_datum())

    app.include_router(presence.router(lambda: index, lambda: NOON, lambda: since, law))

    async def get(query: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://city") as client:
            return await client.get("/v1/zones/here", params=query)

    def ask(status: int = 200, **query: Any) -> Any:  # noqa: ANN401 - parameters and an answer
        answered = asyncio.run(get({**PLACE, **query}))
        assert answered.status_code == status, answered.text
        return answered.json()

    return ask


def in_layer(answer: Any, layer: Layer) -> Any:  # noqa: ANN401 - JSON
    (found,) = [each for each in answer["layers"] if each["layer"] == layer]
    return found


def test_the_answer_says_who_decided_who_else_applied_and_what_was_set_aside() -> None:
    ask = asking(
        zone("closed", WIDE, layer=Layer.AIR, act="P 23"),
        zone("corridor", NARROW, layer=Layer.AIR, restriction=REQ, priority=5, act="Arrêté 7"),
    )

    found = in_layer(ask(), Layer.AIR)["surely"]

    assert found["restriction"] == "REQ_AUTHORISATION"
    assert found["decided_by"] == {
        "id": "corridor",
        "version": 1,
        "name": "corridor",
        "act": "Arrêté 7",
        "priority": 5,
        "restriction": "REQ_AUTHORISATION",
    }
    assert [each["id"] for each in found["applied"]] == ["corridor", "closed"]
    assert [(each["id"], each["act"]) for each in found["overridden"]] == [("closed", "P 23")]


def test_every_layer_has_an_answer_of_its_own() -> None:
    ask = asking(zone("quay", WIDE, layer=Layer.RIVER), zone("all", WIDE, restriction=TERMS))

    answer = ask()

    said = {each["layer"]: each["surely"]["restriction"] for each in answer["layers"]}
    assert said == {
        "surface": "CONDITIONAL",
        "subsoil": "CONDITIONAL",
        "air": "CONDITIONAL",
        "river": "PROHIBITED",
    }
    assert [each["layer"] for each in ask(layer="river")["layers"]] == ["river"]


def test_where_no_zone_is_nobody_decides_and_nothing_restricts() -> None:
    found = in_layer(asking()(), Layer.AIR)

    assert found["presences"] == []
    assert found["surely"] == found["if_inside_all"]
    assert found["surely"]["decided_by"] is None
    assert found["surely"]["restriction"] == "NO_RESTRICTION"


def test_limits_name_the_zones_that_state_them_and_are_written_as_zones_write_them() -> None:
    rules = ZoneRules(
        speed_max_mps=3.0,
        direction=Sector(start_deg=90, end_deg=180),
        equipment=frozenset({Equipment.VHF, Equipment.AIS}),
        transit=False,
    )
    ask = asking(
        zone("river", WIDE, rules=rules),
        zone("reach", NARROW, priority=1, rules=ZoneRules(speed_max_mps=5.0)),
    )

    limits = in_layer(ask(), Layer.RIVER)["surely"]["limits"]

    said = {each["rule"]: (each["value"], [z["id"] for z in each["zones"]]) for each in limits}
    assert said == {
        "speed_max_mps": (5.0, ["reach"]),
        "direction": ({"start_deg": 90.0, "end_deg": 180.0}, ["river"]),
        "transit": (False, ["river"]),
        "equipment": (["ais", "vhf"], ["river"]),
    }


def test_what_one_only_may_be_in_is_told_apart_from_what_surely_holds() -> None:
    ask = asking(zone("city", WIDE, restriction=REQ), zone("site", NARROW, restriction=BAN))

    found = in_layer(ask(lon=2.3551, h_acc=20), Layer.AIR)

    assert found["surely"]["restriction"] == "REQ_AUTHORISATION"
    assert found["if_inside_all"]["restriction"] == "PROHIBITED"
    said = {each["zone"]["id"]: each for each in found["presences"]}
    assert (said["city"]["relation"], said["city"]["margin_m"]) == ("inside", None)
    assert said["site"]["relation"] == "uncertain"
    assert said["site"]["margin_m"] == pytest.approx(-7.3, abs=0.1)


def test_a_height_is_asked_about_in_its_reference_and_unknown_without_one() -> None:
    ask = asking(zone("low", WIDE, band=LOW))

    def relations(**query: object) -> list[str]:
        return [e["relation"] for e in in_layer(ask(**query), Layer.AIR)["presences"]]

    assert relations(alt=50, alt_ref="AGL") == ["inside"]
    assert relations(alt=130, alt_ref="AGL") == []
    assert relations(alt=125, alt_ref="AGL", v_acc=10) == ["uncertain"]
    assert relations(alt=50) == ["uncertain"]
    assert relations() == ["uncertain"]


def test_purpose_and_vehicle_class_are_answered_for() -> None:
    ask = asking(
        zone(
            "quay",
            WIDE,
            restriction=REQ,
            purposes={Purpose.MEDICAL: OPEN},
            classes={VehicleClass.TRUCK: BAN},
        )
    )

    def said(**query: object) -> object:
        return in_layer(ask(**query), Layer.SURFACE)["surely"]["decided_by"]["restriction"]

    assert said() == "REQ_AUTHORISATION"
    assert said(purpose="medical") == "NO_RESTRICTION"
    assert said(vehicle_class="truck") == "PROHIBITED"
    assert said(purpose="medical", vehicle_class="truck") == "PROHIBITED"


def test_the_instant_asked_about_counts_and_now_where_none_is() -> None:
    ask = asking(zone("event", WIDE, valid=Window(start=NOON + timedelta(hours=1))))

    assert in_layer(ask(), Layer.AIR)["presences"] == []
    later = ask(at=(NOON + timedelta(hours=1)).isoformat())
    assert len(in_layer(later, Layer.AIR)["presences"]) == 1
    assert later["at"] == "2026-03-01T13:00:00Z"


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"lon": 181}, "lon"),
        ({"lat": "north"}, "lat"),
        ({"lat": "nan"}, "lat"),
        ({"h_acc": -1}, "h_acc"),
        ({"alt_ref": "sea"}, "alt_ref"),
        ({"layer": "space"}, "layer"),
        ({"altitude": 5}, "altitude"),
        ({"at": "2026-03-01T12:00:00"}, "at"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_by_name(
    query: dict[str, Any], named: str
) -> None:
    assert named in str(asking()(status=422, **query)["detail"])


def test_the_law_of_long_ago_and_as_known_then_is_read_from_the_record() -> None:
    ask = asking(zone("new", WIDE, layer=Layer.AIR))

    def decided(**asked: str) -> str:
        return str(in_layer(ask(**asked), Layer.AIR)["surely"]["decided_by"]["id"])

    assert decided() == "new"
    assert decided(at="2020-01-01T00:00:00Z") == "old"
    assert decided(known_at="2026-02-20T00:00:00Z") == "old"
