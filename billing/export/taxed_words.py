"""What does a taxed claim say otherwise on paper, in French and in English?

It is no fee for the public domain but a sale to a company: prices are without tax, the Code de
commerce holds when payment is late, and the Code civil says when the claim lapses.
"""

from decimal import Decimal
from types import MappingProxyType

from billing.export.words import DASH, EN, FR
from billing.money import NO_BREAK, number_text

TAXED_FR = {
    "title": "Facture",
    "subtitle": "Services soumis à la TVA",
    "unit_price": "Prix unitaire HT",
    "rate": "TVA",
    "amount": "Montant HT",
    "net": "Total HT",
    "tax": "TVA {rate} sur {taxable}",
    "total": "Total TTC à payer",
    "sum": "Total TTC",
    "vat": f"Activité soumise à la TVA, art. 256 et 256 B du CGI {DASH} exigible à l'encaissement.",
    "vat_id": "N° de TVA {number}",
    "tax_title": "Taxe sur la valeur ajoutée",
    "tax_text": (
        "Les prix et les montants des lignes sont hors taxe. La TVA est calculée une seule fois par"
        " taux, sur la somme des lignes de ce taux, et arrondie au centime."
    ),
    "late_text": (
        "En cas de retard, pénalités au taux de refinancement de la Banque centrale européenne"
        " majoré de 10 points, exigibles sans rappel, et indemnité forfaitaire de 40 € pour frais"
        " de recouvrement (Code de commerce, art. L. 441-10 et D. 441-5). Aucun escompte pour"
        " paiement anticipé."
    ),
    "limits_text": (
        "La créance se prescrit par cinq ans (Code civil, art. 2224) ; son recouvrement, par quatre"
        " ans à compter de la prise en charge du titre (CGCT, art. L. 1617-5, 3°) ; une demande de"
        " restitution, par quatre ans (loi n° 68-1250)."
    ),
    "credit_subtitle": "Réduction ou annulation d'une facture",
    "claimed": "Facturé HT",
    "credited": "Annulé HT",
    "credit_total": "Total annulé TTC",
    "credit_tax_text": (
        "La TVA annulée est celle de tout ce qui est annulé de la facture à ce jour, moins celle"
        " des avoirs précédents : la facture et ses avoirs se compensent au centime."
    ),
}
TAXED_EN = {
    "title": "Invoice",
    "subtitle": "Services subject to VAT",
    "unit_price": "Unit price excl. VAT",
    "rate": "VAT",
    "amount": "Amount excl. VAT",
    "net": "Total excl. VAT",
    "tax": "VAT {rate} on {taxable}",
    "total": "Total due incl. VAT",
    "sum": "Total incl. VAT",
    "vat": f"Subject to VAT, art. 256 and 256 B CGI {DASH} chargeable upon payment.",
    "vat_id": "VAT id {number}",
    "tax_title": "Value added tax",
    "tax_text": (
        "Prices and the amounts of lines are without tax. VAT is reckoned once a rate, on the sum"
        " of the lines of that rate, and rounded to the cent."
    ),
    "late_text": (
        "Late payment bears interest at the refinancing rate of the European Central Bank plus 10"
        " points, due without a reminder, and costs a fixed indemnity of €40 for recovery (Code de"
        " commerce, art. L. 441-10 and D. 441-5). No discount for early payment. Legal acts are"
        " cited in French, the language in which they were adopted."
    ),
    "limits_text": (
        "The claim lapses after five years (Code civil, art. 2224); its recovery, four years after"
        " the accountant took charge of it (CGCT, art. L. 1617-5, 3°); a claim for refund, after"
        " four years (loi n° 68-1250)."
    ),
    "credit_subtitle": "Reduction or cancellation of an invoice",
    "claimed": "Claimed excl. VAT",
    "credited": "Credited excl. VAT",
    "credit_total": "Credited incl. VAT",
    "credit_tax_text": (
        "The VAT credited is that of all that is credited of the invoice by now, less that of the"
        " credit notes before: the invoice and its credit notes even out to the cent."
    ),
}
TAXED_WORDS = MappingProxyType(
    {"fr": MappingProxyType(FR | TAXED_FR), "en": MappingProxyType(EN | TAXED_EN)}
)


def rate_text(percent: Decimal, lang: str) -> str:
    """Write a rate as the language does."""
    sign = f"{NO_BREAK}%" if lang == "fr" else "%"
    return f"{number_text(percent, lang)}{sign}"
