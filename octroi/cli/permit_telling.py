"""How does a permit, or an advice, read on a terminal? In French or English, in colours."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, Literal

import typer
from pydantic import BaseModel
from rich.text import Text

from billing.money import price_text
from billing.units import quantity_text
from octroi.cli.instants import told as on_clock
from octroi.cli.records import out
from permits.texts.catalogue import LANGUAGES

Language = Literal["fr", "en"]
Lang = Annotated[Language, typer.Option("--lang", help="The language of the answer.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as the HTTP API does.")]

Told = Mapping[str, Any]
Line = str | Text

GOOD, BAD, OPEN = "green", "red", "yellow"
COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "granted": GOOD,
        "active": GOOD,
        "refused": BAD,
        "revoked": BAD,
        "objected": BAD,
        "needs_review": OPEN,
        "on_hold": OPEN,
        "conditional": OPEN,
        "not_applicable": "dim",
    }
)
WORDS: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {
        "en": {
            "conditions": "Conditions",
            "hold": "On hold for",
            "alternatives": "Instead",
            "attempt": "Asked for besides",
            "price": "Price",
            "zones": "Zones that apply",
            "rules": "Rules asked",
            "facts": "Known and not known",
            "by_size": "By size of company",
            "PROHIBITED": "prohibited",
            "REQ_AUTHORISATION": "permit required",
            "CONDITIONAL": "conditional",
            "NO_RESTRICTION": "unrestricted",
            "moves": "moves",
            "none": "none",
            "needs_review": "needs review",
            "on_hold": "on hold",
            "not_applicable": "not applicable",
        },
        "fr": {
            "conditions": "Conditions",
            "zones": "Zones applicables",
            "rules": "Règles consultées",
            "facts": "Connu et inconnu",
            "by_size": "Selon la taille de l'entreprise",
            "PROHIBITED": "interdite",
            "REQ_AUTHORISATION": "sur autorisation",
            "CONDITIONAL": "sous conditions",
            "NO_RESTRICTION": "libre",
            "hold": "Suspendu pour",
            "alternatives": "À la place",
            "attempt": "Demandé en plus",
            "price": "Prix",
            "moves": "mouvements possibles",
            "none": "aucun",
            "draft": "brouillon",
            "granted": "accordé",
            "refused": "refusé",
            "needs_review": "à examiner",
            "active": "actif",
            "on_hold": "suspendu",
            "ended": "terminé",
            "withdrawn": "retiré",
            "revoked": "révoqué",
            "expired": "expiré",
            "passed": "satisfait",
            "objected": "opposé",
            "conditional": "sous condition",
            "not_applicable": "sans objet",
        },
    }
)


def print_as(answer: BaseModel, lines: Iterable[Line], *, as_json: bool) -> None:
    """Print an answer as data, or as lines for people."""
    told = answer.model_dump(mode="json")
    if as_json:
        out.print(json.dumps(told, ensure_ascii=False, indent=2), markup=False)
        return
    for line in lines:
        out.print(line, markup=False)


def permit_lines(told: Told, lang: Language) -> Iterator[Line]:
    """Tell a permit: how it stands, why, at what price, and what can follow."""
    words = WORDS[lang]
    yield Text.assemble(
        f"{told['id']}: ", _word(told["state"], lang), f", version {told['version']}"
    )
    spoken = LANGUAGES[lang].words
    layer, purpose = spoken["layer"][told["layer"]], spoken["purpose"][told["purpose"]]
    yield f"{told['operator']}, {layer}, {purpose}"
    yield from _windows(told)
    if told["waiting"]:
        yield Text(told["waiting"]["text"][lang], OPEN)
    yield from _findings(told["findings"], lang)
    yield from _titled(words["hold"], _findings(told["hold"], lang))
    yield from _answer(told, lang)
    if told["attempt"]:
        attempt = told["attempt"]
        decision = _word(attempt["decision"], lang)
        yield Text.assemble(f"{words['attempt']} ({attempt['move']}): ", decision)
        yield from _windows(attempt)
        yield from _findings(attempt["findings"], lang)
        yield from _answer(attempt, lang)
    yield told["notice"][lang]
    yield f"{words['moves']}: {', '.join(told['moves']) or words['none']}"


def advice_lines(told: Told, lang: Language) -> Iterator[Line]:
    """Tell an advice: what would be answered, why, what is known, and what to do now."""
    words = WORDS[lang]
    yield Text(told["summary"][lang], COLOURS.get(told["would_be"], ""))
    yield told["next_step"][lang]
    yield from _titled(words["zones"], (_zone(each, lang) for each in told["zones"]))
    yield from _titled(words["rules"], _findings(told["findings"], lang))
    yield from _answer(told, lang)
    yield from _titled(words["by_size"], (f"- {each['text'][lang]}" for each in told["by_size"]))
    facts = (f"- {each['text'][lang]} [{each['source']}]" for each in told["facts"])
    yield from _titled(words["facts"], facts)
    yield told["notice"][lang]


def _answer(told: Told, lang: Language) -> Iterator[Line]:
    """Tell what a decision asks of its holder, costs, and what would be granted instead."""
    words, quote = WORDS[lang], told["quote"]
    conditions = (f"- {each['text'][lang]}" for each in told["conditions"])
    yield from _titled(words["conditions"], conditions)
    price = _price(quote["total"], quote["currency"], lang)
    yield f"{words['price']}: {price}. {quote['note'][lang]}"
    yield from (line for each in quote["lines"] for line in _priced(each, quote["currency"], lang))
    yield from _titled(words["alternatives"], _offered(told, lang))


def _word(code: str, lang: Language, otherwise: str = "") -> Text:
    """Tell a state, a decision or an outcome."""
    return Text(WORDS[lang].get(code, code), COLOURS.get(code, otherwise))


def _windows(asked: Told) -> Iterator[Line]:
    """Tell when each volume is open, on the clock of Paris."""
    for each in asked["volumes"]:
        start, end = (on_clock(datetime.fromisoformat(each[name])) for name in ("start", "end"))
        yield f"{start} … {end}"


def _findings(findings: Iterable[Told], lang: Language) -> Iterator[Line]:
    for each in findings:
        act = (f" [{each['act']}]", "dim")
        outcome = _word(each["outcome"], lang, GOOD)
        yield Text.assemble("- ", outcome, f": {each['text'][lang]}", act)


def _zone(zone: Told, lang: Language) -> Line:
    """Tell a zone that applies, and the act that says so."""
    restriction = _word(zone["restriction"], lang)
    named = f"- {zone['name']} ({zone['id']}, version {zone['version']}): "
    return Text.assemble(named, restriction, (f" [{zone['act']}]" if zone["act"] else "", "dim"))


def _priced(line: Told, currency: str, lang: Language) -> Iterator[Line]:
    """Tell a line of a quote: what it is for, its act, and the reliefs it already has."""
    quantity = quantity_text(Decimal(line["quantity"]), line["unit"], lang)
    each_price, amount = (_price(line[name], currency, lang) for name in ("unit_price", "amount"))
    reckoned = f"{quantity} \N{MULTIPLICATION SIGN} {each_price} = {amount}"
    yield Text.assemble(f"- {line['text'][lang]}: {reckoned}", (f" [{line['act']}]", "dim"))
    yield from (f"  {each['text'][lang]}" for each in line["reliefs"])


def _price(amount: str, currency: str, lang: Language) -> str:
    return price_text(Decimal(amount), currency, lang)


def _offered(told: Told, lang: Language) -> Iterator[Line]:
    if told["alternatives_note"]:
        yield told["alternatives_note"][lang]
    for each in told["alternatives"]:
        price = _price(each["total"], each["currency"], lang)
        yield Text.assemble("- ", (each["text"][lang], GOOD), f" {price}")


def _titled(title: str, lines: Iterable[Line]) -> Iterator[Line]:
    found = list(lines)
    if found:
        yield f"{title}:"
        yield from found
