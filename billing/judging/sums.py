"""Is every amount its quantity times its price, and is the tax right? By the XML alone.

The official rules leave both unasked: a line of 99.00 for 15.51 passes them all, and so does a tax
that is wrong by less than a whole euro (BR-CO-17). A credit note takes tax back so that invoice and
notes end at nothing: its tax may be a cent beside that of its own lines, but not a whole one.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple

from lxml import etree

from billing.judging.report import Judgement, Syntax, Written

NO_ENTITIES = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
HALF, CENT, PERCENT = Fraction(1, 2), Fraction(1, 100), Fraction(1, 100)
CENTS = 100
CREDIT = "381"
Node = Any  # lxml has no type to name
Rate = tuple[str, Fraction]


class Terms(NamedTuple):
    """Where a syntax has what is multiplied and added."""

    kind: str
    line: str
    quantity: str
    price: str
    base: str
    amount: str
    line_category: str
    line_rate: str
    subtotal: str
    category: str
    rate: str
    taxable: str
    tax: str
    nets: tuple[str, ...]
    taxed: str
    totals: tuple[str, ...]


CII_SUMS = ".//{*}SpecifiedTradeSettlementHeaderMonetarySummation"
CII = Terms(
    kind=".//{*}ExchangedDocument/{*}TypeCode",
    line=".//{*}IncludedSupplyChainTradeLineItem",
    quantity=".//{*}BilledQuantity",
    price=".//{*}NetPriceProductTradePrice/{*}ChargeAmount",
    base=".//{*}NetPriceProductTradePrice/{*}BasisQuantity",
    amount=".//{*}LineTotalAmount",
    line_category=".//{*}ApplicableTradeTax/{*}CategoryCode",
    line_rate=".//{*}ApplicableTradeTax/{*}RateApplicablePercent",
    subtotal=".//{*}ApplicableHeaderTradeSettlement/{*}ApplicableTradeTax",
    category="{*}CategoryCode",
    rate="{*}RateApplicablePercent",
    taxable="{*}BasisAmount",
    tax="{*}CalculatedAmount",
    nets=(f"{CII_SUMS}/{{*}}LineTotalAmount", f"{CII_SUMS}/{{*}}TaxBasisTotalAmount"),
    taxed=f"{CII_SUMS}/{{*}}TaxTotalAmount",
    totals=(f"{CII_SUMS}/{{*}}GrandTotalAmount", f"{CII_SUMS}/{{*}}DuePayableAmount"),
)
UBL_SUMS = "{*}LegalMonetaryTotal"
UBL = Terms(
    kind="{*}InvoiceTypeCode",
    line="{*}InvoiceLine",
    quantity="{*}InvoicedQuantity",
    price="{*}Price/{*}PriceAmount",
    base="{*}Price/{*}BaseQuantity",
    amount="{*}LineExtensionAmount",
    line_category="{*}Item/{*}ClassifiedTaxCategory/{*}ID",
    line_rate="{*}Item/{*}ClassifiedTaxCategory/{*}Percent",
    subtotal="{*}TaxTotal/{*}TaxSubtotal",
    category="{*}TaxCategory/{*}ID",
    rate="{*}TaxCategory/{*}Percent",
    taxable="{*}TaxableAmount",
    tax="{*}TaxAmount",
    nets=(f"{UBL_SUMS}/{{*}}LineExtensionAmount", f"{UBL_SUMS}/{{*}}TaxExclusiveAmount"),
    taxed="{*}TaxTotal/{*}TaxAmount",
    totals=(f"{UBL_SUMS}/{{*}}TaxInclusiveAmount", f"{UBL_SUMS}/{{*}}PayableAmount"),
)
UBL_CREDIT = UBL._replace(
    kind="{*}CreditNoteTypeCode", line="{*}CreditNoteLine", quantity="{*}CreditedQuantity"
)
TERMS = {Syntax.CII: CII, Syntax.UBL_INVOICE: UBL, Syntax.UBL_CREDIT_NOTE: UBL_CREDIT}


def judged(document: Written) -> Judgement:
    """Multiply and add again what a document that its schema accepts says."""
    terms = TERMS[document.syntax]
    root = etree.fromstring(document.xml, NO_ENTITIES)
    lines = root.findall(terms.line)
    objections = [*_wrong_lines(lines, terms), *_wrong_taxes(root, lines, terms)]
    objections += _wrong_totals(root, lines, terms)
    return Judgement(judge="Octroi sums", rules=len(lines), objections=tuple(objections))


def _wrong_lines(lines: list[Node], terms: Terms) -> Iterator[str]:
    for position, line in enumerate(lines, start=1):
        quantity, price, amount = (
            _number(line, path) for path in (terms.quantity, terms.price, terms.amount)
        )
        shared = Fraction(1, _number(line, terms.base) or Fraction(1))
        if _in_cents(quantity * price * shared) != amount * CENTS:
            yield f"line {position}: quantity times price is not its amount"


def _wrong_taxes(root: Node, lines: list[Node], terms: Terms) -> Iterator[str]:
    """Reckon the tax of each rate again: on the sum of its lines, rounded once."""
    nets: dict[Rate, Fraction] = {}
    for line in lines:
        rate = (line.findtext(terms.line_category, ""), _number(line, terms.line_rate))
        nets[rate] = nets.get(rate, Fraction(0)) + _number(line, terms.amount)
    credit = root.findtext(terms.kind) == CREDIT
    for each in root.findall(terms.subtotal):
        category, percent = each.findtext(terms.category, ""), _number(each, terms.rate)
        net, named = nets.pop((category, percent), None), _named(category, percent)
        if net is None or net != _number(each, terms.taxable):
            yield f"{named}: its base is not the sum of its lines"
            continue
        told, exact = _number(each, terms.tax), net * percent * PERCENT
        if abs(told - exact) >= CENT if credit else told * CENTS != _in_cents(exact):
            yield f"{named}: its tax is not its base times the rate"
    for category, percent in nets:
        yield f"{_named(category, percent)}: lines have it, and no subtotal"


def _named(category: str, percent: Fraction) -> str:
    whole, rest = divmod(floor(percent * CENTS), CENTS)
    rate = f"{whole}.{rest:02d}".rstrip("0").rstrip(".")
    return f"VAT {category} {rate} %"


def _wrong_totals(root: Node, lines: list[Node], terms: Terms) -> Iterator[str]:
    net = sum((_number(line, terms.amount) for line in lines), Fraction(0))
    taxes = root.findall(terms.subtotal)
    tax = sum((_number(each, terms.tax) for each in taxes), Fraction(0))
    if any(_number(root, path) != net for path in terms.nets):
        yield "the total without tax is not the sum of the lines"
    if _number(root, terms.taxed) != tax:
        yield "the tax is not the sum of the taxes by rate"
    if any(_number(root, path) != net + tax for path in terms.totals):
        yield "the total is not the sum of the lines and the tax"


def _in_cents(amount: Fraction) -> int:
    """Round to whole cents, half up."""
    return floor(amount * CENTS + HALF)


def _number(node: Node, path: str) -> Fraction:
    return Fraction(node.findtext(path) or 0)
