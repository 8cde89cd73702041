"""May they? Asks every rule, keeps every answer, and draws the one conclusion they allow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from permits.case import Case
from permits.model import Condition, Decision, Finding, Outcome
from permits.rules.asked import RULES, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A decision with every finding it rests on and the conditions it imposes."""

    decision: Decision
    findings: tuple[Finding, ...]
    conditions: tuple[Condition, ...]


def decide(case: Case, rules: Sequence[Rule] = RULES) -> Answer:
    """Refuse what any rule objects to, pass on what needs an officer, grant the rest."""
    findings = tuple(finding for rule in rules for finding in _findings(rule(case)))
    return Answer(
        decision=_conclude(findings),
        findings=findings,
        conditions=_conditions(findings),
    )


def _findings(answer: Finding | tuple[Finding, ...]) -> tuple[Finding, ...]:
    return (answer,) if isinstance(answer, Finding) else answer


def _conclude(findings: Iterable[Finding]) -> Decision:
    kept = tuple(findings)
    if any(finding.outcome is Outcome.OBJECTED for finding in kept):
        return Decision.REFUSED
    if any(finding.human for finding in kept):
        return Decision.NEEDS_REVIEW
    return Decision.GRANTED


def _conditions(findings: Iterable[Finding]) -> tuple[Condition, ...]:
    """Collect what the findings ask for, each condition once, in their order."""
    collected: list[Condition] = []
    for finding in findings:
        collected += [each for each in finding.conditions if each not in collected]
    return tuple(collected)
