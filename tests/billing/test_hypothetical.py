"""What might happen is priced as what did: no database, no clock, nothing remembered."""

import subprocess
import sys
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from billing.fees import price
from billing.metering import meter
from billing.money import total
from billing.tariffs import demonstration
from telemetry.model import Visit
from tests.billing.samples import OCTOBER, OPERATORS, tariff, visit

MINUTES = tariff(without_title=Decimal(2))
SHELLS = "import sys, billing.fees, billing.metering; print(*sorted(sys.modules))"


def flights(*minutes: int) -> list[Visit]:
    return [
        replace(visit(f"what-if-{at}"), certain_ms=each * 60_000) for at, each in enumerate(minutes)
    ]


@given(st.lists(st.integers(0, 600), max_size=8), st.integers(1, 9))
def test_visits_nobody_made_under_a_price_nobody_published_cost_what_they_would(
    minutes: list[int], times: int
) -> None:
    imagined = flights(*minutes)
    dearer = replace(MINUTES, unit_price=MINUTES.unit_price * times)
    usages = meter(imagined, (), OPERATORS, OCTOBER.window)

    now, then = price(usages, [MINUTES]), price(usages, [dearer])

    assert total(fee.amount for fee in now) == sum(minutes) * MINUTES.unit_price
    assert total(fee.amount for fee in then) == times * total(fee.amount for fee in now)
    assert price(usages, [MINUTES]) == now


def test_pricing_what_might_happen_changes_nothing_of_what_did() -> None:
    did = meter([visit("a")], (), OPERATORS, OCTOBER.window)
    before = price(did, demonstration())

    price(meter(flights(9, 9), (), OPERATORS, OCTOBER.window), [MINUTES])

    assert price(did, demonstration()) == before


def test_pricing_needs_no_database_no_network_and_no_web() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", SHELLS], capture_output=True, text=True, check=True
    ).stdout.split()

    assert {"psycopg", "fastapi", "paho", "structlog", "billing.store"} & set(loaded) == set()
