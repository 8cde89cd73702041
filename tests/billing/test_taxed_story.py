"""A month of flights outside of VAT and of data reads with it: two claims, to their ends."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from psycopg_pool import ConnectionPool

from billing.export import bundle
from billing.exporting import Kind, export
from billing.judging.report import DocumentRefused
from billing.ledger import Payment
from billing.life.writing_off import WriteOffKind
from billing.model import Invoice, InvoiceState
from billing.prices import TariffKind
from billing.reads import DayRead
from billing.schemas.evidence import snapshot
from billing.sellers import PARIS
from billing.service import BillingService
from billing.store import reads as read_store
from billing.taxing import NoVatId
from billing.vat import Vat, VatCategory
from tests.billing.conftest import City, accept
from tests.billing.samples import ALADIN, OCTOBER, tariff, visit

pytestmark = pytest.mark.usefixtures("used")
TAXED = ("P-2026-000002", Decimal("489.83"), Decimal("587.80"))
LATER = date(2026, 11, 2)


@pytest.fixture
def used(city: City, pool: ConnectionPool) -> None:
    """A flight of 3.50 outside of VAT, and 1,234,567 reads of data: 489.83, with VAT 587.80."""
    city.visits = [visit("a")]
    with pool.connection() as connection:
        day = DayRead(operator=ALADIN.id, day=date(2026, 10, 1), calls=1_234_567)
        read_store.add(connection, [day])


def sums(service: BillingService) -> dict[str, Decimal]:
    told = {each.account: each.debit - each.credit for each in service.accounts.balances()}
    return {account: balance for account, balance in told.items() if balance}


def issued(service: BillingService) -> tuple[Invoice, Invoice]:
    """Issue what a run drafted: what is outside of VAT, then what is taxed."""
    free, taxed = sorted(service.run(OCTOBER).drafts, key=lambda each: each.total)
    one, two = service.accounts.issue([free.id, taxed.id], by="f")
    return one, two


def paid(number: str, amount: Decimal) -> Payment:
    return Payment(transaction=f"TX-{number}", number=number, amount=amount, paid_on=LATER)


def test_one_operators_month_becomes_two_claims_judged_paid_and_credited(
    service: BillingService,
) -> None:
    free, taxed = issued(service)

    assert (free.number, free.total, free.taxes) == ("P-2026-000001", Decimal("3.50"), ())
    assert (taxed.number, taxed.net, taxed.total) == TAXED
    assert free.seller.vat_id == ""
    assert taxed.previous_hash == free.hash
    assert service.invoice("P-2026-000002") == taxed
    assert service.run(OCTOBER).drafts == ()
    assert service.verify() == ()
    assert sums(service) == {
        "receivable": Decimal("591.30"),
        "revenue:air:air-minute": Decimal("-3.50"),
        f"revenue:{taxed.lines[0].layer}:data-call": Decimal("-489.83"),
        "vat_collected:20": Decimal("-97.97"),
    }

    service.accounts.receive([paid("P-2026-000002", Decimal("587.80"))], by="f")
    part = service.accounts.credit("P-2026-000002", {1: Decimal("100.01")}, reason="R", by="f")
    (told,) = service.accounts.refunds()
    rest = service.accounts.credit("P-2026-000002", None, reason="R", by="f")
    service.accounts.credit("P-2026-000001", None, reason="R", by="f")

    assert told.due == Decimal("-120.01") == -part.total
    assert (part.net, part.total) == (Decimal("100.01"), Decimal("120.01"))
    assert (rest.net, rest.total) == (Decimal("389.82"), Decimal("467.79"))
    assert [each.number[-1] for each in service.accounts.credit_notes()] == ["1", "2", "3"]
    assert service.accounts.credit_note("A-2026-000002").hash == rest.hash
    assert service.invoice("P-2026-000002").state is InvoiceState.CREDITED
    assert "vat_collected:20" not in sums(service)
    assert service.verify() == ()


def test_a_draft_whose_tax_the_database_reckons_otherwise_is_not_issued(
    swift: BillingService, pool: ConnectionPool
) -> None:
    free, taxed = sorted(swift.run(OCTOBER).drafts, key=lambda each: each.total)
    with pool.connection() as connection:
        connection.execute(
            "UPDATE billing.invoice SET total = total - 0.01 WHERE id = %s", [taxed.id]
        )

    with pytest.raises(DocumentRefused, match=str(taxed.id)):
        swift.accounts.issue([free.id, taxed.id], by="f")

    assert sums(swift) == {}


def test_a_taxed_claim_supplements_taxed_claims_alone(swift: BillingService) -> None:
    free, _ = sorted(swift.run(OCTOBER).drafts, key=lambda each: each.total)
    swift.issue(free.id, by="f")

    (taxed,) = swift.run(OCTOBER).drafts

    assert (taxed.total, taxed.supplements) == (Decimal("587.80"), ())


def test_a_city_without_a_vat_id_publishes_no_taxed_price_and_issues_no_taxed_claim(
    swift: BillingService, city: City, pool: ConnectionPool
) -> None:
    poor = BillingService(
        pool, lambda: city.now, city.sources(), accept, seller=replace(PARIS, vat_id="")
    )
    dearer = tariff(
        "data-call",
        version=2,
        kind=TariffKind.PER_API_CALL,
        layer=None,
        vat=Vat(category=VatCategory.STANDARD, rate_percent=Decimal(20)),
        valid=replace(tariff().valid, start=city.now + timedelta(days=1)),
    )

    with pytest.raises(NoVatId, match="vat: data-call version 2 is taxed and Ville de Paris"):
        poor.publish([dearer], by="council")
    with pytest.raises(NoVatId, match=r"seller\.vat_id: .* claims VAT"):
        issued(poor)

    assert [each.version for each in swift.tariffs() if each.id == "data-call"] == [1]
    assert sums(poor) == {}
    assert issued(swift)[1].number == "P-2026-000002"


def test_a_taxed_line_is_disputed_and_written_off_with_its_tax(
    swift: BillingService, city: City
) -> None:
    number = str(issued(swift)[1].number)
    swift.accounts.credit(number, {1: Decimal("100.01")}, reason="R", by="f")
    dispute = swift.disputes.open(number, 1, reason="Trop", evidence="{}", by="aladin")
    city.now += timedelta(days=60)

    standing = swift.accounts.standing(number)

    assert dispute.amount == Decimal("389.82")
    assert standing.disputed == standing.due == Decimal("467.79")
    assert number not in {each.number for each in swift.accounts.overdue()}
    swift.disputes.confirm(dispute.id, answer="Dû", by="f")
    assert number in {each.number for each in swift.accounts.overdue()}
    gone = swift.accounts.write_off(number, WriteOffKind.REMISE, act="A", reason="R", by="f")
    assert gone.amount == Decimal("467.79")
    assert swift.verify() == ()


def test_a_correction_of_taxed_use_proposes_the_credit_with_the_tax_that_it_takes_back(
    swift: BillingService,
) -> None:
    number = str(issued(swift)[1].number)
    swift.accounts.credit(number, {1: Decimal("0.02")}, reason="R", by="f")
    swift.corrections.withdraw(f"data/{ALADIN.id}/2026-10-01", reason="Panne", by="f")

    (proposed,) = swift.corrections.credit_drafts()
    note = swift.corrections.issue_credit(proposed.id, by="f")

    assert note.total == proposed.total == Decimal("587.78")
    assert swift.accounts.standing(number).due == Decimal(0)


def test_an_auditor_reckons_the_tax_again_and_an_inspector_finds_its_account(
    swift: BillingService,
) -> None:
    number = str(issued(swift)[1].number)
    swift.accounts.credit(number, {1: Decimal("100.01")}, reason="R", by="f")

    audit = b"".join(export(swift, Kind.AUDIT, OCTOBER).pieces)
    november = replace(OCTOBER, month=11, window=replace(OCTOBER.window, start=None, end=None))
    fec = b"".join(export(swift, Kind.FEC, november).pieces).decode()

    assert bundle.verify(audit) == ()
    assert "445710\tTVA collectée\t" in fec
    assert "\t0,00\t97,97\t" in fec


def test_the_evidence_of_a_taxed_line_names_its_rate_and_the_tax_of_its_document(
    swift: BillingService,
) -> None:
    explained = swift.explain(str(issued(swift)[1].number), 1)

    told = json.loads(snapshot(explained))

    assert told["line"]["vat"] == {"category": "S", "rate_percent": "20"}
    assert told["taxes"][0]["tax"] == "97.97"
    assert told["fees"][0]["tariff"]["vat"]["rate_percent"] == "20"
