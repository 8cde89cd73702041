"""Prices are kept between questions, and never past the next publication."""

from dataclasses import replace
from datetime import datetime

from psycopg_pool import ConnectionPool

from billing.published import Published
from billing.service import BillingService
from tests.billing.samples import tariff
from zones.periods import Window


def test_prices_that_another_process_publishes_are_those_of_the_next_question(
    empty_service: BillingService, pool: ConnectionPool
) -> None:
    here = Published(pool)
    assert here.versions() == ()

    first = tariff()
    empty_service.publish([first], by="council")
    assert here.versions() == (first,)
    assert here.versions() is here.versions()

    begins = datetime.fromisoformat("2027-01-01T00:00:00+01:00")
    second = tariff(version=2, unit_price=first.unit_price * 2, valid=Window(start=begins))
    empty_service.publish([second], by="council")
    ended = replace(first, valid=replace(first.valid, end=begins))
    assert here.versions() == (ended, second)
