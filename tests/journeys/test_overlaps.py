"""A corridor over closed air: published by an act, shown to anybody who asks."""

from datetime import timedelta

from tests.journeys.town import PALACE, Town, agl, box, eventually


def test_a_corridor_over_closed_air_is_shown_as_the_deliberate_act_it_is(town: Town) -> None:
    start = town.time() + timedelta(seconds=1)
    corridor = {
        "type": "Feature",
        "id": "air-corridor",
        "geometry": box(2.324, 48.868, 2.326, 48.875),
        "properties": {
            "name": "Couloir",
            "layer": "air",
            "restriction": "REQ_AUTHORISATION",
            "lower": agl(0),
            "upper": agl(100),
            "rules": {"speed_max_mps": 10},
            "priority": 5,
            "act": "Arrêté 2026-9",
            "valid": {"start": start.isoformat()},
        },
    }
    where = {"lon": "2.325", "lat": "48.870", "layer": "air", "alt": "50", "alt_ref": "AGL"}
    later = {**where, "at": (start + timedelta(seconds=1)).isoformat()}

    closed = town.get("/v1/zones/here", **where).json()["layers"][0]["surely"]
    assert (closed["restriction"], closed["decided_by"]["id"]) == ("PROHIBITED", PALACE["id"])
    assert town.post("/v1/zones", "council", corridor).status_code == 201

    def opened() -> object:
        said = town.get("/v1/zones/here", **later).json()["layers"][0]["surely"]
        return said if said["decided_by"]["id"] == "air-corridor" else None

    said = eventually(opened)
    assert said["restriction"] == "REQ_AUTHORISATION"
    assert [(each["id"], each["act"]) for each in said["overridden"]] == [
        (PALACE["id"], "Arrêté 2026-2")
    ]
    assert [(each["rule"], each["value"]) for each in said["limits"]] == [("speed_max_mps", 10.0)]
