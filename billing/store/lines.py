"""How does a line of an invoice become a row, and a row a line? And the tax of a document?"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from psycopg.types.json import Jsonb

from billing.model import InvoiceLine
from billing.taxing import vat_document
from billing.uses import Uses
from billing.vat import Vat, VatCategory, VatSubtotal
from zones.model import Layer

APART = frozenset({"uses", "vat"})
OWN = tuple(name for name in InvoiceLine.__dataclass_fields__ if name not in APART)


def line_values(line: InvoiceLine) -> dict[str, Any]:
    """Return what is written of a line."""
    uses = line.uses
    return {name: getattr(line, name) for name in OWN} | {
        "text": Jsonb(dict(line.text)),
        "zone_versions": list(uses.zone_versions) if uses else [],
        "vehicles": list(uses.vehicles) if uses else [],
        "first_at": uses and uses.first_at,
        "last_at": uses and uses.last_at,
        "vat_category": line.vat.category,
        "vat_rate_percent": line.vat.rate_percent,
    }


def line_from_row(row: Mapping[str, Any]) -> InvoiceLine:
    """Return the line that was written; before uses were told it has none."""
    uses = row["first_at"] and Uses(
        zone_versions=tuple(row["zone_versions"]),
        vehicles=tuple(row["vehicles"]),
        first_at=row["first_at"],
        last_at=row["last_at"],
    )
    vat = vat_from(row["vat_category"], row["vat_rate_percent"])
    given = {"layer": Layer(row["layer"]), "fees": tuple(row["fees"]), "uses": uses, "vat": vat}
    return InvoiceLine(**{name: row[name] for name in OWN} | given)


def tax_values(taxes: Iterable[VatSubtotal]) -> Jsonb:
    """Return what is written of a document's tax."""
    return Jsonb(
        [
            {**vat_document(each.vat), "taxable": str(each.taxable), "tax": str(each.tax)}
            for each in taxes
        ]
    )


def taxes_from(told: Iterable[Mapping[str, str]]) -> tuple[VatSubtotal, ...]:
    """Return a document's tax as it was written."""
    return tuple(
        VatSubtotal(
            vat=vat_from(each["category"], Decimal(each["rate_percent"])),
            taxable=Decimal(each["taxable"]),
            tax=Decimal(each["tax"]),
        )
        for each in told
    )


def vat_from(category: str, rate_percent: Decimal) -> Vat:
    """Return the VAT of a line that was written."""
    return Vat(category=VatCategory(category), rate_percent=rate_percent)
