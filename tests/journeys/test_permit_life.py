"""What the city decides about a permit in use: its holder hears it, and telemetry judges by it."""

import time
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec
import pytest

from octroi.client import Sender
from telemetry.model import VerdictKind
from tests.journeys.town import ALPHA, Ear, Town, agl, box, eventually

AT_ONCE_S = 1.0
POSITIONS = "octroi/v1/alpha-drones/drone-1/position"
LATEST = """
SELECT v.kind, v.permit_id::text FROM telemetry.each_verdict v
JOIN telemetry.observation o ON o.id = v.observation_id
WHERE v.zone_id = 'air-paris' ORDER BY o.at DESC LIMIT 1
"""


def fire(town: Town) -> dict[str, Any]:
    """Return an emergency of an hour."""
    end = town.time() + timedelta(hours=1)
    return {
        "type": "Feature",
        "id": "fire",
        "geometry": box(2.352, 48.852, 2.356, 48.856),
        "properties": {
            "name": "Incendie",
            "layer": "air",
            "restriction": "PROHIBITED",
            "act": "Arrêté d'urgence",
            "valid": {"end": end.isoformat()},
        },
    }


class Drone:
    """A drone that tells where it is, and what was thought of it."""

    def __init__(self, town: Town, sender: Sender, boot: str) -> None:
        self.town, self.sender, self.boot, self.seq = town, sender, boot, 0

    def judged(self) -> tuple[VerdictKind, str | None]:
        """Send a position, and return what was thought of it."""
        self.seq += 1
        here = {
            "at": self.town.time().isoformat(),
            "lon": 2.345,
            "lat": 48.855,
            "alt": 60.0,
            "alt_ref": "AGL",
            "h_acc": 3.0,
            "v_acc": 5.0,
            "boot": self.boot,
            "seq": self.seq,
        }
        self.sender.send(POSITIONS, msgspec.json.encode(here))
        assert self.sender.settle(timeout_s=20)
        with self.town.installed.records.pool.connection() as connection:
            kind, permit = connection.execute(LATEST).fetchone() or (None, None)
        return VerdictKind(kind), permit


def in_use(town: Town) -> dict[str, Any]:
    """Return a permit that is active."""
    start = town.time() + timedelta(minutes=1)
    asked = {
        "purpose": "delivery",
        "layer": "air",
        "vehicles": ["drone-1"],
        "volumes": [
            {
                "footprint": box(2.34, 48.85, 2.36, 48.86),
                "lower": agl(0),
                "upper": agl(100),
                "start": start.isoformat(),
                "end": (start + timedelta(minutes=20)).isoformat(),
            }
        ],
    }
    permit = town.post("/v1/permits", ALPHA, asked).json()
    town.time.set(start + timedelta(seconds=5))
    answer = town.post(f"/v1/permits/{permit['id']}/activate", ALPHA, {}).json()
    assert answer["state"] == "active", answer
    keeper = town.installed.records.keeper
    eventually(lambda: permit["id"] in {str(each.id) for each in keeper.rulebook().permits})
    return dict(answer)


def heard(mail: Ear, permit: str, state: str) -> list[Any]:
    return [told for _, told in mail.heard if (told["id"], told["state"]) == (permit, state)]


@pytest.mark.slow
def test_a_revocation_holds_for_the_next_position_within_a_second(town: Town) -> None:
    permit = in_use(town)["id"]
    with town.sender(ALPHA) as sender:
        drone = Drone(town, sender, "r1")
        assert drone.judged() == (VerdictKind.COMPLIANT, permit)

        revoked = town.post(f"/v1/permits/{permit}/revoke", "watch", {"reason": "Fête"})
        begun = time.monotonic()
        assert revoked.status_code == 200
        while drone.judged()[0] is not VerdictKind.VIOLATION:
            assert time.monotonic() - begun < AT_ONCE_S

        town.time.set(town.time() + timedelta(seconds=5))
        assert drone.judged() == (VerdictKind.VIOLATION, permit)
        told = town.get("/v1/alerts", "watch").json()["alerts"]
        [alert] = [each for each in told if each["permit"] == permit]
        assert alert["reason"] == "revoked"
        assert alert["text"]["en"].endswith("although its permit was revoked.")


@pytest.mark.slow
def test_an_emergency_suspends_what_it_touches_until_it_ends(town: Town) -> None:
    permit = in_use(town)["id"]
    with (
        town.listener(ALPHA, "octroi/v1/alpha-drones/permit") as mail,
        town.sender(ALPHA) as sender,
    ):
        drone = Drone(town, sender, "e1")
        published = town.post("/v1/zones?emergency=true", "watch", fire(town))
        assert published.status_code == 201, published.text
        begun = time.monotonic()

        told = eventually(lambda: heard(mail, permit, "on_hold"))[0]
        assert time.monotonic() - begun < 2 * AT_ONCE_S
        assert [each["zone"] for each in told["hold"]] == ["fire"]
        while drone.judged()[0] is not VerdictKind.VIOLATION:
            assert time.monotonic() - begun < 3 * AT_ONCE_S

        end = {"act": "Arrêté mettant fin à l'urgence"}
        ended = town.post("/v1/zones/fire/withdraw", "watch", end)
        assert ended.status_code < 300, ended.text
        eventually(lambda: heard(mail, permit, "granted"))
    # Whoever comes next finds the place free.
    assert town.post(f"/v1/permits/{permit}/withdraw", ALPHA, {}).status_code == 200


@pytest.mark.slow
def test_a_switch_suspends_what_its_zone_forbids_until_it_is_set_back(town: Town) -> None:
    zone = fire(town) | {"id": "berge"}
    zone["properties"] |= {"name": "Berge", "applicability": [{"switch": "crue"}]}
    assert town.post("/v1/zones?emergency=true", "watch", zone).status_code == 201
    permit = in_use(town)["id"]
    with town.listener(ALPHA, "octroi/v1/alpha-drones/permit") as mail:
        for on, state in ((True, "on_hold"), (False, "granted")):
            order = {"on": on, "act": "Arrêté de crue"}
            set_so = town.ask("PUT", "/v1/switches/crue", "watch", json=order)
            assert set_so.status_code == 200, set_so.text

            told = eventually(partial(heard, mail, permit, state))[0]
            assert [each["zone"] for each in told["hold"]] == (["berge"] if on else [])
