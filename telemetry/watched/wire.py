"""How is an event of the live stream written, and which number does it have?

Each process numbers its own events. Where several share the intake the number says whose it is, so
that a reader that comes to another process is not taken to know what happened there.
"""

from typing import Any

import msgspec

from telemetry.intake.shares import Share
from telemetry.schemas.alerts import AlertOut
from telemetry.told import Alert
from telemetry.watched.views import View

NAMES = 100  # more than there are shares


def event(kind: str, data: object, number: int | None = None) -> str:
    """Write an event; with its number it can be gone on from."""
    name = "" if number is None else f"id: {number}\n"
    return f"{name}event: {kind}\ndata: {msgspec.json.encode(data).decode()}\n\n"


def alert_out(alert: Alert, view: View) -> dict[str, Any]:
    """Write an alert as it is told to whom this view is for."""
    return AlertOut.of(alert, view.operator).model_dump(mode="json")


def number_out(number: int, mine: Share) -> int:
    """Return the number of an event as readers know it."""
    return number if mine.of == 1 else number * NAMES + mine.number


def number_in(told: str | None, mine: Share) -> int:
    """Return the number that a reader tells; -1 where it is none of this process."""
    if not told or not told.isdigit():
        return -1
    if mine.of == 1:
        return int(told)
    number, whose = divmod(int(told), NAMES)
    return number if whose == mine.number else -1
