"""Access keys: made by administrators, shown once, revoked at once."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Response

from permits.access import AccessService, InvalidKey, TooManyKeys, UnknownHolder, UnknownKey
from permits.identity.guard import Who, require_role
from permits.parties import Caller, Role
from permits.schemas.keys import KeyIn, KeyOut, KeysOut, NewKeyOut
from permits.scopes import Scope


def router(service: AccessService, *, who: Who) -> APIRouter:
    """Return the routes of access keys; they are for administrators."""
    routes = APIRouter(prefix="/v1", tags=["keys"])

    @routes.post("/keys", status_code=201)
    def create(
        body: KeyIn, response: Response, caller: Annotated[Caller, Depends(who)]
    ) -> NewKeyOut:
        """Make a key; it is shown in this answer and never again. A holder has two at most."""
        require_role(caller, Role.ADMIN)
        _require_within(caller.scopes, body.wanted())
        try:
            plain, kept = service.create_key(
                body.role, body.name, expires_at=body.expires_at, scopes=body.wanted()
            )
        except (UnknownHolder, InvalidKey) as situation:
            raise HTTPException(422, str(situation)) from situation
        except TooManyKeys as situation:
            raise HTTPException(409, str(situation)) from situation
        response.headers["Cache-Control"] = "no-store"
        return NewKeyOut(key=plain, **KeyOut.of(kept).model_dump())

    @routes.get("/keys")
    def listing(caller: Annotated[Caller, Depends(who)]) -> KeysOut:
        """List keys by their prefixes, with what they are for and when they were last used."""
        require_role(caller, Role.ADMIN)
        return KeysOut(items=[KeyOut.of(each) for each in service.listing()])

    @routes.delete("/keys/{prefix}", status_code=204)
    def revoke(prefix: str, caller: Annotated[Caller, Depends(who)]) -> None:
        """Revoke a key; from now on it opens nothing."""
        require_role(caller, Role.ADMIN)
        try:
            service.revoke(prefix)
        except UnknownKey as situation:
            raise HTTPException(404, str(situation)) from situation

    return routes


def _require_within(own: frozenset[Scope] | None, wanted: frozenset[Scope] | None) -> None:
    """Refuse that a key with scopes makes one that may do more."""
    if own is not None and (wanted is None or not wanted <= own):
        raise HTTPException(403, "scopes: a key with scopes makes keys with the same or fewer.")
