"""Operators, vehicles and sensors: who may appear in the city's space, under which name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException

from permits.identity.guard import Who, acting_operator, require_role, visible_operator
from permits.parties import Caller, OperatorId, Role
from permits.registration import Contradicted, RegistryService, UnknownOperator
from permits.schemas.registry import (
    OperatorIn,
    OperatorOut,
    OperatorsOut,
    SensorIn,
    SensorOut,
    SensorsOut,
)
from permits.schemas.vehicles import VehicleIn, VehicleOut, VehiclesOut
from zones.model import Layer


def router(service: RegistryService, *, who: Who) -> APIRouter:
    """Return the routes of the registry; registering again can only state what was not known."""
    routes = APIRouter(prefix="/v1", tags=["registry"])
    _add_operators(routes, service, who)
    _add_vehicles(routes, service, who)
    _add_sensors(routes, service, who)
    return routes


def _add_operators(routes: APIRouter, service: RegistryService, who: Who) -> None:
    @routes.post("/operators", status_code=201)
    def add(body: OperatorIn, caller: Annotated[Caller, Depends(who)]) -> OperatorOut:
        """Register an operator."""
        require_role(caller, Role.ADMIN)
        with _told():
            return OperatorOut.of(service.add_operator(body.to_operator(), body.uas()))

    @routes.get("/operators")
    def listing(caller: Annotated[Caller, Depends(who)]) -> OperatorsOut:
        """List operators; operators see themselves."""
        own = visible_operator(caller, None)
        found = [each for each in service.operators() if own in {None, each.id}]
        return OperatorsOut(items=[OperatorOut.of(each) for each in found])

    @routes.get("/operators/{operator}")
    def get(operator: str, caller: Annotated[Caller, Depends(who)]) -> OperatorOut:
        """Show an operator; operators see themselves."""
        own = visible_operator(caller, None)
        found = service.operator(operator) if own in {None, operator} else None
        if found is None:
            raise HTTPException(404, f"no operator {operator!r} is known")
        return OperatorOut.of(found)


def _add_vehicles(routes: APIRouter, service: RegistryService, who: Who) -> None:
    @routes.post("/vehicles", status_code=201)
    def add(body: VehicleIn, caller: Annotated[Caller, Depends(who)]) -> VehicleOut:
        """Register a vehicle of one's own, or as an administrator of anybody's."""
        vehicle = body.to_vehicle(acting_operator(caller, body.operator))
        with _told():
            return VehicleOut.of(service.add_vehicle(vehicle))

    @routes.get("/vehicles")
    def listing(
        caller: Annotated[Caller, Depends(who)],
        operator: str | None = None,
        layer: Layer | None = None,
    ) -> VehiclesOut:
        """List vehicles; operators see their own."""
        owner = visible_operator(caller, operator)
        found = service.vehicles(None if owner is None else OperatorId(owner))
        shown = [VehicleOut.of(each) for each in found if layer in {None, each.layer}]
        return VehiclesOut(items=shown)

    @routes.get("/vehicles/{operator}/{vehicle}")
    def get(operator: str, vehicle: str, caller: Annotated[Caller, Depends(who)]) -> VehicleOut:
        """Show a vehicle; operators see their own."""
        own = visible_operator(caller, None)
        found = service.vehicle(operator, vehicle) if own in {None, operator} else None
        if found is None:
            raise HTTPException(404, f"no vehicle {operator}/{vehicle} is known")
        return VehicleOut.of(found)


def _add_sensors(routes: APIRouter, service: RegistryService, who: Who) -> None:
    @routes.post("/sensors", status_code=201)
    def add(body: SensorIn, caller: Annotated[Caller, Depends(who)]) -> SensorOut:
        """Register a receiver of the city."""
        require_role(caller, Role.ADMIN)
        with _told():
            added = service.add_sensor(body.to_sensor())
        return SensorOut(id=added.id, name=added.name)

    @routes.get("/sensors")
    def listing(caller: Annotated[Caller, Depends(who)]) -> SensorsOut:
        """List the receivers of the city."""
        require_role(caller, Role.ADMIN, Role.INSPECTOR)
        return SensorsOut(
            items=[SensorOut(id=each.id, name=each.name) for each in service.sensors()]
        )


@contextmanager
def _told() -> Iterator[None]:
    """Give each situation its status; the sentence is the exception's own."""
    try:
        yield
    except Contradicted as situation:
        errors = [{"pointer": f"/{each.field}", "detail": each.why} for each in situation.faults]
        raise HTTPException(409, {"detail": f"/{situation}", "errors": errors}) from situation
    except UnknownOperator as situation:
        raise HTTPException(422, str(situation)) from situation
