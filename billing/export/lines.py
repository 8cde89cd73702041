"""What does a table tell of a line of an invoice? One row of values, in the order of the columns.

Rows come from invoices at hand, or straight from where invoices are kept; both are the same.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from billing.export.dictionary import LINES
from billing.model import Invoice, InvoiceLine
from billing.money import total
from billing.vat import Vat

COLUMNS = tuple(LINES)
Row = tuple[Any, ...]


def rows(invoices: Iterable[Invoice]) -> Iterator[Row]:
    """Return the rows of the lines of invoices; what is not known is None."""
    for invoice in invoices:
        claim = (
            invoice.number,
            invoice.issued_at,
            invoice.due_on,
            invoice.period.label,
            invoice.operator,
            invoice.debtor.name,
            invoice.debtor.siren,
        )
        tax = total(each.tax for each in invoice.taxes)
        claimed = (invoice.net, tax, invoice.total, str(invoice.id), invoice.hash)
        for line in invoice.lines:
            ground = (*_ground(line), *_uses(line), *_reckoning(line))
            yield (*claim, *ground, invoice.currency, *_vat(line.vat), *claimed)


def _ground(line: InvoiceLine) -> Row:
    return (
        line.number,
        line.tariff,
        line.tariff_version,
        line.act,
        line.text["fr"],
        line.text["en"],
        line.layer.value,
        line.zone,
        line.zone_name,
    )


def _uses(line: InvoiceLine) -> Row:
    permit, uses = str(line.permit) if line.permit else None, line.uses
    if uses is None:
        return (None, permit, None, None, None)
    versions = " ".join(map(str, uses.zone_versions)) or None
    return (versions, permit, " ".join(uses.vehicles), uses.first_at, uses.last_at)


def _vat(vat: Vat) -> Row:
    return (vat.category.value, vat.rate_percent if vat.taxed else None)


def _reckoning(line: InvoiceLine) -> Row:
    return (line.quantity, line.unit, line.unit_price, line.factor, line.exact, line.amount)
