"""The HTTP interface of what was summed up: staff see all, operators their own, others days."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query

from permits.identity.guard import CHALLENGE, Anyone, visible_operator
from permits.parties import Caller, Role
from telemetry.api.asking import Limit
from telemetry.api.windows import AskedWindow, bounded
from telemetry.housekeeping import Housekeeping
from telemetry.kept.statistics import By, Question, Step, disclosed, midnight, whole_days
from telemetry.schemas.cursors import UnreadableCursor
from telemetry.schemas.statistics import StatisticOut, StatisticsOut, place_in, place_out
from zones.model import Layer
from zones.periods import Window

LONGEST = {Step.HOUR: timedelta(days=31), Step.DAY: timedelta(days=366)}
WEEK = timedelta(days=7)
STAFF_AND_OPERATORS = "Hours and single operators are told to staff and to operators."
Place = tuple[datetime, Layer, str]


def after(cursor: Annotated[str | None, Query()] = None) -> Place | None:
    """Read where a page starts."""
    try:
        return None if cursor is None else place_in(cursor)
    except UnreadableCursor as error:
        raise HTTPException(422, str(error)) from error


def router(house: Housekeeping, *, anyone: Anyone, clock: Callable[[], datetime]) -> APIRouter:
    """Return the route of statistics."""
    routes = APIRouter(prefix="/v1", tags=["history"])

    @routes.get("/statistics")
    def statistics(  # noqa: PLR0913 - as many as there are filters
        caller: Annotated[Caller | None, Depends(anyone)],
        asked: AskedWindow,
        place: Annotated[Place | None, Depends(after)],
        *,
        by: By = By.ZONE,
        step: Step = Step.DAY,
        operator: str | None = None,
        zone: str | None = None,
        layer: Layer | None = None,
        limit: Limit = 1000,
    ) -> StatisticsOut:
        """Tell observations, vehicles and violations by zone or layer, hour or day of Paris.

        Everybody is told whole days that are over, and of those only what at least three operators
        took part in and none of them made up more than 85 % of; `withheld` counts the others. The
        city's staff is told all, an operator its own, by hours too. Hours are told for 31 days
        at most, days for 366; without `from` the last seven days.
        """
        if by is By.LAYER and zone is not None:
            raise HTTPException(422, "zone: of a layer all zones are told together")
        public = caller is None or caller.role is Role.SENSOR
        if public and (step is Step.HOUR or operator is not None):
            status, headers = (401, CHALLENGE) if caller is None else (403, None)
            raise HTTPException(status, STAFF_AND_OPERATORS, headers=headers)
        if public or caller is None:
            start, end = _over(*_window(asked, clock()), clock())
        else:
            operator = visible_operator(caller, operator)
            start, end = _window(asked, clock())
        window = bounded(start, end, LONGEST[step], why=f"{step.value}s are told")
        question = Question(
            by=by, step=step, window=window, operator=operator, zone=zone, layer=layer,
            after=place, limit=limit,
        )  # fmt: skip
        cells = house.statistics(question)
        told = disclosed(cells) if public else cells
        return StatisticsOut(
            by=by,
            step=step,
            start=start,
            end=end,
            statistics=[StatisticOut.of(cell) for cell in told],
            withheld=len(cells) - len(told),
            next=place_out(cells[-1]) if len(cells) == limit else None,
        )

    return routes


def _over(start: datetime, end: datetime, now: datetime) -> tuple[datetime, datetime]:
    """Return the whole days between two instants that are over, or say that there is none."""
    first, last = whole_days(start, end, now)
    if start < end and last <= first:
        why = "days are told to everybody once they are over"
        raise HTTPException(422, f"to: no day of Paris from {start} to {end} is over; {why}")
    return first, last


def _window(asked: Window, now: datetime) -> tuple[datetime, datetime]:
    end = asked.end or now
    return asked.start or midnight(end - WEEK), end
