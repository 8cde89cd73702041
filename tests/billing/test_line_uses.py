"""A line tells on paper, in tables and to programs which uses it stands for."""

import io
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from pypdf import PdfReader

from billing.export import pdf, table
from billing.export.claim import of_invoice
from billing.export.lines import COLUMNS, rows
from billing.fees import price
from billing.invoices import document, draft, seal
from billing.metering import meter
from billing.model import Invoice
from billing.money import TIMES
from billing.prices import Index
from billing.service import BillingService
from permits.parties import VehicleId
from telemetry.model import VehicleKey, Visit
from tests.billing.conftest import City
from tests.billing.samples import ALADIN, NOON, OCTOBER, OPERATORS, invoice, permit, tariff, visit

LATE = NOON + timedelta(days=3)


def fleet(count: int) -> list[Visit]:
    """Return a visit of each vehicle, the last of them later, in another version of the zone."""
    each = [
        visit(f"{n}", vehicle=VehicleKey(ALADIN.id, VehicleId(f"drone-{n}"))) for n in range(count)
    ]
    last = replace(each[-1], zone_version=2, entered_at=LATE, left_at=LATE + timedelta(minutes=10))
    return [*each[:-1], last]


def text(claim: Invoice, lang: str) -> str:
    pages = PdfReader(io.BytesIO(pdf.write(claim, lang))).pages
    said = " ".join(page.extract_text() for page in pages)
    return said.replace("\n", " ").replace("  ", " ")


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "fr",
            (
                "Zone : air-paris, version 1, 2",
                "5 usages du 14 octobre 2026 12:00 au 17 octobre 2026 12:10",
                "véhicules : drone-0, drone-1, drone-2 et 2 de plus",
                f"Calcul : 50 {TIMES} 0,35 {TIMES} 1 = 17,50\N{NO-BREAK SPACE}€",
            ),
        ),
        ("en", ("Use on 13 October 2026 12:00; vehicle: drone-7", "and 2 more", "Formula: 50")),
    ],
)
def test_paper_tells_of_each_line_what_was_used_when_by_which_law_and_how_it_is_reckoned(
    lang: str, said: tuple[str, ...]
) -> None:
    told = text(invoice(*fleet(5)), lang)

    for each in said:
        assert each in told, each


def test_a_line_says_how_its_price_follows_from_that_of_the_act_and_the_index() -> None:
    usages = meter([visit()], [permit()], OPERATORS, OCTOBER.window)
    index = Index(name="TP01", base=Decimal("110.5"), value=Decimal("128.3"), decimals=3)
    carried = tariff(index=index)

    (line,) = draft(price(usages, [carried]), ALADIN, OCTOBER, [carried]).lines

    said = f"0,35 {TIMES} 128,3 ÷ 110,5 ≈ 0,406\N{NO-BREAK SPACE}€ (TP01)"
    assert line.text["fr"].endswith(said)


def test_the_electronic_form_and_the_table_tell_it_too() -> None:
    claim = invoice(*fleet(2))

    (row, _) = table.texts(rows([claim]))
    cells = dict(zip(COLUMNS, row, strict=True))
    assert (cells["zone_versions"], cells["vehicles"]) == ("1 2", "drone-0 drone-1")
    assert cells["first_at"] == "2026-10-14T10:00:00Z"
    assert cells["last_at"] == "2026-10-17T10:10:00Z"
    assert "véhicules : drone-0, drone-1" in of_invoice(claim).lines[0].note


def test_what_is_issued_keeps_its_uses_and_they_are_sealed(
    swift: BillingService, city: City
) -> None:
    city.visits, city.permits = fleet(2), [permit()]
    (drafted,) = swift.run(OCTOBER).drafts
    issued = swift.issue(drafted.id, by="treasury")

    kept = swift.invoice("P-2026-000001")

    assert kept == issued
    assert kept.lines[0].uses == drafted.lines[0].uses is not None
    assert document(kept)["lines"][0]["vehicles"] == ("drone-0", "drone-1")
    other = replace(kept.lines[0], uses=None)
    assert seal(replace(kept, lines=(other, *kept.lines[1:]))) != kept.hash
    assert swift.verify() == ()


def test_a_line_from_before_uses_were_told_is_read_and_printed() -> None:
    claim = invoice()
    before = replace(claim, lines=tuple(replace(each, uses=None) for each in claim.lines))

    assert "vehicles" not in document(before)["lines"][0]
    assert "Usage du" not in text(before, "fr")
    assert [row[COLUMNS.index("first_at")] for row in table.texts(rows([before]))] == ["", ""]


def test_a_cap_says_how_its_quantity_comes_about() -> None:
    capped = tariff(cap_day=Decimal(2))
    usages = meter(fleet(2), [], OPERATORS, OCTOBER.window)

    lines = draft(price(usages, [capped]), ALADIN, OCTOBER, [capped]).lines

    told = [line.text["en"] for line in lines if "cap of the day" in line.text["en"]]
    assert told == [f"Tariff air-minute — cap of the day (2 {TIMES} €2.00 = €4.00)"]
