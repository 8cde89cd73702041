"""Would what was granted still be granted? Asks again, for what has changed since.

What an officer granted in spite of a rule is not objected to again, and that a use has begun is no
objection to using it.
"""

from collections.abc import Sequence
from dataclasses import replace

from permits.case import Case
from permits.decisions import decide
from permits.model import Finding, Outcome, Permit
from permits.rules.asked import RULES, Rule, window_ahead

BEGUN: tuple[Rule, ...] = tuple(rule for rule in RULES if rule is not window_ahead)


def without(case: Case, permit: Permit) -> Case:
    """Return the case of a permit without itself among what was granted before."""
    return replace(
        case,
        neighbours=tuple(each for each in case.neighbours if each.permit != permit.id),
        engagements=tuple(each for each in case.engagements if each.permit != permit.id),
    )


def rules_for(permit: Permit, case: Case) -> Sequence[Rule]:
    """Return the rules that a new version is decided by: what has begun may go on as it began."""
    starts = {volume.start for volume in permit.application.volumes}
    begun = {each.start for each in case.application.volumes if each.start < case.now}
    return BEGUN if begun and begun <= starts else RULES


def objections(case: Case, permit: Permit) -> tuple[Finding, ...]:
    """Return what stands against a permit that was granted and did not then."""
    known = {_about(each) for each in permit.findings if _against(each)}
    found = decide(case, BEGUN).findings
    return tuple(each for each in found if _against(each) and _about(each) not in known)


def refusals(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return those of the findings that no officer's word answers."""
    return tuple(each for each in findings if each.outcome is Outcome.OBJECTED)


def prohibitions(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return those of the findings by which a zone forbids the use."""
    return tuple(
        each
        for each in findings
        if each.rule == "zone_restriction" and each.outcome is Outcome.OBJECTED
    )


def _against(finding: Finding) -> bool:
    return finding.outcome is Outcome.OBJECTED or finding.human


def _about(finding: Finding) -> tuple[str, str | None]:
    return finding.rule, finding.zone
