"""The flight planning interface of InterUSS: plans, areas to clear, what the user was told."""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import JSONResponse
from uas_standards.interuss.automated_testing.flight_planning.v1 import api
from uas_standards.interuss.automated_testing.flight_planning.v1.constants import Scope

from permits.interuss.plan_schemas import (
    ClearIn,
    ClearOut,
    NotificationOut,
    NotificationsOut,
    Outcome,
    PlanOut,
    UpsertIn,
)
from permits.interuss.planning import PlanningService, RequestReused, UnknownPlan
from permits.interuss.plans import Answer, Result, Status, Style, notice
from permits.interuss.refusals import TestedRoute
from permits.interuss.tokens import TokenCheck
from permits.interuss.volumes import written
from permits.schemas.words import Instant

PREFIX = "/interuss/flight_planning"
NAME = "Flight Planning Automated Testing Interface"
PLAN, DIRECT = Scope.Plan.value, Scope.DirectAutomatedTest.value


def router(service: PlanningService, tokens: TokenCheck) -> APIRouter:
    """Return the routes of the interface."""
    routes = APIRouter(prefix=PREFIX, tags=["InterUSS"], route_class=TestedRoute)
    _add_plans(routes, service, tokens)
    _add_closing(routes, service, tokens)
    _add_direction(routes, service, tokens)
    return routes


def _add_plans(routes: APIRouter, service: PlanningService, tokens: TokenCheck) -> None:
    @routes.put(
        "/flight_plans/{flight_plan_id}",
        dependencies=[Depends(tokens.needing(PLAN))],
        response_model=PlanOut,
    )
    def upsert(flight_plan_id: UUID, body: UpsertIn) -> JSONResponse:
        """Plan a flight, change or use or close what was planned; decided by the city's rules.

        It becomes a permit of the operator `interuss`, for the purpose named in
        `additional_information`, else `delivery`. A repeated `request_id` gets the same answer.
        """

        def make() -> Mapping[str, Any]:
            answer = service.put(flight_plan_id, plan.to_wanted(), body.execution_style)
            return _said(PlanOut.of(answer, plan))

        plan = body.flight_plan
        if body.execution_style is Style.HYPOTHETICAL:
            return JSONResponse(make())
        digest = hashlib.sha256(f"{flight_plan_id}\n{body.model_dump_json()}".encode()).digest()
        try:
            return JSONResponse(service.once(body.request_id, digest, make))
        except RequestReused as reused:
            raise HTTPException(409, f"{reused}.") from reused


def _add_closing(routes: APIRouter, service: PlanningService, tokens: TokenCheck) -> None:
    @routes.delete(
        "/flight_plans/{flight_plan_id}",
        dependencies=[Depends(tokens.needing(PLAN, DIRECT))],
        response_model=PlanOut,
        responses={404: {"model": PlanOut, "description": "There is no such flight plan."}},
    )
    def close(flight_plan_id: UUID) -> JSONResponse:
        """End a flight plan: its permit is given back, or ended where it is in use."""
        try:
            return JSONResponse(_said(PlanOut.of(service.delete(flight_plan_id))))
        except UnknownPlan as unknown:
            # The tests read this answer like any other.
            nothing = Answer(
                result=Result.FAILED, status=Status.NOT_PLANNED, notes=f"{unknown}.".capitalize()
            )
            return JSONResponse(_said(PlanOut.of(nothing)), status_code=404)

    @routes.get("/user_notifications", dependencies=[Depends(tokens.needing(PLAN))])
    def notifications(
        after: Annotated[Instant, Query()], before: Annotated[Instant | None, Query()] = None
    ) -> NotificationsOut:
        """Tell what the user of the plans was told in a span: decisions, holds, revocations."""
        until = before or service.now()
        if until < after:
            raise HTTPException(400, f"before: {until.isoformat()} is earlier than after.")
        told = [(each.recorded_at, *notice(each)) for each in service.happened(after, until)]
        return NotificationsOut(
            user_notifications=[
                NotificationOut.model_validate(
                    {"observed_at": written(at), "message": message, "conflicts": conflicts}
                )
                for at, message, conflicts in told
            ]
        )


def _add_direction(routes: APIRouter, service: PlanningService, tokens: TokenCheck) -> None:
    @routes.get("/status", dependencies=[Depends(tokens.needing(DIRECT))])
    def status() -> dict[str, str]:
        """Tell that the interface is ready for tests, and which version it is."""
        return {
            "status": api.StatusResponseStatus.Ready.value,
            "api_name": NAME,
            "api_version": f"v{api.API_VERSION}",
        }

    @routes.post("/clear_area_requests", dependencies=[Depends(tokens.needing(DIRECT))])
    def clear(body: ClearIn) -> ClearOut:
        """End all flight plans that meet a volume of space and time; other permits stay."""
        closed, failed = service.clear(body.extent.to_extent())
        said = f"{closed} flight plans were closed. {failed}".strip()
        return ClearOut(outcome=Outcome(success=not failed, message=said))


def _said(answer: PlanOut) -> dict[str, Any]:
    return answer.model_dump(mode="json", exclude_none=True)
