"""An electronic invoice or credit note in UBL 2.1."""

from billing.export.claim import (
    ADDRESS,
    CREDIT,
    EXEMPTION,
    EXEMPTION_CODE,
    PROCESS,
    RULEBOOK,
    SIREN,
    TRANSFER,
    Claim,
    ClaimLine,
    place,
)
from billing.export.elements import Node, Writer, written
from billing.model import Seller
from billing.money import ONE, cents, plain, total
from billing.vat import Vat, VatSubtotal
from permits.parties import Operator

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
XML = Writer({"cac": f"{UBL}CommonAggregateComponents-2", "cbc": f"{UBL}CommonBasicComponents-2"})


def write(claim: Claim) -> bytes:
    """Write a claim as the UBL document of its kind."""
    credit = claim.kind == CREDIT
    name = "CreditNote" if credit else "Invoice"
    root = XML.root(name, f"{UBL}{name}-2")
    XML.add(root, "cbc:CustomizationID", RULEBOOK)
    XML.add(root, "cbc:ProfileID", PROCESS)
    XML.add(root, "cbc:ID", claim.number)
    XML.add(root, "cbc:IssueDate", claim.issued_on.isoformat())
    if claim.due_on:
        XML.add(root, "cbc:DueDate", claim.due_on.isoformat())
    XML.add(root, f"cbc:{name}TypeCode", claim.kind)
    for code, text in claim.notes:
        XML.add(root, "cbc:Note", f"#{code}#{text}")
    XML.add(root, "cbc:DocumentCurrencyCode", claim.currency)
    period = XML.add(root, "cac:InvoicePeriod")
    XML.add(period, "cbc:StartDate", claim.starts_on.isoformat())
    XML.add(period, "cbc:EndDate", claim.ends_on.isoformat())
    _preceding(root, claim)
    _party(root, "cac:AccountingSupplierParty", claim.seller, claim.seller_vat_id)
    _party(root, "cac:AccountingCustomerParty", claim.buyer, claim.buyer_vat_id)
    _means(root, claim)
    _sums(root, claim)
    for line in claim.lines:
        _line(root, line, "Credit" if credit else "Invoice", claim.currency)
    return written(root)


def _preceding(root: Node, claim: Claim) -> None:
    for number, day in claim.preceding:
        before = XML.add(XML.add(root, "cac:BillingReference"), "cac:InvoiceDocumentReference")
        XML.add(before, "cbc:ID", number)
        if day is not None:
            XML.add(before, "cbc:IssueDate", day.isoformat())


def _party(root: Node, role: str, who: Seller | Operator, vat_id: str) -> None:
    party = XML.add(XML.add(root, role), "cac:Party")
    XML.add(party, "cbc:EndpointID", who.siren, schemeID=ADDRESS)
    where = place(who.address)
    address = XML.add(party, "cac:PostalAddress")
    for name, value in (
        ("cbc:StreetName", where.street),
        ("cbc:CityName", where.city),
        ("cbc:PostalZone", where.postcode),
    ):
        if value:
            XML.add(address, name, value)
    XML.add(XML.add(address, "cac:Country"), "cbc:IdentificationCode", "FR")
    if vat_id:
        registration = XML.add(party, "cac:PartyTaxScheme")
        XML.add(registration, "cbc:CompanyID", vat_id)
        _scheme(registration)
    entity = XML.add(party, "cac:PartyLegalEntity")
    XML.add(entity, "cbc:RegistrationName", who.name)
    XML.add(entity, "cbc:CompanyID", who.siren, schemeID=SIREN)


def _means(root: Node, claim: Claim) -> None:
    if not claim.seller.paid_by_transfer:
        return
    means = XML.add(root, "cac:PaymentMeans")
    XML.add(means, "cbc:PaymentMeansCode", TRANSFER)
    XML.add(means, "cbc:PaymentID", claim.number)
    account = XML.add(means, "cac:PayeeFinancialAccount")
    XML.add(account, "cbc:ID", claim.seller.iban)
    if claim.seller.bic:
        branch = XML.add(account, "cac:FinancialInstitutionBranch")
        XML.add(branch, "cbc:ID", claim.seller.bic)


def _sums(root: Node, claim: Claim) -> None:
    currency = claim.currency
    tax = XML.add(root, "cac:TaxTotal")
    taxed = cents(total(each.tax for each in claim.taxes))
    XML.add(tax, "cbc:TaxAmount", taxed, currencyID=currency)
    for each in claim.taxes:
        _subtotal(tax, each, currency)
    sums = XML.add(root, "cac:LegalMonetaryTotal")
    for name, amount in (
        ("LineExtension", claim.net),
        ("TaxExclusive", claim.net),
        ("TaxInclusive", claim.total),
        ("Payable", claim.total),
    ):
        XML.add(sums, f"cbc:{name}Amount", cents(amount), currencyID=currency)


def _subtotal(tax: Node, told: VatSubtotal, currency: str) -> None:
    subtotal = XML.add(tax, "cac:TaxSubtotal")
    XML.add(subtotal, "cbc:TaxableAmount", cents(told.taxable), currencyID=currency)
    XML.add(subtotal, "cbc:TaxAmount", cents(told.tax), currencyID=currency)
    category = _category(subtotal, "cac:TaxCategory", told.vat)
    if not told.vat.taxed:
        XML.add(category, "cbc:TaxExemptionReasonCode", EXEMPTION_CODE)
        XML.add(category, "cbc:TaxExemptionReason", EXEMPTION)
    _scheme(category)


def _category(parent: Node, name: str, vat: Vat) -> Node:
    """Write a category with its rate, where there is one (BR-O-05 allows none outside of VAT)."""
    category = XML.add(parent, name)
    XML.add(category, "cbc:ID", vat.category)
    if vat.taxed:
        XML.add(category, "cbc:Percent", plain(vat.rate_percent))
    return category


def _scheme(parent: Node) -> None:
    XML.add(XML.add(parent, "cac:TaxScheme"), "cbc:ID", "VAT")


def _line(root: Node, line: ClaimLine, kind: str, currency: str) -> None:
    credit = kind == "Credit"
    node = XML.add(root, "cac:CreditNoteLine" if credit else "cac:InvoiceLine")
    XML.add(node, "cbc:ID", str(line.number))
    quantity = "cbc:CreditedQuantity" if credit else "cbc:InvoicedQuantity"
    XML.add(node, quantity, plain(line.quantity), unitCode=line.unit)
    XML.add(node, "cbc:LineExtensionAmount", cents(line.amount), currencyID=currency)
    item = XML.add(node, "cac:Item")
    XML.add(item, "cbc:Description", line.note)
    XML.add(item, "cbc:Name", line.name)
    _scheme(_category(item, "cac:ClassifiedTaxCategory", line.vat))
    price = XML.add(node, "cac:Price")
    XML.add(price, "cbc:PriceAmount", plain(line.price), currencyID=currency)
    if line.base != ONE:
        XML.add(price, "cbc:BaseQuantity", plain(line.base), unitCode=line.unit)
