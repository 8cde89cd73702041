"""Several processes on one broker: each takes in its own operators, and all together everything."""

import json
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool
from pyais import encode_dict

from octroi.embedded.access import digest
from octroi.embedded.mosquitto import Mosquitto
from octroi.settings import InvalidSetting
from octroi.sharing import held_share
from permits.parties import Operator, OperatorId, Sensor, SizeClass, Vehicle, VehicleId
from permits.registry import Registry, registry
from telemetry.broker import Ingest
from telemetry.intake.parting import Topics
from telemetry.intake.shares import WHOLE, InvalidShare, Share, share
from telemetry.messages import Incoming
from telemetry.outlets import Outlets
from telemetry.pipeline import Pipeline, Sources
from telemetry.store.ingest import IngestStore
from telemetry.store.numbering import SharedOtherwise
from tests.telemetry.city_builders import LAT, LON, NOON
from tests.telemetry.intake import NOON_MS, RULES, Desk, Published, position
from tests.telemetry.sentences import tagged
from tests.telemetry.test_broker import PASSWORD, PATIENCE_S, connected, eventually
from zones.model import Layer

NAMES = ("ailes", "bateaux", "camionnette", "drones", "ecluse", "fluvial")
FIRST, SECOND = Share(number=1, of=2), Share(number=2, of=2)
names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


def operators(listed: Sequence[str]) -> Registry:
    """Return a registry of these operators with a boat each, and a receiver."""
    return registry(
        [
            Operator(id=OperatorId(name), name=name, siren="732829320", size=SizeClass.SMALL)
            for name in listed
        ],
        [
            Vehicle(
                operator=OperatorId(name),
                id=VehicleId("boat"),
                layer=Layer.RIVER,
                kind="boat",
                mmsi=227000001 + n,
            )
            for n, name in enumerate(listed)
        ],
        [Sensor(id="receiver-1", name="Pont Neuf")],
    )


class City:
    """Several pipelines of one city, each with its share, as processes would have them."""

    def __init__(self, pool: ConnectionPool, listed: Sequence[str] = NAMES) -> None:
        self.pool = pool
        self.registry = operators(listed)
        self.now = NOON + timedelta(seconds=60)
        self.told: list[Published] = []

    def pipeline(self, mine: Share) -> Pipeline:
        sources = Sources(
            clock=lambda: self.now,
            rulebook=lambda: RULES,
            registry=lambda: self.registry,
            open_since=lambda: NOON - timedelta(days=30),
        )
        outlets = Outlets(
            publish=lambda *each: self.told.append(Published(*each)), live=lambda _live: None
        )
        return Pipeline(IngestStore(self.pool, mine), sources, outlets)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return Desk(self.pool).rows(query)


def heard(*boats: int) -> Incoming:
    """Return what the receiver hears of boats, by number, in one message."""
    said = [
        tagged(
            encode_dict({"type": 1, "mmsi": 227000001 + n, "lon": LON, "lat": LAT})[0],
            f"c:{NOON_MS // 1000 + 30}",
        )
        for n in boats
    ]
    payload = "\n".join([*said, "!AIVDM,broken"]).encode()
    return Incoming(
        topic="octroi/v1/receiver-1/nmea", payload=payload, received_at_ms=NOON_MS + 60_000
    )


@given(names, st.integers(1, 64))
def test_each_operator_is_in_exactly_one_share(name: str, of: int) -> None:
    holding = [n for n in range(1, of + 1) if Share(number=n, of=of).holds(name)]

    assert len(holding) == 1


def test_the_database_shares_operators_out_in_the_same_way(pool: ConnectionPool) -> None:
    for of in (1, 2, 3, 64):
        for name in (*NAMES, "unregistered", "", "Île-de-France"):
            with pool.connection() as connection:
                found = connection.execute("SELECT telemetry.share_of(%s, %s)", [name, of])
                ((number,),) = found.fetchall()
            assert Share(number=number, of=of).holds(name)


@pytest.mark.parametrize("text", ["", "0/2", "3/2", "1/65", "1", "a/b", "1/2/3", "-1/2"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(InvalidShare, match="such as 2/3: the second of three"):
        share(text)
    assert share("2/3") == Share(number=2, of=3)


def test_what_a_receiver_hears_is_stored_once_each_by_whose_it_is_and_answered_once(
    pool: ConnectionPool,
) -> None:
    city = City(pool)
    one, other = city.pipeline(FIRST), city.pipeline(SECOND)
    everything = heard(*range(len(NAMES)), 77)

    for pipeline in (one, other, one, other):
        pipeline.take([everything])

    stored = city.rows("SELECT operator FROM telemetry.observation ORDER BY 1")
    assert stored == [(name,) for name in sorted([*NAMES, "unregistered"])]
    assert city.rows("SELECT count(*) FROM telemetry.refusal") == [(1,)]
    told = [each.topic for each in city.told if each.topic.endswith("/receipt")]
    assert told == ["octroi/v1/receiver-1/receipt"] * 2  # the second time it came again
    counts = one.counters.counts.plus(other.counters.counts)
    assert (counts.received, counts.stored, counts.refused) == (8, 7, 1)


def test_each_goes_on_from_where_its_own_vehicles_stood_also_when_shared_out_anew(
    pool: ConnectionPool,
) -> None:
    city = City(pool)
    whole = city.pipeline(WHOLE)
    send(whole, WHOLE, 1)
    whole.tend()

    pipelines = {mine: city.pipeline(mine) for mine in (FIRST, SECOND)}
    for seq in (2, 3):
        for mine, pipeline in pipelines.items():
            send(pipeline, mine, seq)
            pipeline.tend()
    pipelines = {mine: city.pipeline(mine) for mine in (FIRST, SECOND)}
    for _ in range(2):
        for pipeline in pipelines.values():
            pipeline.tend()
        city.now += timedelta(minutes=10)
    for pipeline in pipelines.values():
        pipeline.tend()

    visits = city.rows("SELECT operator, observations FROM telemetry.visit ORDER BY 1")
    assert visits == [(name, 3) for name in sorted(NAMES)]
    with pytest.raises(SharedOtherwise, match="no longer shared out as for 1/1"):
        send(whole, WHOLE, 4)


def send(pipeline: Pipeline, mine: Share, seq: int) -> None:
    """Send what everybody says, of which the broker brings a share's process its own."""
    pipeline.take([said(name, seq) for name in NAMES if mine.holds(name)])


def said(name: str, seq: int) -> Incoming:
    return Incoming(
        topic=f"octroi/v1/{name}/boat/position",
        payload=json.dumps(position(seq)).encode(),
        received_at_ms=NOON_MS + 60_000,
    )


def test_two_that_claim_the_same_or_share_it_out_otherwise_are_refused(database_url: str) -> None:
    with held_share(database_url, FIRST), held_share(database_url, SECOND):
        for claimed, why in (
            (FIRST, "cannot be 1/2: a process that runs takes it in already"),
            (WHOLE, "cannot be 1/1: a process that runs takes in [12]/2"),
            (Share(number=3, of=3), "cannot be 3/3: a process that runs takes in [12]/2"),
        ):
            with pytest.raises(InvalidSetting, match=why), held_share(database_url, claimed):
                pytest.fail("it was held")
    with held_share(database_url, WHOLE), held_share(database_url, WHOLE):
        pass


@contextmanager
def working(url: str, city: City, pipeline: Pipeline, mine: Share) -> Iterator[Ingest]:
    ingest = Ingest(
        url,
        pipeline,
        lambda: datetime.now(UTC),  # noqa: TID251 - the shell's clock
        client_id=f"octroi-{uuid.uuid4().hex}",
        topics=Topics(mine, lambda: city.registry),
    )
    assert ingest.start(PATIENCE_S)
    try:
        yield ingest
    finally:
        ingest.stop()


def test_over_one_broker_each_is_stored_once_in_its_order_and_who_registers_is_heard(
    mosquitto: Mosquitto, pool: ConnectionPool
) -> None:
    mosquitto.set_users({name: digest(PASSWORD) for name in (*NAMES, "receiver-1")})
    city = City(pool, NAMES[:-1])
    pipelines = {mine: city.pipeline(mine) for mine in (FIRST, SECOND)}
    with ExitStack() as stack:
        for mine, pipeline in pipelines.items():
            stack.enter_context(working(mosquitto.url, city, pipeline, mine))

        def speak(name: str, seqs: range) -> None:
            with connected(mosquitto.url, name, PASSWORD) as client:
                for seq in seqs:
                    each = said(name, seq)
                    client.publish(each.topic, each.payload, qos=1).wait_for_publish(PATIENCE_S)

        threads = [threading.Thread(target=speak, args=(name, range(1, 41))) for name in NAMES[:-1]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert eventually(lambda: count(city) == 40 * len(NAMES[:-1]))

        # Somebody registers: what is not answered is sent again, and soon somebody listens.
        city.registry = operators(NAMES)
        speaking = said(NAMES[-1], 1)._replace(received_at_ms=0)
        with connected(mosquitto.url, NAMES[-1], PASSWORD) as client:

            def answered() -> bool:
                client.publish(speaking.topic, speaking.payload, qos=1)
                return count(city) == 40 * len(NAMES[:-1]) + 1

            assert eventually(answered)
    in_order = "SELECT operator, array_agg(seq ORDER BY id) FROM telemetry.observation GROUP BY 1"
    found = {operator: seqs for operator, seqs in city.rows(in_order)}  # noqa: C416 - typed
    assert found == {name: list(range(1, 41)) for name in NAMES[:-1]} | {NAMES[-1]: [1]}
    both = [pipeline.counters.counts.stored for pipeline in pipelines.values()]
    assert sum(both) == 40 * len(NAMES[:-1]) + 1
    assert min(both) > 0


def count(city: City) -> int:
    ((found,),) = Desk(city.pool).rows("SELECT count(*) FROM telemetry.observation")
    return int(found)
