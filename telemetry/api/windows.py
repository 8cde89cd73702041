"""From when until when? Two instants of a query, refused by name."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, HTTPException, Query

from zones.periods import InvalidWindow, Window

FROM = "The first instant, with its time zone."
TO = "The instant at which it ends, itself outside."


def asked_window(
    since: Annotated[datetime | None, Query(alias="from", description=FROM)] = None,
    until: Annotated[datetime | None, Query(alias="to", description=TO)] = None,
) -> Window:
    """Read a window; a missing end is open."""
    for name, instant in (("from", since), ("to", until)):
        if instant is not None and instant.tzinfo is None:
            raise HTTPException(422, f"{name}: {instant.isoformat()} has no time zone")
    try:
        return Window(start=since, end=until)
    except InvalidWindow as error:
        msg = f"to: {until} is not after from, {since}"
        raise HTTPException(422, msg) from error


def bounded(start: datetime, end: datetime, longest: timedelta, *, why: str) -> Window:
    """Return a window, or refuse one that is empty or too long."""
    if end <= start:
        raise HTTPException(422, f"to: {end} is not after from, {start}")
    if end - start > longest:
        msg = f"to: {why} for {longest.days} days at most, not from {start} to {end}"
        raise HTTPException(422, msg)
    return Window(start=start, end=end)


AskedWindow = Annotated[Window, Depends(asked_window)]
