"""Could a public accountant recover from this debtor? Identity, category, name and address."""

from collections.abc import Callable, Iterator
from typing import Any

from permits.identifiers import is_siren, is_siret

Node = Any  # lxml has no type to name

PERSON = "01"
LOCAL, ABROAD = "100", "99999"
# Which legal natures a category may have, as the labels of both leave no doubt: the official
# grid is an annex that does not come with the schema.
NATURES = {
    PERSON: {"01", "02"},
    "20": {"07", "08"},
    **{each: {"09"} for each in ("21", "22", "23", "24", "25", "26", "27")},
    "28": {"08", "09"},
    "29": {"08", "09", "10"},
    "50": {"03", "06"},
    "60": {"04", "11"},
    "61": {"04", "11"},
    "62": {"04"},
    "63": {"04"},
    "64": {"04"},
    "65": {"05"},
    **{each: {"05"} for each in ("70", "71", "72", "73", "74")},
}
SIRET, SIREN, NIR, NFP = "01", "02", "04", "12"
KEYED = {SIRET: is_siret, SIREN: is_siren}
OF_PERSONS = {NIR, "11", NFP}
MAIN = "01"
LENGTHS = {
    "Nom": 38,
    "ComplNom": 38,
    "Prenom": 38,
    "Adr1": 38,
    "Adr2": 38,
    "Adr3": 38,
    "Ville": 38,
    "Civilite": 10,
    "RefTiers": 30,
    "IdTiers": 80,
    "ObjPce": 160,
    "ObjLignePce": 160,
    "CodProdLoc": 4,
    "Nature": 12,
    "IdUnique": 50,
}
POSTCODE_DIGITS = 5


def values(node: Node, path: str) -> list[str]:
    """Return what the elements of a path say."""
    return [each.get("V", "") for each in node.iterfind(path)]


def _said(node: Node, name: str) -> str:
    told = values(node, name)
    return told[0] if told else ""


def _grid(root: Node) -> Iterator[str]:
    for each in root.iterfind(".//InfoTiers"):
        category, nature = _said(each, "CatTiers"), _said(each, "NatJur")
        if nature not in NATURES.get(category, set()):
            yield f"{_said(each, 'Nom')}: CatTiers {category} does not go with NatJur {nature}"


def _identity(root: Node) -> Iterator[str]:
    for each in root.iterfind(".//InfoTiers"):
        name, number, scheme = (_said(each, part) for part in ("Nom", "IdTiers", "NatIdTiers"))
        if bool(number) != bool(scheme):
            yield f"{name}: IdTiers and NatIdTiers go together"
        elif scheme in KEYED and not KEYED[scheme](number):
            yield f"{name}: {number} is no number of the kind NatIdTiers {scheme}"
        if scheme in OF_PERSONS and _said(each, "CatTiers") != PERSON:
            yield f"{name}: NatIdTiers {scheme} is for natural persons only"


def _person(root: Node) -> Iterator[str]:
    for each in root.iterfind(".//InfoTiers"):
        name, is_person = _said(each, "Nom"), _said(each, "CatTiers") == PERSON
        for part in ("Civilite", "Prenom"):
            if is_person and not _said(each, part):
                yield f"{name}: a natural person (CatTiers 01) has a {part}"
        for part in ("DteNaissance", "LieuNaissance"):
            if not is_person and each.find(part) is not None:
                yield f"{name}: {part} is for natural persons only"


def _main(root: Node) -> Iterator[str]:
    for line in root.iterfind(".//LigneDePiece"):
        if values(line, "Tiers/InfoTiers/TypTiers").count(MAIN) != 1:
            yield "a line has not one main debtor (TypTiers 01)"


def _address(root: Node) -> Iterator[str]:
    for each in root.iterfind(".//Tiers/Adresse"):
        postcode, country = _said(each, "CP"), _said(each, "CodPays")
        if len(postcode) != POSTCODE_DIGITS or not postcode.isdecimal():
            yield f"CP {postcode} is not five digits"
        foreign = _said(each, "CodRes") in {"1", "true"}
        if foreign and not country:
            yield "CodRes 1 needs a CodPays"
        if not foreign and country not in {"", LOCAL}:
            yield f"CodRes 0 does not go with CodPays {country}"


def _lengths(root: Node) -> Iterator[str]:
    for name, most in LENGTHS.items():
        for each in values(root, f".//{name}"):
            if not 1 <= len(each) <= most:
                yield f"{name} has {len(each)} characters, not 1 to {most}: {each[:60]!r}"


DEBTOR_RULES: dict[str, Callable[[Node], Iterator[str]]] = {
    "debtor-grid": _grid,
    "debtor-identity": _identity,
    "debtor-person": _person,
    "debtor-main": _main,
    "address": _address,
    "lengths": _lengths,
}
