"""Which addresses are there for switches? Flood stages and events that zones hang on."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends

from zones.api.publishing import Author
from zones.api.refusals import refusals
from zones.schemas.asking import At, KnownAt
from zones.schemas.orders import SwitchesOut, SwitchIn, SwitchName, SwitchOut
from zones.switching import SwitchService


def router(service: SwitchService, author: Callable[..., Author]) -> APIRouter:
    """Return the routes; `author` is a dependency that yields who sets a switch, or refuses."""
    routes = APIRouter(prefix="/v1/switches", tags=["zones"])

    @routes.get("")
    def switches(at: At = None, known_at: KnownAt = None) -> SwitchesOut:
        """List every switch that was ever set or that a zone hangs on, and how it stands."""
        with refusals():
            found = service.standings(at, known_at)
        return SwitchesOut(items=[SwitchOut.of(each) for each in found])

    @routes.put("/{name}")
    def set_switch(
        name: SwitchName, body: SwitchIn, by: Annotated[Author, Depends(author)]
    ) -> SwitchOut:
        """Set a switch on or off by an act, from an instant on, else at once.

        A name that no zone hangs on, and that was never set, is 404.
        """
        with refusals():
            return SwitchOut.of(service.set(body.to_order(name), by=by.name))

    return routes
