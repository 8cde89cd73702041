"""The geospatial map interface of InterUSS: is there a zone that blocks or advises, here, then?"""

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Depends
from uas_standards.interuss.automated_testing.geospatial_map.v1 import api
from uas_standards.interuss.automated_testing.geospatial_map.v1.constants import Scope

from permits.interuss.features import Law, present
from permits.interuss.map_schemas import Check, CheckOut, QueryIn, QueryOut, Unsupported
from permits.interuss.refusals import TestedRoute
from permits.interuss.tokens import TokenCheck

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
