"""Price lists as MDS Policy and CDS rates: valid, priced as ours, with what they do not say."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.exchange.formats import PriceFormat, read, write
from billing.exchange.reading import Given
from billing.exchange.saying import Read, Written
from billing.fees import price
from billing.model import Usage, UsageSource
from billing.money import total
from billing.prices import InvalidTariff, Surcharge, Tariff, TariffKind
from billing.tariffs import demonstration, references
from billing.tariffs import read as read_tariff
from billing.tariffs import write as write_tariff
from tests.billing.official_schemas import cds_errors
from tests.billing.prices import documents, usages
from tests.billing.samples import tariff
from tests.zones.official_schemas import mds_errors
from tests.zones.space import zone
from zones.demands import VehicleClass
from zones.formats.mds import identity
from zones.formats.mds_geography import GEOGRAPHY
from zones.formats.saying import WEEK
from zones.model import Layer, ZoneId
from zones.periods import Applicability, DailyPeriod

NOW = datetime(2026, 11, 1, tzinfo=UTC)
STREETS = [zone("surface-rivoli", layer=Layer.SURFACE), zone("surface-ternes", layer=Layer.SURFACE)]
GEOGRAPHIES = {identity(each, GEOGRAPHY): each.id for each in STREETS}
GIVEN = Given(act="acte", geographies=GEOGRAPHIES, zones=())
OTHERS = (PriceFormat.MDS_POLICY, PriceFormat.CDS)
SILENT = (
    *("purpose_factors", "size_factors", "noise_factors"),
    *("fixed", "minimum", "cap_visit", "cap_day", "cap_period", "surcharges"),
)
TIMED = (
    TariffKind.PER_STARTED_MINUTE,
    TariffKind.PER_STARTED_QUARTER_HOUR,
    TariffKind.PER_STARTED_HOUR,
    TariffKind.PER_STARTED_DAY,
    TariffKind.PER_HOUR,
)


def written(form: PriceFormat, *tariffs: Tariff) -> Written:
    found = write(tariffs, STREETS, form, NOW)
    return replace(found, document=json.loads(json.dumps(found.document)))


def taken(form: PriceFormat, document: Mapping[str, Any], given_: Given = GIVEN) -> Read:
    return read(document, form, given_)


def policies(form: PriceFormat, found: Written) -> list[Any]:
    holder = found.document["data"] if form is PriceFormat.CDS else found.document
    return list(holder["policies"])


def official_errors(form: PriceFormat, policy: Any) -> list[str]:  # noqa: ANN401 - a document
    return mds_errors("policy", policy) if form is PriceFormat.MDS_POLICY else cds_errors(policy)


street_prices = st.sampled_from([*TIMED, TariffKind.PER_VISIT]).flatmap(
    lambda kind: documents("street", kind=kind, layer="surface")
)


@given(st.lists(street_prices, max_size=3), st.sampled_from(OTHERS))
@settings(max_examples=15, deadline=None)
def test_whatever_is_written_is_valid_under_the_official_schema(
    stated: list[dict[str, Any]], form: PriceFormat
) -> None:
    found = written(form, *map(read_tariff, stated), *demonstration(), *references())

    for policy in policies(form, found):
        errors = (
            mds_errors("policy", policy) if form is PriceFormat.MDS_POLICY else cds_errors(policy)
        )
        assert errors == []


def test_the_official_schema_of_cds_would_refuse_something_else() -> None:
    (policy, *_) = policies(PriceFormat.CDS, written(PriceFormat.CDS, hour()))

    assert cds_errors(policy) == []
    assert cds_errors({**policy, "rules": [{"rate": [{"rate": "2.40"}]}]})


@given(
    stated=st.sampled_from(TIMED).flatmap(
        lambda kind: documents(
            "street", kind=kind, layer="surface", index=None, permit_required=False
        )
    ),
    uses=st.lists(usages(UsageSource.VISIT), max_size=5, unique_by=lambda use: use.key),
    form=st.sampled_from(OTHERS),
)
@settings(max_examples=30, deadline=None)
def test_a_price_that_comes_back_is_what_it_was_but_for_what_was_named(
    stated: dict[str, Any], uses: list[Usage], form: PriceFormat
) -> None:
    ours = read_tariff(stated | {"without_title": None, "zones": ["surface-rivoli"]})
    found = written(form, ours)
    back = taken(form, found.document, replace(GIVEN, zones=["surface-rivoli"])).tariffs
    silent: tuple[str, ...] = (
        "purpose_factors",
        "size_factors",
        "noise_factors",
        "fixed",
        "minimum",
    )
    silent += ("cap_day", "cap_period") + (("cap_visit",) if form is PriceFormat.MDS_POLICY else ())
    named = {each.path for each in found.unsaid}
    said = replace(ours, **{name: getattr(tariff(), name) for name in SILENT if name in named})
    parked = [
        replace(
            use,
            layer=Layer.SURFACE,
            zone=ZoneId("surface-rivoli"),
            vehicle_class=VehicleClass.CAR,
        )
        for use in uses
    ]

    assert bool(back) == bool(found.tariffs)
    if back:
        assert total(fee.amount for fee in price(parked, back)) == total(
            fee.amount for fee in price(parked, [said])
        )


def hour(unit_price: Decimal = Decimal("2.40"), **changes: Any) -> Tariff:  # noqa: ANN401 - any field
    return replace(
        tariff("kerb", kind=TariffKind.PER_STARTED_HOUR, unit_price=unit_price),
        layer=Layer.SURFACE,
        zones=(),
        vehicle_classes=frozenset({VehicleClass.CAR}),
        permit_required=False,
        **changes,
    )


@pytest.mark.parametrize("form", OTHERS)
def test_what_a_format_cannot_say_is_named_and_prices_it_has_no_word_for_are_left_out(
    form: PriceFormat,
) -> None:
    narrow = hour(cap_day=Decimal(12), minimum=Decimal(1))
    odd = replace(hour(Decimal("0.005")), id="odd")
    flight = replace(hour(), id="flight", layer=Layer.AIR)

    found = written(form, narrow, odd, flight)

    said = [each.sentence for each in found.unsaid]
    assert found.tariffs == 1
    assert "kerb, cap_day: there is no cap of a day" in said
    assert "kerb, minimum: there is no least sum" in said
    assert "odd, unit_price: the format knows whole cents, not 0.005 EUR: left out" in said
    assert any(each.startswith("flight, layer:") for each in said)


def test_an_index_and_an_act_are_said_as_carried_price_and_description() -> None:
    found = written(PriceFormat.MDS_POLICY, *references())
    trip = next(each for each in policies(PriceFormat.MDS_POLICY, found) if "Trip" in each["name"])

    assert trip["rules"][0]["rate_amount"] == 16
    assert trip["rules"][0]["messages"]["fr"] == "Trajet d'un engin partagé"


def test_octroi_own_way_says_all() -> None:
    found = written(PriceFormat.OCTROI, *demonstration(), *references())

    assert found.unsaid == ()
    assert taken(PriceFormat.OCTROI, found.document).tariffs == (*demonstration(), *references())


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


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda each: (
        st.lists(each, max_size=2) | st.dictionaries(st.text(max_size=4), each, max_size=2)
    ),
    max_leaves=3,
)


def places(document: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 - a document
    """Return the way to every member of a document."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(document, dict):
        inner = list(document.items())
    elif isinstance(document, list):
        inner = list(enumerate(document))
    return [found for name, each in inner for found in ((*way, name), *places(each, (*way, name)))]


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


@pytest.mark.parametrize("form", OTHERS)
def test_a_price_without_a_legal_act_is_not_taken(form: PriceFormat) -> None:
    with pytest.raises(InvalidTariff, match="names no legal act"):
        taken(form, written(form, hour()).document, replace(GIVEN, act=" "))


@pytest.mark.parametrize("form", OTHERS)
def test_a_list_read_again_is_nothing_new_and_another_the_next_version(form: PriceFormat) -> None:
    peak = Surcharge(
        text=MappingProxyType({"fr": "heures majorées", "en": "raised hours"}),
        rate=Decimal("0.5"),
        calendar=(Applicability(schedule=(DailyPeriod(days=WEEK, start=0, end=3600),)),),
    )
    (first,) = taken(form, written(form, hour(surcharges=(peak,))).document).tariffs
    dearer = written(form, hour(unit_price=Decimal(3))).document
    published = read_tariff(write_tariff(replace(first, version=4)))

    again = taken(form, written(form, published).document, replace(GIVEN, known=[published]))
    (other,) = taken(form, dearer, replace(GIVEN, known=[published])).tariffs

    assert again.tariffs == ()
    assert (other.id, other.version, other.unit_price) == ("kerb", 5, Decimal(3))
