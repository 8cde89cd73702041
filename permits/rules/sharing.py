"""Is there room beside those who were granted before? The rules that look at other permits.

An applicant is told where, how high and when there is no room, and never beside whom.
"""

from permits.beside.capacity import Fullest, at_once, within_an_hour
from permits.beside.conflicts import Meeting, competes, meetings
from permits.beside.engagements import clashes
from permits.case import Case
from permits.model import Finding, Outcome
from zones.model import Band, Height

FLIGHTS_APART = "Règlement d'exécution (UE) 2021/664, art. 10"
ORDER_OF_ARRIVAL = "Règlement d'usage de l'espace public (démonstration), art. 5"
ONE_PLACE = "Règlement d'usage de l'espace public (démonstration), art. 7"
MOST_NAMED = 20  # permits named to an officer, or to their holder


class Full(Exception):
    """A grant by an officer for which there is no room; the message says beside whom."""


def conflict(case: Case) -> Finding:
    """Object to an operation that would come too close to one already granted."""
    if not competes(case):
        return Finding(rule="conflict", outcome=Outcome.NOT_APPLICABLE, act=ORDER_OF_ARRIVAL)
    found = meetings(case)
    act = ORDER_OF_ARRIVAL if case.application.occupation else FLIGHTS_APART
    if not found:
        return Finding(rule="conflict", outcome=Outcome.PASSED, act=act)
    permits = list(dict.fromkeys(str(each.neighbour.permit) for each in found))
    return Finding(
        rule="conflict",
        outcome=Outcome.OBJECTED,
        act=act,
        params={"count": str(len(permits)), **_told(found[0])},
        withheld={"permits": ", ".join(permits[:MOST_NAMED])},
    )


def capacity(case: Case) -> tuple[Finding, ...]:
    """Object where more vehicles would be in a zone at once than it holds."""
    return _counted("capacity", at_once(case))


def movements(case: Case) -> tuple[Finding, ...]:
    """Object where more vehicles would enter a zone within an hour than it admits."""
    return _counted("movements", within_an_hour(case))


def vehicles_free(case: Case) -> tuple[Finding, ...]:
    """Object to a vehicle that could not keep to a permit it has already."""
    if not case.application.vehicles:
        return (Finding(rule="vehicles_free", outcome=Outcome.NOT_APPLICABLE, act=ONE_PLACE),)
    found = clashes(case)
    if not found:
        return (Finding(rule="vehicles_free", outcome=Outcome.PASSED, act=ONE_PLACE),)
    first = found[0]
    return (
        Finding(
            rule="vehicles_free",
            outcome=Outcome.OBJECTED,
            act=ONE_PLACE,
            params={
                "vehicles": ", ".join(first.vehicles),
                "start_at": first.start.isoformat(),
                "end_at": first.end.isoformat(),
                "permits": ", ".join(str(each.permit) for each in found[:MOST_NAMED]),
            },
        ),
    )


def refuse_full(case: Case) -> None:
    """Refuse a grant beside others who hold the place: their permits would have to go first."""
    findings = (conflict(case), *capacity(case), *movements(case), *vehicles_free(case))
    for finding in findings:
        if finding.outcome is Outcome.OBJECTED:
            told = {**finding.params, **finding.withheld}
            beside = told.get("permits") or told["zone_name"]
            msg = f"there is no room: {finding.rule} with {beside}"
            raise Full(msg)


def _counted(rule: str, counts: tuple[Fullest, ...]) -> tuple[Finding, ...]:
    if not counts:
        return (Finding(rule=rule, outcome=Outcome.NOT_APPLICABLE, act=ORDER_OF_ARRIVAL),)
    return tuple(
        Finding(
            rule=rule,
            outcome=Outcome.OBJECTED if each.count > each.most else Outcome.PASSED,
            zone=each.zone.id,
            zone_version=each.zone.version,
            act=each.zone.act or ORDER_OF_ARRIVAL,
            params={
                "zone_name": each.zone.name,
                "count": str(each.count),
                "most": str(each.most),
                "full_at": each.at.isoformat(),
            },
        )
        for each in counts
    )


def _told(meeting: Meeting) -> dict[str, str]:
    """Say when, where and how high the first meeting would be, and what distance was asked."""
    middle = meeting.volume.footprint.intersection(meeting.neighbour.volume.footprint)
    area = meeting.neighbour.volume.footprint if middle.is_empty else middle
    place = area.representative_point()
    return {
        "start_at": meeting.start.isoformat(),
        "end_at": meeting.end.isoformat(),
        "place": f"{place.y:.5f}, {place.x:.5f}",
        "heights": _heights(meeting.neighbour.volume.band),
        "across_m": f"{meeting.separation.across_m:g}",
        "in_height_m": f"{meeting.separation.in_height_m:g}",
        "zones": ", ".join(f"{each.id}@{each.version}" for each in meeting.separation.zones),
    }


def _heights(band: Band) -> str:
    if band.lower is None and band.upper is None:
        return "any"
    return f"{_height(band.lower)} … {_height(band.upper)}".strip()


def _height(height: Height | None) -> str:
    return "" if height is None else f"{height.value_m:g} m {height.reference.value}"
