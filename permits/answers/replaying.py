"""Would it be decided the same again? A stored decision held against one taken anew."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from permits.decisions import Answer
from permits.model import Condition, Finding, Permit, Quote

NOTHING = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One part of a decision that is not the same again: as it stood, and as it comes out."""

    what: str
    then: str
    again: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A stored decision, taken again from what it rested on; without differences it is the same.

    `missing` names what it rested on that is not found any more.
    """

    permit: Permit
    answer: Answer
    quote: Quote
    software: str
    missing: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def same(self) -> bool:
        """Tell whether it would be decided the same again."""
        return not self.differences and not self.missing


def differences(permit: Permit, answer: Answer, quote: Quote) -> tuple[Difference, ...]:
    """Return what differs between a stored decision and one taken anew."""
    pairs = [
        ("decision", str(permit.decision), answer.decision.value),
        *_pairs("findings", _findings(permit.findings), _findings(answer.findings)),
        *_pairs("conditions", _conditions(permit.conditions), _conditions(answer.conditions)),
        *_pairs("quote", _prices(permit.quote), _prices(quote)),
    ]
    return tuple(
        Difference(what=what, then=then, again=again)
        for what, then, again in pairs
        if then != again
    )


def _pairs(
    part: str, then: Mapping[str, str], again: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    for name in {**then, **again}:
        yield f"{part}/{name}", then.get(name, NOTHING), again.get(name, NOTHING)


def _findings(findings: tuple[Finding, ...]) -> dict[str, str]:
    return _numbered(
        (f"{each.rule}/{each.zone}@{each.zone_version}" if each.zone else each.rule, _told(each))
        for each in findings
    )


def _told(finding: Finding) -> str:
    said = {
        "outcome": finding.outcome.value,
        "act": finding.act,
        "human": finding.human,
        "params": dict(finding.params),
        "withheld": dict(finding.withheld),
    }
    return json.dumps(said, sort_keys=True, ensure_ascii=False)


def _conditions(conditions: tuple[Condition, ...]) -> dict[str, str]:
    return _numbered(
        (each.code, json.dumps(dict(each.params), sort_keys=True, ensure_ascii=False))
        for each in conditions
    )


def _prices(quote: Quote) -> dict[str, str]:
    lines = _numbered(
        (
            f"{line.tariff}@{line.tariff_version}/{line.zone or NOTHING}",
            f"{line.quantity:f} {line.unit} x {line.unit_price:f} = {line.amount:f}",
        )
        for line in quote.lines
    )
    taxes = {f"vat/{each.rate_percent:f}": f"{each.tax:f}" for each in quote.taxes}
    return {"total": f"{quote.total:f} {quote.currency}", **taxes, **lines}


def _numbered(named: Iterator[tuple[str, str]]) -> dict[str, str]:
    """Return what is named; a name that comes again gets a number."""
    found: dict[str, str] = {}
    for name, value in named:
        number = 2
        unique = name
        while unique in found:
            unique, number = f"{name}#{number}", number + 1
        found[unique] = value
    return found
