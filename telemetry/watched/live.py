"""Who is watching, and what have they not been sent yet? The live stream's hub.

One numbered log of the newest events serves every reader: each keeps only its place in it. The
ingest never waits: a reader whose place has been overtaken is dropped, comes back by itself
with its last event's number, and goes on from there or starts from a new snapshot.
"""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from datetime import datetime
from itertools import islice

from telemetry.concern.handling import SAID
from telemetry.intake.shares import WHOLE, Share
from telemetry.told import Alert, AlertId, AlertState
from telemetry.watched.feed import Glance, Row, Snapshot, Standing, glances
from telemetry.watched.live_batch import FRESH_MS, LiveBatch
from telemetry.watched.readers import Event, Reader, concerns, operators, shows
from telemetry.watched.relay import News, gathered
from telemetry.watched.unseen import FORGOTTEN_MS, Unseen
from telemetry.watched.views import EVERYTHING, View
from telemetry.watched.wire import alert_out, event, number_in, number_out

RETRY_MS = 2_000
HEARTBEAT_S = 15.0
PAUSE_S = 0.25
LOG_EVENTS = 4_096


class Hub:
    """The log of what changed, what stands now, and everybody who reads it."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        name_of: Callable[[str], str | None] = lambda _operator: None,
        share: Share = WHOLE,
        log_events: int = LOG_EVENTS,
        heartbeat_s: float = HEARTBEAT_S,
    ) -> None:
        self._clock = clock
        self._name_of = name_of
        self._share = share
        self._heartbeat_s = heartbeat_s
        # Numbers go on rising over a restart, so that a reader's last one is never met again.
        self._number = self._now_ms()
        self._log: deque[Event] = deque(maxlen=log_events)
        self._rows: dict[str, Row] = {}
        self._standings: dict[str, dict[str, Standing]] = {}
        self._alerts: dict[AlertId, Alert] = {}
        self._handled: set[AlertId] = set()
        self._readers: set[Reader] = set()
        self._unseen = Unseen()
        self._lock, self._looking = threading.Lock(), threading.Lock()
        self._closed = False

    @property
    def readers(self) -> int:
        """Return how many streams are open."""
        with self._lock:
            return len(self._readers)

    def publish(self, live: LiveBatch) -> None:
        """Show a batch that was stored; called from the ingest's thread, never waits for long."""
        self._unseen.add(live)
        with self._lock:
            told = tuple(kept for alert in live.alerts if (kept := self._told(alert)))
            self._append(Event(0, {}, (), told))
            self._wake()

    def tell(self, alerts: Iterable[Alert]) -> None:
        """Show alerts as they stand in the record: after a restart, or moved by an inspector."""
        with self._lock:
            self._record(alerts, own=True)

    def news_since(self, place: int) -> tuple[News, int]:
        """Return what happened in this process since, and where that ends; all, if too much did."""
        self._look()
        with self._lock:
            if self._reaches(place):
                return gathered(self._since(place)), self._number
            rows = [each for each in self._rows.values() if self._share.holds(each.operator)]
            standings = (each for row in rows for each in self._standings[row.uid].values())
            return News(rows=tuple(rows), standings=tuple(standings)), self._number

    def adopt(self, news: News) -> None:
        """Show what happened in another process."""
        with self._lock:
            rows = {
                row.uid: row
                for row in news.rows
                if row.uid not in self._rows or self._rows[row.uid].at_ms <= row.at_ms
            }
            self._rows.update(rows)
            known = self._rows
            standings = [(known[each.uid], each) for each in news.standings if each.uid in known]
            seen = [kept for alert in news.seen if (kept := self._told(alert))]
            self._append(Event(0, rows, tuple(standings), tuple(seen), own=False))
            self._record(news.told, own=False)

    def known_alerts(self) -> list[AlertId]:
        """Return the alerts that are shown."""
        with self._lock:
            return list(self._alerts)

    def snapshot(self, view: View = EVERYTHING) -> Snapshot:
        """Return where everything in view stands now."""
        self._look()
        with self._lock:
            return self._snapshot(view)

    async def stream(
        self, view: View = EVERYTHING, last_event_id: str | None = None
    ) -> AsyncIterator[str]:
        """Yield server-sent events for one reader until it leaves, lags too far, or we close."""
        reader = Reader(view=view, loop=asyncio.get_running_loop(), place=0)
        yield f"retry: {RETRY_MS}\n\n{self._welcome(reader, last_event_id)}"
        try:
            while not self._closed:
                try:
                    await asyncio.wait_for(reader.wake.wait(), self._heartbeat_s)
                except TimeoutError:
                    yield event("positions", {"at": self._now_ms(), "rows": []})
                    continue
                reader.wake.clear()
                reader.woken = False
                news = self._news(reader)
                if news is None:
                    return
                if news:
                    yield news
                    await asyncio.sleep(PAUSE_S)
        finally:
            with self._lock:
                self._readers.discard(reader)

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        with self._lock:
            self._closed = True
            self._wake()

    def _welcome(self, reader: Reader, last_event_id: str | None) -> str:
        """Begin where the reader stopped, if the log still reaches there; else with everything."""
        self._look()
        with self._lock:
            self._readers.add(reader)
            last = number_in(last_event_id, self._share)
            if self._reaches(last):
                reader.place = last
                missed = [alert for event in self._since(last) for alert in event.alerts]
                reader.resume(self._rows.values(), [*self._alerts.values(), *missed])
                reader.wake.set()
                return ""
            found = self._snapshot(reader.view)
            alerts = [each for each in self._alerts.values() if concerns(reader.view, each)]
            reader.place = self._number
        reader.begin(found.vehicles, alerts, found.operators)
        return event("snapshot", found, found.number)

    def _look(self) -> None:
        """Take up what was published since anybody looked."""
        with self._looking:
            found = [each for part in self._unseen.take() for each in glances(part)]
            with self._lock:
                self._take_up(found)

    def _take_up(self, found: Iterable[Glance]) -> None:
        alerting = {alert.vehicle.uid for alert in self._alerts.values()}
        rows: dict[str, Row] = {}
        standings: list[tuple[Row, Standing]] = []
        for glance in found:
            row = glance.row
            known = self._rows.get(row.uid)
            if known is not None and known.at_ms > row.at_ms:
                continue
            if row.uid in alerting and row.status != "unregistered":
                row = row._replace(status="alert")
            rows[row.uid] = self._rows[row.uid] = row
            standings += [(row, each) for each in self._changed(row.uid, glance.standings)]
        self._append(Event(0, rows, tuple(standings), ()))

    def _snapshot(self, view: View) -> Snapshot:
        now_ms = self._now_ms()
        self._forget(now_ms)
        rows = [row for row in self._rows.values() if shows(view, row)]
        alerts = [alert for alert in self._alerts.values() if concerns(view, alert)]
        return Snapshot(
            at=now_ms,
            number=number_out(self._number, self._share),
            vehicles=rows,
            alerts=[alert_out(alert, view) for alert in alerts],
            operators=self._names(operators(rows, alerts)),
        )

    def _news(self, reader: Reader) -> str | None:
        """Return what happened since, each vehicle once; None when the log has moved past."""
        self._look()
        with self._lock:
            if not self._reaches(reader.place):
                return None
            events = self._since(reader.place)
            reader.place = self._number
        number = number_out(reader.place, self._share)
        rows = {uid: row for event in events for uid, row in event.rows.items()}
        told = {alert.id: alert for event in events for alert in event.alerts}
        alerts = [alert for alert in told.values() if reader.hears(alert)]
        changes = {
            (each.uid, each.zone): each
            for event in events
            for row, each in event.standings
            if shows(reader.view, row)
        }
        seen = [row for row in rows.values() if reader.sees(row)]
        names = self._names(operators(seen, alerts) - reader.named)
        reader.named |= names.keys()
        text = event("operators", names) if names else ""
        text += "".join(event("alert", alert_out(alert, reader.view), number) for alert in alerts)
        if seen:
            text += event("positions", {"at": self._now_ms(), "rows": seen}, number)
        if changes:
            text += event("verdicts", {"rows": list(changes.values())}, number)
        return text

    def _since(self, place: int) -> list[Event]:
        begin = place - self._number + len(self._log)
        return list(islice(self._log, begin, None))

    def _names(self, operators: Iterable[str]) -> dict[str, str]:
        """Return what those of these operators are called who have a name."""
        found = ((each, self._name_of(each)) for each in sorted(set(operators)))
        return {each: name for each, name in found if name is not None}

    def _reaches(self, place: int) -> bool:
        return self._number - len(self._log) <= place <= self._number

    def _record(self, alerts: Iterable[Alert], *, own: bool) -> None:
        """Take the record's word for alerts."""
        told = tuple(alerts)
        for alert in told:
            self._keep(alert)
            if alert.outcome in SAID:
                self._handled.add(alert.id)
        self._append(Event(0, {}, (), told, own=own, recorded=True))

    def _append(self, event: Event) -> None:
        """Give it the next number, if anything happened."""
        if event.rows or event.standings or event.alerts:
            self._number += 1
            self._log.append(event._replace(number=self._number))
            self._wake()

    def _wake(self) -> None:
        for reader in tuple(self._readers):
            try:
                reader.rouse()
            except RuntimeError:  # its loop is gone, and with it the reader
                self._readers.discard(reader)

    def _told(self, alert: Alert) -> Alert | None:
        """Take the ingest's word for the situation, and the inspector's for the handling."""
        known = self._alerts.get(alert.id)
        over = alert.state is AlertState.CLOSED
        if alert.id in self._handled:
            self._handled -= {alert.id} if over else set()
            return None
        if known is None and self._now_ms() - round(1000 * alert.last_at.timestamp()) > FRESH_MS:
            return None
        if known is not None:
            alert = replace(alert, assignee=known.assignee)
            alert = alert if over else replace(alert, state=known.state)
        self._keep(alert)
        return alert

    def _keep(self, alert: Alert) -> None:
        if alert.state is AlertState.CLOSED:
            self._alerts.pop(alert.id, None)
        else:
            self._alerts[alert.id] = alert

    def _changed(self, uid: str, standings: Iterable[Standing]) -> list[Standing]:
        """Return what is not as it was for a vehicle, and remember how it is."""
        before = self._standings.get(uid, {})
        now = {standing.zone: standing for standing in standings}
        self._standings[uid] = now
        over = [Standing(uid, zone, None, None) for zone in before if zone not in now]
        return over + [each for zone, each in now.items() if before.get(zone) != each]

    def _forget(self, now_ms: int) -> None:
        for uid, row in tuple(self._rows.items()):
            if now_ms - row.at_ms > FORGOTTEN_MS:
                del self._rows[uid]
                self._standings.pop(uid, None)

    def _now_ms(self) -> int:
        return round(self._clock().timestamp() * 1000)
