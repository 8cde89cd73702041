"""How does one sign in with a key, and out again?"""

import re
from collections.abc import Callable
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Body, Depends, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from octroi.sessions import COOKIE as SESSION_COOKIE
from octroi.web.pages import Pages
from octroi.web.reader import Reader

SignIn = Callable[[str], str | None]

LONGEST_LOGIN_BYTES = 4096
CLAIMS = re.compile(r"/invoices(/[A-Za-z0-9-]{1,60}(/lines/[0-9]{1,6})?)?")
INSIDE = ("/map", "/console", "/operator", "/register", "/rules", "/docs", "/")


def signing(pages: Pages, reader: Callable[..., Reader], sign_in: SignIn) -> APIRouter:
    """Serve the form that asks for a key, and what becomes of it."""
    routes = APIRouter()

    @routes.get("/login")
    def ask(
        who: Annotated[Reader, Depends(reader)],
        target: Annotated[str, Query(alias="next", max_length=200)] = "/map",
    ) -> Response:
        """Ask for an API key."""
        return who.remember(
            pages.show("login", who.language, target=_inside(target), refused=False)
        )

    @routes.post("/login")
    def login(
        request: Request,
        who: Annotated[Reader, Depends(reader)],
        body: Annotated[bytes, Body(media_type="application/x-www-form-urlencoded")],
    ) -> Response:
        """Turn an API key into a session; a key that opens nothing is told so."""
        _same_site(request)
        form = parse_qs(body[:LONGEST_LOGIN_BYTES].decode("utf-8", "replace"))
        target = _inside(form.get("next", ["/map"])[0])
        opened = sign_in(form.get("key", [""])[0].strip())
        if opened is None:
            return pages.show("login", who.language, status=401, target=target, refused=True)
        return who.admit(RedirectResponse(target, status_code=303), opened)

    @routes.post("/logout")
    def logout(request: Request) -> Response:
        """Forget the session in this browser."""
        _same_site(request)
        gone = RedirectResponse("/", status_code=303)
        gone.delete_cookie(SESSION_COOKIE, httponly=True, samesite="strict")
        return gone

    return routes


def _inside(target: str) -> str:
    """Return the page to go to after signing in: one of ours, never an address from outside."""
    return target if target in INSIDE or CLAIMS.fullmatch(target) else "/map"


def _same_site(request: Request) -> None:
    """Refuse a form that another site made the browser send."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise HTTPException(
            403, "this form was sent by another site; open Octroi and sign in there"
        )
