"""What holds for every visit, price and month."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from billing.fees import price
from billing.invoices import draft
from billing.metering import meter
from billing.money import product, rounded, total
from billing.prices import TariffKind
from billing.tariffs import demonstration
from permits.model import Permit
from permits.parties import VehicleId
from telemetry.model import VehicleKey, Visit
from tests.billing.samples import (
    ALADIN,
    BOREAL,
    OCTOBER,
    OPERATORS,
    permit,
    permit_id,
    tariff,
    visit,
)
from zones.model import Layer, Purpose, ZoneId
from zones.periods import Window

SEPTEMBER_20 = datetime(2026, 9, 20, tzinfo=UTC)
AROUND_OCTOBER = st.integers(0, 50 * 86_400).map(
    lambda seconds: SEPTEMBER_20 + timedelta(seconds=seconds)
)
ZONES = {
    Layer.AIR: "air-paris",
    Layer.SURFACE: "surface-quartier-12",
    Layer.RIVER: "river-seine",
    Layer.SUBSOIL: "subsoil-metro-4",
}


@st.composite
def visits(draw: st.DrawFn) -> Visit:
    layer = draw(st.sampled_from(Layer))
    entered = draw(AROUND_OCTOBER)
    held = draw(st.sampled_from([None, "p1", "p2"]))
    operator = draw(st.sampled_from([ALADIN, BOREAL]))
    return visit(
        str(draw(st.uuids())),
        vehicle=VehicleKey(operator.id, VehicleId("v")),
        layer=layer,
        zone=ZoneId(ZONES[layer]),
        permit=permit_id(held) if held else None,
        permit_version=1 if held else None,
        purpose=draw(st.sampled_from(Purpose)) if held else None,
        entered_at=entered,
        left_at=entered + timedelta(milliseconds=draw(st.integers(1, 10**9))),
        certain_ms=draw(st.integers(0, 10**9)),
        uncertain_ms=draw(st.integers(0, 10**6)),
        distance_m=draw(st.integers(0, 10**6)),
    )


@st.composite
def permits(draw: st.DrawFn) -> Permit:
    return permit(str(draw(st.uuids())), decided_at=draw(AROUND_OCTOBER))


TARIFFS = demonstration()
MANY_VISITS = st.lists(visits(), max_size=12)
MANY_PERMITS = st.lists(permits(), max_size=4)


@given(MANY_VISITS, MANY_PERMITS, AROUND_OCTOBER)
def test_splitting_a_period_never_changes_the_unrounded_total(
    used: list[Visit], granted: list[Permit], cut: datetime
) -> None:
    whole = Window(start=datetime(2026, 9, 1, tzinfo=UTC), end=datetime(2027, 1, 1, tzinfo=UTC))
    halves = (Window(start=whole.start, end=cut), Window(start=cut, end=whole.end))

    def owed(window: Window) -> Decimal:
        usages = meter(used, granted, OPERATORS, window)
        return total(fee.amount for fee in price(usages, TARIFFS))

    assert owed(whole) == owed(halves[0]) + owed(halves[1])


@given(MANY_VISITS, MANY_PERMITS, st.randoms(use_true_random=False))
def test_order_and_repetition_of_arrival_change_nothing(
    used: list[Visit],
    granted: list[Permit],
    chance: Random,
) -> None:
    again = [*used, *used[:3]]
    chance.shuffle(again)
    grants = [*granted, *granted]
    chance.shuffle(grants)

    once = meter(used, granted, OPERATORS, OCTOBER.window)
    twice = meter(again, grants, OPERATORS, OCTOBER.window)

    assert once == twice
    assert price(once, TARIFFS) == price(reversed(twice), TARIFFS[::-1])


@given(MANY_VISITS, MANY_PERMITS)
def test_fees_add_up_to_the_line_and_lines_to_the_invoice(
    used: list[Visit], granted: list[Permit]
) -> None:
    every = price(meter(used, granted, OPERATORS, OCTOBER.window), TARIFFS)
    for operator in OPERATORS.values():
        fees = [fee for fee in every if fee.operator == operator.id]
        amounts = {fee.id: fee.amount for fee in fees}

        invoice = draft(fees, operator, OCTOBER, TARIFFS)

        for line in invoice.lines:
            assert line.exact == total(amounts[fee] for fee in line.fees)
            assert line.exact == product(line.quantity, line.unit_price, line.factor)
            assert line.amount == rounded(line.exact)
        assert invoice.total == sum(line.amount for line in invoice.lines)
        claimed = {fee for line in invoice.lines for fee in line.fees}
        assert claimed == {fee.id for fee in fees if fee.amount}


@given(st.integers(1, 60), st.decimals("0.000001", "9", places=6))
def test_an_invoice_line_is_rounded_once_not_once_a_fee(count: int, unit_price: Decimal) -> None:
    entry = tariff("entry", kind=TariffKind.PER_ENTRY, unit_price=unit_price)
    used = [visit(f"v{number}") for number in range(count)]

    usages = meter(used, (), OPERATORS, OCTOBER.window)
    invoice = draft(price(usages, [entry]), ALADIN, OCTOBER, [entry])

    assert len(invoice.lines) == 1
    assert invoice.total == rounded(unit_price * count)


@given(visits())
def test_uncertain_presence_costs_nothing(one: Visit) -> None:
    doubtful = replace(one, certain_ms=0, uncertain_ms=one.certain_ms + one.uncertain_ms)

    assert meter([doubtful], (), OPERATORS, Window()) == ()
