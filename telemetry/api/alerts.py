"""The HTTP interface of alerts: operators see their own, inspectors act on them."""

from types import MappingProxyType
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException

from permits.identity.guard import Who, require_role, visible_operator
from permits.parties import Caller, Role
from telemetry.alerting import AlertService, NoSuchAlert
from telemetry.api.asking import At, Box, Limit, Since
from telemetry.concern.handling import IllegalMove
from telemetry.concern.telling import as_told_to, concerned
from telemetry.kept.evidence import Selection
from telemetry.model import Reason
from telemetry.patience import InvalidPatience
from telemetry.schemas.alerts import (
    AlertEvidenceOut,
    AlertOut,
    AlertsOut,
    AssignmentIn,
    ClosingIn,
    HandlingIn,
    PatienceChangeOut,
    PatienceIn,
    PatienceOut,
    PatiencesOut,
)
from telemetry.schemas.cursors import cursor_out
from telemetry.told import Alert, AlertId, AlertState
from zones.model import Layer

NO_NOTE = HandlingIn()
SETTLED = ClosingIn()
TOLD = tuple(reason for reason in Reason if reason not in {Reason.NONE, Reason.OVERRIDDEN})
BY_CODE = MappingProxyType({reason.code: reason for reason in TOLD})


def alert_routes(service: AlertService, *, who: Who) -> APIRouter:
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
        reader = visible_operator(caller, None)
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
        return AlertsOut(alerts=[AlertOut.of(alert, reader) for alert in found], next=following)

    @routes.get("/{alert_id}/evidence")
    def evidence(alert_id: UUID, caller: Annotated[Caller, Depends(who)]) -> AlertEvidenceOut:
        """Show the positions, verdicts and versions that an alert rests on."""
        reader = visible_operator(caller, None)
        alert = _own(service, alert_id, caller)
        return AlertEvidenceOut.of(service.evidence(as_told_to(alert, reader)), reader)

    return routes


def patience_routes(service: AlertService, *, who: Who) -> APIRouter:
    """Return the routes that say, and change, when people are told of what."""
    routes = APIRouter(prefix="/alerts/rules", tags=["alerts"])

    @routes.get("")
    def rules(_caller: Annotated[Caller, Depends(who)]) -> PatiencesOut:
        """Say how long, and how far, each kind of situation lasts until people are told."""
        return PatiencesOut(
            rules=[
                PatienceOut.of(reason, each)
                for reason, each in service.patience().items()
                if reason in TOLD
            ],
            decisions=[PatienceChangeOut.told(each) for each in service.decisions()],
        )

    @routes.put("/{reason}")
    def decide(
        reason: str, body: PatienceIn, caller: Annotated[Caller, Depends(who)]
    ) -> PatienceChangeOut:
        """Change figures of one kind of situation, by an act; positions from now on go by them."""
        require_role(caller, Role.RULEMAKER, Role.ADMIN)
        if reason not in BY_CODE:
            raise HTTPException(404, f"reason: {reason!r} is none of {', '.join(BY_CODE)}")
        by = caller.name or caller.role.value
        try:
            change = service.decide(BY_CODE[reason], body.figures, by=by, act=body.act)
        except InvalidPatience as error:
            raise HTTPException(422, str(error)) from error
        return PatienceChangeOut.told(change)

    return routes


def handling_routes(service: AlertService, *, who: Who) -> APIRouter:
    """Return the routes by which inspectors act on alerts."""
    routes = APIRouter(prefix="/alerts", tags=["alerts"])

    def move(caller: Caller, alert_id: UUID, to: AlertState, body: HandlingIn) -> AlertOut:
        require_role(caller, Role.INSPECTOR, Role.ADMIN)
        by = caller.name or caller.role.value
        said = body.model_dump()
        try:
            alert = service.move(AlertId(alert_id), to, by=by, **said)
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
        return move(caller, alert_id, AlertState.ACKNOWLEDGED, body)

    @routes.post("/{alert_id}/assign")
    def assign(
        alert_id: UUID, body: AssignmentIn, caller: Annotated[Caller, Depends(who)]
    ) -> AlertOut:
        """Give it to somebody."""
        return move(caller, alert_id, AlertState.ASSIGNED, body)

    @routes.post("/{alert_id}/close")
    def close(
        alert_id: UUID, caller: Annotated[Caller, Depends(who)], body: ClosingIn = SETTLED
    ) -> AlertOut:
        """Say that nothing more is to be done: it is resolved, or was no reason to act."""
        return move(caller, alert_id, AlertState.CLOSED, body)

    return routes


def _own(service: AlertService, name: UUID, caller: Caller) -> Alert:
    """Return an alert the caller may see; another operator's is as if it were not there."""
    operator = visible_operator(caller, None)
    try:
        alert = service.alert(AlertId(name))
    except NoSuchAlert as error:
        raise HTTPException(404, str(error)) from error
    if operator is not None and operator not in concerned(alert):
        raise HTTPException(404, f"There is no alert {name}.")
    return alert
