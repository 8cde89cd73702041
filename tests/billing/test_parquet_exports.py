"""Invoice lines and usage as Parquet: what the CSV says, with types, and what columns mean."""

import csv
import io
from dataclasses import replace
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.export import parquet, table
from billing.export.lines import rows
from billing.exporting import Kind, export
from billing.model import Invoice
from billing.money import cents, plain
from billing.service import BillingService
from billing.store.usage import UsageFilter
from permits.parties import OperatorId, VehicleId
from telemetry.model import VehicleKey
from tests.billing.conftest import City
from tests.billing.samples import ALADIN, BOREAL, OCTOBER, invoice, permit, visit

CLAIM = invoice(visit("a"), visit("b"))
BIG = st.decimals(0, 10**9, places=4)


def lines(*invoices: Invoice) -> pa.Table:
    return pq.read_table(io.BytesIO(b"".join(parquet.lines(rows(invoices), "2026-10"))))


def usage(service: BillingService, operator: OperatorId | None = None) -> pa.Table:
    file = export(service, Kind.USAGE, OCTOBER, operator=operator)
    return pq.read_table(io.BytesIO(b"".join(file.pieces)))


def shown(row: dict[str, object]) -> dict[str, str]:
    """Write a row as the CSV writes it."""
    told = {name: str(value or "") for name, value in row.items()}
    for name in ("quantity", "unit_price", "factor", "exact"):
        told[name] = plain(Decimal(str(row[name])))
    for name in ("amount", "invoice_net", "invoice_tax", "invoice_total"):
        told[name] = cents(Decimal(str(row[name])))
    for name in ("issued_at", "first_at", "last_at"):
        told[name] = str(row[name]).replace(" ", "T").replace("+00:00", "Z")
    return told


def test_parquet_says_what_the_csv_says() -> None:
    text = "".join(table.write(rows([CLAIM])))

    told = [shown(each) for each in lines(CLAIM).to_pylist()]

    assert told == list(csv.DictReader(io.StringIO(text, newline="")))


@given(BIG, st.decimals(0, 10**4, places=6), st.decimals(0, 100, places=12), st.text())
def test_no_digit_and_no_letter_is_lost(
    quantity: Decimal, price: Decimal, factor: Decimal, name: str
) -> None:
    exact = quantity * price * factor
    first = replace(CLAIM.lines[0], quantity=quantity, unit_price=price, factor=factor, exact=exact)
    named = replace(CLAIM, lines=(first,), debtor=replace(ALADIN, name=name))

    (row,) = lines(named).to_pylist()

    assert (row["quantity"], row["unit_price"]) == (quantity, price)
    assert (row["factor"], row["exact"], row["debtor"]) == (factor, exact, name)


def test_a_number_that_would_lose_a_digit_is_refused_before_a_byte_is_sent() -> None:
    first = replace(CLAIM.lines[0], exact=Decimal(1).scaleb(-25))

    with pytest.raises(pa.ArrowInvalid):
        next(parquet.lines(rows([replace(CLAIM, lines=(first,))]), "2026-10"))


def test_every_column_tells_what_it_means_in_both_languages(service: BillingService) -> None:
    for told in (lines(CLAIM), usage(service)):
        for field in told.schema:
            assert field.metadata[b"fr"]
            assert field.metadata[b"en"]
        assert told.schema.metadata[b"octroi.period"] == b"2026-10"


def test_usage_comes_with_every_fee_exact_and_an_operator_s_own_alone(
    service: BillingService, city: City
) -> None:
    other = VehicleKey(BOREAL.id, VehicleId("drone-1"))
    city.visits = [visit("a"), visit("b", vehicle=other), visit("c", vehicle=other)]
    city.permits = [permit()]
    service.run(OCTOBER)

    used = usage(service).to_pylist()

    told = service.usage(UsageFilter(window=OCTOBER.window))
    assert len(used) == sum(max(1, len(fees)) for _, fees in told)
    assert sum(row["amount"] or 0 for row in used) == sum(
        Decimal(fee["amount"]) for _, fees in told for fee in fees
    )
    assert {row["operator"] for row in usage(service, BOREAL.id).to_pylist()} == {"boreal"}
    assert export(service, Kind.PARQUET, OCTOBER).name == "octroi-2026-10.parquet"
