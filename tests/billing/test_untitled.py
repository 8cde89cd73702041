"""Who occupied a place without title owes an indemnity by reference to the tariff."""

import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader

from billing.export import pdf
from billing.periods import midnight, month
from billing.prices import TariffKind
from billing.service import BillingService
from billing.soundness import require_sound
from billing.stating import ContradictedStatement, InvalidStatement
from billing.tariffs import demonstration
from billing.untitled import Untitled
from octroi.cli.explained import metered
from permits.occupations import OccupationKind, area_of
from tests.billing.conftest import City
from tests.billing.samples import ALADIN, NOVEMBER, SQUARE, tariff
from zones.model import Layer

START, END = midnight(date(2026, 9, 20)), midnight(date(2026, 10, 25))
FOUND = Untitled(
    operator=ALADIN.id,
    reference="pv-12",
    layer=Layer.SURFACE,
    kind=OccupationKind.TERRACE,
    footprint=SQUARE.centroid.buffer(0.00003, quad_segs=2),
    start=START,
    end=END,
)


def test_an_occupation_without_title_is_billed_as_an_indemnity_month_by_month(
    service: BillingService,
) -> None:
    told = service.state_untitled(FOUND)
    again = service.state_untitled(FOUND)

    (september,) = service.run(month(2026, 9)).drafts
    (october,) = service.run(month(2026, 10)).drafts

    assert told == again
    assert [each.key for each in told] == [
        "untitled/aladin/pv-12/2026-09",
        "untitled/aladin/pv-12/2026-10",
    ]
    (line,) = october.lines
    assert september.lines[0].tariff == line.tariff == "occupation-terrace"
    held = told[1].occupied
    assert held is not None
    size = f"{held.area_m2} m², {held.length_m} m {{}}"
    assert line.text["fr"].endswith(
        "indemnité sans titre, par référence à ce tarif ; "
        f"constat pv-12 : terrasse de {size.format('de long')}, 24 jours, à 48.85501, 2.35500"
    )
    assert line.text["en"].endswith(
        f"terrace of {size.format('long')}, 24 days, at 48.85501, 2.35500"
    )
    assert line.quantity == held.area_m2 >= area_of(FOUND.footprint)
    assert line.amount == (line.quantity * Decimal("6.50")).quantize(Decimal("0.01"))
    issued = service.issue(october.id, by="finance")
    paper = PdfReader(io.BytesIO(pdf.write(issued))).pages[0].extract_text()
    assert "constat pv-12 : terrasse de" in " ".join(paper.split())
    (fee,) = service.explain(str(issued.number), 1).fees
    assert fee.usage == told[1]
    assert "at 48.85501, 2.35500 for 24 days" in metered(fee.usage)
    assert "sans titre" not in fee.formula["fr"]  # a factor of 1 is not named


def test_where_no_tariff_states_an_indemnity_nothing_is_due(empty_service: BillingService) -> None:
    empty_service.publish(
        [replace(each, without_title=None) for each in demonstration()], by="council"
    )
    empty_service.state_untitled(FOUND)

    done = empty_service.run(month(2026, 10))

    assert (done.drafts, done.unpriced) == ((), 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"operator": "nobody"}, "operator"),
        ({"end": START}, "end: it is not after"),
        ({"end": NOVEMBER + timedelta(days=1)}, "end: what is told has happened"),
        ({"start": datetime(2021, 1, 1, tzinfo=START.tzinfo)}, "start: what is due lapses"),
        ({"layer": Layer.RIVER}, "layer: a terrace"),
    ],
)
def test_what_cannot_have_been_is_refused_by_its_field(
    service: BillingService, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidStatement, match=field):
        service.state_untitled(replace(FOUND, **wrong))


def test_the_same_reference_for_another_place_is_refused_and_changes_nothing(
    service: BillingService, city: City
) -> None:
    known = service.state_untitled(FOUND)
    city.now += timedelta(hours=1)

    with pytest.raises(ContradictedStatement, match="pv-12"):
        service.state_untitled(replace(FOUND, footprint=SQUARE))

    assert not service.corrections.contradictions()
    assert service.state_untitled(FOUND) == known


def test_a_fee_for_examining_is_never_an_indemnity() -> None:
    with pytest.raises(ValueError, match="always rests on a permit"):
        require_sound(tariff(kind=TariffKind.PER_PERMIT, without_title=Decimal(1)))
