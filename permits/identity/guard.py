"""Who is calling, and may they? Dependencies that every router takes as `who`.

A key or an access token comes as `Authorization: Bearer`, a page's session in a cookie. A wrong
one is refused even where none is needed: whoever sends one wants to be known.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Annotated, Protocol, cast

import psycopg
from fastapi import Cookie, Depends, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from permits.identity.acting import ACTING
from permits.parties import Caller, Role
from permits.scopes import SAFE_METHODS, Scope, is_city_data, scope_of

COOKIE = "octroi_session"
CHALLENGE = {"WWW-Authenticate": "Bearer"}
UNKNOWN_KEY = "The API key is not known, has expired, or was revoked."
KEY_NEEDED = "An API key is needed: send Authorization: Bearer oct_…"
KEYS_BEGIN = "oct_"
UNPROVED = 401
# With the heartbeat of a stream, a reader whose key was revoked has left within a minute.
ASK_AGAIN_S = 30.0

Bearer = Annotated[
    HTTPAuthorizationCredentials | None,
    Depends(
        HTTPBearer(
            auto_error=False, description="An API key of Octroi, oct_…, or an OIDC access token."
        )
    ),
]
Session = Annotated[str | None, Cookie(alias=COOKIE, include_in_schema=False)]
Who = Callable[..., Caller | Awaitable[Caller]]
Anyone = Callable[..., Awaitable[Caller | None]]
Someone = Callable[[Request, Bearer, Session], Awaitable[Caller]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """Why what was brought to prove a caller proves nobody."""

    reason: str
    status: int = UNPROVED


Bearers = Callable[[str], Caller | Denied]


class SessionCaller(Protocol):
    """Tells whom a page's session stands for; some stand for one who only looks."""

    def __call__(self, token: str, *, looks_only: bool) -> Caller | None:
        """Return the caller, or nobody."""


def _nobody(_bearer: str) -> None:
    """Know nobody."""


def bearers(keys: Callable[[str], Caller | None], tokens: Bearers | None = None) -> Bearers:
    """Tell whom a bearer stands for: keys by their beginning, other tokens by their issuer."""

    def told(brought: str) -> Caller | Denied:
        if tokens is None or brought.startswith(KEYS_BEGIN):
            return keys(brought) or Denied(reason=UNKNOWN_KEY)
        return tokens(brought)

    return told


def anyone(
    bearer_caller: Bearers,
    session_caller: SessionCaller,
    at_hand: Callable[[str], Caller | None] = _nobody,
) -> Anyone:
    """Make the dependency that knows a caller who makes themselves known.

    Who is `at_hand` is known without waiting for anything.
    """

    def ask(request: Request, bearer: Bearer, session: Session) -> Caller | Denied | None:
        if bearer is not None:
            return bearer_caller(bearer.credentials)
        looks_only = request.method in SAFE_METHODS
        return session_caller(session, looks_only=looks_only) if session else None

    async def identify(
        request: Request, bearer: Bearer = None, session: Session = None
    ) -> Caller | None:
        asked = partial(ask, request, bearer, session)
        request.state.still_known = lambda: isinstance(asked(), Caller)
        caller: Caller | Denied | None = at_hand(bearer.credentials) if bearer else None
        if caller is None and (bearer or session):
            caller = await run_in_threadpool(asked)
        return _admitted(caller, request)

    return identify


def _admitted(caller: Caller | Denied | None, request: Request) -> Caller | None:
    """Return the caller, unless what was brought proves nobody, or is for something else."""
    if isinstance(caller, Denied):
        raise _refusal(caller)
    if caller is not None:
        _require_scope(caller, request.method, request.url.path)
    return caller


def _refusal(denied: Denied) -> HTTPException:
    """Return why a bearer was refused, to people and in the header of RFC 6750."""
    said = f'Bearer error="invalid_token", error_description="{denied.reason}"'
    headers = {"WWW-Authenticate": said} if denied.status == UNPROVED else None
    return HTTPException(denied.status, denied.reason, headers=headers)


def _require_scope(caller: Caller, method: str, path: str) -> None:
    """Refuse what the caller's key is not for."""
    if caller.scopes is None:
        return
    if Scope.DATA_READ in caller.scopes and is_city_data(method, path):
        return
    needed = scope_of(method, path)
    if needed is None:
        raise HTTPException(403, "This needs a key without scopes.")
    if needed not in caller.scopes:
        said = f'Bearer error="insufficient_scope", scope="{needed}"'
        has = ", ".join(sorted(caller.scopes))
        reason = f"This needs the scope {needed}; the key has {has}."
        raise HTTPException(403, reason, headers={"WWW-Authenticate": said})


async def while_known(
    request: Request, chunks: AsyncIterator[str], *, every_s: float = ASK_AGAIN_S
) -> AsyncIterator[str]:
    """Pass a stream on while its reader would still be let in; whoever would comes back."""
    asked_at = monotonic()
    async with aclosing(cast("AsyncGenerator[str]", chunks)) as stream:
        async for chunk in stream:
            if monotonic() - asked_at >= every_s:
                if not await run_in_threadpool(_still_known, request):
                    return
                asked_at = monotonic()
            yield chunk


def _still_known(request: Request) -> bool:
    try:
        return bool(request.state.still_known())
    except psycopg.OperationalError:
        return False


def someone(identify: Anyone) -> Someone:
    """Make the dependency that refuses callers who do not make themselves known."""

    # It calls what it rests on, as the framework takes ten times as long to.
    async def require(request: Request, bearer: Bearer = None, session: Session = None) -> Caller:
        caller = await identify(request, bearer, session)
        if caller is None:
            raise HTTPException(401, KEY_NEEDED, headers=CHALLENGE)
        return caller

    return require


def behind_wall(who: Who) -> Who:
    """Make the dependency that lets what an operator reads be opened for its own rows only."""

    # Not in a thread: what it sets is known to the threads that the request goes on in.
    async def require(request: Request, caller: Annotated[Caller, Depends(who)]) -> Caller:
        if caller.role is Role.OPERATOR and request.method in SAFE_METHODS:
            ACTING.set(caller.name)
        return caller

    return require


def require_role(caller: Caller, *roles: Role) -> None:
    """Refuse a caller of another role."""
    if caller.role not in roles:
        named = " or ".join(roles)
        raise HTTPException(403, f"This needs the role {named}; the caller is {caller.role}.")


def acting_operator(caller: Caller, named: str | None) -> str:
    """Return the operator a caller acts for: operators for themselves, administrators for all."""
    require_role(caller, Role.OPERATOR, Role.ADMIN)
    if caller.role is Role.ADMIN:
        if named is None:
            raise HTTPException(422, "operator: an administrator names the operator acted for.")
        return named
    if named not in {None, caller.name}:
        raise HTTPException(403, f"operator: {caller.name} cannot act for {named}.")
    return caller.name


def visible_operator(caller: Caller, named: str | None) -> str | None:
    """Return the operator whose data a caller asks for; operators see their own only."""
    if caller.role is Role.SENSOR:
        raise HTTPException(403, "A sensor reads nothing here.")
    if caller.role is not Role.OPERATOR:
        return named
    if named not in {None, caller.name}:
        raise HTTPException(403, f"operator: {caller.name} cannot see the data of {named}.")
    return caller.name
