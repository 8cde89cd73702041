"""Documents of operators and vehicles: attached, never changed, shown to those they concern."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException

from permits.identity.guard import Who, acting_operator, visible_operator
from permits.parties import Caller, HeldDocument
from permits.registration import RegistryService, UnknownOperator, UnknownVehicle
from permits.schemas.documents import DocumentIn, DocumentOut, DocumentsOut

OF_OPERATOR = "/operators/{operator}/documents"
OF_VEHICLE = "/vehicles/{operator}/{vehicle}/documents"


def router(service: RegistryService, *, who: Who) -> APIRouter:
    """Return the routes of documents; attaching the same again changes nothing."""
    routes = APIRouter(prefix="/v1", tags=["registry"])
    _add_of_operators(routes, service, who)
    _add_of_vehicles(routes, service, who)
    return routes


def _add_of_operators(routes: APIRouter, service: RegistryService, who: Who) -> None:
    @routes.post(OF_OPERATOR, status_code=201)
    def attach(
        operator: str, body: DocumentIn, caller: Annotated[Caller, Depends(who)]
    ) -> DocumentOut:
        """Attach a document that holds for an operator and all of its vehicles."""
        return _attached(service, caller, (operator, None), body)

    @routes.get(OF_OPERATOR)
    def listing(operator: str, caller: Annotated[Caller, Depends(who)]) -> DocumentsOut:
        """List the documents of an operator; operators see their own."""
        return _listed(service, caller, (operator, None))


def _add_of_vehicles(routes: APIRouter, service: RegistryService, who: Who) -> None:
    @routes.post(OF_VEHICLE, status_code=201)
    def attach(
        operator: str, vehicle: str, body: DocumentIn, caller: Annotated[Caller, Depends(who)]
    ) -> DocumentOut:
        """Attach a document that holds for one vehicle."""
        return _attached(service, caller, (operator, vehicle), body)

    @routes.get(OF_VEHICLE)
    def listing(
        operator: str, vehicle: str, caller: Annotated[Caller, Depends(who)]
    ) -> DocumentsOut:
        """List the documents of a vehicle; operators see their own."""
        return _listed(service, caller, (operator, vehicle))


def _attached(
    service: RegistryService, caller: Caller, holder: tuple[str, str | None], body: DocumentIn
) -> DocumentOut:
    operator, vehicle = acting_operator(caller, holder[0]), holder[1]
    now = service.now()
    try:
        kept = service.attach(body.to_document(operator, vehicle, by=caller.name, at=now))
    except (UnknownOperator, UnknownVehicle) as unknown:
        raise HTTPException(404, str(unknown)) from unknown
    return DocumentOut.of(kept, now)


def _listed(
    service: RegistryService, caller: Caller, holder: tuple[str, str | None]
) -> DocumentsOut:
    operator, vehicle = holder
    visible_operator(caller, operator)
    known = service.operator(operator) if vehicle is None else service.vehicle(operator, vehicle)
    if known is None:
        named = f"operator {operator!r}" if vehicle is None else f"vehicle {operator}/{vehicle}"
        raise HTTPException(404, f"no {named} is known")
    found: tuple[HeldDocument, ...] = service.documents(operator, vehicle)
    return DocumentsOut(items=[DocumentOut.of(each, service.now()) for each in found])
