"""An electronic invoice in UN/CEFACT Cross Industry Invoice: what a Factur-X carries."""

from datetime import date

from billing.export.claim import (
    ADDRESS,
    EXEMPTION,
    EXEMPTION_CODE,
    PROCESS,
    RULEBOOK,
    SIREN,
    TRANSFER,
    VAT_ID,
    Claim,
    ClaimLine,
    place,
)
from billing.export.elements import Node, Writer, written
from billing.model import Seller
from billing.money import ONE, cents, plain, total
from billing.vat import Vat, VatSubtotal
from permits.parties import Operator

CEFACT = "urn:un:unece:uncefact:data:standard:"
XML = Writer(
    {
        "rsm": f"{CEFACT}CrossIndustryInvoice:100",
        "ram": f"{CEFACT}ReusableAggregateBusinessInformationEntity:100",
        "udt": f"{CEFACT}UnqualifiedDataType:100",
        "qdt": f"{CEFACT}QualifiedDataType:100",
    }
)


def write(claim: Claim) -> bytes:
    """Write a claim as CII."""
    root = XML.root("rsm:CrossIndustryInvoice")
    context = XML.add(root, "rsm:ExchangedDocumentContext")
    process = XML.add(context, "ram:BusinessProcessSpecifiedDocumentContextParameter")
    XML.add(process, "ram:ID", PROCESS)
    guideline = XML.add(context, "ram:GuidelineSpecifiedDocumentContextParameter")
    XML.add(guideline, "ram:ID", RULEBOOK)
    document = XML.add(root, "rsm:ExchangedDocument")
    XML.add(document, "ram:ID", claim.number)
    XML.add(document, "ram:TypeCode", claim.kind)
    _date(document, "ram:IssueDateTime", claim.issued_on)
    for code, text in claim.notes:
        note = XML.add(document, "ram:IncludedNote")
        XML.add(note, "ram:Content", text)
        XML.add(note, "ram:SubjectCode", code)
    transaction = XML.add(root, "rsm:SupplyChainTradeTransaction")
    for line in claim.lines:
        _line(transaction, line)
    _agreement(transaction, claim)
    XML.add(transaction, "ram:ApplicableHeaderTradeDelivery")
    _settlement(transaction, claim)
    return written(root)


def _line(transaction: Node, line: ClaimLine) -> None:
    item = XML.add(transaction, "ram:IncludedSupplyChainTradeLineItem")
    XML.add(XML.add(item, "ram:AssociatedDocumentLineDocument"), "ram:LineID", str(line.number))
    product = XML.add(item, "ram:SpecifiedTradeProduct")
    XML.add(product, "ram:Name", line.name)
    XML.add(product, "ram:Description", line.note)
    price = XML.add(
        XML.add(item, "ram:SpecifiedLineTradeAgreement"), "ram:NetPriceProductTradePrice"
    )
    XML.add(price, "ram:ChargeAmount", plain(line.price))
    if line.base != ONE:
        XML.add(price, "ram:BasisQuantity", plain(line.base), unitCode=line.unit)
    delivery = XML.add(item, "ram:SpecifiedLineTradeDelivery")
    XML.add(delivery, "ram:BilledQuantity", plain(line.quantity), unitCode=line.unit)
    settlement = XML.add(item, "ram:SpecifiedLineTradeSettlement")
    tax = XML.add(settlement, "ram:ApplicableTradeTax")
    XML.add(tax, "ram:TypeCode", "VAT")
    XML.add(tax, "ram:CategoryCode", line.vat.category)
    _rate(tax, line.vat)
    sums = XML.add(settlement, "ram:SpecifiedTradeSettlementLineMonetarySummation")
    XML.add(sums, "ram:LineTotalAmount", cents(line.amount))


def _agreement(transaction: Node, claim: Claim) -> None:
    agreement = XML.add(transaction, "ram:ApplicableHeaderTradeAgreement")
    _party(agreement, "ram:SellerTradeParty", claim.seller, claim.seller_vat_id)
    _party(agreement, "ram:BuyerTradeParty", claim.buyer, claim.buyer_vat_id)


def _party(agreement: Node, role: str, party: Seller | Operator, vat_id: str) -> None:
    node = XML.add(agreement, role)
    XML.add(node, "ram:Name", party.name)
    organization = XML.add(node, "ram:SpecifiedLegalOrganization")
    XML.add(organization, "ram:ID", party.siren, schemeID=SIREN)
    where = place(party.address)
    address = XML.add(node, "ram:PostalTradeAddress")
    for name, value in (
        ("ram:PostcodeCode", where.postcode),
        ("ram:LineOne", where.street),
        ("ram:CityName", where.city),
        ("ram:CountryID", "FR"),
    ):
        if value:
            XML.add(address, name, value)
    electronic = XML.add(node, "ram:URIUniversalCommunication")
    XML.add(electronic, "ram:URIID", party.siren, schemeID=ADDRESS)
    if vat_id:
        registration = XML.add(node, "ram:SpecifiedTaxRegistration")
        XML.add(registration, "ram:ID", vat_id, schemeID=VAT_ID)


def _settlement(transaction: Node, claim: Claim) -> None:
    settlement = XML.add(transaction, "ram:ApplicableHeaderTradeSettlement")
    XML.add(settlement, "ram:PaymentReference", claim.number)
    XML.add(settlement, "ram:InvoiceCurrencyCode", claim.currency)
    if claim.seller.paid_by_transfer:
        means = XML.add(settlement, "ram:SpecifiedTradeSettlementPaymentMeans")
        XML.add(means, "ram:TypeCode", TRANSFER)
        account = XML.add(means, "ram:PayeePartyCreditorFinancialAccount")
        XML.add(account, "ram:IBANID", claim.seller.iban)
        if claim.seller.bic:
            bank = XML.add(means, "ram:PayeeSpecifiedCreditorFinancialInstitution")
            XML.add(bank, "ram:BICID", claim.seller.bic)
    for each in claim.taxes:
        _tax(settlement, each)
    period = XML.add(settlement, "ram:BillingSpecifiedPeriod")
    _date(period, "ram:StartDateTime", claim.starts_on)
    _date(period, "ram:EndDateTime", claim.ends_on)
    if claim.due_on:
        terms = XML.add(settlement, "ram:SpecifiedTradePaymentTerms")
        _date(terms, "ram:DueDateDateTime", claim.due_on)
    _sums(settlement, claim)
    for number, day in claim.preceding:
        before = XML.add(settlement, "ram:InvoiceReferencedDocument")
        XML.add(before, "ram:IssuerAssignedID", number)
        if day is not None:
            _date(before, "ram:FormattedIssueDateTime", day, kind="qdt")


def _tax(settlement: Node, subtotal: VatSubtotal) -> None:
    vat = subtotal.vat
    tax = XML.add(settlement, "ram:ApplicableTradeTax")
    XML.add(tax, "ram:CalculatedAmount", cents(subtotal.tax))
    XML.add(tax, "ram:TypeCode", "VAT")
    if not vat.taxed:
        XML.add(tax, "ram:ExemptionReason", EXEMPTION)
    XML.add(tax, "ram:BasisAmount", cents(subtotal.taxable))
    XML.add(tax, "ram:CategoryCode", vat.category)
    if not vat.taxed:
        XML.add(tax, "ram:ExemptionReasonCode", EXEMPTION_CODE)
    _rate(tax, vat)


def _rate(tax: Node, vat: Vat) -> None:
    """Write a rate in percent, where there is one (BR-O-05 allows none outside of VAT)."""
    if vat.taxed:
        XML.add(tax, "ram:RateApplicablePercent", plain(vat.rate_percent))


def _sums(settlement: Node, claim: Claim) -> None:
    sums = XML.add(settlement, "ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    tax = cents(total(each.tax for each in claim.taxes))
    XML.add(sums, "ram:LineTotalAmount", cents(claim.net))
    XML.add(sums, "ram:TaxBasisTotalAmount", cents(claim.net))
    XML.add(sums, "ram:TaxTotalAmount", tax, currencyID=claim.currency)
    XML.add(sums, "ram:GrandTotalAmount", cents(claim.total))
    XML.add(sums, "ram:DuePayableAmount", cents(claim.total))


def _date(parent: Node, name: str, day: date, kind: str = "udt") -> None:
    XML.add(XML.add(parent, name), f"{kind}:DateTimeString", f"{day:%Y%m%d}", format="102")
