"""What does every request pass before it is read? A size limit, a name, and a check of its origin.

Plain ASGI, so that a body over the limit is refused while it arrives and never held in memory.
"""

import re
import secrets
from http.cookies import SimpleCookie

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from octroi.problems import problem
from octroi.sessions import COOKIE

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Guards:
    """Limit bodies, name requests (`X-Request-Id`), and refuse forged cross-site writes."""

    def __init__(self, app: ASGIApp, *, body_limit_bytes: int) -> None:
        self._app = app
        self._limit = body_limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        named = _naming(send, _request_id(headers))
        refusal = self._refusal(scope["method"], headers)
        if refusal is not None:
            await problem(*refusal)(scope, receive, named)
            return
        await self._app(scope, self._limited(receive), named)

    def _refusal(self, method: str, headers: Headers) -> tuple[int, str] | None:
        length = headers.get("content-length", "0")
        if not length.isdigit():
            return 400, "Content-Length is not a number."
        if int(length) > self._limit:
            return 413, self._too_large()
        if method not in SAFE_METHODS and _by_cookie(headers) and "x-octroi-csrf" not in headers:
            return 403, "A page that writes must send the header X-Octroi-Csrf."
        return None

    def _too_large(self) -> str:
        return f"The body is larger than {self._limit} bytes."

    def _limited(self, receive: Receive) -> Receive:
        seen = 0

        async def limited() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._limit:
                # FastAPI passes its own HTTPException on from a middleware, and no other.
                raise HTTPException(413, self._too_large())
            return message

        return limited


def _by_cookie(headers: Headers) -> bool:
    """Tell whether the caller is known by a session only: the case a foreign page can forge."""
    return COOKIE in SimpleCookie(headers.get("cookie", "")) and "authorization" not in headers


def _request_id(headers: Headers) -> str:
    given = headers.get("x-request-id", "")
    return given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def _naming(send: Send, name: str) -> Send:
    async def named(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = name
            headers.setdefault("X-Content-Type-Options", "nosniff")
            headers.setdefault("Referrer-Policy", "same-origin")
        await send(message)

    return named
