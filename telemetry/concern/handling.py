"""What may be made of an alert: acknowledged, assigned or closed by an inspector, or passed up?

An alert that nobody takes up for as long as its reason allows is told to who is next, and is graver
than before. `level` counts that: 0 is who watches the map, each further level somebody above.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from telemetry.model import Reason
from telemetry.patience import Patience
from telemetry.told import Alert, AlertState, Outcome, Severity

# From each state, where an inspector can take an alert; assigning again passes it on.
MOVES = MappingProxyType(
    {
        AlertState.OPEN: frozenset(
            {AlertState.ACKNOWLEDGED, AlertState.ASSIGNED, AlertState.CLOSED}
        ),
        AlertState.ACKNOWLEDGED: frozenset({AlertState.ASSIGNED, AlertState.CLOSED}),
        AlertState.ASSIGNED: frozenset({AlertState.ASSIGNED, AlertState.CLOSED}),
        AlertState.CLOSED: frozenset[AlertState](),
    }
)
# How an inspector ends an alert: dealt with, or no reason to deal with it.
SAID = frozenset({Outcome.RESOLVED, Outcome.DISMISSED})
HIGHEST_LEVEL = 2
_RISING = (Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)


class IllegalMove(ValueError):
    """A step in an alert's life that its state does not allow."""


def handle(
    alert: Alert,
    to: AlertState,
    assignee: str | None = None,
    outcome: Outcome = Outcome.RESOLVED,
) -> Alert:
    """Return the alert in its next state, or say why it cannot get there."""
    if to not in MOVES[alert.state]:
        msg = f"state: this alert is {alert.state} and cannot become {to}"
        raise IllegalMove(msg)
    if to is AlertState.ASSIGNED and not assignee:
        msg = "assignee: an alert is assigned to somebody"
        raise IllegalMove(msg)
    if outcome not in SAID:
        msg = f"outcome: {outcome} is not an inspector's word"
        raise IllegalMove(msg)
    ended = outcome if to is AlertState.CLOSED else None
    return replace(alert, state=to, assignee=assignee or alert.assignee, outcome=ended)


def escalated(alert: Alert) -> Alert:
    """Return an open alert as it is told to who is next."""
    if alert.state is not AlertState.OPEN or alert.level >= HIGHEST_LEVEL:
        msg = f"level: this alert is {alert.state} at level {alert.level}: it rises no more"
        raise IllegalMove(msg)
    graver = _RISING[min(_RISING.index(alert.severity) + 1, len(_RISING) - 1)]
    return replace(alert, severity=graver, level=alert.level + 1)


def waited_since(patience: Mapping[Reason, Patience], now: datetime) -> dict[Reason, datetime]:
    """Return for each reason since when an alert must have waited to be told to who is next."""
    return {
        reason: now - timedelta(seconds=each.escalated_after_s)
        for reason, each in patience.items()
        if each.escalated_after_s > 0
    }
