"""What does every request pass before it is read? A size limit, a name, a check of its origin.

Plain ASGI, so that a body over the limit is refused while it arrives and never held in memory. And
JSON says each member of an object once: of two, whoever signs and whoever decides could read
different ones (RFC 8259, section 4).
"""

import json
import re
import secrets
from collections.abc import Mapping
from http.cookies import SimpleCookie
from types import MappingProxyType
from typing import Any

from fastapi import HTTPException, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from octroi.problems import problem
from octroi.sessions import COOKIE

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Pages without a script can post these; they look at where the form came from themselves.
FORMS = frozenset({"/login", "/logout"})
NO_PATHS: Mapping[str, int] = MappingProxyType({})
TOO_LARGE = 413
# How much of a body that is too large is let arrive before it is answered.
DRAINED_BYTES = 64_000_000
# What is looked through at once; more, while others are answered.
AT_ONCE_BYTES = 64_000
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
            if refusal[0] == TOO_LARGE:
                await _drained(receive)
            await problem(*refusal, instance=scope["path"])(scope, receive, named)
            return
        if scope["method"] == "HEAD":
            # Whatever can be read can be asked after (RFC 9110, section 9.3.2).
            await self._app({**scope, "method": "GET"}, receive, _headers_only(named))
            return
        taken = _limited(receive, limit)
        if _holds_json(headers):
            await self._read(scope, taken, named)
        else:
            await self._app(scope, taken, named)

    async def _read(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request with JSON on when its body is whole and says everything once."""
        try:
            body = await _whole(receive)
        except HTTPException as refused:
            answer = problem(refused.status_code, refused.detail, instance=scope["path"])
            await answer(scope, receive, send)
            return
        if body is None:
            return
        twice = await _twice_in(body)
        if twice is None:
            await self._app(scope, _again(body, receive), send)
        else:
            await _ambiguous(twice, scope["path"])(scope, receive, send)


class Twice(Exception):
    """An object of JSON that states a member twice."""


class _Members(tuple[tuple[str, Any], ...]):
    """The members of an object, as they were written."""

    __slots__ = ()


def repeated(text: str | bytes) -> str | None:
    """Return the JSON pointer to a member that its object states twice, or nothing.

    What is no JSON at all is for whoever reads it to say.
    """
    try:
        json.loads(text, object_pairs_hook=_once)
    except Twice:
        return _pointer_of_twice(json.loads(text, object_pairs_hook=_Members))
    except (ValueError, RecursionError):
        return None
    return None


def _once(pairs: list[tuple[str, Any]]) -> None:
    # Nothing is kept of what was looked at.
    if len({name for name, _ in pairs}) != len(pairs):
        raise Twice


def _pointer_of_twice(document: object) -> str | None:
    left: list[tuple[str, object]] = [("", document)]
    while left:
        place, value = left.pop()
        names: set[str] = set()
        members = value if isinstance(value, _Members) else ()
        inside = enumerate(value) if isinstance(value, list) else members
        for name, member in inside:
            here = f"{place}/{str(name).replace('~', '~0').replace('/', '~1')}"
            if members and name in names:
                return here
            names.add(str(name))
            left.append((here, member))
    return None


def _ambiguous(pointer: str, path: str) -> Response:
    why = "it is stated twice; an object says each of its members once"
    errors = [{"pointer": pointer, "detail": why}]
    return problem(422, f"{pointer}: {why}", instance=path, errors=errors)


def _holds_json(headers: Headers) -> bool:
    kind, _, _ = headers.get("content-type", "").partition(";")
    return kind.strip().endswith(("/json", "+json"))


async def _whole(receive: Receive) -> bytes | None:
    """Return a body once it has arrived, or nothing where its sender went away."""
    parts: list[bytes] = []
    message: Message = {"more_body": True}
    while message.get("more_body", False):
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
    return b"".join(parts)


async def _twice_in(body: bytes) -> str | None:
    if len(body) <= AT_ONCE_BYTES:
        return repeated(body)
    return await run_in_threadpool(repeated, body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Let a body that was looked at arrive as if it had not been."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _drained(receive: Receive) -> None:
    """Let what is refused arrive: who is hung up on while sending may never read why."""
    seen, message = 0, await receive()
    while message.get("more_body", False) and seen <= DRAINED_BYTES:
        seen += len(message.get("body", b""))
        message = await receive()


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
        return TOO_LARGE, _too_large(limit_bytes)
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
            raise HTTPException(TOO_LARGE, _too_large(limit_bytes))
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
