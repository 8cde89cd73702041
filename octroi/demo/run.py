"""How does the demonstration play? Set the city up, play last month's end, bill it, go live.

Where that evening was played before, it goes live at once.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from billing.periods import month_before
from billing.store.invoices import InvoiceFilter
from octroi.demo.cast import Cast, cast
from octroi.demo.crews import Voice
from octroi.demo.evening import Evening
from octroi.demo.filings import Filing
from octroi.demo.fleet import Fleet, Message
from octroi.demo.papers import papers
from octroi.demo.report import open_doors, permits_table
from octroi.demo.stage import STAFF, Stage
from octroi.demo.standing import standing
from octroi.demo.summary import Results, summary
from octroi.demo.traffic import Post, Traffic
from octroi.hosting import Hosted
from permits.parties import Role
from permits.schemas.applications import ApplicationIn
from permits.search import Search
from telemetry.counting import Counts
from telemetry.kept.evidence import Selection

# A permit cannot begin before it was asked for; what is asked for is asked at once.
AHEAD = timedelta(seconds=2)
PERMITTED = timedelta(hours=12)
PAST = timedelta(minutes=20)
PAST_STRIDE = 5.0
# The past is played over midnight: stays are cut where the month ends, and so can be billed.
EVENING = timedelta(minutes=16)
ASKED_BEFORE = timedelta(hours=1)
EVERY = 1_000_000
FOREVER_S = PERMITTED.total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What is to be played: how many vehicles, from which seed, for how long (None: until told)."""

    seed: int
    vehicles: int
    duration_s: float | None


@dataclass(slots=True)
class Director:
    """Plays a script on a hosted installation, in a thread beside the web server.

    `evening` was played here before; else what is played now is handed to `keep`.
    """

    host: Hosted
    script: Script
    zones: Future[dict[str, Any]]
    out: Console
    evening: Evening | None = None
    keep: Callable[[Evening], None] | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    failure: BaseException | None = None
    told: dict[str, object] = field(default_factory=dict)

    def run(self) -> None:
        """Play, then stop the server; a failure is kept for the main thread to tell."""
        try:
            self._play()
        except BaseException as failure:  # noqa: BLE001 - handed to the main thread
            self.failure = failure
        finally:
            self.host.server.stop()

    def _play(self) -> None:
        clock = self.host.installed.clock
        progress = Progress(
            TextColumn("{task.description:32}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=self.out,
            transient=True,
        )
        with progress:
            zones = self.zones.result()
            evening = self.evening or self._first(zones, progress)
            stage = Stage(self.host.url, evening.keys)
            now = clock()
            live = cast(self.script.seed, self.script.vehicles, now, now + PERMITTED, zones)
            answers = stage.apply(
                (_dated(filing, clock) for filing in live.filings),
                _step(progress, "permits", len(live.filings)),
            )
        permits_table(answers, self.out)
        doors = partial(open_doors, self.host, stage, evening.invoices, live.misdeeds, self.out)
        # When the last of the permits has begun.
        self._live(stage, live, clock() + AHEAD, doors)
        self._finish(evening.counts)
        stage.close()

    def _first(self, zones: dict[str, Any], progress: Progress) -> Evening:
        """Set the city up, play last month's evening and bill it."""
        installed = self.host.installed
        admin, _ = installed.access.create_key(Role.ADMIN, STAFF[Role.ADMIN])
        stage = Stage(self.host.url, {STAFF[Role.ADMIN]: admin})
        self._set_up(stage, zones, progress)
        numbers = self._last_month(stage, zones, progress)
        stage.close()
        counts = installed.pipeline.counters.counts
        if self.keep is not None:
            self.keep(Evening(keys=stage.keys, counts=counts, invoices=numbers))
        # What is counted from now on is counted on from there.
        return Evening(keys=stage.keys, counts=Counts(), invoices=numbers)

    def _set_up(self, stage: Stage, zones: dict[str, Any], progress: Progress) -> None:
        """Publish zones and tariffs, register everybody."""
        stage.issue_keys(Role.RULEMAKER, [STAFF[Role.RULEMAKER]])
        stage.issue_keys(Role.INSPECTOR, [STAFF[Role.INSPECTOR]])
        stage.issue_keys(Role.FINANCE, [STAFF[Role.FINANCE]])
        step = _step(progress, "zones", 1)
        stage.publish(zones)
        stage.publish_tariffs()
        step()
        # Whoever registers is the same in every scene; only the windows asked for differ.
        start = self.host.installed.clock()
        everyone = cast(self.script.seed, self.script.vehicles, start, start + PAST, zones)
        stage.register(everyone, _step(progress, "vehicles", len(everyone.vehicles)))
        stage.attach(papers(everyone.vehicles, start))
        self._await_rules(len(zones["features"]))

    def _await_rules(self, zones: int) -> None:
        keeper = self.host.installed.records.keeper
        while len(keeper.rulebook().zones) < zones and not self.stopping.wait(0.05):
            pass

    def _last_month(self, stage: Stage, zones: dict[str, Any], progress: Progress) -> list[str]:
        """Play the end of last month through the same pipeline, then bill and issue it.

        The permits of that evening were asked for then: the service is told so. Remote ID carries
        no date, so the receivers' share of the past is left out.
        """
        installed = self.host.installed
        period = month_before(installed.clock())
        end = period.window.end or installed.clock()
        start = end - EVENING
        players = cast(self.script.seed, self.script.vehicles, start, start + PAST, zones)
        decided = [
            installed.records.permits.apply(
                ApplicationIn.model_validate(filing.body).to_application(filing.operator),
                now=start - ASKED_BEFORE,
            ).state.value
            for filing in (*players.filings, *standing(start))
            if filing.flown or filing.body.get("occupation")
        ]
        self._await_permits(decided.count("granted"))
        known = [one for one in players.characters if one.voice is not Voice.REMOTE_ID]
        fleet = Fleet(characters=known, seed=self.script.seed, start=start, stride=PAST_STRIDE)
        messages = fleet.messages(0.0, PAST.total_seconds())
        task = progress.add_task("last month's evening", total=len(messages))
        with self._traffic(stage, players) as traffic:
            traffic.pour(messages, lambda sent: progress.advance(task, sent))
        progress.update(task, completed=len(messages))
        installed.pipeline.tend()
        stage.tell_reads(start)
        return stage.bill(period.label)

    def _await_permits(self, granted: int) -> None:
        keeper = self.host.installed.records.keeper
        while len(keeper.rulebook().permits) < granted and not self.stopping.wait(0.05):
            pass

    def _live(self, stage: Stage, live: Cast, start: datetime, opened: Callable[[], None]) -> None:
        """Let the fleet move; doors open when each vehicle has told where it is."""
        fleet = Fleet(characters=live.characters, seed=self.script.seed, start=start)
        duration_s = self.script.duration_s
        with self._traffic(stage, live) as traffic:
            if duration_s is not None:
                # Live traffic begins at its start, which is some seconds away.
                waiting_s = (start - self.host.installed.clock()).total_seconds()
                timer = threading.Timer(waiting_s + duration_s, self.stopping.set)
                timer.daemon = True
                timer.start()
            messages = _telling(fleet.stream(0.0, FOREVER_S), len(live.characters), opened)
            traffic.play(messages, self.host.installed.clock, self.stopping)
            traffic.finish()

    def _traffic(self, stage: Stage, players: Cast) -> Traffic:
        names = [operator.id for operator in players.operators]
        receivers = [sensor.id for sensor in players.sensors]
        post = Post(mqtt_url=self._broker_address(), keys=stage.keys)
        return Traffic(post, [*names, *receivers])

    def _broker_address(self) -> str:
        """Return the broker's URL without the city's own name and password."""
        scheme, _, rest = self.host.installed.backing.mqtt_url.partition("://")
        return f"{scheme}://{rest.rpartition('@')[2]}"

    def _finish(self, before: Counts) -> None:
        """Sum up what the city holds: of an evening kept, and of this run."""
        installed = self.host.installed
        issued = installed.records.billing.invoices(InvoiceFilter(state="issued", limit=EVERY))
        alerts = installed.records.alerts.alerts(Selection(limit=EVERY))
        permits = installed.records.permits.listing(Search(limit=EVERY)).permits
        self.told = summary(
            Results(
                zones=installed.records.keeper.rulebook().zones,
                decisions=[permit.decision for permit in permits if permit.decision],
                counts=before.plus(installed.pipeline.counters.counts),
                latency_ms=installed.pipeline.counters.latency_ms(50, 99),
                alerts=len(alerts),
                invoices=issued,
            )
        )


def _telling(
    messages: Iterable[Message], first: int, opened: Callable[[], None]
) -> Iterator[Message]:
    """Yield messages, and call once when the first ones were sent."""
    for number, message in enumerate(messages):
        if number == first:
            opened()
        yield message


def _dated(filing: Filing, clock: Callable[[], datetime]) -> Filing:
    """Let what is flown now begin now; the rest is for tomorrow."""
    return filing.beginning(clock() + AHEAD) if filing.flown else filing


def _step(progress: Progress, name: str, total: int) -> Callable[[], None]:
    task: TaskID = progress.add_task(name, total=total)
    return lambda: progress.advance(task)
