"""In whose name is claimed? Whom the installation's file names; without one nothing is due.

Numbers are checked where they come in: a wrong digit would send money to nobody, or to others.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from types import MappingProxyType

from stdnum import bic, iban
from stdnum.eu import at_02
from stdnum.exceptions import ValidationError
from stdnum.fr import siret, tva

from billing.model import Seller
from billing.taxing import FRENCH

PARIS = Seller(
    name="Ville de Paris",
    siren="217500016",
    address="Hôtel de Ville, place de l'Hôtel-de-Ville, 75004 Paris",
    contact="service des redevances de l'espace public",
    court="Tribunal administratif de Paris, 7 rue de Jouy, 75181 Paris Cedex 04",
    vat_id="FR72217500016",  # reckoned from the SIREN, for the demonstration's taxed prices
)
NEEDED = ("name", "siret", "address", "contact", "court", "iban")
FREE = ("bic", "creditor", "contact_en", "court_en", "vat_id")
SIREN_DIGITS = 9
LONGEST = 300
ADDRESSED = re.compile(r".+, \d{5} [^,]+")


def _vat_id(told: str) -> str:
    """Return a French VAT id as it is written on claims, or refuse its digits."""
    return f"{FRENCH}{tva.validate(told)}"


CHECKED: Mapping[str, tuple[Callable[[str], str], str]] = MappingProxyType(
    {
        "siret": (siret.validate, "no SIRET: 14 digits, the last of which checks the others"),
        "iban": (iban.validate, "no IBAN, or one with a wrong digit"),
        "bic": (bic.validate, "no BIC: 8 or 11 letters and digits"),
        "vat_id": (_vat_id, "no French VAT id: FR, two digits that check, and the SIREN"),
        "creditor": (at_02.validate, "no SEPA creditor identifier (ICS), such as FR72ZZZ123456"),
    }
)


class InvalidSeller(ValueError):
    """A file that does not say who claims."""


def seller_from(text: str) -> Seller:
    """Read who claims from TOML; a field that cannot be used is refused by its name."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        msg = f"it is not valid TOML: {broken}"
        raise InvalidSeller(msg) from broken
    for field in told:
        if field not in {*NEEDED, *FREE}:
            msg = f"{field} is not a field of it: {', '.join((*NEEDED, *FREE))}"
            raise InvalidSeller(msg)
    said = {field: _said(told, field) for field in (*NEEDED, *FREE)}
    if not ADDRESSED.fullmatch(said["address"]):
        msg = "address: write it as street, 75004 Paris"
        raise InvalidSeller(msg)
    siren = said["siret"][:SIREN_DIGITS]
    if said["vat_id"] and not said["vat_id"].endswith(siren):
        msg = f"vat_id: {said['vat_id']} is not that of the SIREN {siren}"
        raise InvalidSeller(msg)
    return Seller(**said, siren=siren, demonstration=False)


def _said(told: Mapping[str, object], field: str) -> str:
    value = told.get(field, "")
    if not isinstance(value, str) or len(value) > LONGEST or not value.isprintable():
        msg = f"{field}: it takes one line of text, of {LONGEST} letters at most"
        raise InvalidSeller(msg)
    if not value.strip():
        if field in FREE:
            return ""
        msg = f"{field}: it is missing"
        raise InvalidSeller(msg)
    if field not in CHECKED:
        return value.strip()
    check, wrong = CHECKED[field]
    try:
        return check(value)
    except ValidationError as invalid:
        msg = f"{field}: {value[:60]} is {wrong}"
        raise InvalidSeller(msg) from invalid
