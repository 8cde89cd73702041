"""Who watches, and what they are sent."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import numpy as np
import pytest
import uvicorn
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st

from octroi.serving import Serving, listening
from permits.parties import Caller, Role, VehicleId
from telemetry.alerts import alert
from telemetry.api.live import live_routes
from telemetry.judging import judge
from telemetry.model import UNREGISTERED, Alert, AlertState, VehicleKey
from telemetry.watched import live
from telemetry.watched.live import Hub
from telemetry.watched.live_batch import LiveBatch
from telemetry.watched.views import View
from tests.telemetry.city_builders import (
    DRONE,
    LAT,
    LON,
    NOON,
    Seen,
    at_metres,
    batch,
    ms,
    permit,
    rulebook,
    zone,
)
from zones.model import Layer, Restriction

CITY = rulebook(
    [zone(), zone("ban", 50, middle=(500, 0), restriction=Restriction.PROHIBITED)], [permit()]
)
BOAT = VehicleKey(DRONE.operator.__class__("bateaux"), VehicleId("b1"))
STRANGER = VehicleKey(UNREGISTERED, VehicleId("serial-1"))

Told = tuple[str, dict[str, Any], int | None]


def clock() -> datetime:
    return NOON + timedelta(seconds=700)


def news(*seen: Seen) -> LiveBatch:
    observations = batch(*seen)
    verdicts = judge(observations, CITY)
    return LiveBatch(
        observations=observations,
        ids=np.arange(len(seen)),
        verdicts=verdicts,
        rulebook=CITY,
        alerts=alert({}, observations, verdicts, CITY).alerts,
    )


def read(text: str) -> list[Told]:
    found: list[Told] = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        if "event" in fields:
            number = int(fields["id"]) if "id" in fields else None
            found.append((fields["event"], json.loads(fields["data"]), number))
    return found


async def next_of(stream: AsyncIterator[str]) -> list[Told]:
    return read(await asyncio.wait_for(anext(stream), 5))


@contextmanager
def no_pause() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "PAUSE_S", 0.0)
        yield


def watching(
    hub: Hub, story: Callable[[AsyncIterator[str]], Awaitable[None]], view: View | None = None
) -> None:
    async def run() -> None:
        stream = hub.stream(view or View())
        await story(stream)
        hub.close()

    asyncio.run(run())


def test_a_reader_begins_with_everything_and_goes_on_with_what_changes() -> None:
    hub = Hub(clock)
    hub.publish(news(Seen(s=690)))

    async def story(stream: AsyncIterator[str]) -> None:
        first = await asyncio.wait_for(anext(stream), 5)
        assert first.startswith("retry: 2000\n\n")
        ((kind, snapshot, number),) = read(first)
        assert kind == "snapshot"
        assert number is not None
        assert snapshot["at"] == ms(700)
        assert snapshot["alerts"] == []
        ((uid, *_),) = snapshot["vehicles"]
        assert uid == "ailes/drone-1"

        threading.Thread(target=hub.publish, args=(news(Seen(x=100, s=691)),)).start()

        ((kind, changed, after),) = await next_of(stream)
        lon, _ = at_metres(100, 0)
        assert (kind, after) == ("positions", number + 1)
        assert changed["rows"] == [
            ["ailes/drone-1", "ailes", "drone-1", "air", round(lon, 7), LAT, 50.0, "AGL",
             None, 5.0, ms(691), "ok", str(CITY.permits[0].id)]
        ]  # fmt: skip

    watching(hub, story)


def test_a_snapshot_names_operators_and_its_number_is_where_the_news_begins() -> None:
    hub = Hub(clock, name_of={"ailes": "Les Ailes SAS"}.get)
    hub.publish(news(Seen(s=690), Seen(vehicle=STRANGER, s=690)))

    found = hub.snapshot(View())

    assert found.operators == {"ailes": "Les Ailes SAS"}
    assert {row.operator for row in found.vehicles} == {"ailes", UNREGISTERED}
    hub.publish(news(Seen(s=691)))

    async def story(_stream: AsyncIterator[str]) -> None:
        back = hub.stream(View(), str(found.number))
        assert await next_of(back) == []
        named, (kind, told, _) = await next_of(back)
        assert named[:2] == ("operators", {"ailes": "Les Ailes SAS"})
        assert (kind, told["rows"][0][10]) == ("positions", ms(691))

    watching(hub, story)


def test_an_operator_heard_later_is_named_once_before_its_vehicles() -> None:
    hub = Hub(clock, name_of={"bateaux": "Les Bateaux"}.get)

    async def story(stream: AsyncIterator[str]) -> None:
        await next_of(stream)
        kinds = []
        for s in (691, 692):
            hub.publish(news(Seen(vehicle=BOAT, layer=Layer.RIVER, s=s)))
            kinds.append([kind for kind, *_ in await next_of(stream) if kind != "verdicts"])
        assert kinds == [["operators", "positions"], ["positions"]]

    watching(hub, story)


def test_an_alert_without_a_position_is_sent_too() -> None:
    # As when a vehicle falls silent: there is nothing new to place on the map.
    hub = Hub(clock)
    raised = news(Seen(x=500, s=690)).alerts

    async def story(stream: AsyncIterator[str]) -> None:
        await next_of(stream)
        hub.publish(replace(news(), alerts=raised))

        ((kind, told, _),) = await next_of(stream)
        assert (kind, told["id"]) == ("alert", str(raised[0].id))

    watching(hub, story)


def test_an_alert_is_sent_with_its_sentence_and_colours_the_vehicle() -> None:
    hub = Hub(clock)

    async def story(stream: AsyncIterator[str]) -> None:
        await next_of(stream)
        hub.publish(news(Seen(x=500, s=690)))

        told = {kind: data for kind, data, _ in await next_of(stream)}
        assert told["alert"]["rule"] == "prohibited"
        assert (
            told["alert"]["text"]["fr"]
            == "drone-1 est dans une zone interdite, «\N{NO-BREAK SPACE}Ban\N{NO-BREAK SPACE}»."
        )
        assert told["alert"]["state"] == "open"
        assert told["positions"]["rows"][0][11] == "alert"
        assert ["ailes/drone-1", "ban", "violation", "prohibited"] in told["verdicts"]["rows"]

    watching(hub, story)


def test_verdicts_are_sent_only_when_they_change_and_when_a_zone_is_left() -> None:
    hub = Hub(clock)
    hub.publish(news(Seen(s=690)))

    async def story(stream: AsyncIterator[str]) -> None:
        await next_of(stream)
        hub.publish(news(Seen(s=691)))
        assert [kind for kind, _, _ in await next_of(stream)] == ["positions"]
        hub.publish(news(Seen(x=5000, s=692)))
        told = {kind: data for kind, data, _ in await next_of(stream)}
        assert told["verdicts"]["rows"] == [["ailes/drone-1", "city", None, None]]

    watching(hub, story)


def test_many_batches_are_sent_as_one() -> None:
    hub = Hub(clock)

    async def story(stream: AsyncIterator[str]) -> None:
        await next_of(stream)
        for s in range(600, 620):
            hub.publish(news(Seen(s=s), Seen(s=s, vehicle=BOAT)))

        ((_, told, _),) = [each for each in await next_of(stream) if each[0] == "positions"]
        assert sorted((row[0], row[10]) for row in told["rows"]) == [
            ("ailes/drone-1", ms(619)),
            ("bateaux/b1", ms(619)),
        ]

    watching(hub, story)


def test_a_view_shows_its_box_its_layers_and_its_operator_only() -> None:
    hub = Hub(clock)
    hub.publish(news(Seen(s=690), Seen(x=500, s=690, vehicle=BOAT, layer=Layer.RIVER)))
    box = (LON - 0.001, LAT - 0.001, LON + 0.001, LAT + 0.001)

    def shown(view: View) -> tuple[list[str], list[str]]:
        async def once() -> tuple[list[str], list[str]]:
            ((_, told, _),) = await next_of(hub.stream(view))
            return [row[0] for row in told["vehicles"]], [a["vehicle"] for a in told["alerts"]]

        return asyncio.run(once())

    assert shown(View()) == (["ailes/drone-1", "bateaux/b1"], ["b1"])
    assert shown(View(bounds=box)) == (["ailes/drone-1"], [])
    assert shown(View(layers=frozenset({Layer.RIVER}))) == (["bateaux/b1"], ["b1"])
    assert shown(View(operator="ailes")) == (["ailes/drone-1"], [])


def test_a_vehicle_that_leaves_the_box_is_seen_to_leave_once() -> None:
    hub = Hub(clock)
    hub.publish(news(Seen(s=690)))

    async def story(stream: AsyncIterator[str]) -> None:
        await next_of(stream)
        for x, s in ((400, 691), (410, 692), (0, 693)):
            hub.publish(news(Seen(x=x, s=s)))
            await asyncio.sleep(0.3)
            if x != 410:
                told = await next_of(stream)
                assert [d["rows"][0][10] for k, d, _ in told if k == "positions"] == [ms(s)]

    watching(hub, story, View(bounds=(LON - 0.001, LAT - 0.001, LON + 0.001, LAT + 0.001)))


def test_a_reader_that_comes_back_goes_on_where_it_stopped() -> None:
    hub = Hub(clock)
    hub.publish(news(Seen(s=690)))

    async def story(stream: AsyncIterator[str]) -> None:
        ((_, _, number),) = await next_of(stream)
        hub.publish(news(Seen(s=691)))
        hub.publish(news(Seen(s=692)))
        back = hub.stream(View(), str(number))

        assert await next_of(back) == []
        ((kind, told, _),) = await next_of(back)
        assert (kind, told["rows"][0][10]) == ("positions", ms(692))

    watching(hub, story)


def test_a_reader_too_far_behind_is_dropped_and_starts_anew() -> None:
    hub = Hub(clock, log_events=2)

    async def story(stream: AsyncIterator[str]) -> None:
        ((_, _, number),) = await next_of(stream)
        for s in range(600, 605):
            hub.publish(news(Seen(s=s)))

        assert [text async for text in stream] == []
        ((kind, _, _),) = await next_of(hub.stream(View(), str(number)))
        assert kind == "snapshot"

    watching(hub, story)


def test_a_quiet_city_still_sends_a_sign_of_life() -> None:
    hub = Hub(clock, heartbeat_s=0.05)

    async def story(stream: AsyncIterator[str]) -> None:
        await next_of(stream)
        assert await next_of(stream) == [("positions", {"at": ms(700), "rows": []}, None)]

    watching(hub, story)


def test_closing_ends_every_stream() -> None:
    hub = Hub(clock)

    async def story(stream: AsyncIterator[str]) -> None:
        await next_of(stream)
        asyncio.get_running_loop().call_later(0.05, hub.close)
        assert [text async for text in stream if text] == []

    watching(hub, story)


def test_an_older_position_does_not_replace_a_newer_one() -> None:
    hub = Hub(clock)
    hub.publish(news(Seen(s=690)))
    hub.publish(news(Seen(x=300, s=680)))

    async def story(stream: AsyncIterator[str]) -> None:
        ((_, told, _),) = await next_of(stream)
        assert told["vehicles"][0][10] == ms(690)

    watching(hub, story)


def test_an_unregistered_vehicle_is_shown_as_such() -> None:
    hub = Hub(clock)
    hub.publish(news(Seen(s=690, vehicle=STRANGER)))

    async def story(stream: AsyncIterator[str]) -> None:
        ((_, told, _),) = await next_of(stream)
        assert told["vehicles"][0][11] == "unregistered"
        assert told["alerts"][0]["rule"] == "unregistered"

    watching(hub, story)


def alerts_shown(hub: Hub) -> list[tuple[str, str | None, int]]:
    async def once() -> list[tuple[str, str | None, int]]:
        ((_, told, _),) = await next_of(hub.stream())
        return [(each["state"], each["assignee"], each["count"]) for each in told["alerts"]]

    return asyncio.run(once())


def test_what_an_inspector_made_of_an_alert_outlives_the_next_update() -> None:
    hub = Hub(clock)
    live = news(Seen(x=500, s=690))
    (told,) = live.alerts
    more = replace(live, alerts=(replace(told, count=7),))
    hub.publish(live)

    hub.tell([replace(told, state=AlertState.ASSIGNED, assignee="lea")])
    hub.publish(more)
    assert alerts_shown(hub) == [("assigned", "lea", 7)]

    hub.tell([replace(told, state=AlertState.CLOSED)])
    hub.publish(more)
    assert alerts_shown(hub) == []


def test_an_alert_about_last_month_is_not_news() -> None:
    hub = Hub(lambda: NOON + timedelta(days=30))

    hub.publish(news(Seen(x=500, s=690)))

    assert alerts_shown(hub) == []


def test_vehicles_not_heard_for_half_an_hour_are_forgotten() -> None:
    now = [clock()]
    hub = Hub(lambda: now[0])
    hub.publish(news(Seen(s=690)))
    now[0] += timedelta(minutes=40)

    async def once() -> list[Any]:
        ((_, told, _),) = await next_of(hub.stream())
        vehicles: list[Any] = told["vehicles"]
        return vehicles

    assert asyncio.run(once()) == []


def test_an_alert_closed_by_the_ingest_leaves_the_list() -> None:
    hub = Hub(clock)
    live = news(Seen(x=500, s=690))
    over: Alert = replace(live.alerts[0], state=AlertState.CLOSED)
    hub.publish(live)

    hub.publish(replace(live, alerts=(over,)))

    assert alerts_shown(hub) == []


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


def test_a_reader_that_comes_back_sees_go_what_left_its_view_meanwhile_and_later() -> None:
    hub = Hub(clock)
    hub.publish(news(Seen(s=690), Seen(s=690, vehicle=BOAT)))
    box = View(bounds=(LON - 0.001, LAT - 0.001, LON + 0.001, LAT + 0.001))

    async def story(stream: AsyncIterator[str]) -> None:
        ((_, _, number),) = await next_of(stream)
        hub.publish(news(Seen(x=5000, s=691)))
        back = hub.stream(box, str(number))
        assert await next_of(back) == []
        told = await next_of(back)
        assert [row[0] for kind, d, _ in told if kind == "positions" for row in d["rows"]] == [
            "ailes/drone-1"
        ]
        hub.publish(news(Seen(x=5000, s=692, vehicle=BOAT)))
        told = await next_of(back)
        assert [row[0] for kind, d, _ in told if kind == "positions" for row in d["rows"]] == [
            "bateaux/b1"
        ]

    watching(hub, story, box)


def test_a_reader_that_comes_back_is_never_shown_what_is_not_its_own() -> None:
    hub = Hub(clock)
    hub.publish(news(Seen(s=690), Seen(s=690, vehicle=BOAT)))
    own = View(operator="ailes", bounds=(LON - 0.001, LAT - 0.001, LON + 0.001, LAT + 0.001))

    async def story(stream: AsyncIterator[str]) -> None:
        ((_, _, number),) = await next_of(stream)
        hub.publish(news(Seen(s=691), Seen(x=500, s=691, vehicle=BOAT)))
        back = hub.stream(own, str(number))
        assert await next_of(back) == []
        assert "bateaux" not in await asyncio.wait_for(anext(back), 5)

    watching(hub, story, own)


def test_an_alert_is_followed_to_its_end_wherever_that_is() -> None:
    hub = Hub(clock)
    live = news(Seen(x=500, s=690))
    (raised,) = live.alerts
    box = View(
        bounds=(raised.lon - 0.001, raised.lat - 0.001, raised.lon + 0.001, raised.lat + 0.001)
    )
    over = replace(raised, state=AlertState.CLOSED, lon=raised.lon + 1)
    hub.publish(live)

    async def story(stream: AsyncIterator[str]) -> None:
        ((_, told, number),) = await next_of(stream)
        assert len(told["alerts"]) == 1
        hub.publish(replace(news(), alerts=(over,)))
        assert [d["state"] for kind, d, _ in await next_of(stream) if kind == "alert"] == ["closed"]
        back = hub.stream(box, str(number))
        assert await next_of(back) == []
        assert [d["state"] for kind, d, _ in await next_of(back) if kind == "alert"] == ["closed"]

    watching(hub, story, box)


@settings(max_examples=30)
@given(
    moves=st.lists(
        st.tuples(st.sampled_from([DRONE, BOAT]), st.integers(-300, 300)), min_size=1, max_size=25
    ),
    breaks=st.sets(st.integers(0, 25)),
)
def test_what_a_view_shows_after_deltas_and_breaks_is_what_a_snapshot_shows(
    moves: list[tuple[VehicleKey, int]], breaks: set[int]
) -> None:
    hub = Hub(clock)
    box = View(bounds=(LON - 0.002, LAT - 0.002, LON + 0.002, LAT + 0.002))
    shown: dict[str, tuple[float, float]] = {}

    def hear(told: list[Told], number: int) -> int:
        for kind, data, at in told:
            number = at or number
            rows = data.get("vehicles", []) + (data["rows"] if kind == "positions" else [])
            shown.update({row[0]: (row[4], row[5]) for row in rows})
        return number

    async def run() -> None:
        stream, number = hub.stream(box), 0
        for turn, (vehicle, x) in enumerate(moves):
            if turn in breaks and number:
                stream = hub.stream(box, str(number))
                assert await next_of(stream) == []
            # The stranger stays in view, so that there is something to hear each time.
            hub.publish(
                news(Seen(x=x, s=600 + turn, vehicle=vehicle), Seen(s=turn, vehicle=STRANGER))
            )
            number = hear(await next_of(stream), number)

    with no_pause():
        asyncio.run(run())
    expected = {row.uid: (row.lon, row.lat) for row in hub.snapshot(box).vehicles}
    inside = {uid: at for uid, at in shown.items() if box.shows("air", "", *at)}
    assert inside == expected


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
