"""What no position says is told once, under a reference, and priced as everything is."""

from decimal import Decimal
from typing import Any

import pytest

from billing.model import UsageSource
from billing.prices import TariffKind
from billing.schemas.statements import StatementIn
from billing.service import BillingService
from billing.stating import ContradictedStatement, InvalidStatement
from billing.tariffs import references
from tests.billing.samples import ALADIN, NOON, OCTOBER, tariff
from zones.model import Layer


def told(**given: Any) -> StatementIn:  # noqa: ANN401 - any field
    voyage = {
        "operator": ALADIN.id,
        "reference": "voyage-17",
        "layer": "river",
        "at": NOON,
        "cargo_kg": 850_000,
        "distance_m": 12_345,
    }
    return StatementIn.model_validate({**voyage, **given})


def test_a_voyage_and_a_day_of_reading_data_are_billed(empty_service: BillingService) -> None:
    freight = tariff("freight", kind=TariffKind.PER_TONNE_KM, layer=Layer.RIVER)
    reading = tariff("data", kind=TariffKind.PER_API_CALL, layer=None, first_free=Decimal(10_000))
    empty_service.publish([freight, reading], by="council")
    empty_service.state(told().to_statement())
    used = empty_service.state(
        told(reference="2026-10-14", layer="air", cargo_kg=0, distance_m=0, calls=10_300)
        .to_statement()
    )  # fmt: skip

    (draft,) = empty_service.run(OCTOBER).drafts

    assert used.source is UsageSource.DATA
    quantities = {line.tariff: line.quantity for line in draft.lines}
    assert quantities == {"data": 300, "freight": Decimal("10493.25")}


def test_telling_again_changes_nothing_and_otherwise_is_refused(
    empty_service: BillingService,
) -> None:
    first = empty_service.state(told().to_statement())

    assert empty_service.state(told().to_statement()) == first
    with pytest.raises(ContradictedStatement, match="reference: voyage-17 is known with other"):
        empty_service.state(told(cargo_kg=1).to_statement())
    run = empty_service.run(OCTOBER)
    assert run.unpriced == 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"at": "2027-01-01T00:00:00Z"}, "at: what is told has happened"),
        ({"operator": "nobody"}, "operator: nobody is not registered"),
        ({"vehicle": "ghost"}, "vehicle: aladin has none called ghost"),
        ({"distance_m": 0}, "distance_m: how far"),
        ({"cargo_kg": 0}, "cargo_kg: how much"),
        ({"cargo_kg": 0, "distance_m": 0}, "cargo_kg: nothing is told"),
        ({"calls": 5}, "calls: data read are told by themselves"),
    ],
)
def test_a_statement_that_cannot_be_is_refused_by_its_field(
    empty_service: BillingService, wrong: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidStatement, match=message):
        empty_service.state(told(**wrong).to_statement())


@pytest.mark.parametrize("name", ["passengers", "calls", "cargo_kg", "distance_m"])
def test_the_count_that_was_told_as_nothing_is_the_one_that_is_refused(name: str) -> None:
    said = {"operator": "aladin", "reference": "v1", "layer": "river", "at": NOON, name: 0}

    with pytest.raises(InvalidStatement, match=f"^{name}: nothing is told"):
        StatementIn.model_validate(said).to_statement()


def test_reference_prices_cite_their_source_and_carry_them_forward() -> None:
    by_id = {each.id: each for each in references()}

    assert all(each.source and each.act for each in by_id.values())
    # The ceilings published for 2026 by the kilometre and square metre, from those of the law.
    ceilings = {
        "telecom-underground": "0.04911",
        "telecom-aerial": "0.06549",
        "telecom-other": "32.74",
        "telecom-river-line": "1.63714",
        "telecom-river-other": "1064.14",
    }
    for ident, ceiling in ceilings.items():
        price = by_id[ident]
        assert price.carried(price.unit_price) == Decimal(ceiling)
