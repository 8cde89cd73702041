"""A small town on a whole installation, reached as users reach it, with a clock that can be set."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from billing.periods import month_before
from octroi import clock
from octroi.client import Sender
from octroi.embedded.ports import LOOPBACK
from octroi.serving import Serving, address_of, listening
from octroi.settings import load
from octroi.site import site
from octroi.wiring import Installation, installation
from permits.parties import Role

PATIENCE_S = 30.0
TARIFFS = json.loads(
    (files("billing") / "data" / "paris-demonstration.json").read_text(encoding="utf-8")
)["tariffs"]
ALPHA, BETA, RECEIVER = "alpha-drones", "beta-boats", "rx-hill"
STAFF = {
    "council": Role.RULEMAKER,
    "watch": Role.INSPECTOR,
    "treasury": Role.FINANCE,
}


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def agl(value: float) -> dict[str, Any]:
    return {"value": value, "unit": "m", "reference": "AGL"}


AIRSPACE: dict[str, Any] = {
    "type": "Feature",
    "id": "air-paris",
    "geometry": box(2.30, 48.84, 2.40, 48.88),
    "properties": {
        "name": "Ville",
        "layer": "air",
        "restriction": "REQ_AUTHORISATION",
        "lower": agl(0),
        "upper": agl(120),
        "act": "Délibération 2026-1",
    },
}
PALACE: dict[str, Any] = {
    "type": "Feature",
    "id": "air-palace",
    "geometry": box(2.320, 48.868, 2.330, 48.875),
    "properties": {
        "name": "Palais",
        "layer": "air",
        "restriction": "PROHIBITED",
        "act": "Arrêté 2026-2",
    },
}
OPERATORS = (
    {
        "id": ALPHA,
        "name": "Alpha",
        "siren": "000009019",
        "size": "large",
        "address": "1 rue A, Paris",
    },
    {
        "id": BETA,
        "name": "Beta",
        "siren": "000009027",
        "size": "small",
        "address": "2 rue B, Paris",
    },
)
VEHICLES = (
    {"operator": ALPHA, "id": "drone-1", "layer": "air", "kind": "drone", "serial": "ALPH40001"},
    {"operator": BETA, "id": "boat-1", "layer": "river", "kind": "boat", "mmsi": 227_000_001},
)


@dataclass(slots=True)
class Time:
    """The real time, moved by an offset."""

    offset: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return clock.now() + self.offset

    def set(self, instant: datetime) -> None:
        self.offset = instant - clock.now()


@dataclass(slots=True, kw_only=True)
class Town:
    """An installation on the air, and the keys to it."""

    url: str
    installed: Installation
    time: Time
    client: httpx.Client
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def mqtt_url(self) -> str:
        return f"mqtt://{self.installed.backing.mqtt_url.rpartition('@')[2]}"

    def ask(self, method: str, path: str, by: str | None = None, **more: Any) -> httpx.Response:  # noqa: ANN401
        headers = dict(more.pop("headers", {}))
        if by is not None:
            headers["Authorization"] = f"Bearer {self.keys[by]}"
        return self.client.request(method, path, headers=headers, **more)

    def get(self, path: str, by: str | None = None, **params: str) -> httpx.Response:
        return self.ask("GET", path, by, params=params or None)

    def post(self, path: str, by: str | None, body: Mapping[str, Any]) -> httpx.Response:
        return self.ask("POST", path, by, json=body)

    def sender(self, name: str) -> Sender:
        return Sender(self.mqtt_url, user=name, key=self.keys[name])

    @contextmanager
    def listener(self, name: str, topic: str) -> Iterator["Ear"]:
        with connected(self.mqtt_url, name, self.keys[name]) as ear:
            ear.listen(topic)
            yield ear


class Ear:
    """A plain MQTT client, for what our own sender would never do."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.heard: list[tuple[str, Any]] = []
        self.granted = threading.Event()
        client.on_message = self._hear
        client.on_subscribe = lambda *_: self.granted.set()

    def listen(self, topic: str) -> None:
        self.client.subscribe(topic, qos=1)
        assert self.granted.wait(PATIENCE_S)

    def say(self, topic: str, payload: bytes) -> None:
        self.client.publish(topic, payload, qos=1).wait_for_publish(PATIENCE_S)

    def _hear(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self.heard.append((message.topic, json.loads(message.payload)))


@contextmanager
def connected(url: str, name: str, key: str) -> Iterator[Ear]:
    client = Client(CallbackAPIVersion.VERSION2)
    client.username_pw_set(name, key)
    ear = Ear(client)
    host, _, port = url.removeprefix("mqtt://").partition(":")
    client.connect(host, int(port))
    client.loop_start()
    try:
        yield ear
    finally:
        client.disconnect()
        client.loop_stop()


def eventually(found: Callable[[], Any], timeout_s: float = PATIENCE_S) -> Any:  # noqa: ANN401
    """Return what is found once it is; fail when it never is."""
    deadline = time.monotonic() + timeout_s
    while not (answer := found()):
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)
    return answer


@contextmanager
def running(place: Path) -> Iterator[Town]:
    """Put the town on the air, two hours before the end of last month."""
    # The town's zones act on the evening on which they are published.
    settings, now = load(data_dir=place, host=LOOPBACK, port=0, notice_days=0), Time()
    end = month_before(clock.now()).window.end
    assert end is not None
    now.set(end - timedelta(hours=2))
    with listening(settings.host, 0) as bound, installation(settings, now) as installed:
        server = Serving(site(installed), installed.hub.close)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            with httpx.Client(base_url=address_of(bound), timeout=120, trust_env=False) as client:
                town = Town(url=address_of(bound), installed=installed, time=now, client=client)
                _settle(town)
                yield town
        finally:
            server.stop()
            thread.join()


def _settle(town: Town) -> None:
    """Register, publish and hand out keys, over HTTP from the first administrator on."""
    town.keys["mayor"], _ = town.installed.access.create_key(Role.ADMIN, "mayor")
    for operator in OPERATORS:
        assert town.post("/v1/operators", "mayor", operator).status_code == 201
    for vehicle in VEHICLES:
        assert town.post("/v1/vehicles", "mayor", vehicle).status_code == 201
    assert town.post("/v1/sensors", "mayor", {"id": RECEIVER, "name": "Hill"}).status_code == 201
    holders = {**STAFF, ALPHA: Role.OPERATOR, BETA: Role.OPERATOR, RECEIVER: Role.SENSOR}
    for name, role in holders.items():
        made = town.post("/v1/keys", "mayor", {"role": role, "name": name})
        assert made.status_code == 201
        town.keys[name] = made.json()["key"]
    for tariff in TARIFFS:
        assert town.post("/v1/tariffs", "council", tariff).status_code == 201
    for zone in (AIRSPACE, PALACE):
        assert town.post("/v1/zones", "council", zone).status_code == 201
    keeper = town.installed.records.keeper
    eventually(lambda: len(keeper.rulebook().zones) == 2 and len(keeper.registry().vehicles) == 2)
