"""What becomes of an extension or amendment that was not granted, and waits for an officer?

What is in force stays as it was meanwhile. Granted, it takes the place of what was in force.
"""

from dataclasses import replace
from datetime import datetime

from permits.model import Attempt, Decision, Finding, Move, Permit, PermitState


def waits(permit: Permit) -> bool:
    """Tell whether an extension or amendment of a permit waits for an officer."""
    return permit.attempt is not None and permit.attempt.waits


def appealable(permit: Permit) -> bool:
    """Tell whether the machine has just refused an extension or amendment."""
    attempt = permit.attempt
    return attempt is not None and attempt.automated and not attempt.waits


def asks_officer(permit: Permit) -> bool:
    """Tell whether a permit in force waits for an officer: for an attempt, or a second look."""
    looked_at = permit.state is PermitState.GRANTED and permit.move is Move.REVIEW
    return waits(permit) or looked_at


def forwarded(permit: Permit, attempt: Attempt, at: datetime) -> Permit:
    """Return the permit whose refused attempt an officer shall look at."""
    asked = replace(attempt, decision=Decision.NEEDS_REVIEW, asked_at=at, alternatives=None)
    return replace(permit, attempt=asked)


def adopted(permit: Permit, attempt: Attempt, finding: Finding, *, automated: bool) -> Permit:
    """Return the permit with what was attempted in force; another use is activated again."""
    another = permit.state is PermitState.ACTIVE and attempt.move is Move.AMEND
    return replace(
        permit,
        application=attempt.application,
        state=PermitState.GRANTED if another else permit.state,
        decision=Decision.GRANTED,
        automated=automated,
        findings=(*attempt.findings, finding),
        conditions=attempt.conditions,
        quote=attempt.quote,
        decided_at=permit.recorded_at,
        alternatives=None,
        basis=attempt.basis,
        attempt=None,
    )


def declined(permit: Permit, attempt: Attempt, finding: Finding, *, automated: bool) -> Permit:
    """Return the permit as it was, with what was attempted refused."""
    refused = replace(
        attempt,
        decision=Decision.REFUSED,
        findings=(*attempt.findings, finding),
        automated=automated,
    )
    return replace(permit, attempt=refused)
