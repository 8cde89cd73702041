"""Under which codes does the accountant book what is claimed? Those that only the city knows.

A TOML file names the accounting post, the budget, and for tariffs, layers or everything else the
local product, the account and the function:

    post = "075001"             # IdPost, the accountant's codique
    siret = "21750001600019"    # IdColl, of the budget
    collectivity = "100"        # CodCol
    budget = "00"               # CodBud
    [imputation]                # of all that nothing below names
    product = "0501"            # CodProdLoc
    nature = "70323"            # account
    [layer.air]
    product = "0502"
    nature = "70328"
    [debtor.aladin]             # where it is no company of private law
    category = "24"             # CatTiers
    nature = "09"               # NatJur
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NoReturn

from billing.model import InvoiceLine
from permits.identifiers import is_siret
from permits.parties import Operator
from zones.model import Layer

NAMES = {
    "post": re.compile(r"02[AB][0-9]{3,4}|[0-9]{6,7}"),
    "siret": re.compile(r"[0-9]{14}"),
    "collectivity": re.compile(r"[0-9]{3}"),
    "budget": re.compile(r"[0-9A-Z][0-9]"),
}
# A code of nothing but zeros is none: the schema refuses it.
PRODUCT = re.compile(r"(?!0+$)[0-9a-zA-Z]{1,4}")
ACCOUNT = re.compile(r"[1-9][0-9]{0,11}")
FUNCTION = re.compile(r"[0-9]{1,10}")
TWO_DIGITS = re.compile(r"[0-9]{2}")
PARTS = {*NAMES, "imputation", "layer", "tariff", "debtor"}
COMPANY = ("50", "03")
# SIREN of the State and of local authorities begin so.
PUBLIC = ("1", "2")


class InvalidCodes(Exception):
    """Codes for the accountant that are missing or cannot be; the message names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imputation:
    """Where an amount is booked: local product, account, function."""

    product: str
    nature: str
    function: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """All that only the city's accountant knows."""

    post: str
    siret: str
    collectivity: str
    budget: str
    imputations: Mapping[str, Imputation]
    debtors: Mapping[str, tuple[str, str]]

    def imputation(self, line: InvoiceLine) -> Imputation:
        """Return where a line is booked: by its tariff, its layer, or as all the rest."""
        names = (f"tariff.{line.tariff}", f"layer.{line.layer.value}", "imputation")
        found = next((name for name in names if name in self.imputations), None)
        if found is None:
            _refuse(names[0], "neither it, nor its layer, nor [imputation] has codes")
        return self.imputations[found]

    def debtor(self, operator: Operator) -> tuple[str, str]:
        """Return category and legal nature: a company, unless told otherwise or plainly not one."""
        if operator.id in self.debtors:
            return self.debtors[operator.id]
        if operator.siren.startswith(PUBLIC):
            reason = f"SIREN {operator.siren} is of a public body, so say its category and nature"
            _refuse(f"debtor.{operator.id}", reason)
        return COMPANY


def read(text: str) -> Codes:
    """Read the codes from TOML."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        msg = f"the accountant's codes are not valid TOML: {broken}"
        raise InvalidCodes(msg) from broken
    _require_known(told, PARTS, "")
    named = {name: _code(told, name, pattern) for name, pattern in NAMES.items()}
    if not is_siret(named["siret"]):
        _refuse("siret", f"{named['siret']} is no SIRET, its key is wrong")
    return Codes(
        **named,
        imputations=MappingProxyType(_imputations(told)),
        debtors=MappingProxyType(_debtors(told)),
    )


def _imputations(told: Mapping[str, Any]) -> dict[str, Imputation]:
    layers, tariffs = _tables(told, "layer"), _tables(told, "tariff")
    _require_known(layers, {each.value for each in Layer}, "layer")
    found = {f"layer.{name}": table for name, table in layers.items()}
    found |= {f"tariff.{name}": table for name, table in tariffs.items()}
    if "imputation" in told:
        found["imputation"] = told["imputation"]
    return {where: _imputation(table, where) for where, table in found.items()}


def _imputation(table: object, where: str) -> Imputation:
    if not isinstance(table, dict):
        _refuse(where, "a table with product and nature")
    _require_known(table, {"product", "nature", "function"}, where)
    return Imputation(
        product=_code(table, "product", PRODUCT, where),
        nature=_code(table, "nature", ACCOUNT, where),
        function=_code(table, "function", FUNCTION, where) if "function" in table else "",
    )


def _debtors(told: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    found = {}
    for name, table in _tables(told, "debtor").items():
        where = f"debtor.{name}"
        if not isinstance(table, dict):
            _refuse(where, "a table with category and nature")
        _require_known(table, {"category", "nature"}, where)
        category, nature = (
            _code(table, each, TWO_DIGITS, where) for each in ("category", "nature")
        )
        found[name] = (category, nature)
    return found


def _tables(told: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = told.get(name, {})
    if not isinstance(value, dict):
        _refuse(name, "a table of tables")
    return value


def _code(table: Mapping[str, Any], name: str, pattern: re.Pattern[str], where: str = "") -> str:
    value, path = table.get(name), f"{where}.{name}" if where else name
    if value is None:
        _refuse(path, "it is missing")
    if not isinstance(value, str) or not pattern.fullmatch(value):
        _refuse(path, f"{value!r} is none, it takes text of the form {pattern.pattern}")
    return value


def _require_known(table: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        _refuse(f"{where}.{unknown[0]}" if where else unknown[0], "nothing is called so here")


def _refuse(name: str, reason: str) -> NoReturn:
    msg = f"codes for the accountant, {name}: {reason}"
    raise InvalidCodes(msg)
