"""What a taxed use is expected to cost, what no format of others says of it, and who may tax."""

from dataclasses import replace
from decimal import Decimal

import pytest

from billing.exchange.formats import PriceFormat
from billing.fees import price
from billing.invoices import apart, draft
from billing.metering import meter
from billing.money import total
from billing.prices import TariffKind
from billing.quotes import quote
from billing.sellers import InvalidSeller, seller_from
from billing.vat import Vat, VatCategory
from permits.quoting import quote_document, quote_from
from permits.schemas.quotes import QuoteOut
from tests.billing.exchanged import written
from tests.billing.samples import (
    ALADIN,
    NOON,
    OCTOBER,
    OPERATORS,
    application,
    permit,
    tariff,
    visit,
    zone,
)
from tests.billing.test_exchange import hour
from tests.billing.test_sellers import CITY

TWENTY, REDUCED = (
    Vat(category=VatCategory.STANDARD, rate_percent=Decimal(rate)) for rate in ("20", "5.5")
)
TARIFFS = (
    tariff(unit_price=Decimal("0.349")),
    tariff("service", kind=TariffKind.PER_PERMIT, unit_price=Decimal("10.03"), vat=TWENTY),
    tariff("entry", kind=TariffKind.PER_ENTRY, unit_price=Decimal("3.33"), vat=REDUCED),
)


def test_a_quote_of_taxed_prices_is_the_sum_of_the_invoices_with_tax() -> None:
    expected = quote(application(), ALADIN, [zone()], TARIFFS, NOON)

    usages = meter([visit(certain_ms=3_600_000)], [permit()], OPERATORS, OCTOBER.window)
    fees = price(usages, TARIFFS)
    drafts = [draft(each, ALADIN, OCTOBER, TARIFFS) for _, each in apart(fees, TARIFFS)]

    assert [each.total for each in drafts] == [Decimal("20.94"), Decimal("15.55")]
    assert expected.total == total(each.total for each in drafts)
    assert expected.net == total(each.net for each in drafts)
    assert [(each.rate_percent, each.tax) for each in expected.taxes] == [
        (Decimal(20), Decimal("2.01")),
        (Decimal("5.5"), Decimal("0.18")),
    ]


def test_a_taxed_quote_is_kept_and_told_with_net_vat_and_total() -> None:
    taxed = quote(application(), ALADIN, [zone()], TARIFFS, NOON)
    free = quote(application(), ALADIN, [zone()], TARIFFS[:1], NOON)

    told, plain = QuoteOut.of(taxed), QuoteOut.of(free)

    assert quote_from(quote_document(taxed)) == taxed
    assert "taxes" not in quote_document(free)
    assert (told.net, told.total) == ("34.30", "36.49")
    assert told.taxes[0].model_dump() == {
        "rate_percent": "20",
        "taxable": "10.03",
        "tax": "2.01",
    }
    assert told.note.fr.startswith("Dont TVA : 2,19 EUR. ")
    assert told.note.en.startswith("2.19 EUR of it is VAT. ")
    assert (plain.net, plain.taxes) == (plain.total, [])
    assert "TVA" not in plain.note.fr


@pytest.mark.parametrize("form", [PriceFormat.MDS_POLICY, PriceFormat.CDS])
def test_no_format_of_others_says_vat_and_the_report_names_it(form: PriceFormat) -> None:
    found = written(form, replace(hour(), vat=TWENTY))

    assert [each.reason for each in found.unsaid if each.path == "vat"] == [
        "there is no VAT: the price is said without it"
    ]
    assert "vat" not in {each.path for each in written(form, hour()).unsaid}


def test_a_city_names_its_vat_id_as_its_siren_gives_it() -> None:
    assert seller_from(f'{CITY}vat_id = "FR 60 216901231"').vat_id == "FR60216901231"


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ("FR84216901231", "vat_id: FR84216901231 is no French VAT id"),
        ("DE123456789", "vat_id: DE123456789 is no French VAT id"),
        ("FR44732829320", "vat_id: FR44732829320 is not that of the SIREN 216901231"),
    ],
)
def test_a_vat_id_with_a_wrong_digit_or_of_somebody_else_is_refused(told: str, reason: str) -> None:
    with pytest.raises(InvalidSeller, match=reason):
        seller_from(f'{CITY}vat_id = "{told}"')
