"""How does an installation go on the air? Port first, then services, then the app."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from socket import socket
from types import FrameType

from starlette.types import ASGIApp

from billing.tallying import Tally
from octroi import clock
from octroi.deciding.decider import Place
from octroi.deciding.deciders import Deciders
from octroi.deciding.front import Front
from octroi.serving import Serving, address_of, listening
from octroi.settings import Settings
from octroi.site import site
from octroi.tallying import Tallying
from octroi.ticking import Ticking
from octroi.wiring import Installation, installation
from telemetry.compiling import compile_now

TEND_EVERY_S = 60.0
TALLY_EVERY_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosted:
    """An installation with its web server, ready to run."""

    installed: Installation
    server: Serving
    bound: socket

    @property
    def url(self) -> str:
        """Return where the pages and the API are."""
        return address_of(self.bound)

    def run(self) -> None:
        """Serve until told to stop."""
        self.server.run(sockets=[self.bound])


@contextmanager
def hosted(settings: Settings) -> Iterator[Hosted]:
    """Start everything in order; a taken port is noticed before anything is started."""
    signal.signal(signal.SIGTERM, _leave)
    with (
        listening(settings.host, settings.port) as bound,
        _compiling() as compiled,
        installation(settings, clock.now) as installed,
        Ticking(_kept(installed), "history", installed.meters.ticks, TEND_EVERY_S),
        Ticking(_billed(installed), "billing", installed.meters.ticks, TEND_EVERY_S),
    ):
        compiled()
        with _counting(installed) as tally:
            app = Tallying(_fronted(installed), tally=tally, access=installed.access)
            server = Serving(app, installed.hub.close)
            yield Hosted(installed=installed, server=server, bound=bound)


def _kept(installed: Installation) -> Callable[[], object]:
    """Return who keeps the history: of several processes that take observations in, the first."""
    first = installed.settings.intake_share.number == 1
    return installed.records.housekeeping.tend if first else lambda: None


def _billed(installed: Installation) -> Callable[[], object]:
    """Return who runs billing when it is due."""
    return installed.records.billing.schedule.tick


@contextmanager
def _counting(installed: Installation) -> Iterator[Tally]:
    """Count what is read of the city's data for trade, to the last answer."""
    tally = Tally(installed.records.pool, installed.clock)
    with Ticking(tally.write, "tally", installed.meters.ticks, TALLY_EVERY_S):
        yield tally
    tally.write()


@contextmanager
def _compiling() -> Iterator[Callable[[], None]]:
    """Compile while the database starts, so that no message waits for it; wait for it when called.

    A start that fails does not wait for it. What is still being compiled then loses the threads it
    works on to the end of the process, which is no news to anyone.
    """
    leaving = threading.Event()

    def compile_unless_leaving() -> None:
        try:
            compile_now()
        except Exception:
            if not leaving.is_set():
                raise

    compiling = threading.Thread(target=compile_unless_leaving, name="compiling", daemon=True)
    compiling.start()
    try:
        yield compiling.join
    finally:
        leaving.set()


def _fronted(installed: Installation) -> ASGIApp:
    """Return the app, with processes beside it that decide about permits."""
    settings, backed = installed.settings, installed.backing
    place = Place(settings=settings, database_url=backed.database_url, secret=backed.secret)
    deciders = Deciders(place, installed.ingest.publish, settings.deciders)
    app = site(installed, lambda: deciders.ready)
    return Front(app, deciders, settings.body_limit_bytes)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    # Also while starting: what was started is stopped on the way out.
    sys.exit(0)
