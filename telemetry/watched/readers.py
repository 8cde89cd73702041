"""What has one reader of the live stream been shown, and what is it to be shown next?

Whoever was shown a vehicle or an alert is told when it leaves the view or ends; nobody is told of
what they may not see. A reader that comes back does not say what it shows: it is taken to show
all it may have seen.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from telemetry.concern.telling import concerned
from telemetry.told import Alert, AlertId, AlertState
from telemetry.watched.feed import Row, Standing
from telemetry.watched.views import View


class Event(NamedTuple):
    """One change: the newest rows and standings of some vehicles, and alerts.

    It is a process's `own`, or another's; alerts are as `recorded`, or as the intake tells them.
    """

    number: int
    rows: dict[str, Row]
    standings: tuple[tuple[Row, Standing], ...]
    alerts: tuple[Alert, ...]
    own: bool = True
    recorded: bool = False


@dataclass(slots=True, eq=False)
class Reader:
    """One open stream: its view and place in the log, what it has been shown and whom named."""

    view: View
    loop: asyncio.AbstractEventLoop
    place: int
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    woken: bool = False
    shown: set[str] = field(default_factory=set)
    alerted: set[AlertId] = field(default_factory=set)
    named: set[str] = field(default_factory=set)

    def rouse(self) -> None:
        """Wake it, from any thread; once until it looks, however much happens meanwhile."""
        if not self.woken:
            self.woken = True
            self.loop.call_soon_threadsafe(self.wake.set)

    def begin(self, rows: Iterable[Row], alerts: Iterable[Alert], named: Iterable[str]) -> None:
        """Remember what a snapshot showed."""
        self.shown = {row.uid for row in rows}
        self.alerted = {alert.id for alert in alerts}
        self.named = set(named)

    def resume(self, rows: Iterable[Row], alerts: Iterable[Alert]) -> None:
        """Take all that it may have been shown as shown."""
        self.shown = {row.uid for row in rows if self.view.may_show(row.layer, row.operator)}
        self.alerted = {
            alert.id
            for alert in alerts
            if any(self.view.may_show(alert.layer, each) for each in concerned(alert))
        }

    def sees(self, row: Row) -> bool:
        """Tell whether to send a row: it is in view, or has just left it and is seen to go."""
        if shows(self.view, row):
            self.shown.add(row.uid)
            return True
        if row.uid in self.shown:
            self.shown.discard(row.uid)
            return True
        return False

    def hears(self, alert: Alert) -> bool:
        """Tell whether to send an alert: it is in view, or was and is followed to its end."""
        heard = concerns(self.view, alert) or alert.id in self.alerted
        if heard and alert.state is not AlertState.CLOSED:
            self.alerted.add(alert.id)
        else:
            self.alerted.discard(alert.id)
        return heard


def shows(view: View, row: Row) -> bool:
    """Tell whether a vehicle is in view."""
    return view.shows(row.layer, row.operator, row.lon, row.lat)


def concerns(view: View, alert: Alert) -> bool:
    """Tell whether an alert is in view."""
    return any(view.shows(alert.layer, each, alert.lon, alert.lat) for each in concerned(alert))


def operators(rows: Iterable[Row], alerts: Iterable[Alert]) -> set[str]:
    """Return whose vehicles and alerts these are."""
    return {row.operator for row in rows} | {alert.vehicle.operator for alert in alerts}
