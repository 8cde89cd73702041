"""Are the papers in order? What a layer asks for is held, and what is held is valid throughout.

What stands still, often for years, needs only what its layer asks for to be valid throughout; of
the rest, what has already expired.
A document of the operator holds for all of its vehicles, one of a vehicle for that vehicle alone.
A document that follows on another without a gap renews it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from permits.case import Case
from permits.kinds import DocumentKind
from permits.model import Condition, Finding, Outcome
from permits.parties import HeldDocument, VehicleId
from zones.model import Layer, Purpose

IN_THE_AIR = "Règlement (CE) n° 785/2004, art. 4 ; règlement d'exécution (UE) 2019/947, art. 8"
PAPERS = "Règlement d'usage de l'espace public (démonstration), art. 4"

Holder = VehicleId | None


def documents_held(case: Case) -> Finding:
    """Object to an operator, or a vehicle, without a document that its layer asks for."""
    needed = sorted(case.documents_needed)
    told = {"documents": ", ".join(needed), "layer": case.application.layer.value}
    if not needed or case.application.purpose is Purpose.EMERGENCY:
        return _told(case, "documents_held", Outcome.NOT_APPLICABLE, told)
    if not case.operator.id:
        condition = Condition(code="documents", params=told)
        return _told(case, "documents_held", Outcome.CONDITIONAL, told, condition)
    lacking = [
        (kind, holder)
        for kind in needed
        for holder in _holders(case)
        if not list(_papers(case, kind, holder))
    ]
    if not lacking:
        return _told(case, "documents_held", Outcome.PASSED, told)
    missing = {
        "documents": ", ".join(dict.fromkeys(kind for kind, _ in lacking)),
        "holders": ", ".join(dict.fromkeys(_name(case, holder) for _, holder in lacking)),
    }
    return _told(case, "documents_held", Outcome.OBJECTED, {**told, **missing})


def documents_valid(case: Case) -> tuple[Finding, ...]:
    """Object to a document that is not valid throughout the operation, with its dates."""
    kinds = _counted(case)
    papers = [
        each
        for each in case.documents
        if each.kind in kinds and each.vehicle in {None, *_holders(case)}
    ]
    if not papers or case.application.purpose is Purpose.EMERGENCY:
        return (_told(case, "documents_valid", Outcome.NOT_APPLICABLE, {}),)
    lapses = tuple(dict.fromkeys(_lapses(case)))
    if lapses:
        return tuple(
            _told(case, "documents_valid", Outcome.OBJECTED, _lapse(case, paper, at))
            for paper, at in lapses
        )
    held = dict.fromkeys(sorted(paper.kind for paper in papers))
    told = {"documents": ", ".join(held), "until_at": _soonest(case, papers).isoformat()}
    return (_told(case, "documents_valid", Outcome.PASSED, told),)


def _told(
    case: Case, rule: str, outcome: Outcome, params: dict[str, str], *conditions: Condition
) -> Finding:
    act = IN_THE_AIR if case.application.layer is Layer.AIR else PAPERS
    return Finding(rule=rule, outcome=outcome, act=act, params=params, conditions=conditions)


def _holders(case: Case) -> tuple[Holder, ...]:
    """Return whose papers count: each vehicle's, or where none is named the operator's."""
    return tuple(dict.fromkeys(case.application.vehicles)) or (None,)


def _counted(case: Case) -> tuple[DocumentKind, ...]:
    """Return the kinds of documents whose dates count."""
    valid = {each.kind for each in case.documents if each.valid_from <= case.now < each.valid_until}
    return tuple(
        kind
        for kind in DocumentKind
        if case.application.occupation is None or kind in case.documents_needed or kind not in valid
    )


def _papers(case: Case, kind: DocumentKind, holder: Holder) -> Iterator[HeldDocument]:
    for paper in case.documents:
        if paper.kind is kind and paper.vehicle in {None, holder}:
            yield paper


def _lapses(case: Case) -> Iterator[tuple[HeldDocument, datetime]]:
    """Yield the last paper before each gap in the operation, and the instant of the gap."""
    for holder in _holders(case):
        for kind in _counted(case):
            papers = list(_papers(case, kind, holder))
            at = _first_gap(case, papers)
            if papers and at is not None:
                yield _nearest(papers, at), at


def _first_gap(case: Case, papers: Iterable[HeldDocument]) -> datetime | None:
    """Return the first instant of the operation, the hours between its volumes included, without.

    The papers are walked by their start, as far as each reaches on from the one before.
    """
    volumes = case.application.volumes
    at, end = min(each.start for each in volumes), max(each.end for each in volumes)
    for paper in sorted(papers, key=lambda each: each.valid_from):
        if paper.valid_from <= at < paper.valid_until:
            at = paper.valid_until
    return at if at < end else None


def _nearest(papers: Iterable[HeldDocument], at: datetime) -> HeldDocument:
    """Return the paper that ended last before an instant, else the first that begins after it."""
    before = [each for each in papers if each.valid_until <= at]
    if before:
        return max(before, key=lambda each: each.valid_until)
    return min(papers, key=lambda each: each.valid_from)


def _lapse(case: Case, paper: HeldDocument, at: datetime) -> dict[str, str]:
    return {
        "document": paper.kind.value,
        "number": paper.number,
        "issuer": paper.issuer,
        "holder": _name(case, paper.vehicle),
        "from_at": paper.valid_from.isoformat(),
        "until_at": paper.valid_until.isoformat(),
        "lapse_at": at.isoformat(),
    }


def _soonest(case: Case, papers: Iterable[HeldDocument]) -> datetime:
    """Return when the first of the papers ends that are valid at the end of the operation."""
    end = max(each.end for each in case.application.volumes)
    return min(each.valid_until for each in papers if each.valid_until >= end)


def _name(case: Case, holder: Holder) -> str:
    return case.operator.name if holder is None else str(holder)
