"""Which file has the public accountant take charge of what a month's issue claimed and credited?

Judged by the official schemas and by what their texts ask for before it is handed out. No
accountant's system has read one yet.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from psycopg_pool import ConnectionPool

from billing.export.pes import codes, slips, writing
from billing.export.pes.codes import Codes, InvalidCodes
from billing.export.printing import Printable, printed
from billing.judging import treasury
from billing.judging.report import require_unobjected
from billing.model import BillingPeriod, CreditNote, Invoice
from billing.periods import month
from billing.store import accounts as account_store
from billing.store import invoices as invoice_store
from billing.store import titles as title_store
from zones.periods import Window

JANUARY = 1


class NothingIssued(Exception):
    """A month without a document to make a title of, or a document that is not of the month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bureau:
    """What an installation has of its accountant: the official schemas, the codes to book by."""

    schemas: Path | None = None
    codes: Path | None = None


UNTOLD = Bureau()


class Treasury:
    """Writes the accountant's files."""

    def __init__(self, pool: ConnectionPool, bureau: Bureau) -> None:
        self._pool = pool
        self._bureau = bureau

    def file(self, period: BillingPeriod, without: Collection[str] = ()) -> tuple[str, bytes]:
        """Write what was issued in a month, but for the documents to leave out; and its name."""
        treasury.entry(self._bureau.schemas)
        booked = self._codes()
        invoices, notes, days = self._issued(period, without)
        told = slips.slips(invoices, notes, booked, days)
        if not told:
            msg = f"period: nothing is left of what was issued in {period.label} to make titles of"
            raise NothingIssued(msg)
        documents: list[Printable] = [*invoices, *notes]
        numbers = [str(each.number) for each in documents]
        papers = zip(numbers, printed(documents), strict=True)
        xml = writing.write(told, booked, papers)
        name = f"{writing.name(booked, told[-1].day)}.xml"
        require_unobjected(name, treasury.judged(xml, self._bureau.schemas))
        return name, xml

    def _codes(self) -> Codes:
        path = self._bureau.codes
        if path is None:
            msg = "OCTROI_PES_CODES names no file with the codes to book by (docs/accounts.md)"
            raise InvalidCodes(msg)
        try:
            return codes.read(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as broken:
            msg = f"OCTROI_PES_CODES: {path} cannot be read: {broken}"
            raise InvalidCodes(msg) from broken

    def _issued(
        self, period: BillingPeriod, without: Collection[str]
    ) -> tuple[Sequence[Invoice], Sequence[CreditNote], slips.Days]:
        start, end = period.window.start, period.window.end
        year = Window(start=month(period.year, JANUARY).window.start, end=end)
        with self._pool.connection() as connection:
            numbers = title_store.issued(connection, period.window)
            notes = account_store.credit_notes(connection, start=start, end=end)
            _require_known(without, {*numbers, *(each.number for each in notes)}, period)
            wanted = [each for each in numbers if each not in without]
            found = [invoice_store.by_number(connection, each) for each in wanted]
            days = slips.Days(
                invoices=title_store.invoice_days(connection, year),
                notes=title_store.note_days(connection, year),
            )
        kept = [each for each in notes if each.number not in without]
        return [each for each in found if each is not None], kept, days


def _require_known(
    without: Collection[str], issued: Collection[str], period: BillingPeriod
) -> None:
    for each in without:
        if each not in issued:
            msg = f"without: {each[:40]} was not issued in {period.label}"
            raise NothingIssued(msg)
