"""Invoice lines as a workbook: the rows of the CSV, numbers as numbers, and what columns mean."""

import io
from datetime import UTC, datetime
from decimal import Decimal

import xlsxwriter

from billing.export.books import Books
from billing.export.table import COLUMNS, rows

NUMBERS = ("quantity", "unit_price", "factor", "exact", "amount")
MEANINGS = {
    "number": ("numéro de la facture", "number of the invoice"),
    "issued_at": ("instant d'émission, UTC", "instant of issue, UTC"),
    "due_on": ("date limite de paiement", "payment due by"),
    "period": ("mois d'usage", "month of use"),
    "operator": ("identifiant du redevable", "id of the debtor"),
    "debtor": ("nom du redevable", "name of the debtor"),
    "siren": ("SIREN du redevable", "SIREN of the debtor"),
    "line": ("ligne de la facture", "line of the invoice"),
    "tariff": ("tarif", "tariff"),
    "tariff_version": ("version du tarif", "version of the tariff"),
    "act": ("acte qui fixe le tarif", "legal act of the tariff"),
    "text_fr": ("désignation en français", "description in French"),
    "text_en": ("désignation en anglais", "description in English"),
    "layer": ("espace : surface, subsoil, air, river", "layer: surface, subsoil, air, river"),
    "zone": ("identifiant de la zone", "id of the zone"),
    "zone_name": ("nom de la zone", "name of the zone"),
    "permit": ("autorisation", "permit"),
    "quantity": ("quantité mesurée", "measured quantity"),
    "unit": ("unité de la quantité", "unit of the quantity"),
    "unit_price": ("prix unitaire", "unit price"),
    "factor": ("coefficient", "factor"),
    "exact": ("montant avant arrondi", "amount before rounding"),
    "amount": ("montant, arrondi une fois, au centime", "amount, rounded once, to the cent"),
    "currency": ("devise", "currency"),
    "vat_category": ("catégorie de TVA, EN 16931", "VAT category, EN 16931"),
    "invoice_id": ("identifiant permanent", "permanent id"),
    "invoice_hash": ("empreinte SHA-256 de la facture", "SHA-256 of the invoice"),
}
CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def write(books: Books) -> bytes:
    """Write a month's lines; text stays text, so that no name is ever a formula."""
    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": f"Octroi {books.period.label}", "created": CREATED})
    lines = book.add_worksheet("lines")
    for column, name in enumerate(COLUMNS):
        lines.write_string(0, column, name)
    for number, row in enumerate(rows(books.invoices), start=1):
        for column, (name, text) in enumerate(zip(COLUMNS, row, strict=True)):
            if name in NUMBERS:
                lines.write_number(number, column, Decimal(text))
            else:
                lines.write_string(number, column, text)
    meanings = book.add_worksheet("dictionary")
    for number, (name, told) in enumerate(MEANINGS.items()):
        for column, text in enumerate((name, *told)):
            meanings.write_string(number, column, text)
    book.close()
    return buffer.getvalue()
