"""Which pages show the public register, a decision of it, and what the algorithm weighs?

The pages of the register hold nothing: their scripts read `/v1/register`, which is public.
"""

from collections.abc import Callable
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from octroi.web.pages import Pages
from octroi.web.reader import Reader, reader_of
from permits.answers.algorithm import UnknownRule, published, published_rule
from permits.model import Decision, PermitState
from zones.model import Layer, Purpose


class Narrowed(BaseModel):
    """What the address of the page may narrow the register to; an empty text narrows nothing."""

    model_config = ConfigDict(extra="forbid")

    layer: Layer | Literal[""] = ""
    purpose: Purpose | Literal[""] = ""
    decision: Decision | Literal[""] = ""
    state: PermitState | Literal[""] = ""
    operator: Annotated[str, Field(max_length=64)] = ""
    q: Annotated[str, Field(max_length=80)] = ""
    lang: str = ""


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
    def register(request: Request, who: Annotated[Reader, Depends(reader)]) -> Response:
        """Show the public register, narrowed as the address asks."""
        try:
            asked = Narrowed.model_validate(dict(request.query_params))
        except ValidationError as error:
            named = str(error.errors()[0]["loc"][0])
            wrong = f"{named}={request.query_params[named]}"
            return _missing(pages, who, "filter", wrong, status=422)
        page = pages.show("register", who.language, purposes=list(Purpose), asked=asked)
        return who.remember(page)

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


def _missing(pages: Pages, who: Reader, what: str, name: str, *, status: int = 404) -> Response:
    """Say that there is nothing of that name, and where what there is can be found."""
    page = pages.show("missing", who.language, status=status, what=what, asked=name)
    return who.remember(page)


def _is_number(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
