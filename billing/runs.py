"""The nouns of what a billing run did, and of the credits it proposes."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from billing.model import BillingPeriod, CreditLine, Invoice, UsageId


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditDraft:
    """A credit that corrections of usage call for; its id follows its content.

    `total` is with the tax that the credit note would take back now.
    """

    id: UUID
    number: str
    lines: tuple[CreditLine, ...]
    total: Decimal
    reason: str
    usages: tuple[UsageId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one billing run did: counts, and the keys of usage that contradict what was known.

    `unattributed` visits belong to nobody registered, `unpriced` usage met no tariff. `credits` are
    what corrections of invoiced usage call for, of any period. `open_visits` of the period are not
    over yet: they will be metered when they are.
    """

    period: BillingPeriod
    usages_new: int
    usages_known: int
    fees_new: int
    unpriced: int
    unattributed: int
    conflicts: tuple[str, ...]
    drafts: tuple[Invoice, ...]
    credits: tuple[CreditDraft, ...] = ()
    open_visits: int = 0
