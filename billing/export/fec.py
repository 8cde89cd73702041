"""The books as French tax inspectors read them: Fichier des écritures comptables, 18 columns.

LPF, art. A. 47 A-1: text with tabs, one file a period, entries in order of time, their numbers
without a gap within a journal. It binds companies, so it is for a delegated manager; the accounts
are the usual ones of the general chart, to be mapped to the manager's own.
"""

from collections.abc import Mapping
from itertools import groupby

from billing.export.books import Books
from billing.ledger import (
    CASH,
    CREDIT,
    CREDITS,
    OVERPAID,
    PAYMENTS,
    RECEIVABLE,
    REFUNDS,
    REVENUE,
    SALES,
    VAT,
    WRITE_OFF,
    WRITE_OFFS,
    Posting,
)
from billing.model import Invoice
from billing.money import cents
from billing.periods import CITY

COLUMNS = (
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
)
JOURNALS = {
    SALES: ("VE", "Ventes"),
    CREDITS: ("AV", "Avoirs"),
    PAYMENTS: ("BQ", "Banque"),
    REFUNDS: ("RB", "Remboursements"),
    WRITE_OFFS: ("NV", "Non-valeurs et remises"),
}
ACCOUNTS = {
    RECEIVABLE: ("411000", "Redevables"),
    REVENUE: ("706000", "Redevances"),
    VAT: ("445710", "TVA collectée"),
    CREDIT: ("709000", "Avoirs accordés"),
    CASH: ("512000", "Banque"),
    OVERPAID: ("419700", "Redevables, trop-perçus à rembourser"),
    WRITE_OFF: ("654000", "Pertes sur créances irrécouvrables"),
}


def name(books: Books, siren: str) -> str:
    """Return the name that the law gives the file: SIREN, FEC, last day of the period."""
    last = max((_day(each) for each in books.postings), default=f"{books.period.label}-28")
    return f"{siren}FEC{last.replace('-', '')}.txt"


def write(books: Books, invoices: Mapping[object, Invoice]) -> bytes:
    """Write the entries of a month; `invoices` are those the entries are about, by id."""
    rows = ["\t".join(COLUMNS)]
    by_time = sorted(books.postings, key=lambda each: (each.at, each.document, each.journal))
    counts = dict.fromkeys(JOURNALS, 0)
    for _, entry in groupby(by_time, key=lambda each: (each.document, each.journal)):
        postings = list(entry)
        counts[postings[0].journal] += 1
        number = counts[postings[0].journal]
        rows += (_row(each, number, invoices[each.invoice]) for each in postings)
    return "\r\n".join([*rows, ""]).encode()


def _row(posting: Posting, number: int, invoice: Invoice) -> str:
    code, journal = JOURNALS[posting.journal]
    kind, _, detail = posting.account.partition(":")
    account, label = ACCOUNTS[kind]
    owed = kind in {RECEIVABLE, OVERPAID}
    day = _day(posting).replace("-", "")
    told = f"{posting.document} {invoice.debtor.name}"
    return "\t".join(
        map(
            _plain,
            (
                code,
                journal,
                f"{code}{number:06d}",
                day,
                account,
                f"{label} {detail}".strip(),
                invoice.operator if owed else "",
                invoice.debtor.name if owed else "",
                posting.document,
                day,
                told,
                cents(posting.debit).replace(".", ","),
                cents(posting.credit).replace(".", ","),
                "",
                "",
                day,
                "",
                "",
            ),
        )
    )


def _day(posting: Posting) -> str:
    return posting.at.astimezone(CITY).date().isoformat()


def _plain(text: str) -> str:
    """Keep what a name holds from ending a column or a row."""
    return " ".join(text.split())
