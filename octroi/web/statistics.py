"""Which page shows everybody what moved? Whole days, as far as they say nothing of one business."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from octroi.web.pages import Pages
from octroi.web.reader import Reader, reader_of
from telemetry.housekeeping import Housekeeping
from telemetry.kept.statistics import By, Cell, Question, Step, disclosed, midnight, whole_days
from zones.model import ZoneId
from zones.periods import Window
from zones.time.clocks import PARIS_TIME

SHOWN = timedelta(days=14)
MOST_ZONES = 300


def router(
    house: Housekeeping,
    zone_names: Callable[[], dict[ZoneId, str]],
    clock: Callable[[], datetime],
    default_language: str,
) -> APIRouter:
    """Serve the page of statistics."""
    pages, reader = Pages(), reader_of(default_language)
    routes = APIRouter(include_in_schema=False)

    @routes.get("/statistics")
    def statistics(who: Annotated[Reader, Depends(reader)]) -> Response:
        """Show what moved by layer, and on the last day by zone."""
        now = clock()
        start, end = whole_days(midnight(now - SHOWN), now, now)
        last = midnight(end - timedelta(hours=12))
        layers = _cells(house, By.LAYER, start, end)
        zones = _cells(house, By.ZONE, last, end)
        told, named = (disclosed(layers), disclosed(zones)), zone_names()
        page = pages.show(
            "statistics",
            who.language,
            layers=[(_day(cell), cell) for cell in reversed(told[0])],
            zones=[(named.get(cell.zone or ZoneId(""), cell.zone), cell) for cell in told[1]],
            last=last.astimezone(PARIS_TIME).date().isoformat(),
            withheld=len(layers) + len(zones) - sum(map(len, told)),
        )
        return who.remember(page)

    return routes


def _cells(house: Housekeeping, by: By, start: datetime, end: datetime) -> tuple[Cell, ...]:
    window = Window(start=start, end=end)
    return house.statistics(Question(by=by, step=Step.DAY, window=window, limit=MOST_ZONES))


def _day(cell: Cell) -> str:
    return cell.start.astimezone(PARIS_TIME).date().isoformat()
