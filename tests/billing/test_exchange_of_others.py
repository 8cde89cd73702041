"""Price lists that others wrote, as MDS Policy and CDS: taken as our prices, or refused by name."""

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.exchange.formats import PriceFormat
from billing.prices import InvalidTariff, Tariff
from billing.tariffs import read as read_tariff
from billing.tariffs import write as write_tariff
from tests.billing.exchanged import GEOGRAPHIES, GIVEN, OTHERS, taken
from tests.billing.junk import JUNK, places


def mds(*rules: dict[str, Any], **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    return {
        "name": "Parking",
        "mode_id": "passenger-services",
        "policy_id": str(uuid4()),
        "description": "…",
        "currency": "EUR",
        "start_date": 1_800_000_000_000,
        "published_date": 1_790_000_000_000,
        "rules": list(rules),
        **changes,
    }


def rule(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    return {
        "name": "Parking",
        "rule_id": str(uuid4()),
        "rule_type": "time",
        "rule_units": "hours",
        "geographies": list(GEOGRAPHIES)[:1],
        "states": {},
        "rate_amount": 200,
        "rate_recurrence": "each_time_unit",
        "rate_applies_when": "in_bounds",
        **changes,
    }


OVER = {"rate_applies_when": "out_of_bounds"}


def test_the_official_tiers_become_slices() -> None:
    """First hour 2 €, second 4 €, every hour onwards 10 €, as the official example has it."""
    tiers = [
        rule(maximum=limit, rate_amount=cents, **OVER)
        for limit, cents in ((2, 1000), (1, 400), (0, 200))
    ]

    (found,) = taken(PriceFormat.MDS_POLICY, mds(*tiers)).tariffs

    assert [(each.start, each.end, each.unit_price) for each in found.slices] == [
        (Decimal(0), Decimal(1), Decimal(2)),
        (Decimal(1), Decimal(2), Decimal(4)),
        (Decimal(2), None, Decimal(10)),
    ]
    assert found.zones == ("surface-rivoli",)
    assert found.act == "acte"


def test_hours_that_go_before_all_hours_become_a_surcharge() -> None:
    peak = {"days": ["mon", "fri"], "start_time": "07:00:00", "end_time": "10:00:00"}

    (found,) = taken(PriceFormat.MDS_POLICY, mds(rule(rate_amount=300, **peak), rule())).tariffs

    assert found.unit_price == Decimal(2)
    assert [each.rate for each in found.surcharges] == [Decimal("0.5")]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (mds(rule(rate_amount=-25)), "rate_amount: -25 is below 0: a tariff pays nobody"),
        (mds(rule(rule_units="fortnights")), "no tariff counts rule_type 'time', rule_units 'fort"),
        (mds(rule(), currency="USD"), "currency: the city bills in EUR, not in USD"),
        (mds(rule(geographies=["nowhere"])), "geographies: no published zone is the geography now"),
        (mds(rule(rate_amount="2.00")), "rate_amount: '2.00' is no int"),
        (mds(rule(), rule(rule_units="days")), "which of two rules goes first no tariff can say"),
        (mds(rule(**OVER)), "out of bounds that there are not: it is never due"),
        (mds(rule(days=["someday"])), "days: 'someday' is no day of mon, tue"),
        (mds(rule(start_time="25:00:00")), "'25:00:00' is no time of day"),
        (mds(rule(), mode_id="rockets"), "mode_id: 'rockets' is no mode of"),
        ({"policies": "none"}, "policies: 'none' is no list"),
        (mds(rule(), end_date=1_700_000_000_000), "end_date: end "),
    ],
)
def test_rates_that_no_tariff_charges_are_refused_by_name(
    document: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InvalidTariff) as refused:
        taken(PriceFormat.MDS_POLICY, document)

    assert reason[:50] in str(refused.value)


def test_what_tariffs_do_not_say_of_a_policy_is_named() -> None:
    counted = {"name": "Cap", "rule_id": "1", "rule_type": "count", "maximum": 5}

    found = taken(
        PriceFormat.MDS_POLICY,
        mds(rule(states={"available": []}), counted, provider_ids=[str(uuid4())]),
    )

    assert [each.path for each in found.unsaid] == [
        "policy.provider_ids",
        "policy.rules[0].states",
        "policy.rules[1]",
    ]


def curb(*rates: dict[str, Any], **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    one = {"activity": "parking", "user_classes": ["van"], "rate": list(rates)}
    policy = {"curb_policy_id": str(uuid4()), "name": "kerb", "priority": 1, "rules": [one]}
    spans = [{"start_date": 1_800_000_000_000}]
    policy |= {"published_date": 1_790_000_000_000, "time_spans": spans}
    return {"currency": "EUR", "data": {"policies": [policy]}, **changes}


def hourly(cents: int, **changes: int) -> dict[str, Any]:
    return {"rate": cents, "rate_unit": "hour", "increment_duration": 1, **changes}


def test_curb_rates_that_tile_a_stay_become_slices_under_a_cap() -> None:
    rates = (
        hourly(0, end_duration=1, maximum_fee=900),
        hourly(200, start_duration=1, end_duration=3, maximum_fee=900),
        hourly(500, start_duration=3, maximum_fee=900),
    )

    (found,) = taken(PriceFormat.CDS, curb(*rates), replace(GIVEN, zones=["surface-"])).tariffs

    assert (found.first_free, found.cap_visit) == (Decimal(1), Decimal(9))
    assert [(each.start, each.end, each.unit_price) for each in found.slices] == [
        (Decimal(0), Decimal(2), Decimal(2)),
        (Decimal(2), None, Decimal(5)),
    ]
    assert found.zones == ("surface-",)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (
            curb(hourly(1, end_duration=1), hourly(2, start_duration=2)),
            "rate[1].start_duration: a gap between 1 and 2",
        ),
        (
            curb(hourly(1, end_duration=2), hourly(2, start_duration=1)),
            "rate[1].start_duration: an overlap between 2 and 1",
        ),
        (curb(hourly(1, start_duration=1)), "rate[0].start_duration: rates begin at 0, not at 1"),
        (curb(hourly(1, end_duration=1)), "rate[0].end_duration: the last rate has no end"),
        (curb(hourly(-1)), "rate[0].rate: -1 is below 0: a tariff pays nobody"),
        (curb({"rate": 1, "rate_unit": "week"}), "rate_unit: no tariff counts weeks of time"),
        (curb(hourly(1), currency="USD"), "currency: the city bills in EUR, not in USD"),
        (curb({**hourly(1), "increment_duration": 7}), "no tariff counts by 7 hours of time"),
        ({"currency": "EUR"}, "data: it has to be there"),
    ],
)
def test_curb_rates_that_no_tariff_charges_are_refused_by_name(
    document: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InvalidTariff) as refused:
        taken(PriceFormat.CDS, document)

    assert reason in str(refused.value)


@given(st.sampled_from(OTHERS), st.data(), JUNK)
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_place_of_a_member_is_read_or_refused_by_name(
    form: PriceFormat,
    data: st.DataObject,
    junk: Any,  # noqa: ANN401 - anything JSON
) -> None:
    document = whole(form)
    *way, last = data.draw(st.sampled_from(places(document)))
    holder: Any = document
    for name in way:
        holder = holder[name]
    holder[last] = junk

    found: tuple[Tariff, ...] = ()
    with suppress(InvalidTariff):
        found = taken(form, document).tariffs

    assert [read_tariff(write_tariff(each)).id for each in found] == [each.id for each in found]


def whole(form: PriceFormat) -> Any:  # noqa: ANN401 - a document
    """Return a document with all that a format has."""
    if form is PriceFormat.CDS:
        rates = (hourly(0, end_duration=1, maximum_fee=9), hourly(2, start_duration=1))
        document = curb(rates[0], {**rates[1], "maximum_fee": 9})
        (policy,) = document["data"]["policies"]
        span = {"days_of_week": ["mon"], "time_of_day_start": "07:00", "time_of_day_end": "09:00"}
        policy["time_spans"] = [{**policy["time_spans"][0], **span}]
        policy["rules"][0] |= {"name": "kerb", "description": "bord", "purposes": ["delivery"]}
        return document
    peak = {"days": ["mon"], "start_time": "07:00:00", "end_time": "10:00:00", "rate_amount": 300}
    said = {"vehicle_types": ["car"], "messages": {"fr": "a", "en": "b"}}
    tiers = rule(maximum=2, minimum=0, **OVER, **said)
    return {"policies": [mds(rule(**peak), rule()), mds(tiers, rule(**said), name="tiers")]}
