"""What every list of movement is asked with: a box, a page, an instant, how many."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, HTTPException, Query

from telemetry.schemas.cursors import UnreadableCursor, cursor_in
from telemetry.watched.views import Bounds


def bounds(
    bbox: Annotated[str | None, Query(description="west,south,east,north in degrees")] = None,
) -> Bounds | None:
    """Read a box in longitude and latitude."""
    if bbox is None:
        return None
    try:
        west, south, east, north = (float(part) for part in bbox.split(","))
    except ValueError as error:
        msg = f"bbox: {bbox!r} is not west,south,east,north"
        raise HTTPException(422, msg) from error
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004 - degrees
        raise HTTPException(422, f"bbox: {bbox!r} is not west,south,east,north in degrees")
    return west, south, east, north


def since(cursor: Annotated[str | None, Query()] = None) -> tuple[datetime, UUID] | None:
    """Read where a page starts."""
    try:
        return None if cursor is None else cursor_in(cursor)
    except UnreadableCursor as error:
        raise HTTPException(422, str(error)) from error


def instant(at: Annotated[datetime | None, Query()] = None) -> datetime | None:
    """Read an instant, which needs a time zone."""
    if at is not None and at.tzinfo is None:
        raise HTTPException(422, f"at: {at.isoformat()} has no time zone")
    return at


Box = Annotated[Bounds | None, Depends(bounds)]
Since = Annotated[tuple[datetime, UUID] | None, Depends(since)]
At = Annotated[datetime | None, Depends(instant)]
Limit = Annotated[int, Query(ge=1, le=1000)]
