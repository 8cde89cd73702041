"""Which answers are readings of the city's data for trade? Those that a key for it was given.

Plain ASGI, so that what is streamed is counted as well: once, when its answer begins.
"""

from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from billing.tallying import Tally
from permits.access import AccessService
from permits.identity.guard import KEYS_BEGIN
from permits.parties import Caller, OperatorId, Role
from permits.scopes import Scope as KeyScope
from permits.scopes import is_city_data

BEARER = "bearer "
ANSWERED = range(200, 300)  # what has not changed since (304) is not read again


class Tallying:
    """Count what operators' keys of the scope `data:read` are told of the city's data."""

    def __init__(self, app: ASGIApp, *, tally: Tally, access: AccessService) -> None:
        self._app = app
        self._tally = tally
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, and count it if it is answered."""
        key = _key(scope)
        if key is None:
            await self._app(scope, receive, send)
            return

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in ANSWERED:
                await self._count(key)
            await send(message)

        await self._app(scope, receive, noting)

    async def _count(self, key: str) -> None:
        caller = self._access.at_hand(key)
        if caller is None:
            caller = await run_in_threadpool(self._access.caller, key)
        if caller is not None and _trades(caller):
            self._tally.note(OperatorId(caller.name))


def _trades(caller: Caller) -> bool:
    return caller.role is Role.OPERATOR and KeyScope.DATA_READ in (caller.scopes or ())


def _key(scope: Scope) -> str | None:
    """Return the key that a request for the city's data brings, if any."""
    if scope["type"] != "http" or not is_city_data(scope["method"], scope["path"]):
        return None
    brought = Headers(scope=scope).get("authorization", "")
    key = brought[len(BEARER) :].strip()
    return key if brought.lower().startswith(BEARER + KEYS_BEGIN) else None
