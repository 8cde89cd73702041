"""Which requests does the serving process pass on? Those that decide about permits.

It serves the pages, the live streams and the telemetry, and one interpreter does one thing at a
time: who asks for permits in a hurry would keep vehicles waiting, and they him.
"""

from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from octroi.deciding.deciders import Decider, DeciderGone, Deciders
from octroi.deciding.frames import Answered, Asked
from octroi.problems import problem

DECIDED: Final = frozenset({"/v1/permits", "/v1/advice"})
GONE: Final = (
    "The process that was deciding has ended; send the request again, with the same "
    "Idempotency-Key where it had one."
)


class Front:
    """An app of which some requests are answered by deciding processes, while there are any."""

    def __init__(self, app: ASGIApp, deciders: Deciders, body_limit_bytes: int) -> None:
        """Wrap an app that could answer all of them."""
        self._app = app
        self._deciders = deciders
        self._limit_bytes = body_limit_bytes
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or have the app answer it here."""
        if not self._passes_on(scope):
            await self._app(scope, receive, send)
            return
        self._waiting += 1
        try:
            self._deciders.needed(self._waiting)
            decider = self._deciders.free()
            if decider is None:
                await self._app(scope, receive, send)
            else:
                await _passed_on(decider, scope, receive, send)
        finally:
            self._waiting -= 1

    def _passes_on(self, scope: Scope) -> bool:
        """Tell whether any process could answer: sessions are known to this one only.

        What has no length, or more than is taken, is left to the app to refuse while it arrives.
        """
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] not in DECIDED:
            return False
        headers = Headers(scope=scope)
        length = headers.get("content-length", "")
        return (
            "cookie" not in headers
            and length.isascii()
            and length.isdigit()
            and int(length) <= self._limit_bytes
        )


async def _passed_on(decider: Decider, scope: Scope, receive: Receive, send: Send) -> None:
    body = await _whole(receive)
    if body is None:
        return
    try:
        answered = await decider.ask(_asked(scope, body))
    except DeciderGone:
        refusal = problem(503, GONE, instance=scope["path"], headers={"Retry-After": "1"})
        await refusal(scope, receive, send)
        return
    await send(_begun(answered))
    await send({"type": "http.response.body", "body": answered.body})


async def _whole(receive: Receive) -> bytes | None:
    """Return the whole body; None when whoever sent it hung up before its end."""
    chunks: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


def _asked(scope: Scope, body: bytes) -> Asked:
    return Asked(
        number=0,
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"],
        headers=tuple(scope["headers"]),
        body=body,
        client=scope["client"],
    )


def _begun(answered: Answered) -> Message:
    return {
        "type": "http.response.start",
        "status": answered.status,
        "headers": list(answered.headers),
    }
