"""The HTTP interface by which positions arrive: the same as over MQTT, with the same receipt."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, HTTPException, Response

from permits.identity.guard import Who, require_role
from permits.parties import Caller, Role
from telemetry.intake.shares import WHOLE, Share
from telemetry.messages import Incoming

NAME = re.compile(r"[^/+#\s\x00]{1,100}")

Take = Callable[[Sequence[Incoming]], Mapping[str, bytes]]
Clock = Callable[[], datetime]
Position = dict[str, Any]


def observation_routes(take: Take, *, who: Who, clock: Clock, share: Share = WHOLE) -> APIRouter:
    """Return the route by which positions arrive over HTTPS."""
    routes = APIRouter(tags=["observations"])

    @routes.post("/observations", response_class=Response)
    def observe(
        body: Annotated[Position | list[Position], Body()],
        caller: Annotated[Caller, Depends(who)],
    ) -> Response:
        """Take one position or many, as over MQTT with a `vehicle` each; answer the receipt.

        Where several processes take observations in, 421 says that this one is another's.
        """
        require_role(caller, Role.OPERATOR, Role.SENSOR)
        if not share.holds(caller.name):
            detail = f"operator: {caller.name!r} is another process's; this one takes in {share}"
            raise HTTPException(421, detail)
        received_at_ms = round(clock().timestamp() * 1000)
        listed = body if isinstance(body, list) else [body]
        messages = [
            Incoming(
                topic=f"octroi/v1/{caller.name}/{vehicle}/position",
                # Written as it came: NaN stays what the reader refuses, and is no absent value.
                payload=json.dumps([_nameless(position) for position in positions]).encode(),
                received_at_ms=received_at_ms,
            )
            for vehicle, positions in groupby(listed, key=_vehicle)
        ]
        receipt = take(messages).get(caller.name, b"[]")
        return Response(receipt, media_type="application/json")

    return routes


def _vehicle(position: Position) -> str:
    """Return the vehicle a position names, as a topic can carry it."""
    if "vehicle" not in position:
        raise HTTPException(422, "vehicle: it is required, and missing")
    vehicle = position["vehicle"]
    if not (isinstance(vehicle, str) and NAME.fullmatch(vehicle) and vehicle.isprintable()):
        raise HTTPException(422, f"vehicle: {vehicle!r} is not the name of a vehicle")
    return vehicle


def _nameless(position: Position) -> Position:
    return {field: value for field, value in position.items() if field != "vehicle"}
