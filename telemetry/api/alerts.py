"""The HTTP interface of alerts: operators see their own, inspectors act on them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException

from permits.identity.guard import Who, require_role, visible_operator
from permits.parties import Caller, Role
from telemetry.api.asking import At, Box, Limit, Since
from telemetry.evidence import Selection
from telemetry.handling import IllegalMove
from telemetry.model import Alert, AlertId, AlertState
from telemetry.schemas import (
    AlertEvidenceOut,
    AlertOut,
    AlertsOut,
    AssignmentIn,
    HandlingIn,
    cursor_out,
)
from telemetry.service import HistoryService, NoSuchAlert
from zones.model import Layer

NO_NOTE = HandlingIn()


def alert_routes(service: HistoryService, *, who: Who) -> APIRouter:
    """Return the routes by which alerts are read; operators see their own."""
    routes = APIRouter(prefix="/alerts", tags=["alerts"])

    @routes.get("")
    def alerts(  # noqa: PLR0913 - as many as there are filters
        caller: Annotated[Caller, Depends(who)],
        box: Box,
        before: Since,
        at: At,
        *,
        state: AlertState | None = None,
        layer: Layer | None = None,
        operator: str | None = None,
        limit: Limit = 100,
    ) -> AlertsOut:
        """List alerts, newest first."""
        found = service.alerts(
            Selection(
                operator=visible_operator(caller, operator),
                state=state,
                layer=layer,
                at=at,
                bounds=box,
                before=before,
                limit=limit,
            )
        )
        following = cursor_out(found[-1].opened_at, found[-1].id) if len(found) == limit else None
        return AlertsOut(alerts=[AlertOut.of(alert) for alert in found], next=following)

    @routes.get("/{alert_id}/evidence")
    def evidence(alert_id: UUID, caller: Annotated[Caller, Depends(who)]) -> AlertEvidenceOut:
        """Show the positions, verdicts and versions that an alert rests on."""
        return AlertEvidenceOut.of(service.evidence(_own(service, alert_id, caller)))

    return routes


def handling_routes(service: HistoryService, *, who: Who) -> APIRouter:
    """Return the routes by which inspectors act on alerts."""
    routes = APIRouter(prefix="/alerts", tags=["alerts"])

    def move(
        caller: Caller, alert_id: UUID, to: AlertState, *, note: str, assignee: str | None = None
    ) -> AlertOut:
        require_role(caller, Role.INSPECTOR, Role.ADMIN)
        by = caller.name or caller.role.value
        try:
            alert = service.move(AlertId(alert_id), to, by=by, assignee=assignee, note=note)
        except NoSuchAlert as error:
            raise HTTPException(404, str(error)) from error
        except IllegalMove as error:
            raise HTTPException(409, str(error)) from error
        return AlertOut.of(alert)

    @routes.post("/{alert_id}/acknowledge")
    def acknowledge(
        alert_id: UUID, caller: Annotated[Caller, Depends(who)], body: HandlingIn = NO_NOTE
    ) -> AlertOut:
        """Say that somebody has seen it."""
        return move(caller, alert_id, AlertState.ACKNOWLEDGED, note=body.note)

    @routes.post("/{alert_id}/assign")
    def assign(
        alert_id: UUID, body: AssignmentIn, caller: Annotated[Caller, Depends(who)]
    ) -> AlertOut:
        """Give it to somebody."""
        return move(caller, alert_id, AlertState.ASSIGNED, note=body.note, assignee=body.assignee)

    @routes.post("/{alert_id}/close")
    def close(
        alert_id: UUID, caller: Annotated[Caller, Depends(who)], body: HandlingIn = NO_NOTE
    ) -> AlertOut:
        """Say that nothing more is to be done."""
        return move(caller, alert_id, AlertState.CLOSED, note=body.note)

    return routes


def _own(service: HistoryService, name: UUID, caller: Caller) -> Alert:
    """Return an alert the caller may see; another operator's is as if it were not there."""
    operator = visible_operator(caller, None)
    try:
        alert = service.alert(AlertId(name))
    except NoSuchAlert as error:
        raise HTTPException(404, str(error)) from error
    if operator is not None and alert.vehicle.operator != operator:
        raise HTTPException(404, f"There is no alert {name}.")
    return alert
