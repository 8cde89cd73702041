"""Who names no VAT id claims no tax, and is told so over HTTP."""

from dataclasses import replace

from psycopg_pool import ConnectionPool

from billing.sellers import PARIS
from billing.service import BillingService
from billing.tariffs import write
from tests.billing.conftest import City, accept
from tests.billing.samples import permit, tariff, visit
from tests.billing.taxed import TWENTY
from tests.billing.test_api import asked


def test_a_price_with_tax_is_refused_and_so_is_a_claim_of_one_published_before(
    pool: ConnectionPool, city: City
) -> None:
    city.visits, city.permits = [visit("a")], [permit()]
    rich, poor = (
        BillingService(pool, lambda: city.now, city.sources(), accept, seller=seller)
        for seller in (PARIS, replace(PARIS, vat_id=""))
    )
    rich.publish([tariff("air-minute", vat=TWENTY)], by="council")

    with asked(poor, city) as people:
        priced = people.post("/v1/tariffs", write(tariff("quay", vat=TWENTY)), by="rules")
        (draft,) = people.post("/v1/billing/runs", {"period": "2026-10"}).json()["drafts"]
        claimed = people.post(f"/v1/invoices/{draft['id']}/issue", {})
        kept = people.client.get("/v1/tariffs").json()["items"]

    assert (priced.status_code, claimed.status_code) == (409, 409)
    assert priced.json()["detail"].startswith("vat: quay version 1 is taxed and Ville de Paris")
    assert claimed.json()["detail"].startswith("seller.vat_id: ")
    assert [each["id"] for each in kept] == ["air-minute"]
    assert poor.invoice(draft["id"]).number is None
