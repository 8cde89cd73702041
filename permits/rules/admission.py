"""Can this application be decided at all? What names nothing, or lies behind us, cannot."""

from permits.case import Case
from permits.model import Application, InvalidApplication
from zones.heights.gaps import upside_down
from zones.model import Volume
from zones.space.coordinates import Bounds
from zones.territory import outside


def refuse_undecidable(case: Case, service_area: Bounds | None = None) -> None:
    """Refuse what is a mistake rather than a wish; the message names the field.

    Rules decide what an operator may do. A vehicle that is not there and an hour that is over
    leave nothing to decide, nor does a place outside the service area, where the city has no say:
    coordinates in the wrong order lie there. Whose vehicle a stranger's is stays untold.
    """
    known = {vehicle.id for vehicle in case.vehicles}
    for number, name in enumerate(case.application.vehicles):
        if name not in known:
            msg = f"vehicles/{number}: {name!r} is not a registered vehicle of the applicant"
            raise InvalidApplication(msg)
    for number, volume in enumerate(case.application.volumes):
        amiss = service_area and outside(Volume(footprint=volume.footprint), service_area)
        if amiss:
            # Of the area, whose vertices its author need not have written: a circle's are ours.
            _, _, reason = amiss.partition(": ")
            msg = f"volumes/{_as_written(case.application, number)}/footprint: {reason}"
            raise InvalidApplication(msg)
        if upside_down(volume.band, volume.footprint.bounds, case.datum):
            place = _as_written(case.application, number)
            msg = f"volumes/{place}/lower: it is above the upper limit everywhere in this volume"
            raise InvalidApplication(msg)
        if volume.end <= case.now:
            place = _as_written(case.application, number)
            msg = f"volumes/{place}/end: {volume.end.isoformat()} has passed"
            raise InvalidApplication(msg)


def refuse_past(case: Case) -> None:
    """Refuse to grant what has waited until nothing of it lies ahead any more."""
    last = max(each.end for each in case.application.volumes)
    if last <= case.now:
        msg = f"volumes: the last of them ended {last.isoformat()}, before it was decided"
        raise InvalidApplication(msg)


def _as_written(application: Application, number: int) -> int:
    """Return which volume of those written down a volume was written out from."""
    beyond = 0
    for each in application.recurrences:
        if each.first <= number:
            beyond += min(number - each.first, each.count - 1)
    return number - beyond
