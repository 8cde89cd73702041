"""Is every amount its quantity times its price, and the total their sum? By the XML alone.

The official rules leave that product unasked: a line of 99.00 for 15.51 passes them all.
"""

from fractions import Fraction
from math import floor
from typing import NamedTuple

from lxml import etree

from billing.judging.report import Judgement, Syntax, Written

NO_ENTITIES = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
HALF = Fraction(1, 2)
CENTS = 100


class Terms(NamedTuple):
    """Where a syntax has what is multiplied and added."""

    line: str
    quantity: str
    price: str
    base: str
    amount: str
    total: str


CII = Terms(
    line=".//{*}IncludedSupplyChainTradeLineItem",
    quantity=".//{*}BilledQuantity",
    price=".//{*}NetPriceProductTradePrice/{*}ChargeAmount",
    base=".//{*}NetPriceProductTradePrice/{*}BasisQuantity",
    amount=".//{*}LineTotalAmount",
    total=".//{*}SpecifiedTradeSettlementHeaderMonetarySummation/{*}DuePayableAmount",
)
UBL = Terms(
    line="{*}InvoiceLine",
    quantity="{*}InvoicedQuantity",
    price="{*}Price/{*}PriceAmount",
    base="{*}Price/{*}BaseQuantity",
    amount="{*}LineExtensionAmount",
    total="{*}LegalMonetaryTotal/{*}PayableAmount",
)
TERMS = {
    Syntax.CII: CII,
    Syntax.UBL_INVOICE: UBL,
    Syntax.UBL_CREDIT_NOTE: UBL._replace(line="{*}CreditNoteLine", quantity="{*}CreditedQuantity"),
}


def judged(document: Written) -> Judgement:
    """Multiply and add again what a document that its schema accepts says."""
    terms = TERMS[document.syntax]
    root = etree.fromstring(document.xml, NO_ENTITIES)
    lines = root.findall(terms.line)
    objections, claimed = [], Fraction(0)
    for position, line in enumerate(lines, start=1):
        quantity, price, amount = (
            Fraction(line.findtext(path) or 0)
            for path in (terms.quantity, terms.price, terms.amount)
        )
        shared = Fraction(1, Fraction(line.findtext(terms.base) or 1))
        if floor(quantity * price * shared * CENTS + HALF) != amount * CENTS:
            objections.append(f"line {position}: quantity times price is not its amount")
        claimed += amount
    if claimed != Fraction(root.findtext(terms.total) or 0):
        objections.append("the total is not the sum of the lines")
    return Judgement(judge="Octroi sums", rules=len(lines), objections=tuple(objections))
