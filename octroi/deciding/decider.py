"""How does a deciding process work? It has the city's records and answers what it is asked.

Two processes may decide at once because the database keeps their decisions apart: by locks on the
places that are asked for.
"""

import asyncio
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec
import structlog
import uvloop
from starlette.types import ASGIApp, Message, Scope

from octroi import clock
from octroi.deciding.frames import (
    BUFFER_BYTES,
    Answered,
    Asked,
    Headers,
    Ready,
    Told,
    framed,
    unframed,
)
from octroi.deciding.site import decisions
from octroi.logs import configure
from octroi.notices import Notices
from octroi.settings import Settings
from octroi.wiring import deciding

log = structlog.get_logger()

# Who has heard from the database waits no longer than this for the interpreter, where Python's own
# is ten times that: a decision comes back ten times while it keeps others from its place.
TURN_S: Final = 0.0005


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a deciding process finds the city's records."""

    settings: Settings
    database_url: str
    secret: bytes


def work(line: socket.socket, place: Place) -> None:
    """Answer over a line until its other end is gone."""
    sys.setswitchinterval(TURN_S)
    configure(place.settings.log_level)
    notices = Notices(lambda _alerts: None)
    settings, secret = place.settings, place.secret
    with deciding(
        place.database_url, clock.now, settings, notices.announce, secret=secret
    ) as parts:
        app = decisions(parts, settings, clock.now, secret)
        uvloop.run(_answering(line, app, notices))


async def _answering(line: socket.socket, app: ASGIApp, notices: Notices) -> None:
    reader, writer = await asyncio.open_connection(sock=line, limit=BUFFER_BYTES)
    loop = asyncio.get_running_loop()

    def publish(topic: str, payload: bytes, retain: bool) -> None:  # noqa: FBT001 - as paho
        told = framed(Told(topic=topic, payload=payload, retain=retain))
        loop.call_soon_threadsafe(writer.write, told)

    notices.connect(publish)
    writer.write(framed(Ready()))
    decoder = msgspec.msgpack.Decoder(Asked)
    async with asyncio.TaskGroup() as answers:
        while (packed := await unframed(reader)) is not None:
            answers.create_task(_answered(app, decoder.decode(packed), writer.write))


async def _answered(app: ASGIApp, asked: Asked, write: Callable[[bytes], None]) -> None:
    answer = _Answer(asked.body)
    try:
        await app(_scope(asked), answer.receive, answer.send)
    except Exception:
        # The app has answered that it failed, and raises again for its server to log.
        log.exception("decider.failed", path=asked.path)
    write(framed(answer.complete(asked.number)))


class _Answer:
    """What the app says to one request, gathered."""

    def __init__(self, body: bytes) -> None:
        self._coming: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
        self._status = 500
        self._headers: Headers = ()
        self._chunks: list[bytes] = []

    async def receive(self) -> Message:
        return self._coming.pop() if self._coming else {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = tuple((bytes(name), bytes(value)) for name, value in message["headers"])
        else:
            self._chunks.append(message.get("body", b""))

    def complete(self, number: int) -> Answered:
        body = b"".join(self._chunks)
        return Answered(number=number, status=self._status, headers=self._headers, body=body)


def _scope(asked: Asked) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": asked.method,
        "path": asked.path,
        "raw_path": asked.path.encode(),
        "root_path": "",
        "query_string": asked.query,
        "headers": list(asked.headers),
        "client": asked.client,
        "server": None,
    }
