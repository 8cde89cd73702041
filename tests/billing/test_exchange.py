"""Price lists as MDS Policy and CDS rates: valid, priced as ours, with what they do not say."""

from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.exchange.formats import PriceFormat
from billing.exchange.saying import Written
from billing.fees import price
from billing.model import Usage, UsageSource
from billing.money import total
from billing.prices import InvalidTariff, Surcharge, Tariff, TariffKind
from billing.tariffs import demonstration, references
from billing.tariffs import read as read_tariff
from billing.tariffs import write as write_tariff
from tests.billing.exchanged import GIVEN, OTHERS, taken, written
from tests.billing.official_schemas import cds_errors
from tests.billing.prices import documents, usages
from tests.billing.samples import tariff
from tests.zones.official_schemas import mds_errors
from zones.demands import VehicleClass
from zones.formats.saying import WEEK
from zones.model import Layer, ZoneId
from zones.periods import Applicability, DailyPeriod

SILENT = (
    *("purpose_factors", "size_factors", "noise_factors", "energy_factors"),
    *("fixed", "minimum", "cap_visit", "cap_day", "cap_period", "surcharges"),
)


TIMED = (
    TariffKind.PER_STARTED_MINUTE,
    TariffKind.PER_STARTED_QUARTER_HOUR,
    TariffKind.PER_STARTED_HOUR,
    TariffKind.PER_STARTED_DAY,
    TariffKind.PER_HOUR,
)


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
        "energy_factors",
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
