"""Who looks at a page: in which language, and with which session?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Cookie, Header, Query, Request
from fastapi.responses import Response

from octroi.sessions import COOKIE as SESSION_COOKIE
from octroi.web.language import Language, choose

LANGUAGE_COOKIE = "octroi_language"
A_YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who looks at a page: their language, and the session they bring."""

    language: Language
    asked: str | None
    session: str | None
    secure: bool

    def remember(self, response: Response) -> Response:
        """Keep a language asked for by name for the next page."""
        if self.asked:
            response.set_cookie(
                LANGUAGE_COOKIE,
                self.language,
                max_age=A_YEAR_S,
                samesite="lax",
                secure=self.secure,
                httponly=True,
            )
        return response

    def admit(self, response: Response, session: str) -> Response:
        """Hand out a session cookie that no script can read and no other site can send."""
        response.set_cookie(
            SESSION_COOKIE, session, httponly=True, samesite="strict", secure=self.secure
        )
        return response


def reader_of(default_language: str) -> Callable[..., Reader]:
    """Return the dependency that knows who looks at a page."""

    def reader(
        request: Request,
        lang: Annotated[str | None, Query(max_length=16)] = None,
        octroi_language: Annotated[str | None, Cookie()] = None,
        octroi_session: Annotated[str | None, Cookie()] = None,
        accept_language: Annotated[str, Header()] = "",
    ) -> Reader:
        return Reader(
            language=choose(lang, octroi_language, accept_language, default_language),
            asked=lang,
            session=octroi_session,
            secure=request.url.scheme == "https",
        )

    return reader
