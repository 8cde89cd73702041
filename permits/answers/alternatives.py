"""What would be granted instead? The nearest moves, on the published grid, that no rule refuses.

First within three hours, then on the whole grid, see `grid` beside: the nearest move later,
earlier, lower and higher, each by itself; where none of these would be granted, the nearest in both
time and height. So one is named whenever one exists. Moves that are hindered for certain are passed
over, the rules are asked about all others, and no move is named that they would not grant.

Where a great many zones lie above each other, one question costs a great deal: then only so many
are asked, and if none of those would be granted, nobody says that there is none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from permits.answers.grid import Direction, Grid, distance, nearest, shifted
from permits.answers.hindrances import Hindrances, hindrances, refuses
from permits.case import Case
from permits.model import Application, Decision, Finding, Outcome
from permits.offers import Shift
from permits.rules.asked import RULES, Rule

SIMPLE = tuple(each for each in Direction if each is not Direction.BOTH)

MOST_VOLUMES = 20
# What may be asked in all: moves, each weighing its volumes by zones, and again by zones above.
MOST_WORK = 30_000
# What no other hour and no other height changes.
FIXED = frozenset(
    {
        "vehicles_known",
        "documents_held",
        "window_bounded",
        "height_capped",
        "drone_category",
        "place_fits",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A move that no rule refuses, and the case of the operation once moved."""

    shift: Shift
    case: Case


def fixed(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return the rules whose objection no other hour and no other height would lift."""
    said = (each.rule for each in findings if each.outcome is Outcome.OBJECTED)
    return tuple(dict.fromkeys(rule for rule in said if rule in FIXED))


def worth_looking(
    decision: Decision, findings: Sequence[Finding], application: Application
) -> bool:
    """Tell whether alternatives are looked for: when refused, for what a move could change."""
    return (
        decision is Decision.REFUSED
        and not fixed(findings)
        and len(application.volumes) <= MOST_VOLUMES
    )


def alternatives(
    wide: Case, grid: Grid, rules: Sequence[Rule] = RULES, most_work: int = MOST_WORK
) -> tuple[Offer, ...] | None:
    """Return the moves to offer, the nearest first; None where it is not known if there are any.

    `wide` is the case with every zone and neighbour that any move on the grid could meet.
    """
    asking = _Asking(wide, hindrances(wide, grid), list(rules), most=most_work // _weight(wide))
    found = [offer for way in SIMPLE if (offer := asking.first(grid, way)) is not None]
    if not found:
        found = [offer for offer in [asking.first(grid, Direction.BOTH)] if offer is not None]
    if not found and asking.gave_up:
        return None
    return tuple(sorted(found, key=lambda each: distance(each.shift)))


class _Asking:
    """Asks the rules about moves; the rule that refused last is asked first."""

    def __init__(self, wide: Case, laid: Hindrances, rules: list[Rule], *, most: int) -> None:
        self._left = most
        self.gave_up = False
        self._wide = wide
        self._laid = laid
        self._rules = rules

    def first(self, grid: Grid, way: Direction) -> Offer | None:
        """Return the nearest move one way that no rule refuses."""
        for offer in self._unhindered(grid, way):
            if not self._left:
                self.gave_up = True
                return None
            self._left -= 1
            if self._grants(offer.case):
                return offer
        return None

    def _unhindered(self, grid: Grid, way: Direction) -> Iterator[Offer]:
        """Yield the moves that nothing hinders for certain, the nearest first."""
        minutes, rises = nearest(grid)[way]
        free = ~self._laid.hindered[minutes, rises]
        for when, high in zip(minutes[free].tolist(), rises[free].tolist(), strict=True):
            shift = Shift(minutes=grid.minutes[when], rise_m=grid.rises_m[high])
            asked = shifted(self._wide.application, shift)
            zones = self._laid.zones_at(when, high)
            yield Offer(shift=shift, case=replace(self._wide, application=asked, zones=zones))

    def _grants(self, case: Case) -> bool:
        for place, rule in enumerate(self._rules):
            if refuses(rule(case)):
                # What is in the way of one move is likely in the way of the next.
                self._rules.insert(0, self._rules.pop(place))
                return False
        return True


def _weight(wide: Case) -> int:
    """Return how much it is to ask about one move."""
    lowest = min((zone.priority for zone in wide.zones), default=0)
    above = sum(zone.priority > lowest for zone in wide.zones)
    return len(wide.application.volumes) * max(1, len(wide.zones)) * (1 + above)
