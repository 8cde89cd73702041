"""What a city's map is sent, and what a reader of it reads."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from permits.parties import VehicleId
from telemetry.alerts import alert
from telemetry.judging import judge
from telemetry.model import UNREGISTERED, VehicleKey
from telemetry.watched import live
from telemetry.watched.live import Hub
from telemetry.watched.live_batch import LiveBatch
from telemetry.watched.views import View
from tests.telemetry.city_builders import DRONE, NOON, Seen, batch, permit, rulebook, zone
from zones.model import Restriction

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
