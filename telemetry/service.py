"""Fetch what was recorded; move alerts through their life, and tell those who watch."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from psycopg_pool import ConnectionPool

from telemetry.evidence import (
    AlertEvent,
    AlertEvidence,
    Selection,
    TrackPoint,
    VisitEvidence,
)
from telemetry.handling import handle
from telemetry.model import Alert, AlertId, AlertState, VehicleKey, Visit, VisitId
from telemetry.store.history import History, held_alert, record_move
from zones.periods import Window


class NoSuchAlert(LookupError):
    """An alert that is not there."""


class HistoryService:
    """The history as callers ask for it, and inspectors' work on alerts."""

    def __init__(
        self,
        pool: ConnectionPool,
        clock: Callable[[], datetime],
        tell: Callable[[Iterable[Alert]], None],
    ) -> None:
        self._pool = pool
        self._history = History(pool)
        self._clock = clock
        self._tell = tell

    def alerts(self, selection: Selection) -> tuple[Alert, ...]:
        """Return a page of alerts, newest first."""
        return self._history.alerts(selection)

    def alert(self, name: AlertId) -> Alert:
        """Return one alert."""
        alert = self._history.alert(name)
        if alert is None:
            msg = f"There is no alert {name}."
            raise NoSuchAlert(msg)
        return alert

    def evidence(self, alert: Alert) -> AlertEvidence:
        """Return what an alert rests on."""
        return self._history.alert_evidence(alert)

    def move(
        self, name: AlertId, to: AlertState, *, by: str, assignee: str | None = None, note: str = ""
    ) -> Alert:
        """Take an alert to its next state, record who did, and tell those who watch."""
        with self._pool.connection() as connection:
            alert = held_alert(connection, name)
            if alert is None:
                msg = f"There is no alert {name}."
                raise NoSuchAlert(msg)
            moved = handle(alert, to, assignee)
            event = AlertEvent(
                at=self._clock(), by=by, state=to, assignee=moved.assignee, note=note
            )
            record_move(connection, moved, event=event)
        self._tell([moved])
        return moved

    def show_open_alerts(self) -> None:
        """Tell those who watch what is not over, as after a restart."""
        self._tell(self._history.open_alerts())

    def track(self, vehicle: VehicleKey, minutes: int) -> tuple[TrackPoint, ...]:
        """Return a vehicle's positions of the last so many minutes, oldest first."""
        now = self._clock()
        return self._history.track(
            vehicle, Window(start=now - timedelta(minutes=minutes), end=now + timedelta(minutes=1))
        )

    def visits(self, selection: Selection) -> tuple[Visit, ...]:
        """Return a page of visits, newest first."""
        return self._history.visits(selection)

    def visits_touching(self, window: Window) -> tuple[Visit, ...]:
        """Return every visit that shares an instant with the window or ends as it begins."""
        return self._history.visits_touching(window)

    def visit_evidence(self, name: VisitId) -> VisitEvidence | None:
        """Return a visit with the positions and verdicts under it."""
        return self._history.visit_evidence(name)
