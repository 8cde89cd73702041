"""On which visits does a fee rest, or may yet? On those no position is forgotten before its time.

A fee may yet rest on those of a month not invoiced, and on certain presence: who came late to a
month that was invoiced is metered by the next run.
"""

from collections.abc import Callable, Collection, Sequence

from billing.model import BillingPeriod
from billing.periods import period_of
from telemetry.model import UNREGISTERED, Visit, VisitId


def resting(
    visits: Sequence[Visit],
    metered: Collection[VisitId],
    invoiced: Callable[[BillingPeriod], bool],
) -> set[VisitId]:
    """Return those of some visits on which a fee rests, or may yet.

    `metered` are those with usage; `invoiced` tells whether any invoice of a month was issued.
    """
    months = {visit.id: period_of(visit.left_at) for visit in visits}
    still_open = {each for each in set(months.values()) if not invoiced(each)}
    return {
        visit.id
        for visit in visits
        if visit.id in metered or _is_certain(visit) or months[visit.id] in still_open
    }


def _is_certain(visit: Visit) -> bool:
    return bool(visit.certain_ms) and visit.vehicle.operator != UNREGISTERED
