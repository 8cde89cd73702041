"""Which pages show the public register, a decision of it, and what the algorithm weighs?

The pages of the register hold nothing: their scripts read `/v1/register`, which is public.
"""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from octroi.web.pages import Pages
from octroi.web.reader import Reader, reader_of
from permits.answers.algorithm import UnknownRule, published, published_rule
from zones.model import Purpose


def router(registered: Callable[[UUID], bool], default_language: str) -> APIRouter:
    """Serve the register, each decision that is `registered`, and the rules; to everybody."""
    pages, reader = Pages(), reader_of(default_language)
    routes = APIRouter(include_in_schema=False)
    routes.include_router(_decisions(pages, reader, registered))
    routes.include_router(_rules(pages, reader))
    return routes


def _decisions(
    pages: Pages, reader: Callable[..., Reader], registered: Callable[[UUID], bool]
) -> APIRouter:
    routes = APIRouter()

    @routes.get("/register")
    def register(who: Annotated[Reader, Depends(reader)]) -> Response:
        """Show the public register."""
        return who.remember(pages.show("register", who.language, purposes=list(Purpose)))

    @routes.get("/register/{number}")
    def decision(number: str, who: Annotated[Reader, Depends(reader)]) -> Response:
        """Show one decision of the register, at an address that can be sent to anybody."""
        if not _is_number(number) or not registered(UUID(number)):
            return _missing(pages, who, "decision", number)
        page = pages.show("decision", who.language, number=number, rules=published())
        return who.remember(page)

    return routes


def _rules(pages: Pages, reader: Callable[..., Reader]) -> APIRouter:
    routes = APIRouter()

    @routes.get("/rules")
    def rules(who: Annotated[Reader, Depends(reader)]) -> Response:
        """Show every rule that decides applications."""
        return who.remember(pages.show("rules", who.language, rules=published()))

    @routes.get("/rules/{code}")
    def rule(code: str, who: Annotated[Reader, Depends(reader)]) -> Response:
        """Show one rule: what it weighs, what it rests on, what it can answer."""
        try:
            found = published_rule(code)
        except UnknownRule:
            return _missing(pages, who, "rules", code)
        return who.remember(pages.show("rule", who.language, rule=found))

    return routes


def _missing(pages: Pages, who: Reader, what: str, name: str) -> Response:
    """Say that there is nothing of that name, and where what there is can be found."""
    page = pages.show("missing", who.language, status=404, what=what, asked=name)
    return who.remember(page)


def _is_number(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
