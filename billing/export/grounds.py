"""On what does a line stand? Tariff and act, zone, permit, uses, formula: in sentences."""

from collections.abc import Sequence
from datetime import datetime

from billing.explaining import line_product
from billing.export.words import WORDS, moment
from billing.model import InvoiceLine
from billing.money import number_text
from billing.periods import CITY
from billing.uses import Uses

NAMED = 3  # more vehicles than this are counted; the page of the line tells them all


def grounds(line: InvoiceLine, currency: str, lang: str) -> list[str]:
    """Write each thing that a line stands on."""
    words = WORDS[lang]
    told = [words["tariff"].format(tariff=line.tariff, version=line.tariff_version, act=line.act)]
    if line.zone:
        told.append(_zone(line, lang))
    if line.permit:
        told.append(words["permit"].format(permit=line.permit))
    if line.uses:
        told.append(_uses(line.uses, len(line.fees), lang))
    return [*told, words["formula"].format(formula=line_product(line, currency, lang))]


def _zone(line: InvoiceLine, lang: str) -> str:
    words, versions = WORDS[lang], line.uses.zone_versions if line.uses else ()
    named = f"{line.zone_name} ({line.zone})" if line.zone_name != line.zone else str(line.zone)
    version = words["zone_version"].format(version=", ".join(map(str, versions)))
    return words["zone"].format(zone=named + (version if versions else ""))


def _uses(uses: Uses, count: int, lang: str) -> str:
    words = WORDS[lang]
    told = words["use"] if count == 1 else words["uses"].format(count=number_text(count, lang))
    start, end = _at(uses.first_at, lang), _at(uses.last_at, lang)
    span = words["at" if start == end else "span"].format(start=start, end=end)
    return f"{told} {span}{_vehicles(uses.vehicles, lang)}"


def _vehicles(vehicles: Sequence[str], lang: str) -> str:
    words, beyond = WORDS[lang], len(vehicles) - NAMED
    if not vehicles:
        return ""
    named = ", ".join(vehicles[:NAMED])
    more = words["others"].format(count=beyond) if beyond > 0 else ""
    return words["vehicle" if len(vehicles) == 1 else "vehicles"].format(vehicles=named) + more


def _at(at: datetime, lang: str) -> str:
    return moment(at.astimezone(CITY), lang)
