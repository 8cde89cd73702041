"""Which zones are asked for? Filters, cursors and instants."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator, AwareDatetime, Field

from zones.editions import AsOf
from zones.model import Layer
from zones.schemas.wire import Wire
from zones.store.reading import Bounds, Filters

LARGEST_PAGE = 1000
YEARS = range(1000, 9999)


class InvalidFilter(ValueError):
    """A filter that cannot be read; the message names it."""


def _year_of_law(instant: datetime) -> datetime:
    if instant.year not in YEARS:
        msg = f"the year {instant.year} is not one of a city's law"
        raise ValueError(msg)
    return instant.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_year_of_law)]
At = Annotated[Instant | None, Query(description="The law of this instant; now when absent.")]
KnownAt = Annotated[
    Instant | None,
    Query(description="As it was known at this instant; as it is known now when absent."),
]


class ZonesQuery(Wire):
    """Which zones to show: `bbox` is west,south,east,north; the law of `at`, now when absent.

    `known_at` asks for what was known at an instant: what was answered then is answered again.
    """

    bbox: str | None = None
    layer: Layer | None = None
    at: At = None
    known_at: KnownAt = None
    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = 100
    cursor: str | None = None


Asked = Annotated[ZonesQuery, Query()]


def to_bounds(text: str | None) -> Bounds | None:
    """Read a bounding box."""
    if text is None:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        msg = f"bbox: {text!r} is not west,south,east,north in degrees"
        raise InvalidFilter(msg) from error
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004 - the Earth
        msg = f"bbox: {text!r} is upside down or not on Earth"
        raise InvalidFilter(msg)
    return west, south, east, north


def to_cursor(zone_id: str) -> str:
    """Write the id a page ended with so that nobody builds on its form."""
    return base64.urlsafe_b64encode(zone_id.encode()).decode()


def from_cursor(cursor: str | None) -> str:
    """Read the id that the page before ended with."""
    try:
        return base64.b64decode(cursor or "", altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        msg = f"cursor: {cursor!r} is not one of ours"
        raise InvalidFilter(msg) from error


def to_filters(asked: ZonesQuery, now: datetime) -> Filters:
    """Read the filters of a page; raises `InvalidFilter`."""
    return Filters(
        at=asked.at or now,
        known_at=asked.known_at,
        layer=asked.layer,
        bounds=to_bounds(asked.bbox),
        after=from_cursor(asked.cursor),
        limit=asked.limit,
    )


def to_as_of(at: datetime | None, known_at: datetime | None, now: datetime) -> AsOf:
    """Read which law is asked for."""
    return AsOf(at=at or now, known_at=known_at)
