"""A month with taxed use: judged, issued, credited in parts, handed out, and reckoned again."""

import io
import zipfile
from dataclasses import replace
from decimal import Decimal

import pytest

from billing.export import bundle
from billing.exporting import Kind, export
from billing.money import total
from billing.service import BillingService
from billing.tariffs import demonstration
from tests.billing.conftest import City
from tests.billing.samples import OCTOBER, permit, visit
from tests.billing.taxed import REDUCED, TWENTY
from zones.model import Layer, ZoneId

PARTS = (Decimal("1.11"), Decimal("2.22"), None)


@pytest.fixture
def billed(empty_service: BillingService, city: City) -> BillingService:
    """Return a service with two invoices, the taxed one credited in three parts to the end."""
    taxes = {"air-minute": TWENTY, "river-km": REDUCED}
    tariffs = [replace(each, vat=taxes.get(each.id, each.vat)) for each in demonstration()]
    empty_service.publish(tariffs, by="council")
    city.visits = [
        visit("flight", certain_ms=601_000),
        visit("boat", layer=Layer.RIVER, zone=ZoneId("river-seine"), distance_m=12_345),
    ]
    city.permits = [permit()]
    drafts = empty_service.run(OCTOBER).drafts
    issued = empty_service.accounts.issue([each.id for each in drafts], by="f")
    (taxed,) = [each for each in issued if each.taxes]
    for part in PARTS:
        wanted = {1: part} if part else None
        empty_service.accounts.credit(str(taxed.number), wanted, reason="Erreur", by="f")
    return empty_service


def exported(service: BillingService, kind: Kind) -> dict[str, bytes]:
    content = b"".join(export(service, kind, OCTOBER).pieces)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.slow
def test_a_taxed_month_is_judged_issued_credited_to_nothing_and_handed_out(
    billed: BillingService,
) -> None:
    notes = billed.accounts.credit_notes()
    claimed = notes[0].invoice

    assert total(each.total for each in notes) == claimed.total
    assert [
        total(tax.tax for note in notes for tax in note.taxes if tax.vat == each.vat)
        for each in claimed.taxes
    ] == [each.tax for each in claimed.taxes]
    names = {"P-2026-000001", "P-2026-000002", *(each.number for each in notes)}
    assert {each.removesuffix(".xml") for each in exported(billed, Kind.UBL)} == names
    assert {each.removesuffix(".pdf") for each in exported(billed, Kind.FACTURX)} == names
    assert bundle.verify(zipped(exported(billed, Kind.AUDIT))) == ()


WRONG = [
    (bundle.INVOICES, b'"rate_percent":"20","tax', b'"rate_percent":"10","tax', "is taxed is"),
    (bundle.INVOICES, b'"tax":"0.77"', b'"tax":"0.78"', "the tax is not the rate"),
    (bundle.INVOICES, b'"net":"14.96"', b'"net":"14.97"', "the net is not the sum"),
    (bundle.CREDITS, b'"tax":"0.22"', b'"tax":"0.23"', "the tax is not the rate"),
    (bundle.CREDITS, b'"tax":"0.22"', b'"tax":"0.23"', "sum of the lines and the tax"),
]


def test_a_wrong_tax_in_a_bundle_is_told(billed: BillingService) -> None:
    whole = exported(billed, Kind.AUDIT)

    for name, found, becomes, told in WRONG:
        assert found in whole[name], whole[name]
        faults = bundle.verify(zipped({**whole, name: whole[name].replace(found, becomes, 1)}))
        assert any(told in fault.reason for fault in faults), (told, faults)
