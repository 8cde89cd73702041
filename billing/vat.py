"""What tax is on a price? Value added tax in the words of EN 16931: a category and its rate."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

NO_TAX = Decimal(0)


class VatCategory(StrEnum):
    """How a price stands to VAT: outside its scope (CGI art. 256 B), or taxed."""

    OUTSIDE = "O"
    STANDARD = "S"


# What French law knows: CGI art. 278; 278 bis and 279; 278-0 bis; 281 quater and following.
LEGAL_RATES = (Decimal(20), Decimal(10), Decimal("5.5"), Decimal("2.1"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Vat:
    """The VAT of a price; outside of it there is no rate, so it is 0."""

    category: VatCategory
    rate_percent: Decimal = NO_TAX

    @property
    def taxed(self) -> bool:
        """Tell whether tax comes on top of the price."""
        return self.category is VatCategory.STANDARD


OUTSIDE_VAT = Vat(category=VatCategory.OUTSIDE)


@dataclass(frozen=True, slots=True, kw_only=True)
class VatSubtotal:
    """What a document says of one rate (BG-23): the sum without tax, and the tax on that sum."""

    vat: Vat
    taxable: Decimal
    tax: Decimal
