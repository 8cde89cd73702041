"""Which slips of titles do claims and credit notes make? One a day of issue, and of each kind.

A slip (bordereau) is numbered without a gap within its kind and budget year: the n-th day of the
year on which something of the kind was issued has number n, so a month told twice is the same. A
title (titre) has the number of its invoice; its lines are its imputations, each by rate where there
is tax. A credit note lowers lines of a title of the same year; of a year that is closed it is an
expense, and no title.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from billing.export.pes.codes import Codes, Imputation
from billing.export.pes.debtors import Debtor, UnwritableDebtor, debtor, shortened
from billing.export.pes.sharing import shares
from billing.export.words import MONTHS
from billing.model import CreditNote, Invoice
from billing.money import NOTHING, cents, total
from billing.periods import CITY
from billing.vat import Vat, VatSubtotal

# TypBord, TypPce, NatPce: an ordinary title of running revenue; one that lowers such a title.
ORDINARY, LOWERING = ("01", "01", "01"), ("02", "02", "06")
EURO = "EUR"
Place = tuple[Imputation, Vat]


class NoTitle(Exception):
    """A document that no title can be made of; the message says which, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Which line of which title is lowered."""

    exercise: int
    title: int
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleLine:
    """An amount without tax under one imputation and VAT, and the tax that goes with it."""

    number: int
    imputation: Imputation
    amount: Decimal
    vat: Vat
    tax: Decimal
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """What the accountant takes charge of: one debtor, lines, and the document that shows it."""

    number: int
    document: str
    told: str
    debtor: Debtor
    lines: tuple[TitleLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """Titles of one kind that were issued on one day."""

    kind: tuple[str, str, str]
    exercise: int
    number: int
    day: date
    titles: tuple[Title, ...]

    @property
    def amount(self) -> Decimal:
        """Return the sum of its titles, without tax."""
        return total(line.amount for title in self.titles for line in title.lines)

    @property
    def tax(self) -> Decimal:
        """Return the tax of its titles."""
        return total(line.tax for title in self.titles for line in title.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The days on which invoices, and on which credit notes, were issued, of all years told."""

    invoices: tuple[date, ...]
    notes: tuple[date, ...]


def slips(
    invoices: Iterable[Invoice], notes: Iterable[CreditNote], codes: Codes, days: Days
) -> tuple[Slip, ...]:
    """Make the slips of what was issued in some days: claims, then credit notes, by day."""
    claimed = [(_day(each.issued_at), _title(each, codes)) for each in invoices]
    lowered = [(_day(each.issued_at), _lowering(each, codes)) for each in notes]
    return (*_by_day(ORDINARY, claimed, days.invoices), *_by_day(LOWERING, lowered, days.notes))


def _by_day(
    kind: tuple[str, str, str], titles: Iterable[tuple[date, Title]], days: Iterable[date]
) -> Iterable[Slip]:
    numbers = _numbers(days)
    for day, group in groupby(titles, key=lambda each: each[0]):
        told = tuple(title for _, title in group)
        yield Slip(kind=kind, exercise=day.year, number=numbers[day], day=day, titles=told)


def _numbers(days: Iterable[date]) -> Mapping[date, int]:
    """Number the days of each year."""
    return {
        day: number
        for _, year in groupby(sorted(set(days)), key=lambda each: each.year)
        for number, day in enumerate(year, start=1)
    }


def _title(invoice: Invoice, codes: Codes) -> Title:
    """Make a title of an invoice: a line for each imputation, in the order of the lines."""
    document = str(invoice.number)
    _require_euros(invoice, document)
    amounts = {each.number: each.amount for each in invoice.lines}
    sums = _sums(invoice, amounts, codes)
    taxes = _taxes(sums, invoice.taxes)
    lines = tuple(
        TitleLine(number=number, imputation=where, amount=amount, vat=vat, tax=taxes[where, vat])
        for number, ((where, vat), amount) in enumerate(sums.items(), start=1)
    )
    return _drawn_up(document, f"Redevances {document}", invoice, codes, lines)


def _lowering(note: CreditNote, codes: Codes) -> Title:
    """Make a title of a credit note, each of its lines tied to the line that it lowers."""
    invoice, year = note.invoice, _day(note.issued_at).year
    exercise = _day(invoice.issued_at).year
    if exercise != year:
        msg = (
            f"{note.number}: it credits {invoice.number} of {exercise}, a closed year: that is a"
            " mandate of expense, so leave it out (without) and have the accountant enter it"
        )
        raise NoTitle(msg)
    amounts = {each.number: each.amount for each in invoice.lines}
    places = {where: number for number, where in enumerate(_sums(invoice, amounts, codes), start=1)}
    taken = _sums(invoice, {each.number: each.amount for each in note.lines}, codes)
    taxes, title = _taxes(taken, note.taxes), _ordinal(invoice.number)
    lines = tuple(
        TitleLine(
            number=number,
            imputation=place[0],
            amount=amount,
            vat=place[1],
            tax=taxes[place],
            origin=Origin(exercise=exercise, title=title, line=places[place]),
        )
        for number, (place, amount) in enumerate(taken.items(), start=1)
    )
    told = f"Avoir {note.number} sur {invoice.number} : {note.reason}"
    return _drawn_up(note.number, told, invoice, codes, lines)


def _drawn_up(
    document: str, told: str, invoice: Invoice, codes: Codes, lines: tuple[TitleLine, ...]
) -> Title:
    try:
        owing = debtor(invoice.debtor, codes.debtor(invoice.debtor))
    except UnwritableDebtor as why:
        msg = (
            f"{document}: {why}; what is issued keeps what was registered then: leave it out "
            "(without), or cancel it by a credit note and issue it anew"
        )
        raise UnwritableDebtor(msg) from why
    month = MONTHS["fr"].split()[invoice.period.month - 1]
    mark = "DEMONSTRATION - " if invoice.seller.demonstration else ""
    return Title(
        number=_ordinal(document),
        document=document,
        told=shortened(f"{mark}{told}, {month} {invoice.period.year}"),
        debtor=owing,
        lines=lines,
    )


def _sums(invoice: Invoice, amounts: Mapping[int, Decimal], codes: Codes) -> dict[Place, Decimal]:
    """Add amounts by imputation and VAT; what adds up to nothing is no line."""
    sums: dict[Place, Decimal] = {}
    for line in invoice.lines:
        if line.number in amounts:
            place = (codes.imputation(line), line.vat)
            sums[place] = total((sums.get(place, NOTHING), amounts[line.number]))
    for (where, _), amount in sums.items():
        if amount < 0:
            msg = f"{invoice.number}: account {where.nature} has {cents(amount)}, below zero"
            raise NoTitle(msg)
    return {place: amount for place, amount in sums.items() if amount}


def _taxes(sums: Mapping[Place, Decimal], taxes: Iterable[VatSubtotal]) -> dict[Place, Decimal]:
    """Share the tax of each rate among the imputations that have it; others have none."""
    told = dict.fromkeys(sums, NOTHING)
    for each in taxes:
        places = [place for place in sums if place[1] == each.vat]
        if places:
            parts = [sums[place] for place in places]
            told |= zip(places, shares(each.tax, parts), strict=True)
    return told


def _require_euros(invoice: Invoice, document: str) -> None:
    if invoice.currency != EURO:
        msg = f"{document}: it is in {invoice.currency}, and titles are in {EURO}"
        raise NoTitle(msg)


def _ordinal(number: str | None) -> int:
    """Return the place of a document in its series and year: the number of its title."""
    return int(str(number).rpartition("-")[2])


def _day(at: datetime | None) -> date:
    if at is None:
        msg = "a draft is no claim, so no title is made of it"
        raise NoTitle(msg)
    return at.astimezone(CITY).date()
