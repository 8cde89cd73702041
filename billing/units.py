"""What are the units of quantities called, in French and in English?"""

from decimal import Decimal
from types import MappingProxyType

from billing.money import number_text, price_text

ONE, TWO = Decimal(1), Decimal(2)
MONEY = "EUR"

# Singular and plural of the units; French counts from two, English from all but one.
UNITS = MappingProxyType(
    {
        ("min", "fr"): ("min", "min"),
        ("min", "en"): ("min", "min"),
        ("h", "fr"): ("h", "h"),
        ("h", "en"): ("h", "h"),
        ("km", "fr"): ("km", "km"),
        ("km", "en"): ("km", "km"),
        ("entry", "fr"): ("entrée", "entrées"),
        ("entry", "en"): ("entry", "entries"),
        ("permit", "fr"): ("autorisation", "autorisations"),
        ("permit", "en"): ("permit", "permits"),
        ("m2_day", "fr"): ("m²-jour", "m²-jours"),
        ("m2_day", "en"): ("m²-day", "m²-days"),
        ("m2_month", "fr"): ("m²-mois", "m²-mois"),
        ("m2_month", "en"): ("m²-month", "m²-months"),
        ("visit", "fr"): ("visite", "visites"),
        ("visit", "en"): ("visit", "visits"),
        ("quarter_hour", "fr"): ("quart d'heure", "quarts d'heure"),
        ("quarter_hour", "en"): ("quarter of an hour", "quarters of an hour"),
        ("day", "fr"): ("jour", "jours"),
        ("day", "en"): ("day", "days"),
        ("t_km", "fr"): ("t·km", "t·km"),
        ("t_km", "en"): ("t·km", "t·km"),
        ("passenger", "fr"): ("passager", "passagers"),
        ("passenger", "en"): ("passenger", "passengers"),
        ("call", "fr"): ("appel", "appels"),
        ("call", "en"): ("call", "calls"),
        ("once", "fr"): ("fois", "fois"),
        ("once", "en"): ("time", "times"),
        ("year", "fr"): ("an", "ans"),
        ("year", "en"): ("year", "years"),
        ("m2_season", "fr"): ("m²-saison", "m²-saisons"),
        ("m2_season", "en"): ("m²-season", "m²-seasons"),
        ("m2_year", "fr"): ("m²-an", "m²-ans"),
        ("m2_year", "en"): ("m²-year", "m²-years"),
        ("m_year", "fr"): ("m-an", "m-ans"),
        ("m_year", "en"): ("m-year", "m-years"),
        ("month_begun", "fr"): ("mois commencé", "mois commencés"),
        ("month_begun", "en"): ("month begun", "months begun"),
        ("season_begun", "fr"): ("saison commencée", "saisons commencées"),
        ("season_begun", "en"): ("season begun", "seasons begun"),
        ("year_begun", "fr"): ("année commencée", "années commencées"),
        ("year_begun", "en"): ("year begun", "years begun"),
        ("use", "fr"): ("usage", "usages"),
        ("use", "en"): ("use", "uses"),
    }
)


def quantity_text(quantity: Decimal, unit: str, lang: str) -> str:
    """Write a quantity with its unit; up to a minimum or a cap that is money."""
    if unit == MONEY:
        return price_text(quantity, unit, lang)
    one, many = UNITS[unit, lang]
    single = quantity < TWO if lang == "fr" else quantity == ONE
    return f"{number_text(quantity, lang)} {one if single else many}"
