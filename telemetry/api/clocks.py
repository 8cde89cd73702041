"""The HTTP interface of vehicles' clocks; operators see their own."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from permits.identity.guard import Who, visible_operator
from permits.parties import Caller
from telemetry.intake.clocks import Clocks
from telemetry.schemas.clocks import ClockOut, ClocksOut


def clock_routes(clocks: Clocks, *, who: Who) -> APIRouter:
    """Return the route by which clocks are read."""
    routes = APIRouter(tags=["observations"])

    @routes.get("/clocks")
    def read(
        caller: Annotated[Caller, Depends(who)],
        *,
        operator: str | None = None,
        vehicle: str | None = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> ClocksOut:
        """Tell how far vehicles' clocks are from the city's, the farthest off first.

        Measured over the last five to ten minutes, here, of all positions that state their time.
        What is quarantined, as a position more than five seconds ahead is, counts only where
        nothing else was heard of a vehicle.
        """
        found = clocks.readings(visible_operator(caller, operator))
        if vehicle is not None:
            found = [each for each in found if each.vehicle.vehicle == vehicle]
        return ClocksOut(clocks=[ClockOut.of(each) for each in found[:limit]])

    return routes
