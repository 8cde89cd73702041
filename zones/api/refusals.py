"""How does the wire say no? A status for each refusal; the sentence is the exception's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import HTTPException

from zones.formats.defects import Defective
from zones.formats.pointers import in_feature
from zones.notice import InvalidEmergency, TooEarly
from zones.periods import InvalidWindow
from zones.reading import NotYetKnown
from zones.schemas.asking import InvalidFilter
from zones.service import AlreadyEnded, NoEmergency, StaleZone, UnknownZone, ZoneExists
from zones.switching import UnknownSwitch
from zones.tags import InvalidTag

STATUS: dict[type[Exception], int] = {
    InvalidTag: 400,
    InvalidFilter: 422,
    InvalidWindow: 422,
    InvalidEmergency: 422,
    NotYetKnown: 422,
    TooEarly: 422,
    NoEmergency: 403,
    UnknownSwitch: 404,
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
    except Defective as error:
        raise HTTPException(422, detail=_every_fault(error)) from error
    except REFUSALS as error:
        raise HTTPException(STATUS[type(error)], detail=str(error)) from error


def _every_fault(defective: Defective) -> Any:  # noqa: ANN401 - FastAPI's own hint is too narrow
    """Return what the app makes a problem of: the sentence, and each field that is wrong."""
    errors = [{"pointer": in_feature(path), "detail": why} for path, why in defective.faults]
    return {"detail": str(defective), "errors": errors}
