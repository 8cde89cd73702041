"""How do messages reach the pipeline, and when may the broker forget them?

A broker's acknowledgement proves nothing, so each message is acknowledged only after the commit
that stored, refused or quarantined what it held. The session is persistent: what was sent while
we were away waits. An acknowledgement belongs to the connection its message came on; one that
outlived it is dropped, and the broker delivers that message again.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as mqtt
import structlog
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.reasoncodes import ReasonCode

from telemetry.inbox import Delivery, Inbox
from telemetry.intake.bulk import BulkClient, Delivered, client_class
from telemetry.intake.parting import EVERYTHING
from telemetry.messages import Incoming
from telemetry.working import BATCH_MESSAGES, Takes, Work

TOPICS_AT_ONCE = 500
QUEUE_MESSAGES = 20_000  # more than any broker leaves unacknowledged
INFLIGHT = 20_000
QUEUED_NOTICES = 100_000
KEEPALIVE_S = 30
PAUSE_S = 0.002
PORTS = {"mqtt": 1883, "mqtts": 8883}

log = structlog.get_logger()


class Ingest:
    """The city's MQTT client, its bounded queue and its one worker."""

    def __init__(
        self,
        url: str,
        pipeline: Takes,
        clock: Callable[[], datetime],
        *,
        client_id: str = "octroi-ingest",
        kind: type[mqtt.Client] | None = None,
        topics: Callable[[], Iterable[str]] = lambda: EVERYTHING,
    ) -> None:
        """Prepare; nothing is connected before `start`. The client id must always be the same.

        `topics` is asked again and again: whoever registers is heard a moment later.
        """
        self._topics = topics
        self._kind = kind or client_class()
        self._pipeline = pipeline
        self._clock = clock
        self._address = urlsplit(url)
        self._inbox = Inbox(QUEUE_MESSAGES)
        self._subscribed = threading.Event()
        self._connection = 0
        self._acknowledging = threading.Lock()
        self._work = Work(pipeline, self._inbox, done=self._acknowledge, tend=self._tend)
        self._worker = threading.Thread(target=self._work.run, name="octroi-ingest", daemon=True)
        self._client = self._prepared(client_id)
        # What we asked to hear, and which requests are not answered yet.
        self._heard: frozenset[str] = frozenset()
        self._asked: dict[int, Sequence[str]] = {}
        self._asking = threading.Lock()
        self.dropped = 0

    @property
    def connected(self) -> bool:
        """Tell whether the broker hears us and we hear it."""
        return self._subscribed.is_set()

    @property
    def waiting(self) -> int:
        """Return how many messages wait for the worker."""
        return len(self._inbox)

    def start(self, timeout_s: float = 10.0) -> bool:
        """Connect, again and again if need be; tell whether it worked within the time."""
        port = self._address.port or PORTS.get(self._address.scheme, PORTS["mqtt"])
        host = self._address.hostname or "127.0.0.1"
        self._client.connect_async(host, port, keepalive=KEEPALIVE_S)
        self._client.loop_start()
        self._worker.start()
        return self._subscribed.wait(timeout_s)

    def stop(self) -> None:
        """Finish the batch at hand and leave; what is not acknowledged waits at the broker."""
        self._work.stop()
        if self._worker.is_alive():
            self._worker.join()
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, topic: str, payload: bytes, retain: bool = False) -> None:  # noqa: FBT001, FBT002 # as the pipeline calls it
        """Tell an operator something; never raise, because what it tells of is committed."""
        try:
            info = self._client.publish(topic, payload, qos=1, retain=retain)
        except ValueError as error:
            log.warning("broker.unpublishable", topic=topic, error=str(error))
            return
        if info.rc not in (MQTTErrorCode.MQTT_ERR_SUCCESS, MQTTErrorCode.MQTT_ERR_NO_CONN):
            log.warning("broker.notice-dropped", topic=topic, error=mqtt.error_string(info.rc))

    def flush(self) -> None:
        """Send at once what waits to be sent."""
        if isinstance(self._client, BulkClient):
            self._client.flush()

    def _prepared(self, client_id: str) -> mqtt.Client:
        client = self._kind(
            CallbackAPIVersion.VERSION2, client_id, clean_session=False, manual_ack=True
        )
        if isinstance(client, BulkClient):
            client.on_messages = self._on_many
        if self._address.username is not None:
            password = self._address.password
            client.username_pw_set(
                unquote(self._address.username), None if password is None else unquote(password)
            )
        if self._address.scheme == "mqtts":
            client.tls_set()
        client.max_inflight_messages_set(INFLIGHT)
        client.max_queued_messages_set(QUEUED_NOTICES)
        client.reconnect_delay_set(1, 30)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_socket_open = _without_delay
        client.on_message = self._on_message
        return client

    def _on_connect(
        self, _client: object, _data: object, _flags: object, reason: ReasonCode, _props: object
    ) -> None:
        if reason.is_failure:
            log.error("broker.refused-us", reason=str(reason))
            return
        with self._asking:
            self._heard, self._asked = frozenset(), {}
        self._listen()
        if not self._heard:
            self._subscribed.set()  # nobody is ours yet

    def _listen(self) -> None:
        """Ask for the topics that are ours and were not asked for."""
        with self._asking:
            topics = frozenset(self._topics())
            fresh, self._heard = sorted(topics - self._heard), topics | self._heard
            for first in range(0, len(fresh), TOPICS_AT_ONCE):
                some = fresh[first : first + TOPICS_AT_ONCE]
                _, mid = self._client.subscribe([(topic, 1) for topic in some])
                self._asked[mid or 0] = some

    def _on_subscribe(
        self, _client: object, _data: object, mid: int, reasons: list[ReasonCode], _props: object
    ) -> None:
        with self._asking:
            asked = self._asked.pop(mid, ())
        pairs = zip(asked, reasons, strict=False)
        refused = [topic for topic, reason in pairs if reason.is_failure]
        if refused:
            log.error("broker.subscription-refused", topics=refused)
        elif asked and not self._asked:
            log.info("broker.subscribed", host=self._address.hostname)
            self._subscribed.set()

    def _on_disconnect(self, *_args: object) -> None:
        # Under the lock: an old acknowledgement is either queued already, and cleared by the
        # client before it connects again, or dropped by the new number.
        with self._acknowledging:
            self._connection += 1
        self._subscribed.clear()

    def _on_message(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        delivered = Delivered(_topic_of(message), bytes(message.payload), message.mid, message.qos)
        self._on_messages([delivered])

    def _on_many(self, messages: Sequence[Delivered]) -> None:
        self._on_messages(messages)
        if self.waiting > len(messages):
            # The worker has enough to do: a moment later more comes at once, and each time costs.
            time.sleep(PAUSE_S)

    def _on_messages(self, messages: Sequence[Delivered]) -> None:
        received_at_ms = round(self._clock().timestamp() * 1000)
        self.dropped += self._inbox.put(
            [
                Delivery(
                    Incoming(topic=one.topic, payload=one.payload, received_at_ms=received_at_ms),
                    one.mid,
                    one.qos,
                    self._connection,
                )
                for one in messages
            ]
        )

    def _tend(self) -> None:
        # Behind on messages, a vehicle's silence is ours; what a start needs is written all the
        # same, or one after a long flood would go through all of it again.
        self._pipeline.tend(behind=self.waiting >= BATCH_MESSAGES)
        if self.connected:
            self._listen()

    def _acknowledge(self, deliveries: list[Delivery]) -> None:
        client = self._client
        with self._acknowledging:
            mids = [one.mid for one in deliveries if one.qos and one.connection == self._connection]
            if isinstance(client, BulkClient):
                client.acknowledge(mids)
            else:
                for mid in mids:
                    client.ack(mid, 1)
        self.flush()


def _topic_of(message: mqtt.MQTTMessage) -> str:
    """Return the topic; one that is no text is no topic of ours."""
    try:
        return message.topic
    except UnicodeDecodeError:
        return ""


def _without_delay(_client: mqtt.Client, _data: object, connection: object) -> None:
    # Nagle's algorithm would hold an alert back for tens of milliseconds.
    if isinstance(connection, socket.socket):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
