"""The geospatial map interface of InterUSS: is there a zone that blocks or advises, here, then?"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException
from uas_standards.interuss.automated_testing.geospatial_map.v1 import api
from uas_standards.interuss.automated_testing.geospatial_map.v1.constants import Scope

from permits.interuss.features import Law, present
from permits.interuss.map_schemas import (
    Check,
    CheckOut,
    QueryIn,
    QueryOut,
    SourceIn,
    SourceOut,
    SourcesOut,
    Unsupported,
)
from permits.interuss.refusals import TestedRoute
from permits.interuss.tokens import Gate, TokenCheck

PREFIX = "/interuss/geospatial_map"
NAME = "Geospatial Map Provider Automated Testing Interface"


def router(law: Callable[[], Law], clock: Callable[[], datetime], tokens: TokenCheck) -> APIRouter:
    """Return the routes of the interface; `law` gives what is in force."""
    routes = APIRouter(prefix=PREFIX, tags=["InterUSS"], route_class=TestedRoute)
    query, direct = Scope.Query.value, Scope.DirectAutomatedTest.value

    @routes.get("/status", dependencies=[Depends(tokens.needing(direct, query))])
    def status() -> dict[str, str]:
        """Tell that the interface is ready for tests, and which version it is."""
        return {
            "status": api.StatusResponseStatus.Ready.value,
            "api_name": NAME,
            "api_version": f"v{api.API_VERSION}",
        }

    _add_sources(routes, tokens.needing(direct))

    @routes.post(
        "/map/queries",
        dependencies=[Depends(tokens.needing(query))],
        response_model_exclude_none=True,
    )
    def ask(body: QueryIn) -> QueryOut:
        """Answer for each check whether a zone of the air passes any of its filter sets.

        `operation_rule_set` is a purpose, `delivery` when none is said; `restriction_source` an
        act, an authority, or the title of the file that zones came in.
        """
        known, now = law(), clock()
        return QueryOut(results=[_answer(known, each, now) for each in body.checks])

    return routes


def _add_sources(routes: APIRouter, gate: Gate) -> None:
    """Answer to who would load data sources: none can be, and so none is there."""
    address = "/geospatial_data_sources/{geospatial_data_source_id}"

    @routes.get("/geospatial_data_sources", dependencies=[Depends(gate)])
    def sources() -> SourcesOut:
        """List the data sources that tests have loaded: there are none, zones are the city's."""
        return SourcesOut(data_sources=[])

    @routes.put(address, dependencies=[Depends(gate)])
    def load(geospatial_data_source_id: UUID, body: SourceIn) -> SourceOut:
        """Say that a data source is not loaded: what the city publishes alone is the law here."""
        del body
        return SourceOut.of(
            geospatial_data_source_id,
            "Unsupported",
            "Nothing is loaded: zones are published by the city, after notice and by an act.",
        )

    @routes.get(address, dependencies=[Depends(gate)])
    def source(geospatial_data_source_id: UUID) -> SourceOut:
        """Say that there is no such data source."""
        raise HTTPException(404, f"No data source {geospatial_data_source_id} is known.")

    @routes.delete(address, dependencies=[Depends(gate)])
    def unload(geospatial_data_source_id: UUID) -> SourceOut:
        """Say that a data source is not loaded, as none ever is."""
        return SourceOut.of(geospatial_data_source_id, "Deactivated", "It was not loaded.")


def _answer(law: Law, check: Check, now: datetime) -> CheckOut:
    unsupported = ""
    for each in check.filter_sets or ():
        try:
            if present(law, each.to_filters(), now):
                return CheckOut(features_selection_outcome="Present")
        except Unsupported as reason:
            unsupported = unsupported or f"{reason}."
    if unsupported:
        return CheckOut(features_selection_outcome="UnsupportedFilter", message=unsupported)
    return CheckOut(features_selection_outcome="Absent")
