"""What is exported? The claims of a month of use, what corrected them, and the month's entries."""

from dataclasses import dataclass

from billing.ledger import Posting
from billing.model import BillingPeriod, CreditNote, Invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Issued invoices of a month of use, credit notes on them, and what was entered in it."""

    period: BillingPeriod
    invoices: tuple[Invoice, ...]
    notes: tuple[CreditNote, ...]
    postings: tuple[Posting, ...]
