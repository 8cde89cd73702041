"""Which addresses are there to read prices, to publish them, and to exchange price lists?"""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import AwareDatetime

from billing.ceilings import PARIS, for_population
from billing.exchange.formats import PriceFormat
from billing.lists import PriceLists, Unsayable
from billing.refusals import refusals
from billing.schemas.lists import ListIn, ListOut, TakenOut
from billing.schemas.tariffs import TariffsOut, TariffWire
from billing.service import BillingService
from billing.tariffs import references
from billing.versions import valid_at
from permits.identity.guard import Who, require_role
from permits.parties import Caller, Role


def router(service: BillingService, lists: PriceLists, who: Who) -> APIRouter:
    """Return the routes; `who` is the dependency that yields the caller."""
    routes = APIRouter(prefix="/v1", tags=["tariffs"])
    _add_reading(routes, service, lists)
    _add_publishing(routes, service, lists, who)
    return routes


def _add_reading(routes: APIRouter, service: BillingService, lists: PriceLists) -> None:
    @routes.get("/tariffs")
    def tariffs(
        at: AwareDatetime | None = None, known_at: AwareDatetime | None = None
    ) -> TariffsOut:
        """List the published prices: every version, or those at an instant. Public.

        `known_at` tells them as they were known at an instant: what was published since is not.
        """
        known = service.tariffs(at) if known_at is None else service.tariffs_known(known_at)
        held = known if known_at is None or at is None else valid_at(known, at)
        return TariffsOut(items=[TariffWire.of(each) for each in held])

    @routes.get("/tariffs/references")
    def reference_prices(
        population: Annotated[int, Query(ge=1, le=100_000_000)] = PARIS,
    ) -> TariffsOut:
        """List prices of law and of other cities with their sources, to publish or to change.

        Some formulae of the law count the inhabitants: `population`, by default that of Paris.
        """
        known = for_population(references(), population)
        return TariffsOut(items=[TariffWire.of(each) for each in known])

    @routes.get("/tariffs/export")
    def export(
        format: PriceFormat = PriceFormat.OCTROI,  # noqa: A002 - the query's name
        at: AwareDatetime | None = None,
    ) -> ListOut:
        """Write the prices of an instant, else of now and later, in a format. Public.

        `mds-policy` is MDS 2.0 Policy over the geographies that `/v1/zones/export` writes of zones,
        `cds` the policies with rates of CDS 1.1; `unsaid` names all that these have no word for.
        """
        return ListOut.of(lists.written(format, at))


def _add_publishing(
    routes: APIRouter, service: BillingService, lists: PriceLists, who: Who
) -> None:
    @routes.post("/tariffs", status_code=201)
    def publish(body: TariffWire, caller: Annotated[Caller, Depends(who)]) -> TariffWire:
        """Publish a version; it ends the one before it where it begins."""
        require_role(caller, Role.RULEMAKER, Role.ADMIN)
        with refusals():
            tariff = body.to_tariff()
            service.publish([tariff], by=caller.name)
        return TariffWire.of(tariff)

    @routes.post("/tariffs/import")
    def import_(body: ListIn, caller: Annotated[Caller, Depends(who)]) -> TakenOut:
        """Publish a price list: all of it or nothing; again, it changes nothing twice.

        Rates that no tariff charges are refused by name.
        """
        require_role(caller, Role.RULEMAKER, Role.ADMIN)
        try:
            with refusals():
                taken = lists.take(body.to_offer(), by=caller.name, dry_run=body.dry_run)
        except Unsayable as refused:
            raise HTTPException(422, str(refused)) from refused
        return TakenOut.of(taken, published=not body.dry_run)
