"""What holds for any tariff an act could state, and any use it could meet."""

import re
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from random import Random
from typing import Any
from uuid import uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.explaining import formula
from billing.fees import price
from billing.metering import fingerprint, meter
from billing.model import Fee, Usage, UsageId
from billing.money import MINUS, NARROW, NO_BREAK, TIMES, price_text, total
from billing.periods import CITY
from billing.prices import MOVING, InvalidTariff, TariffKind
from billing.pricing.applying import factor
from billing.pricing.book import Shelf
from billing.pricing.parts import rate_of
from billing.tariffs import read, write
from permits.kinds import EnergyClass
from permits.parties import OperatorId, Vehicle, VehicleId
from tests.billing.oracle import owed
from tests.billing.prices import FIRST, PLAIN, documents, markets, usages, usages_for
from tests.billing.samples import NAMES, NOON, OPERATORS, tariff, visit
from zones.model import Layer, Purpose
from zones.periods import Applicability, DailyPeriod, Window

Document = dict[str, Any]
SECOND = timedelta(seconds=1)
Market = tuple[list[Usage], list[Document]]


def amount(fees: tuple[Fee, ...]) -> Decimal:
    return total(fee.amount for fee in fees)


@given(markets())
def test_everything_costs_what_a_naive_reckoning_in_fractions_says(market: Market) -> None:
    used, published = market
    fees = price(used, [read(each) for each in published])

    assert Fraction(amount(fees)) == owed(used, published)


@settings(max_examples=40)
@given(documents())
def test_a_tariff_reads_as_it_is_written(document: Document) -> None:
    assert write(read(write(read(document)))) == write(read(document))


@settings(max_examples=40)
@given(markets(), st.randoms(use_true_random=False))
def test_order_of_arrival_changes_nothing(market: Market, chance: Random) -> None:
    used, published = market
    tariffs = [read(each) for each in published]
    shuffled = [*used]
    chance.shuffle(shuffled)

    assert price(used, tariffs) == price(shuffled, tariffs[::-1])


def test_prices_on_a_shelf_are_due_in_the_hours_of_each_use() -> None:
    nights = DailyPeriod(days=frozenset(range(7)), start=22 * 3_600, end=7 * 3_600)
    nightly = [tariff(calendar=(Applicability(schedule=(nights,)),))]
    shelf, midnights = Shelf(nightly), NOON + timedelta(hours=12)
    used = [
        visit("noon"),
        visit("midnight", entered_at=midnights, left_at=midnights + timedelta(minutes=10)),
        *(
            visit(f"{days}", entered_at=at, left_at=at + timedelta(minutes=10))
            for days in (5, 9)
            for at in [midnights + timedelta(days=days)]
        ),
    ]

    for each in used:
        metered = meter([each], (), OPERATORS, Window())
        fees = price(metered, nightly, shelf=shelf)
        assert len(fees) == (each is not used[0])
        assert fees == price(metered, nightly)


@settings(max_examples=40)
@given(markets(), st.integers(0, 14 * 24))
def test_what_is_priced_later_costs_as_if_it_had_come_in_time(market: Market, hours: int) -> None:
    used, published = market
    cut, tariffs = FIRST + timedelta(hours=hours), [read(each) for each in published]
    late = [usage for usage in used if usage.at < cut]

    first = price([usage for usage in used if usage.at >= cut], tariffs)
    second = price(used, tariffs, known=first)

    assert amount(first) + amount(second) == amount(price(used, tariffs))
    assert {fee.usage for fee in second} <= {usage.id for usage in late} | {
        usage.id for usage in used if not price([usage], tariffs)
    }
    assert price(used, tariffs, known=(*first, *second)) == ()


@settings(max_examples=40)
@given(usages_for(TariffKind.PER_STARTED_HOUR), documents(kind=TariffKind.PER_STARTED_HOUR))
def test_caps_hold_whatever_comes(used: list[Usage], document: Document) -> None:
    caps = {"minimum": None, "cap_visit": "3", "cap_day": "4", "cap_period": "5"}
    paid = {"first_free": "0", "calendar": [], "permit_required": False, "without_title": None}
    tariff = read({**document, **caps, **paid})
    by_id = {usage.id: usage for usage in used}
    charged: defaultdict[tuple[object, ...], Decimal] = defaultdict(Decimal)
    for fee in price(used, [tariff]):
        usage = by_id[fee.usage]
        day = usage.at.astimezone(CITY).date()
        listed = fee.quantity * fee.unit_price * rate_of(tariff, fee.part)
        who = (usage.vehicle, factor(tariff, usage))
        if fee.factor:
            charged["use", fee.usage] += listed
            charged["day", *who, day] += listed
            charged["month", *who, day.month] += listed

    limits = {"use": 3, "day": 4, "month": 5}
    assert all(listed <= limits[str(room[0])] for room, listed in charged.items())


@settings(max_examples=40)
@given(usages(), documents(kind=TariffKind.PER_KM))
def test_the_minimum_holds_where_anything_is_due(usage: Usage, document: Document) -> None:
    limits = dict.fromkeys(("cap_visit", "cap_day", "cap_period"))
    tariff = read({**document, **limits, "minimum": "2.50", "first_free": "0", "calendar": []})
    used = replace(usage, distance_m=usage.distance_m + 1)
    fees = price([used], [tariff])

    assert not fees or amount(fees) >= Decimal("2.50") * factor(tariff, used)


@settings(max_examples=40)
@given(usages(), st.sampled_from(sorted(MOVING)), st.data())
def test_more_of_anything_never_costs_less(
    usage: Usage, kind: TariffKind, data: st.DataObject
) -> None:
    document = data.draw(documents(kind=kind, slicing="each"))
    longer = timedelta(milliseconds=data.draw(st.integers(0, 10**7)))
    more = replace(
        usage,
        ended_at=usage.ended_at + longer,
        certain_ms=usage.certain_ms + longer // timedelta(milliseconds=1),
        distance_m=usage.distance_m + data.draw(st.integers(0, 5_000)),
        cargo_kg=usage.cargo_kg + data.draw(st.integers(0, 5_000)),
        passengers=usage.passengers + data.draw(st.integers(0, 50)),
    )
    tariff = read(document)

    assert amount(price([usage], [tariff])) <= amount(price([more], [tariff]))


@settings(max_examples=40)
@given(markets())
def test_what_is_free_by_purpose_or_ground_costs_nothing(market: Market) -> None:
    used, published = market
    tariffs = [read(each) for each in published]
    urgent = [replace(usage, purpose=Purpose.EMERGENCY) for usage in used]
    granted = [usage for usage in used if usage.permit is not None]
    grounds = {usage.permit for usage in granted if usage.permit is not None}

    assert amount(price(urgent, tariffs)) == 0
    assert amount(price(granted, tariffs, grounds)) == 0


@settings(max_examples=40)
@given(usages(), documents(kind=TariffKind.PER_STARTED_MINUTE))
def test_uncertain_stretches_are_never_billed_nor_surcharged(
    usage: Usage, document: Document
) -> None:
    doubtful = replace(usage, certain_ms=0)

    assert amount(price([doubtful], [read({**document, "minimum": None})])) == 0


@settings(max_examples=40)
@given(markets())
def test_a_fee_is_its_product_in_decimals_an_invoice_carries(market: Market) -> None:
    used, published = market
    for fee in price(used, [read(each) for each in published]):
        assert fee.amount == fee.quantity * fee.unit_price * fee.factor
        assert fee.quantity == round(fee.quantity, 4)
        assert fee.unit_price == round(fee.unit_price, 6)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"act": ""}, "act: a tariff needs it as text"),
        ({"unit_price": "-1"}, "unit_price: -1 is not a finite number from 0 up"),
        ({"unit_price": 0.1}, "unit_price: write the number as text"),
        ({"first_free": "-3"}, "first_free: -3 is not"),
        ({"kind": "per_parsec"}, "kind: 'per_parsec' is none of per_entry"),
        ({"published": "2025-01-02"}, "published: 2025-01-02 is after the price takes effect"),
        ({"published": "soon"}, "published: 'soon' is not a day"),
        ({"slices": [{"start": "1", "unit_price": "0.35"}]}, r"slices\[0\].start: slices begin"),
        ({"slices": [("0", "5", "0.35"), ("6", None, "1")]}, r"slices\[1\].start: a gap between"),
        ({"slices": [("0", "5", "0.35"), ("4", None, "1")]}, r"slices\[1\].start: overlaps"),
        ({"slices": [("0", None, "0.35"), ("4", None, "1")]}, r"slices\[1\].start: the slice"),
        ({"slices": [("0", "5", "0.35")]}, r"slices\[0\].end: the last slice has no end"),
        ({"slices": [("0", None, "1")]}, "unit_price: the first slice's, 1"),
        ({"slices": [{"start": "0", "step": "1"}]}, r"slices\[0\].step: not a field of a slice"),
        ({"slices": "none"}, "slices: a list, or nothing"),
        ({"cap_visit": "1", "minimum": "2"}, "cap_visit: 1 is below the minimum, 2"),
        ({"cap_visit": "3", "cap_day": "2"}, "cap_day: 2 is below cap_visit, 3"),
        ({"cap_day": "2", "kind": "per_m2_day"}, "cap_day: per_m2_day is not counted by the day"),
        ({"calendar": [{"switch": "smog"}]}, "calendar: a price cannot hang on a switch"),
        ({"calendar": "night"}, "calendar"),
        ({"surcharges": [{"text": {"fr": "a", "en": "b"}, "rate": "1"}]}, "in which hours"),
        ({"index": {"name": "TP01", "base": "0", "value": "1"}}, "index: base and value are"),
        ({"index": {"name": "TP01", "base": "9", "value": "1", "decimals": 9}}, "index.decimals"),
        ({"index": {"name": "TP01", "base": "999999", "value": "1"}}, "index: carries the price"),
        ({"without_title": "1", "permit_required": False}, "without_title: this tariff asks no"),
        ({"vehicle_classes": ["tank"]}, "vehicle_classes: 'tank' is none of"),
        ({"vehicle_classes": ["van"], "kind": "per_permit"}, "vehicle_classes: per_permit has no"),
        ({"colour": "red"}, "colour: not a field of a tariff"),
    ],
)
def test_a_contradiction_is_refused_in_one_sentence_by_its_field(
    wrong: Document, told: str
) -> None:
    names = ("start", "end", "unit_price")
    if isinstance(wrong.get("slices"), list):
        tuples = [dict(zip(names, e, strict=True)) if isinstance(e, tuple) else e
                  for e in wrong["slices"]]  # fmt: skip
        wrong = {**wrong, "slices": tuples}
    document = {**write(read(write(TARIFF))), **wrong}

    with pytest.raises(InvalidTariff, match=told):
        read(document)


TARIFF = read(
    {
        "id": "minute",
        "version": 1,
        "text": {"fr": "minute", "en": "minute"},
        "act": "délibération",
        "kind": "per_started_minute",
        "unit_price": "0.35",
        "valid": {"start": "2025-01-01"},
    }
)


GROUPED = {"en": ",", "fr": NARROW}
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def steps(fee: Fee, usage: Usage, document: Document, lang: str = "en") -> list[str]:
    """Return the steps of a formula, with the signs of a keyboard and bare numbers."""
    text = formula(fee, usage, read(document), lang)
    ungrouped = re.sub(rf"(?<=\d){GROUPED[lang]}(?=\d{{3}})", "", text)
    if lang == "fr":
        ungrouped = re.sub(r"(?<=\d),(?=\d)", ".", ungrouped)
    return re.split(" ?; ", ungrouped.replace(TIMES, "*").replace(MINUS, "-").replace("€", ""))


def reckoned(step: str) -> tuple[Fraction, Fraction]:
    """Reckon the left of a step again, from its text alone, and return what it says beside it."""
    left, right = step.split(" = ")[-2:]
    left = re.sub(r"[a-z]+[^:]*: ", "", left)
    left = re.sub(r" ((month|season|year)s? begun|days?|ms|kg|m²|m|charged before)", "", left)
    left = re.sub(r"(?<![\w.])(\d+(\.\d+)?)", r"Fraction('\1')", left)
    for sign, written in {"÷": "/", "⌈": "ceil(", "⌊": "floor("}.items():
        left = left.replace(sign, written)
    found = eval(re.sub("[⌉⌋]", ")", left), {"ceil": ceil, "floor": floor, "Fraction": Fraction})  # noqa: S307 - our own text
    return Fraction(found), Fraction(right.split()[0])


@settings(max_examples=60)
@given(markets())
def test_a_fee_can_be_reckoned_again_from_its_explanation_alone(market: Market) -> None:
    used, (document, _) = market
    by_id = {usage.id: usage for usage in used}
    for fee in price(used, [read(document)]):
        told = steps(fee, by_id[fee.usage], document)
        for step in told:
            if " = " in step:
                left, right = reckoned(step)
                assert left == right, step
        assert told[-1].endswith(f"= {price_text(fee.amount, 'EUR', 'en')}".replace("€", ""))
        french = steps(fee, by_id[fee.usage], document, "fr")
        assert [NUMBER.findall(step) for step in french] == [NUMBER.findall(step) for step in told]


def test_numbers_of_a_formula_are_written_as_the_language_writes_them() -> None:
    (fee,) = price([PLAIN], [read(write(TARIFF))])
    euros = f"{NO_BREAK}€"

    told = [formula(fee, PLAIN, read(write(TARIFF)), lang) for lang in ("fr", "en")]

    assert told == [
        f"⌈600{NARROW}000 ms ÷ 60{NARROW}000⌉ = 10 min ; 10 {TIMES} 0,35 {TIMES} 1 = 3,50{euros}",
        f"⌈600,000 ms ÷ 60,000⌉ = 10 min; 10 {TIMES} 0.35 {TIMES} 1 = €3.50",
    ]


def test_every_clause_is_told_in_its_words() -> None:
    sliced = {
        **write(TARIFF),
        "first_free": "3",
        "fixed": "2",
        "slices": [
            {"start": "0", "end": "5", "unit_price": "0.35"},
            {"start": "5", "end": None, "unit_price": "0.1"},
        ],
        "purpose_factors": {"delivery": "0.5"},
    }
    capped = {**write(TARIFF), "cap_day": "5.00"}
    late = replace(PLAIN, id=UsageId(uuid5(NAMES, "late")), key="visit/z", at=PLAIN.at + SECOND)

    parts = price([PLAIN], [read(sliced)])
    first, second = price([PLAIN, late], [read(capped)])

    assert steps(parts[0], PLAIN, sliced) == [
        "⌈600000 ms ÷ 60000⌉ = 10 min",
        "- 3 free",
        "from 0 to 5: 5",
        "factor delivery 0.5",
        "5 * 0.35 * 0.5 = 0.875",
    ]
    assert steps(parts[1], PLAIN, sliced)[2:] == [
        "above 5: 2",
        "factor delivery 0.5",
        "2 * 0.1 * 0.5 = 0.10",
    ]
    assert steps(parts[2], PLAIN, sliced)[-1] == "1 * 2 * 0.5 = 1.00"
    assert first.amount == Decimal("3.5")
    assert steps(second, late, capped)[1:] == [
        "cap of the day: 5.00 - 3.50 charged before = 1.50",
        "1.5 * 1 * 1 = 1.50",
    ]


def test_what_a_vehicle_runs_on_is_metered_priced_and_told() -> None:
    green = {**write(TARIFF), "energy_factors": {"electric": "0.5", "stage_v": "2"}}
    drone = Vehicle(
        operator=OperatorId("aladin"),
        id=VehicleId("drone-1"),
        layer=Layer.AIR,
        kind="drone",
        energy_class=EnergyClass.ELECTRIC,
    )
    flown = visit()

    (usage,) = meter([flown], (), OPERATORS, Window(), vehicles={flown.vehicle: drone})
    (fee,) = price([usage], [read(green)])
    (unknown,) = price([PLAIN], [read(green)])

    assert usage.energy_class is EnergyClass.ELECTRIC
    assert (fee.factor, unknown.factor) == (Decimal("0.5"), Decimal(1))
    assert steps(fee, usage, green)[1] == "factor electric 0.5"
    # What the registry says later is no other content of the same use.
    assert fingerprint(usage) == fingerprint(PLAIN)


def test_a_day_and_a_month_cost_at_most_their_caps() -> None:
    capped = read({**write(TARIFF), "cap_visit": "3.00", "cap_day": "4.00", "cap_period": "6.50"})
    hours = (0, 1, 2, 24, 25, 48)  # each ten minutes at 0.35: 3.50, so the cap of a use
    used = [
        replace(
            PLAIN,
            id=UsageId(uuid5(NAMES, str(number))),
            key=f"visit/{number}",
            at=PLAIN.at + timedelta(hours=hour),
            ended_at=PLAIN.ended_at + timedelta(hours=hour),
        )
        for number, hour in enumerate(hours)
    ]

    fees = price(used, [capped])

    assert [fee.amount for fee in fees] == [
        Decimal(each) for each in ("3", "1", "0", "2.5", "0", "0")
    ]
    assert [fee.part for fee in fees][:4] == ["cap_visit", "cap_day", "cap_day", "cap_period"]
