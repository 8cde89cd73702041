"""What would one write first? A callback that looks zones up, inserts, and tells the sender.

Both peers take one message at a time with plain paho, commit each durably, and only then receipt
and acknowledge it, as Octroi does. They follow no track, know no permit and raise no alert.
"""

import json
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as mqtt
import psycopg
import shapely
from paho.mqtt.enums import CallbackAPIVersion
from rtree.index import Index

from bench.zones.contenders.contender import Unavailable
from bench.zones.contenders.postgis import served
from bench.zones.sets import Areas, made
from octroi.embedded.broker import client_id
from octroi.wiring import Installation

RTREE, TRIGGER = "rtree and INSERT", "PostGIS trigger"
INFLIGHT = 20_000

Counts = Callable[[], tuple[int, int]]

TABLES = """
CREATE TABLE {name} (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, vehicle text NOT NULL, seq bigint NOT NULL,
    at timestamptz NOT NULL, lon float8 NOT NULL, lat float8 NOT NULL, alt_m float8,
    UNIQUE (vehicle, seq));
CREATE TABLE {name}_verdict (observation bigint NOT NULL, zone integer NOT NULL);
"""
OBSERVE = """
INSERT INTO {name} (vehicle, seq, at, lon, lat, alt_m) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING RETURNING id
"""
JUDGED = "INSERT INTO {name}_verdict VALUES (%s, %s)"
JUDGING = """
CREATE FUNCTION judge() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO peer_verdict SELECT NEW.id, zone FROM zones
    WHERE ST_Intersects(area, ST_MakePoint(NEW.lon, NEW.lat));
    RETURN NULL;
END $$;
CREATE TRIGGER judging AFTER INSERT ON peer FOR EACH ROW EXECUTE FUNCTION judge();
"""
ZONES = """
CREATE EXTENSION postgis;
CREATE TABLE zones (zone integer PRIMARY KEY, area geometry NOT NULL);
"""

Record = Callable[[str, Mapping[str, float]], None]


def peers(
    installed: Installation, zones: int, without: dict[str, str]
) -> dict[str, Callable[[], "Peering"]]:
    """Return the peers there are; say of the others why they are not."""
    areas = made(zones)
    found: dict[str, Callable[[], Peering]] = {
        RTREE: lambda: Peering(installed, lambda closing: _rtree(installed, areas, closing))
    }
    try:
        with ExitStack() as closing:
            served(closing)
    except Unavailable as error:
        without[TRIGGER] = str(error)
    else:
        found[TRIGGER] = lambda: Peering(installed, lambda closing: _trigger(areas, closing))
    return found


class Peering:
    """A peer that takes what comes while the context is open."""

    def __init__(self, installed: Installation, record: Callable[[ExitStack], Record]) -> None:
        self._url = installed.backing.mqtt_url
        self._begin = record
        self._closing = ExitStack()
        self.stored = 0

    def __enter__(self) -> Counts:
        """Load the zones and subscribe."""
        with ExitStack() as opening:
            self._record = self._begin(opening)
            client = self._connected()
            opening.callback(client.loop_stop)
            opening.callback(client.disconnect)
            self._closing = opening.pop_all()
        return lambda: (self.stored, 0)

    def __exit__(self, *_: object) -> None:
        """Leave."""
        self._closing.close()

    def _connected(self) -> mqtt.Client:
        # Under the city's own name, so that no queue is kept for Octroi meanwhile.
        name, address = client_id(self._url), urlsplit(self._url)
        client = mqtt.Client(CallbackAPIVersion.VERSION2, name, manual_ack=True)
        client.username_pw_set(unquote(address.username or ""), unquote(address.password or ""))
        client.max_inflight_messages_set(INFLIGHT)
        client.max_queued_messages_set(0)
        ready = threading.Event()
        client.on_subscribe = lambda *_: ready.set()
        client.on_message = self._take
        client.connect(address.hostname or "127.0.0.1", address.port or 1883)
        client.loop_start()
        client.subscribe("octroi/v1/+/+/position", 1)
        ready.wait(10)
        return client

    def _take(self, client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        _, _, operator, vehicle, _ = message.topic.split("/")
        told = json.loads(message.payload)
        everything = told if isinstance(told, list) else [told]
        for one in everything:
            self._record(f"{operator}/{vehicle}", one)
        self.stored += len(everything)
        first, last = everything[0]["seq"], everything[-1]["seq"]
        receipt = {"vehicle": vehicle, "boot": "1", "stored": [[first, last]]}
        client.publish(f"octroi/v1/{operator}/receipt", json.dumps([receipt]), qos=1)
        client.ack(message.mid, message.qos)


def _rtree(installed: Installation, areas: Areas, closing: ExitStack) -> Record:
    """Look zones up in an R-tree and ask their prepared areas, in the callback."""
    index = Index((n, area.bounds, None) for n, area in enumerate(areas))
    shapely.prepare(areas)
    connection = closing.enter_context(psycopg.connect(installed.backing.database_url))
    connection.execute("DROP TABLE IF EXISTS peer, peer_verdict")
    connection.execute(TABLES.format(name="peer").encode())
    connection.commit()
    observe, judged = OBSERVE.format(name="peer").encode(), JUDGED.format(name="peer").encode()

    def record(vehicle: str, one: Mapping[str, float]) -> None:
        lon, lat = one["lon"], one["lat"]
        place = shapely.Point(lon, lat)
        inside = [n for n in index.intersection((lon, lat, lon, lat)) if areas[n].intersects(place)]
        row = connection.execute(observe, _row(vehicle, one)).fetchone()
        for zone in inside if row else ():
            connection.execute(judged, (row[0] if row else 0, zone))
        connection.commit()

    return record


def _trigger(areas: Areas, closing: ExitStack) -> Record:
    """Insert, and let the database look the zones up."""
    connection = served(closing)
    connection.execute("ALTER SYSTEM SET fsync = on")
    connection.execute("SELECT pg_reload_conf()")
    connection.execute(ZONES)
    connection.cursor().executemany(
        "INSERT INTO zones VALUES (%s, ST_GeomFromWKB(%s))", enumerate(shapely.to_wkb(areas))
    )
    connection.execute("CREATE INDEX ON zones USING gist (area)")
    connection.execute(TABLES.format(name="peer").encode())
    connection.execute(JUDGING)
    observe = OBSERVE.format(name="peer").encode()

    def record(vehicle: str, one: Mapping[str, float]) -> None:
        connection.execute(observe, _row(vehicle, one))

    return record


def _row(vehicle: str, one: Mapping[str, float]) -> tuple[object, ...]:
    at = datetime.fromtimestamp(one["at"] / 1000, UTC)
    return vehicle, one["seq"], at, one["lon"], one["lat"], one.get("alt")
