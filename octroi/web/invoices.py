"""Which pages show an invoice, and on what each of its lines rests? To who may see it only.

The pages hold nothing: their scripts read `/v1` with the rights of the session.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi import Path as InPath
from fastapi.responses import RedirectResponse, Response

from billing.units import UNITS
from octroi.web.pages import Pages
from octroi.web.reader import Reader, reader_of
from permits.parties import Caller

Name = Annotated[str, InPath(pattern="^[A-Za-z0-9-]{1,60}$")]
Line = Annotated[int, InPath(ge=1, le=999_999)]
SessionCaller = Callable[[str | None], Caller | None]


def router(session: SessionCaller, default_language: str) -> APIRouter:
    """Serve the list of invoices, an invoice, and the ground of a line; others sign in first."""
    pages, reader = Pages(), reader_of(default_language)
    routes = APIRouter(include_in_schema=False)

    def shown(who: Reader, address: str, page: str, number: str = "", at: int = 0) -> Response:
        if session(who.session) is None:
            return RedirectResponse(f"/login?next={address}", status_code=303)
        units = {name: forms for (name, lang), forms in UNITS.items() if lang == who.language}
        found = pages.show(page, who.language, address=address, number=number, line=at, units=units)
        return who.remember(found)

    @routes.get("/invoices")
    def invoices(who: Annotated[Reader, Depends(reader)]) -> Response:
        """List the invoices that the session may see."""
        return shown(who, "/invoices", "invoices")

    @routes.get("/invoices/{name}")
    def invoice(name: Name, who: Annotated[Reader, Depends(reader)]) -> Response:
        """Show an invoice; each line leads to its ground."""
        return shown(who, f"/invoices/{name}", "invoice", name)

    @routes.get("/invoices/{name}/lines/{line}")
    def line(name: Name, line: Line, who: Annotated[Reader, Depends(reader)]) -> Response:
        """Show what a line rests on: its formula, its uses, and where they were on a map."""
        return shown(who, f"/invoices/{name}/lines/{line}", "line", name, line)

    return routes
