"""Who watches, and what they are sent."""

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from telemetry.model import UNREGISTERED
from telemetry.told import Alert, AlertState, Outcome
from telemetry.watched.live import Hub
from telemetry.watched.views import View
from tests.telemetry.city_builders import LAT, NOON, Seen, at_metres, ms
from tests.telemetry.news import BOAT, CITY, STRANGER, clock, news, next_of, read, watching
from zones.model import Layer


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
             None, 5.0, ms(691), "ok", str(CITY.permits[0].id), "ailes"]
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
        assert told["alert"]["reason"] == "prohibited"
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
        assert told["alerts"][0]["reason"] == "unregistered"

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

    hub.tell([replace(told, state=AlertState.CLOSED, outcome=Outcome.RESOLVED)])
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
