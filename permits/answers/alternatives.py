"""What would be granted instead? The nearest moves, on the published grid, that no rule refuses.

First within three hours, then on the whole grid, see `grid` beside: the nearest move later,
earlier, lower and higher, each by itself; where none of these would be granted, the nearest in both
time and height. So one is named whenever one exists. Moves that are hindered for certain are passed
over, the rules are asked about all others, and no move is named that they would not grant.

Where a great many zones lie above each other, one question costs a great deal: then only so many
are asked, and if none of those would be granted, nobody says that there is none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from permits.answers.grid import Direction, Grid, direction, distance, shifted
from permits.answers.hindrances import Hindrances, hindrances, refuses
from permits.model import Application, Case, Decision, Finding, Outcome
from permits.offers import Shift
from permits.rules.asked import RULES, Rule
from zones.model import Zone

Move = tuple[Shift, tuple[int, int]]  # with its place on the grid

UNMOVED = Shift()
SIMPLE = tuple(each for each in Direction if each is not Direction.BOTH)

MOST_VOLUMES = 20
# What may be asked in all: moves, each weighing its volumes by zones, and again by zones above.
MOST_WORK = 30_000
# What no other hour and no other height changes.
FIXED = frozenset(
    {"vehicles_known", "documents_held", "window_bounded", "height_capped", "drone_category"}
)


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
) -> tuple[Shift, ...] | None:
    """Return the moves to offer, the nearest first; None where it is not known if there are any.

    `wide` is the case with every zone and neighbour that any move on the grid could meet.
    """
    laid = hindrances(wide, grid)
    free = _free(laid, grid)
    asking = _Asking(wide, laid, list(rules), most=most_work // _weight(wide))
    ways = [[each for each in free if direction(each[0]) is way] for way in SIMPLE]
    named = [shift for way in ways if (shift := asking.first(way)) is not None]
    if not named:
        both = [each for each in free if direction(each[0]) is Direction.BOTH]
        named = [shift for shift in [asking.first(both)] if shift is not None]
    if not named and asking.gave_up:
        return None
    return tuple(sorted(named, key=distance))


def moved(wide: Case, shift: Shift, zones: tuple[Zone, ...]) -> Case:
    """Return the case of the operation once moved, in the zones that it then touches."""
    return replace(wide, application=shifted(wide.application, shift), zones=zones)


class _Asking:
    """Asks the rules about moves; the rule that refused last is asked first."""

    def __init__(self, wide: Case, laid: Hindrances, rules: list[Rule], *, most: int) -> None:
        self._left = most
        self.gave_up = False
        self._wide = wide
        self._laid = laid
        self._rules = rules

    def first(self, moves: Iterable[Move]) -> Shift | None:
        """Return the first move that no rule refuses."""
        for shift, at in moves:
            if not self._left:
                self.gave_up = True
                return None
            self._left -= 1
            if self._grants(shift, at):
                return shift
        return None

    def _grants(self, shift: Shift, at: tuple[int, int]) -> bool:
        case = moved(self._wide, shift, self._laid.zones_at(*at))
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


def _free(laid: Hindrances, grid: Grid) -> list[Move]:
    """Return the moves that nothing hinders for certain, the nearest first."""
    free = [
        (Shift(minutes=grid.minutes[when], rise_m=grid.rises_m[high]), (int(when), int(high)))
        for when, high in zip(*np.nonzero(~laid.hindered), strict=True)
    ]
    return sorted((each for each in free if each[0] != UNMOVED), key=lambda each: distance(each[0]))
