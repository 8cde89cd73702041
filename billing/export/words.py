"""What does an invoice say, in French and in English? Texts, dates and amounts."""

from datetime import date, datetime
from types import MappingProxyType
from typing import Literal

from billing.money import NARROW

DASH = "\N{EM DASH}"

LANGUAGE = Literal["fr", "en"]

MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}

FR = {
    "title": "Facture de redevances",
    "subtitle": "Usage de l'espace public",
    "draft": f"PROJET {DASH} sans valeur de créance",
    "demonstration": f"DÉMONSTRATION {DASH} aucun paiement n'est dû",
    "to": "Redevable",
    "number": "Numéro",
    "issued_on": "Date d'émission",
    "due_on": "Date limite de paiement",
    "period": "Période d'usage",
    "supplements": "Complète : {numbers}",
    "siren": "SIREN",
    "siret": "SIRET",
    "line": "N°",
    "what": "Désignation",
    "quantity": "Quantité",
    "unit_price": "Prix unitaire",
    "factor": "Coef.",
    "amount": "Montant",
    "total": "Total à payer",
    "sum": "Total",
    "vat": f"Hors champ de la TVA {DASH} redevance domaniale, art. 256 B du CGI (catégorie O).",
    "tariff": "Tarif {tariff}, version {version} ; acte : {act}",
    "zone": "Zone : {zone}",
    "permit": "Autorisation : {permit}",
    "zone_version": ", version {version}",
    "use": "Usage",
    "uses": "{count} usages",
    "at": "le {start}",
    "span": "du {start} au {end}",
    "vehicle": " ; véhicule : {vehicles}",
    "vehicles": " ; véhicules : {vehicles}",
    "others": " et {count} de plus",
    "formula": "Calcul : {formula}",
    "pay": "Payer par virement",
    "pay_text": (
        "{amount} au plus tard le {due}\nBénéficiaire : {name}\n{account}\n"
        "Référence à rappeler : {number}\nLe code ci-contre remplit le virement dans"
        " l'application de votre banque."
    ),
    "colon": " :",
    "creditor": "Identifiant créancier SEPA :",
    "bases": "Bases de la liquidation",
    "bases_text": (
        "Chaque ligne cite le tarif publié et son acte, la zone, l'autorisation et la quantité"
        " mesurée (décret n° 2012-1246, art. 24). Seule la présence certaine est comptée : une"
        " position plus proche d'une limite que sa précision est gratuite. Montant = quantité"
        " {times} prix unitaire {times} coefficient, arrondi une seule fois par ligne, au centime."
        " Le coefficient tient compte de l'objet de l'usage, de la taille de l'entreprise, du bruit"
        " et de la classe d'énergie du véhicule, et d'un titre qui manque. Tout le détail, ligne"
        " par ligne, jusqu'aux positions, sur une page avec carte : {address}"
    ),
    "object": "Contester",
    "object_text": (
        "Demander une explication ou une rectification : {contact}. Le bien-fondé de la créance"
        " peut être contesté devant le {court}, dans les deux mois de la réception du titre"
        " (CGCT, art. L. 1617-5, 1°). Une facture émise n'est jamais modifiée ; une erreur est"
        " corrigée par un avoir qui la cite."
    ),
    "late": "Retard et paiement anticipé",
    "late_text": (
        "En cas de retard, intérêts moratoires au taux légal (CG3P, art. L. 2125-5). L'indemnité"
        " forfaitaire pour frais de recouvrement est sans objet (redevance domaniale). Aucun"
        " escompte pour paiement anticipé."
    ),
    "limits": "Prescription",
    "limits_text": (
        "La créance se prescrit par cinq ans à compter de son exigibilité (CG3P, art. L. 2321-4) ;"
        " son recouvrement, par quatre ans à compter de la prise en charge du titre (CGCT,"
        " art. L. 1617-5, 3°) ; une demande de restitution, par quatre ans (loi n° 68-1250)."
    ),
    "nature": (
        "Ce document de démonstration n'est ni un titre exécutoire ni un avis des sommes à payer."
        " Rien n'est dû, quels que soient les actes que ses lignes citent."
    ),
    "seal": "Empreinte SHA-256",
    "previous": "Facture précédente :",
    "previous_credit": "Avoir précédent :",
    "of_invoice": "Facture corrigée :",
    "credit_title": "Avoir",
    "credit_subtitle": "Réduction ou annulation d'une facture de redevances",
    "corrects": "Facture corrigée",
    "claimed": "Facturé",
    "credited": "Annulé",
    "credit_total": "Total annulé",
    "reason": "Motif",
    "credit_effect": "Ce que cela change",
    "credit_effect_text": (
        "La facture {number} du {day}, de {claimed}, est réduite de {amount}. Ce montant n'est plus"
        " dû ; s'il a déjà été payé, demander sa restitution : {contact} (dans les quatre ans, loi"
        " n° 68-1250)."
    ),
    "first": "première de la série",
    "page": "page {page} sur {pages}",
}
EN = {
    "title": "Invoice for fees",
    "subtitle": "Use of public space",
    "draft": f"DRAFT {DASH} not a claim",
    "demonstration": f"DEMONSTRATION {DASH} no payment is due",
    "to": "Debtor",
    "number": "Number",
    "issued_on": "Date of issue",
    "due_on": "Payment due by",
    "period": "Period of use",
    "supplements": "Supplements: {numbers}",
    "siren": "SIREN",
    "siret": "SIRET",
    "line": "No",
    "what": "Description",
    "quantity": "Quantity",
    "unit_price": "Unit price",
    "factor": "Factor",
    "amount": "Amount",
    "total": "Total due",
    "sum": "Total",
    "vat": f"Outside the scope of VAT {DASH} public-domain fee, art. 256 B CGI (category O).",
    "tariff": "Tariff {tariff}, version {version}; act: {act}",
    "zone": "Zone: {zone}",
    "permit": "Permit: {permit}",
    "zone_version": ", version {version}",
    "use": "Use",
    "uses": "{count} uses",
    "at": "on {start}",
    "span": "from {start} to {end}",
    "vehicle": "; vehicle: {vehicles}",
    "vehicles": "; vehicles: {vehicles}",
    "others": " and {count} more",
    "formula": "Formula: {formula}",
    "pay": "Pay by transfer",
    "pay_text": (
        "{amount} by {due}\nPayee: {name}\n{account}\nReference to give: {number}\n"
        "The code beside fills in the transfer in your bank's application."
    ),
    "colon": ":",
    "creditor": "SEPA creditor identifier:",
    "bases": "How the amounts come about",
    "bases_text": (
        "Each line cites the published tariff and its act, the zone, the permit and the measured"
        " quantity (décret n° 2012-1246, art. 24). Only certain presence is counted: a position"
        " nearer to a border than its accuracy is free. Amount = quantity {times} unit price"
        " {times} factor, rounded once a line, to the cent. The factor follows the purpose of the"
        " use, the size of the company, the noise and the energy class of the vehicle, and a"
        " title that was missing. Every"
        " detail, line by line, down to the positions, on a page with a map: {address}"
    ),
    "object": "How to object",
    "object_text": (
        "Ask for an explanation or a correction: {contact}. The claim can be contested before the"
        " {court}, within two months of receipt of the enforceable title (CGCT, art. L. 1617-5,"
        " 1°). An issued invoice is never changed; an error is corrected by a credit note that"
        " cites it."
    ),
    "late": "Late and early payment",
    "late_text": (
        "Late payment bears interest at the legal rate (CG3P, art. L. 2125-5). The fixed indemnity"
        " for recovery costs does not apply (public-domain fee). No discount for early payment."
        " Legal acts are cited in French, the language in which they were adopted."
    ),
    "limits": "Limitation",
    "limits_text": (
        "The claim lapses five years after it fell due (CG3P, art. L. 2321-4); its recovery, four"
        " years after the accountant took charge of it (CGCT, art. L. 1617-5, 3°); a claim for"
        " refund, after four years (loi n° 68-1250)."
    ),
    "nature": (
        "This demonstration document is neither an enforceable title nor a payment notice."
        " Nothing is due, whatever acts its lines cite."
    ),
    "seal": "SHA-256 fingerprint",
    "previous": "Previous invoice:",
    "previous_credit": "Previous credit note:",
    "of_invoice": "Invoice corrected:",
    "credit_title": "Credit note",
    "credit_subtitle": "Reduction or cancellation of an invoice for fees",
    "corrects": "Invoice corrected",
    "claimed": "Claimed",
    "credited": "Credited",
    "credit_total": "Total credited",
    "reason": "Reason",
    "credit_effect": "What this changes",
    "credit_effect_text": (
        "Invoice {number} of {day}, of {claimed}, is reduced by {amount}. That amount is no longer"
        " owed; if it was paid already, ask for its refund: {contact} (within four years, loi"
        " n° 68-1250)."
    ),
    "first": "first of the series",
    "page": "page {page} of {pages}",
}
WORDS = MappingProxyType({"fr": MappingProxyType(FR), "en": MappingProxyType(EN)})


def day(value: date, lang: str) -> str:
    """Write a date in words."""
    name = MONTHS[lang].split()[value.month - 1]
    number = "1er" if lang == "fr" and value.day == 1 else str(value.day)
    return f"{number} {name} {value.year}"


def moment(at: datetime, lang: str) -> str:
    """Write a day and an hour to the minute, as the city's clock shows them."""
    return f"{day(at.date(), lang)} {at:%H:%M}"


def month_name(year: int, number: int, lang: str) -> str:
    """Write a month in words."""
    return f"{MONTHS[lang].split()[number - 1]} {year}"


def siren_text(siren: str) -> str:
    """Write a SIREN in groups of three."""
    groups = [siren[start : start + 3] for start in range(0, len(siren), 3)]
    return NARROW.join(groups)


def siret_text(siret: str) -> str:
    """Write a SIRET: the SIREN, and the establishment's five digits."""
    return f"{siren_text(siret[:9])}{NARROW}{siret[9:]}"
