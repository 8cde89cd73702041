"""What does each column of a table mean, in French and in English?"""

import csv
import io
from collections.abc import Mapping
from types import MappingProxyType

Meanings = Mapping[str, tuple[str, str]]

LINES: Meanings = MappingProxyType(
    {
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
        "zone_versions": (
            "versions de la zone, séparées par une espace",
            "versions of the zone, with a space between",
        ),
        "permit": ("autorisation", "permit"),
        "vehicles": ("véhicules, séparés par une espace", "vehicles, with a space between"),
        "first_at": ("début du premier usage, UTC", "begin of the first use, UTC"),
        "last_at": ("fin du dernier usage, UTC", "end of the last use, UTC"),
        "quantity": ("quantité mesurée", "measured quantity"),
        "unit": ("unité de la quantité", "unit of the quantity"),
        "unit_price": ("prix unitaire", "unit price"),
        "factor": ("coefficient", "factor"),
        "exact": ("montant avant arrondi", "amount before rounding"),
        "amount": (
            "montant hors taxe, arrondi une fois, au centime",
            "amount without tax, rounded once, to the cent",
        ),
        "currency": ("devise", "currency"),
        "vat_category": (
            "catégorie de TVA, EN 16931 : O hors champ, S taxé",
            "VAT category, EN 16931: O outside its scope, S taxed",
        ),
        "vat_rate_percent": (
            "taux de TVA, en pour cent ; vide hors champ",
            "VAT rate, in percent; empty outside its scope",
        ),
        "invoice_net": (
            "total de la facture hors taxe, le même sur chacune de ses lignes",
            "total of the invoice without tax, the same on each of its lines",
        ),
        "invoice_tax": (
            "TVA de la facture, calculée par taux et jamais par ligne",
            "VAT of the invoice, reckoned by rate and never by line",
        ),
        "invoice_total": (
            "total dû de la facture, TVA comprise",
            "total due of the invoice, VAT included",
        ),
        "invoice_id": ("identifiant permanent", "permanent id"),
        "invoice_hash": ("empreinte SHA-256 de la facture", "SHA-256 of the invoice"),
    }
)
USAGE: Meanings = MappingProxyType(
    {
        "usage_id": ("identifiant permanent de l'usage", "permanent id of the usage"),
        "key": ("clé naturelle de l'usage", "natural key of the usage"),
        "source": (
            "d'où il vient : visit, permit, declared, data",
            "what it comes from: visit, permit, declared, data",
        ),
        "operator": LINES["operator"],
        "vehicle": ("véhicule, nommé par l'exploitant", "vehicle, by its operator"),
        "layer": LINES["layer"],
        "zone": LINES["zone"],
        "zone_version": ("version de la zone", "version of the zone"),
        "permit": LINES["permit"],
        "purpose": ("objet de l'usage", "purpose of the use"),
        "size": ("taille de l'entreprise", "size of the company"),
        "visit": ("visite mesurée", "visit it was metered from"),
        "at": ("début de l'usage", "when the use began"),
        "ended_at": ("fin de l'usage", "when the use ended"),
        "entries": ("entrées", "entries"),
        "certain_ms": ("présence certaine, millisecondes", "certain presence, milliseconds"),
        "distance_m": ("distance parcourue, mètres", "distance covered, metres"),
        "cargo_kg": ("chargement déclaré, kilogrammes", "declared cargo, kilograms"),
        "passengers": ("passagers déclarés", "declared passengers"),
        "calls": ("lectures commerciales de données", "readings of data for trade"),
        "tariff": LINES["tariff"],
        "tariff_version": LINES["tariff_version"],
        "part": ("partie du prix, vide pour le prix même", "part of the price, empty for itself"),
        "quantity": LINES["quantity"],
        "unit": LINES["unit"],
        "unit_price": LINES["unit_price"],
        "factor": LINES["factor"],
        "amount": ("montant exact, jamais arrondi", "exact amount, never rounded"),
        "currency": LINES["currency"],
    }
)
TABLES: Mapping[str, Meanings] = MappingProxyType({"lines": LINES, "usage": USAGE})


def as_csv() -> str:
    """Write what the columns of all tables mean as a table itself."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(("table", "column", "fr", "en"))
    for name, meanings in TABLES.items():
        writer.writerows((name, column, *told) for column, told in meanings.items())
    return buffer.getvalue()


def as_document() -> dict[str, list[dict[str, str]]]:
    """Tell what the columns of each table mean, in their order."""
    return {
        name: [{"column": column, "fr": fr, "en": en} for column, (fr, en) in meanings.items()]
        for name, meanings in TABLES.items()
    }
