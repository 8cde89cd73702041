"""Which files does a month give? One form each for the accountant, the inspector, the auditor."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from billing.export import archive, bundle, fec, parquet, sheet, table, ubl
from billing.export.books import Books
from billing.export.claim import of_credit, of_invoice
from billing.export.printing import Printable, printed
from billing.export.words import LANGUAGE
from billing.judging.report import Syntax, Written
from billing.model import BillingPeriod, Invoice
from billing.schemas.evidence import EvidenceOut
from billing.service import BillingService
from billing.store.invoices import InvoiceFilter
from billing.store.usage import UsageFilter
from permits.parties import OperatorId

EVIDENCE_A_LINE = 20
USAGE_A_PAGE = 1_000


class Kind(StrEnum):
    """In which form a month is exported."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    USAGE = "usage"
    UBL = "ubl"
    FACTURX = "facturx"
    FEC = "fec"
    PES = "pes"
    AUDIT = "audit"


# What holds the city's books as a whole, and is nobody's own.
WHOLE = frozenset({Kind.FEC, Kind.PES, Kind.AUDIT})
# Those written row after row, whose length nobody has to hold, and a dictionary describes.
TABLES = frozenset({Kind.CSV, Kind.XLSX, Kind.PARQUET, Kind.USAGE})
ZIP, PARQUET = "application/zip", "application/vnd.apache.parquet"
MEDIA = {
    Kind.CSV: "text/csv",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.PARQUET: PARQUET,
    Kind.USAGE: PARQUET,
    Kind.UBL: ZIP,
    Kind.FACTURX: ZIP,
    Kind.FEC: "text/plain; charset=utf-8",
    Kind.PES: "application/xml",
    Kind.AUDIT: ZIP,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A file to hand out: its name, its type, its content in pieces.

    `remark` says what whoever opens it would wonder about, in each language.
    """

    name: str
    media: str
    pieces: Iterator[bytes]
    remark: Mapping[str, str] = field(default_factory=dict)


def export(
    service: BillingService,
    kind: Kind,
    period: BillingPeriod,
    *,
    operator: OperatorId | None = None,
    lang: LANGUAGE = "fr",
    without: Collection[str] = (),
) -> Exported:
    """Export a month's issued claims in a form; FEC, PES and audit are of everybody's.

    Of PES the month is that of issue, and documents `without` which it goes are left out.
    """
    if kind is Kind.PES:
        name, content = service.treasury.file(period, without)
        return Exported(name=name, media=MEDIA[kind], pieces=iter([content]))
    if kind in TABLES:
        name, pieces = _streamed(service, kind, period, operator)
        return Exported(name=name, media=MEDIA[kind], pieces=pieces)
    books = _books(service, period, operator)
    name, content = _whole(service, kind, books, lang)
    remark = _remark(service, books) if kind is Kind.FEC and not books.postings else {}
    return Exported(name=name, media=MEDIA[kind], pieces=iter([content]), remark=remark)


def _remark(service: BillingService, books: Books) -> dict[str, str]:
    """Say why there is no entry in a month, and in which there are some."""
    label, found = books.period.label, ", ".join(service.entered())
    return {
        "fr": f"Aucune écriture n'a été passée en {label} : elles sont datées du jour où elles le"
        f" sont ; mois qui en ont : {found or 'aucun'}.",
        "en": f"No entry was made in {label}: entries are by the day they were made; "
        f"months that have some: {found or 'none'}.",
    }


def _streamed(
    service: BillingService, kind: Kind, period: BillingPeriod, operator: OperatorId | None
) -> tuple[str, Iterator[bytes]]:
    """Write row after row, however many there are."""
    if kind is Kind.USAGE:
        wanted = UsageFilter(operator=operator, window=period.window, limit=USAGE_A_PAGE)
        used = parquet.usage(_every_usage(service, wanted), period.label)
        return f"octroi-usage-{period.label}.parquet", used
    rows = service.lines(period, operator)
    if kind is Kind.CSV:
        return f"octroi-{period.label}.csv", (each.encode() for each in table.write(rows))
    write = sheet.write if kind is Kind.XLSX else parquet.lines
    return f"octroi-{period.label}.{kind}", write(rows, period.label)


def _every_usage(service: BillingService, wanted: UsageFilter) -> Iterator[parquet.Priced]:
    """Go through a month's usage with its fees, a page at a time."""
    page = service.usage(wanted)
    while page:
        yield from page
        page = service.usage(replace(wanted, after=page[-1][0].id))


def _books(service: BillingService, period: BillingPeriod, operator: OperatorId | None) -> Books:
    """Gather a month: invoices in the order of their numbers, and the credit notes on them."""
    wanted = InvoiceFilter(operator=operator, state="issued", period=period)
    invoices = sorted(service.every_invoice(wanted), key=lambda each: str(each.number))
    claimed = {each.id for each in invoices}
    notes = service.accounts.credit_notes()
    return Books(
        period=period,
        invoices=tuple(invoices),
        notes=tuple(each for each in notes if each.invoice.id in claimed),
        postings=service.accounts.postings(period.window),
    )


def _whole(service: BillingService, kind: Kind, books: Books, lang: LANGUAGE) -> tuple[str, bytes]:
    label = books.period.label
    match kind:
        case Kind.UBL:
            told = f"octroi-ubl-{label}.zip", archive.write(_ubl(service, books))
        case Kind.FACTURX:
            documents: list[Printable] = [*books.invoices, *books.notes]
            names = [f"{each.number}.pdf" for each in documents]
            files = zip(names, printed(documents, lang), strict=True)
            told = f"octroi-facturx-{label}.zip", archive.write(files)
        case Kind.FEC:
            about = _about(service, books)
            lettering = service.accounts.lettering(about)
            told = fec.name(books, service.seller.siren), fec.write(books, about, lettering)
        case _:
            content = bundle.write(_with_own_entries(service, books), _evidence(service, books))
            told = f"octroi-audit-{label}.zip", content
    return told


def _ubl(service: BillingService, books: Books) -> list[tuple[str, bytes]]:
    """Write every document as UBL, judged before it is handed out."""
    written = [
        Written(name=str(each.number), syntax=Syntax.UBL_INVOICE, xml=ubl.write(of_invoice(each)))
        for each in books.invoices
    ]
    written += [
        Written(name=each.number, syntax=Syntax.UBL_CREDIT_NOTE, xml=ubl.write(of_credit(each)))
        for each in books.notes
    ]
    service.accounts.require_accepted(written)
    return [(f"{each.name}.xml", each.xml) for each in written]


def _about(service: BillingService, books: Books) -> dict[UUID, Invoice]:
    """Return the invoices that the entries of a month are about, of whatever month of use."""
    return {each: service.invoice(str(each)) for each in {one.invoice for one in books.postings}}


def _with_own_entries(service: BillingService, books: Books) -> Books:
    """Return the books with every entry about their invoices, whenever it was made."""
    claimed = {each.id for each in books.invoices}
    entries = tuple(each for each in service.accounts.postings() if each.invoice in claimed)
    return Books(period=books.period, invoices=books.invoices, notes=books.notes, postings=entries)


def _evidence(service: BillingService, books: Books) -> Iterator[dict[str, Any]]:
    """Tell what every line rests on; of a long line, the first uses."""
    for each in books.invoices:
        for line in each.lines:
            told = service.explain(str(each.number), line.number, limit=EVIDENCE_A_LINE)
            evidence = EvidenceOut.of(told).model_dump(mode="json")
            yield {"number": each.number, "line": line.number, "evidence": evidence}
