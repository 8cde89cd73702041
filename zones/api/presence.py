"""Which address tells what holds at a place? Reading is everybody's."""

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter

from zones.api.refusals import refusals
from zones.editions import AsOf
from zones.index import ZoneIndex
from zones.model import LAYERS
from zones.presence import standings
from zones.schemas.presence import Here, HereOut, StandingOut


def router(
    index: Callable[[], ZoneIndex],
    clock: Callable[[], datetime],
    since: Callable[[], datetime],
    law: Callable[[AsOf], ZoneIndex],
) -> APIRouter:
    """Return the route; include it before those that take every path below `/v1/zones`.

    `index` gives the zones that observations are judged by, which reach back to `since`; `law`
    reads and indexes those of any instant, as known at any other.
    """
    routes = APIRouter(prefix="/v1/zones", tags=["zones"])

    @routes.get("/here")
    def here(asked: Here) -> HereOut:
        """Tell which zones hold at a place and instant, which decides, and what it sets aside."""
        at = asked.at or clock()
        whom = asked.to_whom()
        layers = LAYERS if asked.layer is None else (asked.layer,)
        ready = asked.known_at is None and at >= since()
        with refusals():
            zones = index() if ready else law(AsOf(at=at, known_at=asked.known_at))
        found = standings(zones, asked.to_position(at), layers, whom)
        return HereOut(at=at, layers=[StandingOut.of(each, whom) for each in found])

    return routes
