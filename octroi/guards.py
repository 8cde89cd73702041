"""What does every request pass before it is read? A size limit, a name, and a check of its origin.

Plain ASGI, so that a body over the limit is refused while it arrives and never held in memory.
"""

import re
import secrets
from collections.abc import Mapping
from http.cookies import SimpleCookie
from types import MappingProxyType

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from octroi.problems import problem
from octroi.sessions import COOKIE

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Pages without a script can post these; they look at where the form came from themselves.
FORMS = frozenset({"/login", "/logout"})
NO_PATHS: Mapping[str, int] = MappingProxyType({})
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Guards:
    """Limit bodies, name requests (`X-Request-Id`), and refuse forged cross-site writes."""

    def __init__(
        self, app: ASGIApp, *, body_limit_bytes: int, larger: Mapping[str, int] = NO_PATHS
    ) -> None:
        """Wrap an app; `larger` holds the limits of the paths that take whole documents."""
        self._app = app
        self._limit_bytes = body_limit_bytes
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        named = _naming(send, _request_id(headers))
        limit = self._larger.get(scope["path"], self._limit_bytes)
        refusal = _refusal(headers, limit, writes=_writes(scope))
        if refusal is not None:
            await problem(*refusal, instance=scope["path"])(scope, receive, named)
            return
        if scope["method"] == "HEAD":
            # Whatever can be read can be asked after (RFC 9110, section 9.3.2).
            await self._app({**scope, "method": "GET"}, receive, _headers_only(named))
            return
        await self._app(scope, _limited(receive, limit), named)


def _headers_only(send: Send) -> Send:
    """Answer as a GET would, without its body; a stream is not waited for."""
    ended = False

    async def cut(message: Message) -> None:
        nonlocal ended
        if message["type"] == "http.response.start":
            await send(message)
        elif not ended:
            ended = True
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return cut


def _writes(scope: Scope) -> bool:
    return scope["method"] not in SAFE_METHODS and scope["path"] not in FORMS


def _refusal(headers: Headers, limit_bytes: int, *, writes: bool) -> tuple[int, str] | None:
    length = headers.get("content-length", "0")
    if not length.isdigit():
        return 400, "Content-Length is not a number."
    if int(length) > limit_bytes:
        return 413, _too_large(limit_bytes)
    if writes and _by_cookie(headers) and "x-octroi-csrf" not in headers:
        return 403, "A page that writes must send the header X-Octroi-Csrf."
    return None


def _too_large(limit_bytes: int) -> str:
    return f"The body is larger than {limit_bytes} bytes."


def _limited(receive: Receive, limit_bytes: int) -> Receive:
    seen = 0

    async def limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit_bytes:
            # FastAPI passes its own HTTPException on from a middleware, and no other.
            raise HTTPException(413, _too_large(limit_bytes))
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
