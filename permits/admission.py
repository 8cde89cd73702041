"""Can this application be decided at all? What names nothing, or lies behind us, cannot."""

from permits.model import Application, Case, InvalidApplication


def refuse_undecidable(case: Case) -> None:
    """Refuse what is a mistake rather than a wish; the message names the field.

    Rules decide what an operator may do. A vehicle that is not there and an hour that is over
    leave nothing to decide. Whose vehicle a stranger's is stays untold.
    """
    known = {vehicle.id for vehicle in case.vehicles}
    for number, name in enumerate(case.application.vehicles):
        if name not in known:
            msg = f"vehicles/{number}: {name!r} is not a registered vehicle of the applicant"
            raise InvalidApplication(msg)
    for number, volume in enumerate(case.application.volumes):
        if volume.end <= case.now:
            place = _as_written(case.application, number)
            msg = f"volumes/{place}/end: {volume.end.isoformat()} has passed"
            raise InvalidApplication(msg)


def _as_written(application: Application, number: int) -> int:
    """Return which volume of those written down a volume was written out from."""
    beyond = 0
    for each in application.recurrences:
        if each.first <= number:
            beyond += min(number - each.first, each.count - 1)
    return number - beyond
