"""Who watches over a real connection, and who of them is let go."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from octroi.serving import Serving, listening
from permits.parties import Caller, Role, VehicleId
from telemetry.api.live import live_routes
from telemetry.model import VehicleKey
from telemetry.watched.live import Hub
from tests.telemetry.city_builders import DRONE, Seen, ms
from tests.telemetry.news import clock, news


@contextmanager
def serving(hub: Hub) -> Iterator[str]:
    app = FastAPI()
    app.include_router(live_routes(hub, who=lambda: Caller(role=Role.INSPECTOR, name="ines")))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none", lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/live"
        finally:
            server.should_exit = True
            thread.join()


def test_over_a_real_connection_a_reader_that_leaves_is_forgotten() -> None:
    hub = Hub(clock)
    with serving(hub) as url:
        with httpx.stream("GET", url, timeout=10) as answer:
            lines = answer.iter_lines()
            assert next(lines) == "retry: 2000"
            assert hub.readers == 1
            hub.publish(news(Seen(s=690)))
            assert any("drone-1" in line for line in lines)

        assert until(lambda: hub.readers == 0)


def test_a_server_with_readers_stops_once_the_hub_is_closed() -> None:
    hub = Hub(clock)
    with serving(hub) as url, httpx.stream("GET", url, timeout=10) as answer:
        assert until(lambda: hub.readers == 1)
        hub.close()

        assert "snapshot" in answer.read().decode()


def until(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 30
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


@contextmanager
def hanging_up(hub: Hub) -> Iterator[tuple[str, int]]:
    """Serve as Octroi does, with little patience for who does not read."""
    app = FastAPI()
    app.include_router(live_routes(hub, who=lambda: Caller(role=Role.INSPECTOR, name="ines")))
    with listening("127.0.0.1", 0, stuck_s=1.0) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
        server = Serving(app, hub.close)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            yield bound.getsockname()
        finally:
            server.stop()
            thread.join()


@pytest.mark.slow
def test_who_stops_reading_is_hung_up_on_while_others_hear_everything_at_once() -> None:
    hub = Hub(clock, log_events=100_000)
    fleet = [VehicleKey(DRONE.operator, VehicleId(f"d{n}")) for n in range(1_000)]
    with hanging_up(hub) as place, socket.socket() as stuck:
        stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stuck.connect(place)
        stuck.sendall(b"GET /live HTTP/1.1\r\nHost: a\r\n\r\n")
        with httpx.stream("GET", f"http://127.0.0.1:{place[1]}/live", timeout=10) as answer:
            lines = answer.iter_lines()
            assert until(lambda: hub.readers == 2)
            waits = []
            for turn in range(5):
                everyone = news(*(Seen(s=600 + turn, vehicle=each) for each in fleet))
                begun = time.monotonic()
                hub.publish(everyone)
                waits.append(time.monotonic() - begun)
                while f",{ms(600 + turn)}," not in next(lines):
                    pass
            assert until(lambda: hub.readers == 1)
            assert sorted(waits)[2] < 0.5
