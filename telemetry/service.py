"""Fetch what was recorded of where vehicles were."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID

from psycopg_pool import ConnectionPool

from permits.parties import OperatorId
from telemetry.kept.evidence import Selection, TrackPage, VisitEvidence, VisitHistory
from telemetry.model import VehicleKey, Visit, VisitId
from telemetry.store.history import History
from zones.periods import Window
from zones.time.clocks import epoch_ms


class NoSuchVisit(LookupError):
    """A visit that neither is nor was."""

    def __init__(self, name: UUID) -> None:
        """Name it."""
        super().__init__(f"There is no visit {name}, and none of that name was corrected.")


class HistoryService:
    """The history as callers ask for it."""

    def __init__(self, pool: ConnectionPool, clock: Callable[[], datetime]) -> None:
        self._history = History(pool)
        self._clock = clock

    def track(self, vehicle: VehicleKey, window: Window) -> TrackPage:
        """Return a vehicle's positions in a window, oldest first."""
        return self._history.track(vehicle, window)

    def last(self, minutes: int) -> Window:
        """Return the window of the last so many minutes; a vehicle's clock may be ahead."""
        now = self._clock()
        return Window(start=now - timedelta(minutes=minutes), end=now + timedelta(minutes=1))

    def visits(self, selection: Selection) -> tuple[Visit, ...]:
        """Return a page of visits, newest first."""
        return self._history.visits(selection)

    def visits_touching(self, window: Window) -> tuple[Visit, ...]:
        """Return every visit that shares an instant with the window or ends as it begins."""
        return self._history.visits_touching(window)

    def corrected(self, window: Window) -> dict[VisitId, bool]:
        """Return the visits of a window that late positions changed, and whether they still are."""
        return self._history.corrected(window)

    def open_visits(self, start: datetime, end: datetime) -> dict[OperatorId, int]:
        """Return how many visits that began in between are not over yet, by operator.

        As it was written down last, a few seconds ago at most while vehicles are followed.
        """
        return self._history.open_visits(epoch_ms(start), epoch_ms(end))

    def visit_history(self, name: VisitId) -> VisitHistory:
        """Return a visit as it stands, and what was said of it before it was corrected."""
        found = self._history.visit_history(name)
        if found is None:
            raise NoSuchVisit(name)
        return found

    def visit_evidence(
        self, names: Collection[VisitId], most: int | None = None
    ) -> dict[VisitId, VisitEvidence]:
        """Return visits with the positions and verdicts under each: all, or `most` at its ends."""
        return self._history.visit_evidence(names, most)
