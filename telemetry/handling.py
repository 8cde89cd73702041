"""What may an inspector do with an alert: acknowledge it, assign it, close it?"""

from dataclasses import replace
from types import MappingProxyType

from telemetry.model import Alert, AlertState

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


class IllegalMove(ValueError):
    """A step in an alert's life that its state does not allow."""


def handle(alert: Alert, to: AlertState, assignee: str | None = None) -> Alert:
    """Return the alert in its next state, or say why it cannot get there."""
    if to not in MOVES[alert.state]:
        msg = f"state: this alert is {alert.state} and cannot become {to}"
        raise IllegalMove(msg)
    if to is AlertState.ASSIGNED and not assignee:
        msg = "assignee: an alert is assigned to somebody"
        raise IllegalMove(msg)
    return replace(alert, state=to, assignee=assignee or alert.assignee)
