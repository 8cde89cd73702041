"""Who comes back to the map, or looks at a part of it, sees what there is to see there."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from telemetry.model import VehicleKey
from telemetry.told import AlertState
from telemetry.watched.live import Hub
from telemetry.watched.views import View
from tests.telemetry.city_builders import DRONE, LAT, LON, Seen, ms
from tests.telemetry.news import BOAT, STRANGER, Told, clock, news, next_of, no_pause, watching
from zones.model import Layer


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
            hub.snapshot()  # somebody else looks, and the log goes on

        assert [text async for text in stream] == []
        ((kind, _, _),) = await next_of(hub.stream(View(), str(number)))
        assert kind == "snapshot"

    watching(hub, story)


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
