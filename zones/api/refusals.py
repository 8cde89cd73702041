"""How does the wire say no? A status for each refusal; the sentence is the exception's own."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import HTTPException

from zones.formats.defects import Defective
from zones.notice import InvalidEmergency, TooEarly
from zones.periods import InvalidWindow
from zones.reading import NotYetKnown
from zones.schemas.asking import InvalidFilter
from zones.service import AlreadyEnded, NoEmergency, StaleZone, UnknownZone, ZoneExists

STATUS: dict[type[Exception], int] = {
    Defective: 422,
    InvalidFilter: 422,
    InvalidWindow: 422,
    InvalidEmergency: 422,
    NotYetKnown: 422,
    TooEarly: 422,
    NoEmergency: 403,
    UnknownZone: 404,
    AlreadyEnded: 409,
    ZoneExists: 409,
    StaleZone: 412,
}
REFUSALS = tuple(STATUS)


@contextmanager
def refusals() -> Iterator[None]:
    """Give each refusal its status."""
    try:
        yield
    except REFUSALS as error:
        raise HTTPException(STATUS[type(error)], detail=str(error)) from error
