"""When messages come faster than they are taken in: a start has little to catch up on anyway."""

import threading
import time
import uuid
from collections.abc import Sequence

from psycopg_pool import ConnectionPool
from typing_extensions import override

from octroi.embedded.access import digest
from octroi.embedded.mosquitto import Mosquitto
from telemetry.messages import Incoming
from telemetry.working import BATCH_MESSAGES
from tests.telemetry.intake import Desk, OneByOne, message, position
from tests.telemetry.test_broker import PASSWORD, eventually, ingesting, operator

MESSAGES = 3 * BATCH_MESSAGES


class Slow(OneByOne):
    """A pipeline that lets messages pile up first, and then takes longer than they may wait."""

    def __init__(self, desk: Desk) -> None:
        self.pipeline = desk.pipeline()
        self.desk = desk
        self.piled_up = threading.Event()
        self.written_behind: list[int] = []

    @override
    def take(self, messages: Sequence[Incoming]) -> object:
        self.piled_up.wait()
        time.sleep(0.4)
        return self.pipeline.take(messages)

    def set_aside(self, message: Incoming, error: Exception) -> object:
        return self.pipeline.set_aside(message, error)

    def tend(self, *, behind: bool) -> None:
        self.pipeline.tend(behind=behind)
        if behind:
            ((until,),) = self.desk.rows("SELECT standing_to FROM telemetry.intake")
            self.written_behind.append(until)


def test_where_vehicles_stand_is_written_down_while_messages_wait(
    mosquitto: Mosquitto, pool: ConnectionPool
) -> None:
    mosquitto.set_users({"ailes": digest(PASSWORD)})
    desk = Desk(pool)
    slow = Slow(desk)
    name = f"octroi-{uuid.uuid4().hex}"
    with operator(mosquitto.url) as client, ingesting(mosquitto.url, slow, name) as ingest:
        for number in range(MESSAGES):
            each = message(position(number + 1))
            client.publish(each.topic, each.payload, qos=0)
        assert eventually(lambda: ingest.waiting > 2 * BATCH_MESSAGES)

        slow.piled_up.set()

        assert eventually(lambda: bool(slow.written_behind))
    assert slow.written_behind[0] > 0
