"""Of which visits are the positions evidence? Of those that are billed, or may yet be."""

from psycopg_pool import ConnectionPool

from billing.service import BillingService
from octroi.keeping import evident
from tests.billing.conftest import City
from tests.billing.samples import OCTOBER, permit, visit


def test_an_open_month_keeps_all_and_a_closed_one_what_was_billed_or_may_yet(
    service: BillingService, city: City, pool: ConnectionPool
) -> None:
    billed, unbilled, late = visit("a"), visit("b", certain_ms=0), visit("c")
    told = evident(pool, service)
    city.visits, city.permits = [billed], [permit()]

    assert told([billed, unbilled]) == {billed.id, unbilled.id}
    draft = service.run(OCTOBER).drafts[0]
    assert told([billed, unbilled]) == {billed.id, unbilled.id}
    service.issue(draft.id, by="f")
    assert told([billed, unbilled, late]) == {billed.id, late.id}
    assert told([]) == set()
