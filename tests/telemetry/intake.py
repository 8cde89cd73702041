"""A small city to send messages to: its registry, its rulebook, and a pipeline on a database."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from psycopg_pool import ConnectionPool

from permits.parties import Operator, OperatorId, Sensor, SizeClass, Vehicle, VehicleId
from permits.registry import Registry, registry
from telemetry.messages import Incoming
from telemetry.outlets import Outlets
from telemetry.pipeline import Pipeline, Sources
from telemetry.rulebook import Rulebook
from telemetry.store.ingest import IngestStore
from telemetry.told import Alert
from telemetry.watched.live_batch import LiveBatch
from tests.telemetry.city_builders import LAT, LON, NOON, rulebook, zone
from zones.model import Layer, Restriction

AILES = OperatorId("ailes")
NOON_MS = round(NOON.timestamp() * 1000)
RULES = rulebook([zone("forbidden", half_m=100, restriction=Restriction.PROHIBITED)])


class Published(NamedTuple):
    topic: str
    payload: bytes
    retain: bool


def city() -> Registry:
    """Return a registry of one operator with a drone and a boat, and one receiver."""
    return registry(
        [Operator(id=AILES, name="Ailes", siren="732829320", size=SizeClass.SMALL)],
        [
            Vehicle(operator=AILES, id=VehicleId("drone-1"), layer=Layer.AIR, kind="drone"),
            Vehicle(
                operator=AILES,
                id=VehicleId("boat-1"),
                layer=Layer.RIVER,
                kind="boat",
                mmsi=227000001,
                serial="1581F45678",
            ),
        ],
        [Sensor(id="receiver-1", name="Pont Neuf")],
    )


def position(seq: int, **named: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of the wire
    """Return one position on the wire, `seq` seconds after noon in the middle of the city."""
    where = {"lon": LON, "lat": LAT, "h_acc": 1, "v_acc": 1, "alt": 50, "alt_ref": "AGL"}
    return {"at": NOON_MS + seq * 1000, "boot": "b1", "seq": seq} | where | named


def message(*positions: object, vehicle: str = "drone-1", operator: str = "ailes") -> Incoming:
    """Return positions as they arrive over MQTT, a minute after noon."""
    return Incoming(
        topic=f"octroi/v1/{operator}/{vehicle}/position",
        payload=json.dumps(list(positions)).encode(),
        received_at_ms=NOON_MS + 60_000,
    )


class OneByOne(ABC):
    """What stands in for a pipeline and records each batch by itself."""

    @abstractmethod
    def take(self, messages: Sequence[Incoming]) -> object:
        """Record messages."""

    def begin(self, messages: Sequence[Incoming], after: Future[object] | None) -> Future[object]:
        """Record messages at once, after those before."""
        if after is not None:
            after.result()
        done = Future[object]()
        done.set_result(self.take(messages))
        return done


@dataclass
class Desk:
    """A pipeline with a clock to set, and all that it told."""

    pool: ConnectionPool
    now: datetime = NOON + timedelta(seconds=60)
    published: list[Published] = field(default_factory=list)
    lived: list[LiveBatch] = field(default_factory=list)
    corrected: list[Alert] = field(default_factory=list)
    rules: Rulebook = field(default=RULES, repr=False)
    outlet: Callable[[str, bytes, bool], None] | None = None

    def pipeline(self) -> Pipeline:
        """Return a pipeline that starts from what the database holds."""
        return Pipeline(
            IngestStore(self.pool),
            Sources(
                clock=lambda: self.now,
                rulebook=lambda: self.rules,
                registry=city,
                open_since=lambda: NOON - timedelta(days=30),
            ),
            Outlets(
                publish=self._publish,
                live=self.lived.append,
                correct=self.corrected.extend,
            ),
        )

    def _publish(self, topic: str, payload: bytes, retain: bool) -> None:  # noqa: FBT001 - as the pipeline calls
        self.published.append(Published(topic, payload, retain))
        if self.outlet is not None:
            self.outlet(topic, payload, retain)

    def receipts(self, sender: str = "ailes") -> list[dict[str, Any]]:
        """Return the entries of all receipts to a sender."""
        topic = f"octroi/v1/{sender}/receipt"
        return [
            entry
            for one in self.published
            if one.topic == topic
            for entry in json.loads(one.payload)
        ]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return what the database holds."""
        with self.pool.connection() as connection:
            return connection.execute(query.encode()).fetchall()

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        return int(self.rows(f"SELECT count(*) FROM telemetry.{table}")[0][0])  # noqa: S608 - ours

    def names(self) -> int:
        """Return how many different names the stored observations have."""
        numbered = "SELECT DISTINCT operator, vehicle, boot, seq FROM telemetry.observation"
        (found,) = self.rows(f"SELECT count(*) FROM ({numbered} WHERE seq IS NOT NULL) AS n")  # noqa: S608 - ours
        return int(found[0]) + self.count("observation_key")

    def empty(self) -> None:
        """Forget all that was taken in."""
        with self.pool.connection() as connection:
            connection.execute(
                "TRUNCATE telemetry.observation, telemetry.verdict, telemetry.observation_key,"
                " telemetry.used_number, telemetry.refusal, telemetry.quarantine, telemetry.track,"
                " telemetry.visit"
            )


def seqs(values: Iterable[tuple[Any, ...]]) -> list[int]:
    """Return the first column."""
    return [int(value[0]) for value in values]


def went(pipeline: Pipeline, *seen: tuple[int, float]) -> None:
    """Send positions, each alone: its second after noon, and where."""
    for s, lon in seen:
        pipeline.take([message(position(s, lon=lon))])
