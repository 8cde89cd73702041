"""Move alerts through their life, decide when people are told, and tell those who watch."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from psycopg_pool import ConnectionPool

from telemetry.concern.handling import HIGHEST_LEVEL, escalated, handle, waited_since
from telemetry.kept.evidence import AlertEvent, AlertEvidence, Selection
from telemetry.model import Reason
from telemetry.patience import Patience, PatienceChange, changed, in_force
from telemetry.store.alerts import (
    AlertRecords,
    held_alert,
    overdue,
    record_move,
    record_patience,
)
from telemetry.store.history import History
from telemetry.told import Alert, AlertId, AlertState, Outcome
from zones.periods import Window

CITY = "octroi"
# Before and after, the positions that show how something came about and how it ended.
AROUND = timedelta(minutes=1)


class NoSuchAlert(LookupError):
    """An alert that is not there."""


class AlertService:
    """Inspectors' work on alerts, and what the city's clock does when nobody works on them."""

    def __init__(
        self,
        pool: ConnectionPool,
        clock: Callable[[], datetime],
        tell: Callable[[Iterable[Alert]], None],
    ) -> None:
        self._pool = pool
        self._records = AlertRecords(pool)
        self._history = History(pool)
        self._clock = clock
        self._tell = tell

    def alerts(self, selection: Selection) -> tuple[Alert, ...]:
        """Return a page of alerts, newest first."""
        return self._records.alerts(selection)

    def alert(self, name: AlertId) -> Alert:
        """Return one alert."""
        alert = self._records.alert(name)
        if alert is None:
            raise _missing(name)
        return alert

    def evidence(self, alert: Alert) -> AlertEvidence:
        """Return what an alert rests on, and its life so far."""
        window = Window(start=alert.opened_at - AROUND, end=alert.last_at + AROUND)
        sightings = self._history.sightings(alert.vehicle, window)
        if alert.other is not None:
            sightings += self._history.sightings(alert.other, window)
        return AlertEvidence(
            alert=alert,
            sightings=sightings,
            events=self._records.events(alert.id),
            former=self._records.former(alert.id),
        )

    def move(
        self,
        name: AlertId,
        to: AlertState,
        *,
        by: str,
        assignee: str | None = None,
        outcome: Outcome = Outcome.RESOLVED,
        note: str = "",
    ) -> Alert:
        """Take an alert to its next state, record who did, and tell those who watch."""
        with self._pool.connection() as connection:
            alert = held_alert(connection, name)
            if alert is None:
                raise _missing(name)
            moved = handle(alert, to, assignee, outcome)
            record_move(connection, moved, event=_event(moved, by=by, at=self._clock(), note=note))
        self._tell([moved])
        return moved

    def sweep(self) -> tuple[Alert, ...]:
        """Tell who is next of what nobody took up in its time."""
        now = self._clock()
        with self._pool.connection() as connection:
            late = overdue(connection, waited_since(self.patience(), now), HIGHEST_LEVEL)
            moved = tuple(escalated(alert) for alert in late)
            for alert in moved:
                record_move(connection, alert, event=_event(alert, by=CITY, at=now))
        if moved:
            self._tell(moved)
        return moved

    def patience(self) -> Mapping[Reason, Patience]:
        """Return when people are told, by reason, as now decided."""
        return in_force(self._records.patience())

    def decisions(self) -> tuple[PatienceChange, ...]:
        """Return all that the city decided of when people are told, in that order."""
        return self._records.patience()

    def decide(
        self, reason: Reason, figures: Mapping[str, object], *, by: str, act: str
    ) -> PatienceChange:
        """Change when people are told of one kind of situation; the next batch goes by it."""
        change = PatienceChange(
            reason=reason,
            patience=changed(self.patience()[reason], figures),
            decided_at=self._clock(),
            by=by,
            act=act,
        )
        with self._pool.connection() as connection:
            record_patience(connection, change)
        return change

    def as_recorded(self, names: Sequence[AlertId]) -> tuple[Alert, ...]:
        """Return these alerts, and all that are not over, as they stand in the record."""
        return self._records.named_or_open(names)

    def show_open_alerts(self) -> None:
        """Tell those who watch what is not over, as after a restart."""
        self._tell(self._records.open_alerts())


def _missing(name: AlertId) -> NoSuchAlert:
    return NoSuchAlert(f"There is no alert {name}.")


def _event(alert: Alert, *, by: str, at: datetime, note: str = "") -> AlertEvent:
    return AlertEvent(
        at=at,
        by=by,
        state=alert.state,
        assignee=alert.assignee,
        note=note,
        level=alert.level,
        outcome=alert.outcome,
    )
