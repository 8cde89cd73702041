"""The nouns of proof: a line of an issued invoice, walked back to what it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass

from billing.model import Fee, Invoice, InvoiceLine, Usage
from billing.prices import Tariff
from permits.model import Permit
from telemetry.kept.evidence import VisitEvidence


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedFee:
    """One fee behind a line, with all that it rests on; `formula` says it, by language."""

    fee: Fee
    usage: Usage
    tariff: Tariff
    formula: Mapping[str, str]
    permit: Permit | None
    evidence: VisitEvidence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A line of an issued invoice, walked back; `fees` are the first of `line.fees`."""

    invoice: Invoice
    line: InvoiceLine
    formula: Mapping[str, str]
    fees: tuple[ExplainedFee, ...]
