"""Which permits are looked for? The filters of every list of permits, and a page of an answer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from permits.model import Decision, Permit, PermitState
from zones.model import Layer, Purpose

PAGE = 50
LARGEST_PAGE = 200

Bounds = tuple[float, float, float, float]


class InvalidSearch(ValueError):
    """A filter that cannot be followed; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What permits must have in common; None asks for nothing. `before` is the last page's end.

    `permit` is the one looked for by its id. `bbox` is west, south, east, north; `at` an instant
    within one of the permit's windows; `decided` leaves drafts out,
    `waiting` all that no officer is asked about.
    """

    permit: UUID | None = None
    operator: str | None = None
    state: PermitState | None = None
    decision: Decision | None = None
    decided: bool = False
    waiting: bool = False
    layer: Layer | None = None
    purpose: Purpose | None = None
    at: datetime | None = None
    bbox: Bounds | None = None
    before: int | None = None
    limit: int = PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some permits, newest first, and where the next page starts, if there is one."""

    permits: tuple[Permit, ...]
    next: int | None


def bounds(text: str) -> Bounds:
    """Read `west,south,east,north` in degrees."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        msg = f"bbox: four numbers west,south,east,north are expected, not {text!r}"
        raise InvalidSearch(msg) from error
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004 - degrees
        msg = f"bbox: {text!r} is not west,south,east,north in degrees"
        raise InvalidSearch(msg)
    return west, south, east, north
