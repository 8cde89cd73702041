"""Carries messages out of the outbox, beside everything else: nobody who writes an alert waits."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Self

import msgspec
import psycopg
import structlog
from psycopg_pool import ConnectionPool, PoolTimeout

from telemetry.concern.telling import as_told_to, told
from telemetry.webhooks.destinations import Network, NoDestination, Resolve, destination
from telemetry.webhooks.model import Delivery, Webhook, WebhookId
from telemetry.webhooks.retrying import settled
from telemetry.webhooks.sending import Answer, post
from telemetry.webhooks.signing import secrets_of, signed
from telemetry.webhooks.store import WebhookStore
from zones.periods import in_utc

log = structlog.get_logger()

EVERY_S = 1.0
AT_ONCE = 8
LEASE = timedelta(seconds=30)
KEPT = timedelta(days=30)

Disabled = Callable[[Webhook], None]


class Courier:
    """A thread that looks what is due, and several that each serve one webhook at a time."""

    def __init__(
        self,
        pool: ConnectionPool,
        clock: Callable[[], datetime],
        secret: bytes,
        *,
        allowed: Sequence[Network] = (),
        disabled: Disabled = lambda _webhook: None,
        resolve: Resolve | None = None,
    ) -> None:
        self._store = WebhookStore(pool)
        self._clock = clock
        self._secret = secret
        self._allowed = allowed
        self._disabled = disabled
        self._resolve = resolve
        self._serving: set[WebhookId] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._expired_at: datetime | None = None
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook")
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def __enter__(self) -> Self:
        """Begin to carry."""
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Stop; what is under way is tried again after the next start."""
        self._stopping.set()
        self._thread.join(timeout=5)
        self._threads.shutdown(wait=False, cancel_futures=True)

    def serve(self, name: WebhookId) -> int:
        """Send a webhook what is due, in order, until something fails; return how many arrived."""
        arrived = 0
        while not self._stopping.is_set():
            webhook, now = self._store.webhook(name), self._clock()
            if webhook is None or webhook.disabled_at is not None:
                break
            delivery = self._store.claim(name, now, now + LEASE)
            if delivery is None:
                break
            answer = self._sent(webhook, delivery)
            stands, done = settled(webhook, delivery, answer, self._clock())
            self._store.settle(stands, done)
            if stands.disabled_at is not None:
                log.warning("webhook.disabled", webhook=str(name), failure=stands.failure)
                self._disabled(stands)
            if not answer.taken:
                break
            arrived += 1
        return arrived

    def _run(self) -> None:
        while not self._stopping.wait(EVERY_S):
            try:
                self._look()
            except (psycopg.OperationalError, PoolTimeout) as error:
                log.warning("courier.database-away", error=str(error))

    def _look(self) -> None:
        now = self._clock()
        if self._expired_at is None or now - self._expired_at > timedelta(hours=1):
            self._store.expire(now - KEPT)
            self._expired_at = now
        for name in self._store.due(now):
            with self._lock:
                if name in self._serving:
                    continue
                self._serving.add(name)
            self._threads.submit(self._serve, name)

    def _serve(self, name: WebhookId) -> None:
        try:
            self.serve(name)
        except (psycopg.OperationalError, PoolTimeout) as error:
            log.warning("courier.database-away", error=str(error))
        except Exception:
            log.exception("courier.failed", webhook=str(name))
        finally:
            with self._lock:
                self._serving.discard(name)

    def _sent(self, webhook: Webhook, delivery: Delivery) -> Answer:
        try:
            to = destination(webhook.url, self._allowed, self._resolve)
        except NoDestination as refused:
            return Answer(status=0, told=str(refused))
        body = _content(webhook, delivery)
        now = self._clock()
        headers = signed(secrets_of(self._secret, webhook, now), delivery.id, now, body)
        headers |= {"content-type": "application/json", "user-agent": "Octroi"}
        return post(to, body, headers)


def _content(webhook: Webhook, delivery: Delivery) -> bytes:
    """Write a message: what happened, when, and the alert as it stood then."""
    data: object = {"webhook": str(webhook.id)}
    if delivery.alert is not None:
        data = told(as_told_to(delivery.alert, webhook.operator))
    at = in_utc(delivery.at)
    return msgspec.json.encode({"type": delivery.event, "timestamp": at, "data": data})
