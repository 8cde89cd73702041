"""Invoice lines as CSV (RFC 4180), a row a line, as the accounting system takes them."""

import csv
import io
from collections.abc import Iterable, Iterator

from billing.canonical import instant
from billing.invoices import VAT_CATEGORY
from billing.model import Invoice, InvoiceLine
from billing.money import cents, plain

COLUMNS = (
    "number",
    "issued_at",
    "due_on",
    "period",
    "operator",
    "debtor",
    "siren",
    "line",
    "tariff",
    "tariff_version",
    "act",
    "text_fr",
    "text_en",
    "layer",
    "zone",
    "zone_name",
    "zone_versions",
    "permit",
    "vehicles",
    "first_at",
    "last_at",
    "quantity",
    "unit",
    "unit_price",
    "factor",
    "exact",
    "amount",
    "currency",
    "vat_category",
    "invoice_id",
    "invoice_hash",
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write(invoices: Iterable[Invoice]) -> Iterator[str]:
    """Write the lines of invoices, a piece of text at a time."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for invoice in invoices:
        for line in invoice.lines:
            writer.writerow(_row(invoice, line))
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def rows(invoices: Iterable[Invoice]) -> Iterator[list[str]]:
    """Return the rows of the lines of invoices, as they are written."""
    for invoice in invoices:
        for line in invoice.lines:
            yield _row(invoice, line)


def harmless(text: str) -> str:
    """Return the text as a spreadsheet shows it: one that reads as a formula gets a quote."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def _row(invoice: Invoice, line: InvoiceLine) -> list[str]:
    claim = [
        invoice.number or "",
        instant(invoice.issued_at) if invoice.issued_at else "",
        invoice.due_on.isoformat() if invoice.due_on else "",
        invoice.period.label,
        harmless(invoice.operator),
        harmless(invoice.debtor.name),
        harmless(invoice.debtor.siren),
    ]
    ground = [
        str(line.number),
        harmless(line.tariff),
        str(line.tariff_version),
        *(harmless(text) for text in (line.act, line.text["fr"], line.text["en"])),
        line.layer.value,
        harmless(line.zone or ""),
        harmless(line.zone_name),
    ]
    reckoning = [
        plain(line.quantity),
        line.unit,
        *(plain(number) for number in (line.unit_price, line.factor, line.exact)),
        cents(line.amount),
        invoice.currency,
        VAT_CATEGORY,
        str(invoice.id),
        invoice.hash,
    ]
    return [*claim, *ground, *_uses(line), *reckoning]


def _uses(line: InvoiceLine) -> list[str]:
    permit, uses = str(line.permit or ""), line.uses
    if uses is None:
        return ["", permit, "", "", ""]
    versions, vehicles = " ".join(map(str, uses.zone_versions)), " ".join(uses.vehicles)
    return [versions, permit, harmless(vehicles), instant(uses.first_at), instant(uses.last_at)]
