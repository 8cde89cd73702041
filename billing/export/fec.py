"""The books as French tax inspectors read them: Fichier des écritures comptables, 18 columns.

LPF, art. A. 47 A-1: text with tabs, one file a period, entries in order of time, their numbers
without a gap within a journal and month. It binds companies, so it is for a delegated manager; the
accounts are the usual ones of the general chart, to be mapped to the manager's own.

What is settled is lettered: all postings of an invoice to its debtor's account bear its number once
they even out, and the day on which they did.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from billing.export.books import Books
from billing.export.taxed_words import rate_text
from billing.ledger import (
    CASH,
    CREDIT,
    CREDITS,
    LETTERED,
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
from billing.periods import CITY, last_day

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
SAID = {
    SALES: "Facture {invoice}",
    CREDITS: "Avoir {document} sur {invoice}",
    PAYMENTS: "Paiement {document} de {invoice}",
    REFUNDS: "Remboursement {document} sur {invoice}",
    WRITE_OFFS: "Abandon {document} sur {invoice}",
}
# What the last part of an account's name is called, where that is no tariff.
DETAILS = {"non_valeur": "admission en non-valeur", "remise": "remise gracieuse"}
Lettering = Mapping[tuple[UUID, str], datetime]
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
    return f"{siren}FEC{last_day(books.period):%Y%m%d}.txt"


def write(books: Books, invoices: Mapping[UUID, Invoice], lettering: Lettering) -> bytes:
    """Write the entries of a month.

    `invoices` are those the entries are about, by id; `lettering` tells by invoice and account when
    its postings evened out, where they did.
    """
    month = books.period.label.replace("-", "")
    rows = ["\t".join(COLUMNS)]
    by_time = sorted(books.postings, key=lambda each: (each.at, each.document, each.journal))
    counts = dict.fromkeys(JOURNALS, 0)
    for _, entry in groupby(by_time, key=lambda each: (each.document, each.journal)):
        postings = list(entry)
        counts[postings[0].journal] += 1
        number = f"{JOURNALS[postings[0].journal][0]}{month}{counts[postings[0].journal]:06d}"
        rows += (_row(each, number, invoices[each.invoice], lettering) for each in postings)
    return "\r\n".join([*rows, ""]).encode()


def _row(posting: Posting, number: str, invoice: Invoice, lettering: Lettering) -> str:
    code, journal = JOURNALS[posting.journal]
    account, label = ACCOUNTS[posting.account.partition(":")[0]]
    owed = posting.account in LETTERED
    day = _day(posting.at)
    settled = lettering.get((posting.invoice, posting.account))
    return "\t".join(
        map(
            _plain,
            (
                code,
                journal,
                number,
                day,
                account,
                label,
                invoice.operator if owed else "",
                invoice.debtor.name if owed else "",
                posting.document,
                day,
                _said(posting, invoice),
                cents(posting.debit).replace(".", ","),
                cents(posting.credit).replace(".", ","),
                str(invoice.number) if settled else "",
                _day(settled) if settled else "",
                day,
                "",
                "",
            ),
        )
    )


def _said(posting: Posting, invoice: Invoice) -> str:
    """Say what an entry is of, whose it is, and of a side that has one its tariff, rate or kind."""
    said = SAID[posting.journal].format(document=posting.document, invoice=invoice.number)
    kind, _, name = posting.account.partition(":")
    detail = name.rpartition(":")[2]
    told = rate_text(Decimal(detail), "fr") if kind == VAT else DETAILS.get(detail, detail)
    return f"{said} {invoice.debtor.name}" + (f" ({told})" if told else "")


def _day(at: datetime) -> str:
    return f"{at.astimezone(CITY):%Y%m%d}"


def _plain(text: str) -> str:
    """Keep what a name holds from ending a column or a row."""
    return " ".join(text.split())
