"""What a use is expected to cost."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import shapely

from billing.fees import price
from billing.invoices import draft
from billing.metering import meter
from billing.money import total
from billing.prices import NoiseClass
from billing.quotes import Counter, quote
from billing.tariffs import demonstration
from permits.kinds import EnergyClass
from permits.model import OperationVolume
from permits.offers import ReliefKind
from permits.parties import Vehicle, VehicleId
from telemetry.model import VehicleKey
from tests.billing.samples import (
    ALADIN,
    BOREAL,
    NOON,
    OCTOBER,
    OPERATORS,
    application,
    permit,
    visit,
    zone,
)
from zones.demands import ZoneRules
from zones.model import Layer, Purpose
from zones.periods import Window

TARIFFS = demonstration()


def test_a_quote_is_the_invoice_when_everything_happens_as_applied_for() -> None:
    expected = quote(application(), ALADIN, [zone()], TARIFFS, NOON)

    flown = visit(certain_ms=3_600_000)
    usages = meter([flown], [permit()], OPERATORS, OCTOBER.window)
    billed = draft(price(usages, TARIFFS), ALADIN, OCTOBER, TARIFFS)

    assert expected.total == billed.total == Decimal("56.00")
    assert [line.tariff for line in expected.lines] == ["air-minute", "air-permit"]
    assert all(line.quantity * line.unit_price == line.amount for line in expected.lines)


def test_who_quotes_again_quotes_by_the_prices_of_now() -> None:
    published = [TARIFFS]
    counter = Counter(lambda: published[-1], lambda: NOON)
    asked = application(), ALADIN, (zone(),)
    assert counter.prices()(*asked).total == Decimal("56.00")

    published.append(tuple(replace(each, unit_price=each.unit_price * 2) for each in TARIFFS))

    assert counter.prices()(*asked) == quote(*asked, published[-1], NOON)
    assert counter.prices()(*asked).total == Decimal("112.00")


def test_two_vehicles_use_twice_and_ask_once() -> None:
    two = application(vehicles=(VehicleId("a"), VehicleId("b")))

    lines = {line.tariff: line for line in quote(two, ALADIN, [zone()], TARIFFS, NOON).lines}

    assert lines["air-minute"].quantity == 120
    assert lines["air-permit"].quantity == 1


def test_each_vehicle_is_quoted_as_it_will_be_invoiced_by_its_noise_and_what_it_runs_on() -> None:
    quiet, loud, unknown = (
        Vehicle(operator=ALADIN.id, id=VehicleId(name), layer=Layer.AIR, kind="drone", **stated)
        for name, stated in (
            ("a", {"noise_db": 60.0, "energy_class": EnergyClass.ELECTRIC}),
            ("b", {"noise_db": 99.0}),
            ("c", {}),
        )
    )
    by_vehicle = [
        replace(
            each,
            noise_factors={NoiseClass.QUIET: Decimal("0.5"), NoiseClass.LOUD: Decimal(2)},
            energy_factors={EnergyClass.ELECTRIC: Decimal("0.8")},
        )
        if each.id == "air-minute"
        else each
        for each in TARIFFS
    ]
    fleet = (quiet, loud, unknown)
    asked = application(vehicles=tuple(each.id for each in fleet))

    expected = quote(asked, ALADIN, [zone()], by_vehicle, NOON, vehicles=fleet)

    minutes = [line for line in expected.lines if line.tariff == "air-minute"]
    factors = {
        line.unit_price / (line.list_price or line.unit_price): line.reliefs for line in minutes
    }
    named = {factor: [each.kind for each in reliefs] for factor, reliefs in factors.items()}
    assert named == {
        Decimal("0.4"): [ReliefKind.NOISE, ReliefKind.ENERGY],
        Decimal(2): [ReliefKind.NOISE],
        Decimal(1): [],
    }
    billed = {
        each.id: total(
            fee.amount
            for fee in price(
                meter(
                    [replace(visit(certain_ms=3_600_000), vehicle=VehicleKey(ALADIN.id, each.id))],
                    [],
                    OPERATORS,
                    OCTOBER.window,
                    vehicles={VehicleKey(ALADIN.id, each.id): each},
                ),
                by_vehicle,
            )
        )
        for each in fleet
    }
    assert total(line.amount for line in minutes) == total(billed.values())


def test_what_serves_the_public_is_free_and_the_small_pay_less() -> None:
    medical = quote(application(purpose=Purpose.MEDICAL), ALADIN, [zone()], TARIFFS, NOON)
    small = quote(application(), BOREAL, [zone()], TARIFFS, NOON)

    assert medical.total == 0
    assert small.total == Decimal("28.00")


def test_the_price_is_the_one_in_force_when_the_use_begins() -> None:
    starts = NOON - timedelta(days=365)
    volume = OperationVolume(
        footprint=zone().footprint, window=Window(start=starts, end=starts + timedelta(hours=1))
    )
    van = application(layer=Layer.SURFACE, volumes=(volume,))
    quarter = zone("surface-quartier-12", layer=Layer.SURFACE)

    (line,) = quote(van, ALADIN, [quarter], TARIFFS, NOON).lines

    assert (line.tariff_version, line.amount) == (1, Decimal("0.15"))


def test_a_way_along_the_river_is_about_as_long_as_it_is() -> None:
    way = shapely.LineString([(2.30, 48.86), (2.34, 48.86)]).buffer(0.0001)
    volume = replace(application().volumes[0], footprint=way)
    boat = application(layer=Layer.RIVER, volumes=(volume,))
    seine = zone("river-seine", layer=Layer.RIVER, footprint=way)

    (line,) = quote(boat, ALADIN, [seine], TARIFFS, NOON).lines

    assert Decimal("2.9") < line.quantity < Decimal("3.0")


def test_where_nothing_is_priced_nothing_is_quoted() -> None:
    free = quote(application(layer=Layer.SURFACE), ALADIN, [], TARIFFS, NOON)

    assert free.total == 0
    assert free.lines == ()


def test_a_quote_names_each_relief_and_what_the_price_was_without() -> None:
    line = quote(application(), BOREAL, [zone()], TARIFFS, NOON).lines[0]

    assert [(each.kind, each.of, each.factor) for each in line.reliefs] == [
        (ReliefKind.SIZE, "micro", Decimal("0.5"))
    ]
    assert line.list_price is not None
    assert line.list_price * Decimal("0.5") == line.unit_price
    assert quote(application(), ALADIN, [zone()], TARIFFS, NOON).lines[0].reliefs == ()


def test_on_an_experimentation_ground_research_of_the_small_is_free_and_so_is_its_invoice() -> None:
    ground = replace(zone(), rules=ZoneRules(experimentation=True))
    research = application(purpose=Purpose.RESEARCH)

    free = quote(research, BOREAL, [ground], TARIFFS, NOON)
    flown = replace(visit(certain_ms=3_600_000), purpose=Purpose.RESEARCH)
    usages = meter([flown], [permit()], OPERATORS, OCTOBER.window)
    fees = price(usages, TARIFFS, {usage.permit for usage in usages if usage.permit})

    assert free.total == 0
    assert {each.kind for line in free.lines for each in line.reliefs} >= {
        ReliefKind.EXPERIMENTATION
    }
    assert fees
    assert all(each.amount == each.factor == 0 for each in fees)
    assert quote(research, ALADIN, [ground], TARIFFS, NOON).total > 0
