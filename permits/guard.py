"""Who is calling, and may they? Dependencies that every router takes as `who`.

A key comes as `Authorization: Bearer`, a page's session in a cookie. A wrong key is refused even
where none is needed: whoever sends one wants to be known.
"""

from collections.abc import Callable
from typing import Annotated, Protocol

from fastapi import Cookie, Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from permits.parties import Caller, Role
from permits.scopes import SAFE_METHODS, scope_of

COOKIE = "octroi_session"
CHALLENGE = {"WWW-Authenticate": "Bearer"}
UNKNOWN_KEY = "The API key is not known, has expired, or was revoked."
KEY_NEEDED = "An API key is needed: send Authorization: Bearer oct_…"

Bearer = Annotated[
    HTTPAuthorizationCredentials | None,
    Depends(HTTPBearer(auto_error=False, description="An API key of Octroi: oct_…")),
]
Session = Annotated[str | None, Cookie(alias=COOKIE, include_in_schema=False)]
Who = Callable[..., Caller]
Anyone = Callable[..., Caller | None]


class SessionCaller(Protocol):
    """Tells whom a page's session stands for; some stand for one who only looks."""

    def __call__(self, token: str, *, looks_only: bool) -> Caller | None:
        """Return the caller, or nobody."""


def anyone(key_caller: Callable[[str], Caller | None], session_caller: SessionCaller) -> Anyone:
    """Make the dependency that knows a caller who makes themselves known."""

    def identify(request: Request, bearer: Bearer = None, session: Session = None) -> Caller | None:
        caller = None
        if bearer is not None:
            caller = key_caller(bearer.credentials)
            if caller is None:
                raise HTTPException(401, UNKNOWN_KEY, headers=_challenge(UNKNOWN_KEY))
        elif session:
            caller = session_caller(session, looks_only=request.method in SAFE_METHODS)
        if caller is not None:
            _require_scope(caller, request.method, request.url.path)
        return caller

    return identify


def _challenge(reason: str) -> dict[str, str]:
    """Return the header that says why a bearer was refused (RFC 6750)."""
    said = f'Bearer error="invalid_token", error_description="{reason}"'
    return {"WWW-Authenticate": said}


def _require_scope(caller: Caller, method: str, path: str) -> None:
    """Refuse what the caller's key is not for."""
    if caller.scopes is None:
        return
    needed = scope_of(method, path)
    if needed is None:
        raise HTTPException(403, "This needs a key without scopes.")
    if needed not in caller.scopes:
        said = f'Bearer error="insufficient_scope", scope="{needed}"'
        has = ", ".join(sorted(caller.scopes))
        reason = f"This needs the scope {needed}; the key has {has}."
        raise HTTPException(403, reason, headers={"WWW-Authenticate": said})


def someone(identify: Anyone) -> Who:
    """Make the dependency that refuses callers who do not make themselves known."""

    def require(caller: Annotated[Caller | None, Depends(identify)]) -> Caller:
        if caller is None:
            raise HTTPException(401, KEY_NEEDED, headers=CHALLENGE)
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
