"""What does one operator owe for one month? Fees become lines, a number makes them a claim."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from billing.canonical import canonical, digest
from billing.model import (
    BillingPeriod,
    Fee,
    Invoice,
    InvoiceId,
    InvoiceLine,
    InvoiceState,
    Seller,
    Usage,
    UsageId,
)
from billing.money import cents, plain, product, rounded, total
from billing.periods import CITY
from billing.prices import Tariff
from billing.pricing.wording import claimed
from billing.sellers import PARIS
from billing.taxing import subtotals, tax_document, vat_document, with_tax
from billing.uses import Uses
from billing.vat import OUTSIDE_VAT, VatCategory
from permits.parties import Operator
from zones.model import ZoneId

INVOICES = UUID("6f1d3c52-6d3f-5d0e-9a57-0c70a1b0e003")
DAYS_TO_PAY = 30
TOLD_LATER = (
    "iban",
    "bic",
    "siret",
    "creditor",
    "contact_en",
    "court_en",
    "explained_at",
    "vat_id",
)
UNTOLD: Mapping[UsageId, Usage] = {}
NAMELESS: Mapping[ZoneId, str] = {}


class AlreadyIssued(Exception):
    """An invoice that has a number: it is answered by a credit note, never changed."""


class MixedFees(ValueError):
    """Fees that cannot share an invoice: of another operator or currency, taxed and not."""


class UnknownTariff(LookupError):
    """A fee whose tariff version nobody published: it cannot be explained, nor billed."""


class LineKey(NamedTuple):
    """What the fees of one line share."""

    tariff: str
    version: int
    zone: str
    permit: str
    part: str
    unit_price: Decimal
    factor: Decimal


def apart(fees: Iterable[Fee], tariffs: Sequence[Tariff]) -> Iterator[tuple[bool, tuple[Fee, ...]]]:
    """Yield the fees of each document, and whether it is taxed: it shares none with what is not.

    EN 16931, BR-O-11 and -12; several rates may.
    """
    vats = {(tariff.id, tariff.version): tariff.vat for tariff in tariffs}
    groups: dict[bool, list[Fee]] = {False: [], True: []}
    for fee in fees:
        groups[vats.get((fee.tariff, fee.tariff_version), OUTSIDE_VAT).taxed].append(fee)
    return ((taxed, tuple(group)) for taxed, group in groups.items() if group)


def draft(  # noqa: PLR0913 - all that a draft says, by name
    fees: Iterable[Fee],
    operator: Operator,
    period: BillingPeriod,
    tariffs: Iterable[Tariff],
    *,
    seller: Seller = PARIS,
    zone_names: Mapping[ZoneId, str] = NAMELESS,
    supplements: tuple[str, ...] = (),
    uses: Mapping[UsageId, Usage] = UNTOLD,
) -> Invoice:
    """Gather fees into lines; those that are free are not claimed, so not on the invoice.

    Lines tell of the `uses` of their fees: vehicles, versions of the zone, from when to when.
    `supplements` are the numbers of what was issued to the operator for the period before.
    """
    due = sorted({fee for fee in fees if fee.amount}, key=lambda fee: (_key(fee), str(fee.id)))
    published = {(tariff.id, tariff.version): tariff for tariff in tariffs}
    currency = _common(due, operator)
    lines = tuple(
        _line(number, tuple(group), published, zone_names, uses)
        for number, (_, group) in enumerate(groupby(due, key=_key), start=1)
    )
    if len({line.vat.category for line in lines}) > 1:
        msg = f"fees with VAT and fees outside of it are no one invoice to {operator.id}"
        raise MixedFees(msg)
    taxes = subtotals(lines)
    if not taxes:
        # BR-O-02: what is outside of VAT names no VAT id.
        seller = replace(seller, vat_id="")
    # The id follows the content: what an officer has seen cannot change under its id.
    content: list[object] = [operator.id, period.label, [str(fee.id) for fee in due]]
    if not seller.demonstration:
        content.append(_seller_document(seller))
    return Invoice(
        id=InvoiceId(uuid5(INVOICES, canonical(content).decode())),
        debtor=operator,
        seller=seller,
        period=period,
        lines=lines,
        total=with_tax(total(line.amount for line in lines), taxes),
        currency=currency,
        supplements=supplements,
        taxes=taxes,
    )


def issue(invoice: Invoice, number: str, previous_hash: str, at: datetime) -> Invoice:
    """Give a draft its number, its dates, and its place in the chain."""
    if invoice.number is not None:
        msg = f"invoice {invoice.number} was issued already; only a credit note corrects it"
        raise AlreadyIssued(msg)
    issued = replace(
        invoice,
        number=number,
        issued_at=at,
        due_on=(at.astimezone(CITY) + timedelta(days=DAYS_TO_PAY)).date(),
        previous_hash=previous_hash,
        state=InvoiceState.ISSUED,
    )
    return replace(issued, hash=seal(issued))


def seal(invoice: Invoice) -> str:
    """Return the hash of all that an invoice says, including the hash before it."""
    return digest(document(invoice))


def number_of(series: str, year: int, ordinal: int) -> str:
    """Write an invoice number: series, year of issue, place in the year."""
    return f"{series}-{year:04d}-{ordinal:06d}"


def document(invoice: Invoice) -> dict[str, Any]:
    """Write all that is hashed: the invoice without its own hash."""
    return {
        "id": str(invoice.id),
        "number": invoice.number,
        "issued_at": invoice.issued_at,
        "due_on": invoice.due_on,
        "period": invoice.period.label,
        "seller": _seller_document(invoice.seller),
        "debtor": {
            "id": invoice.debtor.id,
            "name": invoice.debtor.name,
            "siren": invoice.debtor.siren,
            "size": invoice.debtor.size,
            "address": invoice.debtor.address,
        },
        "lines": [_line_document(line) for line in invoice.lines],
        "vat_category": VatCategory.STANDARD if invoice.taxes else VatCategory.OUTSIDE,
        "currency": invoice.currency,
        **tax_document(invoice.net, invoice.taxes),
        "total": cents(invoice.total),
        # What was sealed before a supplement was told stays as it was sealed.
        **({"supplements": list(invoice.supplements)} if invoice.supplements else {}),
        "previous_hash": invoice.previous_hash,
    }


def _seller_document(seller: Seller) -> dict[str, Any]:
    """Write who claims; what was sealed before a field was told stays as it was sealed."""
    said = asdict(seller)
    later = {name: said[name] for name in TOLD_LATER if said[name]}
    return {name: said[name] for name in said if name not in TOLD_LATER} | later


def _line_document(line: InvoiceLine) -> dict[str, Any]:
    return {
        "number": line.number,
        "tariff": line.tariff,
        "tariff_version": line.tariff_version,
        "act": line.act,
        "text": dict(line.text),
        "layer": line.layer,
        "zone": line.zone,
        "zone_name": line.zone_name,
        "permit": line.permit,
        "quantity": plain(line.quantity),
        "unit": line.unit,
        "unit_price": plain(line.unit_price),
        "factor": plain(line.factor),
        "exact": plain(line.exact),
        "amount": cents(line.amount),
        "fees": [str(fee) for fee in line.fees],
        # What was sealed before uses were told stays as it was sealed.
        **(asdict(line.uses) if line.uses else {}),
        **({"vat": vat_document(line.vat)} if line.vat.taxed else {}),
    }


def _key(fee: Fee) -> LineKey:
    return LineKey(
        tariff=fee.tariff,
        version=fee.tariff_version,
        zone=fee.zone or "",
        permit=str(fee.permit or ""),
        part=fee.part,
        unit_price=fee.unit_price,
        factor=fee.factor,
    )


def _common(fees: Iterable[Fee], operator: Operator) -> str:
    strangers = {fee.operator for fee in fees} - {operator.id}
    if strangers:
        msg = f"fees of {', '.join(sorted(strangers))} on an invoice to {operator.id}"
        raise MixedFees(msg)
    currencies = sorted({fee.currency for fee in fees})
    if len(currencies) > 1:
        msg = f"an invoice has one currency, not {', '.join(currencies)}"
        raise MixedFees(msg)
    return currencies[0] if currencies else "EUR"


def _line(
    number: int,
    fees: tuple[Fee, ...],
    published: Mapping[tuple[str, int], Tariff],
    zone_names: Mapping[ZoneId, str],
    uses: Mapping[UsageId, Usage],
) -> InvoiceLine:
    first = fees[0]
    tariff = published.get((first.tariff, first.tariff_version))
    if tariff is None:
        msg = f"tariff {first.tariff} version {first.tariff_version} was never published"
        raise UnknownTariff(msg)
    used = [uses[fee.usage] for fee in fees if fee.usage in uses]
    quantity = total(fee.quantity for fee in fees)
    exact = product(quantity, first.unit_price, first.factor)
    return InvoiceLine(
        number=number,
        tariff=tariff.id,
        tariff_version=tariff.version,
        act=tariff.act,
        text=claimed(tariff, fees, used),
        layer=first.layer,
        zone=first.zone,
        zone_name=zone_names.get(first.zone, first.zone) if first.zone else "",
        permit=first.permit,
        quantity=quantity,
        unit=first.unit,
        unit_price=first.unit_price,
        factor=first.factor,
        exact=exact,
        amount=rounded(exact),
        fees=tuple(fee.id for fee in fees),
        uses=_summed(used),
        vat=tariff.vat,
    )


def _summed(used: Sequence[Usage]) -> Uses | None:
    """Tell what some uses are in sum; of none nothing is told."""
    if not used:
        return None
    versions = {each.zone_version for each in used}
    return Uses(
        zone_versions=tuple(sorted(version for version in versions if version is not None)),
        first_at=min(each.at for each in used),
        last_at=max(each.ended_at for each in used),
        vehicles=tuple(sorted({each.vehicle for each in used if each.vehicle})),
    )
