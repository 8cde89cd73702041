"""What does the U-space world call this? Its checks by their codes, and the state of the operation.

The checks are those of AMC1 to article 13(1) of regulation (EU) 2021/664, numbered as OpenUTM's
Flight Blender numbers them; the states those of ASTM F3548-21. docs/alerts.md has the whole table.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

from telemetry.model import Reason
from telemetry.told import Alert, AlertState

CHECKS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.NO_PERMIT: "C2",
        Reason.REVOKED: "C2",
        Reason.ON_HOLD: "C2",
        Reason.ENDED: "C2",
        Reason.UNREGISTERED: "C3",
        Reason.OUTSIDE_WINDOW: "C6",
        Reason.OUTSIDE_FOOTPRINT: "C7a",
        Reason.OUTSIDE_HEIGHT: "C7b",
        Reason.PROHIBITED: "C8",
        Reason.SILENT: "C9b",
    }
)
# What makes an authorised operation one that does not conform.
OFF_NOMINAL = frozenset(
    {
        Reason.OUTSIDE_WINDOW,
        Reason.OUTSIDE_FOOTPRINT,
        Reason.OUTSIDE_HEIGHT,
        Reason.PROHIBITED,
        Reason.SILENT,
    }
)


class Conformance(TypedDict):
    """A check that failed, and the state of the operation while it does; None where none is."""

    check: str | None
    state: str | None


def conformance(alert: Alert) -> Conformance:
    """Return what an alert is in the terms of the U-space world.

    An authorised operation is `Nonconforming` while it may yet conform again, `Contingent` when it
    is silent or nobody took it up in time, and `Activated` again once the alert is closed.
    """
    state = None
    if alert.permit is not None and alert.reason in OFF_NOMINAL:
        lost = alert.reason is Reason.SILENT or alert.level > 0
        off = "Contingent" if lost else "Nonconforming"
        state = "Activated" if alert.state is AlertState.CLOSED else off
    return Conformance(check=CHECKS.get(alert.reason), state=state)
