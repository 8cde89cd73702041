"""A draft of a flight and its permit, and the invoice it becomes."""

import pytest

from billing.model import Invoice
from billing.service import BillingService
from tests.billing.conftest import City
from tests.billing.samples import OCTOBER, permit, visit


@pytest.fixture
def service(swift: BillingService) -> BillingService:
    return swift


@pytest.fixture
def draft(service: BillingService, city: City) -> Invoice:
    """Return a draft of 3.50 of flight and 35.00 of permit."""
    city.visits, city.permits = [visit("a")], [permit()]
    return service.run(OCTOBER).drafts[0]


@pytest.fixture
def issued(service: BillingService, draft: Invoice) -> Invoice:
    return service.issue(draft.id, by="finance")
