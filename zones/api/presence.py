"""Which address tells what holds at a place? Reading is everybody's."""

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, HTTPException

from zones.index import ZoneIndex
from zones.model import LAYERS
from zones.presence import standings
from zones.schemas.presence import Here, HereOut, StandingOut


def router(
    index: Callable[[], ZoneIndex], clock: Callable[[], datetime], since: Callable[[], datetime]
) -> APIRouter:
    """Return the route; include it before those that take every path below `/v1/zones`.

    `index` gives the zones that observations are judged by, which reach back to `since`.
    """
    routes = APIRouter(prefix="/v1/zones", tags=["zones"])

    @routes.get("/here")
    def here(asked: Here) -> HereOut:
        """Tell which zones hold at a place and instant, which decides, and what it sets aside."""
        at, oldest = asked.at or clock(), since()
        if at < oldest:
            raise HTTPException(
                422,
                detail=f"at: {at.isoformat()} is before {oldest.isoformat()}, since when zones "
                "are held ready; /v1/zones?at= lists the law of any instant",
            )
        whom = asked.to_whom()
        layers = LAYERS if asked.layer is None else (asked.layer,)
        found = standings(index(), asked.to_position(at), layers, whom)
        return HereOut(at=at, layers=[StandingOut.of(each, whom) for each in found])

    return routes
