"""Which web pages does Octroi serve, and to whom?"""

from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike, stat_result
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from markupsafe import Markup
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from typing_extensions import override

from octroi.web.page import MapPage
from octroi.web.pages import Pages
from octroi.web.reader import Reader, reader_of
from octroi.web.signing import SignIn, signing
from permits.parties import Caller

STATIC = Path(__file__).parent / "static"

A_YEAR_S = 365 * 24 * 3600
KEEP = f"public, max-age={A_YEAR_S}, immutable"
ASK_AGAIN = "no-cache"

SessionCaller = Callable[[str | None], Caller | None]
OpenSession = Callable[[], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveMap:
    """The live map: its page, and what stands on it for one who opens it, as JSON."""

    page: MapPage
    first: Callable[[Caller], bytes]


def router(
    live_map: LiveMap,
    sign_in: SignIn,
    session: SessionCaller,
    open_session: OpenSession,
    default_language: str,
) -> APIRouter:
    """Serve the map, the front page, signing in and out, and the list of the API."""
    pages = Pages()
    reader = reader_of(default_language)
    routes = APIRouter(include_in_schema=False)
    routes.include_router(_public(pages, reader))
    routes.include_router(signing(pages, reader, sign_in))
    routes.include_router(_map(pages, reader, live_map.page, session, open_session))
    routes.include_router(_map_scripts(reader, live_map, session))
    return routes


def _public(pages: Pages, reader: Callable[..., Reader]) -> APIRouter:
    routes = APIRouter()
    for path, name in (("/", "front"), ("/docs", "docs")):
        routes.add_api_route(path, _plain(pages, reader, name), response_class=HTMLResponse)

    @routes.get("/favicon.ico")
    def favicon() -> FileResponse:
        """Return the icon browsers ask for by themselves."""
        return FileResponse(STATIC / "favicon.svg", media_type="image/svg+xml")

    return routes


def _plain(pages: Pages, reader: Callable[..., Reader], name: str) -> Callable[..., Response]:
    def show(who: Annotated[Reader, Depends(reader)]) -> Response:
        return who.remember(pages.show(name, who.language))

    show.__name__ = f"show_{name}"
    return show


def _map(
    pages: Pages,
    reader: Callable[..., Reader],
    page: MapPage,
    session: SessionCaller,
    open_session: OpenSession,
) -> APIRouter:
    routes = APIRouter()

    @routes.get("/map")
    def live_map(who: Annotated[Reader, Depends(reader)]) -> Response:
        """Show the live map to whoever has a session; ask the others for a key."""
        caller = session(who.session)
        opened = None if caller else open_session()
        if caller is None and opened is None:
            return RedirectResponse("/login?next=/map", status_code=303)
        element = Markup(page.html)  # noqa: S704  folium's own empty element
        shown = who.remember(pages.show("map", who.language, map=element, version=page.version))
        return who.admit(shown, opened) if opened else shown

    return routes


def _map_scripts(
    reader: Callable[..., Reader], live_map: LiveMap, session: SessionCaller
) -> APIRouter:
    routes, page = APIRouter(), live_map.page

    @routes.get("/map/first.js")
    def first(who: Annotated[Reader, Depends(reader)]) -> Response:
        """Return what stands on the map now, so that the page is whole before any stream."""
        caller = session(who.session)
        if caller is None:
            raise HTTPException(401, "The session is over: sign in again at /login.")
        return Response(
            b"globalThis.octroiFirst = " + live_map.first(caller) + b";\n",
            media_type="text/javascript",
            headers={"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin"},
        )

    @routes.get("/map/init.js")
    def init(
        who: Annotated[Reader, Depends(reader)], v: Annotated[str, Query(max_length=64)] = ""
    ) -> Response:
        """Return the script that starts the map: texts, settings and the city's outlines."""
        known = v == page.version and who.asked is not None
        return Response(
            page.scripts[who.language],
            media_type="text/javascript",
            headers={
                "Cache-Control": KEEP if known else ASK_AGAIN,
                "X-Content-Type-Options": "nosniff",
            },
        )

    return routes


class Assets(StaticFiles):
    """The scripts, styles and outlines; only versioned folders may be kept without asking."""

    @override
    def file_response(
        self,
        full_path: str | PathLike[str],
        stat_result: stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Add how long the browser may keep the file."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        kept = (
            f"public, max-age={A_YEAR_S}, immutable" if "/vendor/" in str(full_path) else "no-cache"
        )
        response.headers["Cache-Control"] = kept
        return response


def static_app() -> StaticFiles:
    """Return the application to mount under `/static`."""
    return Assets(directory=STATIC)
