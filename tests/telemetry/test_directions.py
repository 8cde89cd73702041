"""A zone that says which way to go is gone through that way."""

import numpy as np
import pytest

from telemetry.following.fleet import Fleet
from telemetry.judging import judge
from telemetry.model import Reason, VerdictKind
from telemetry.rulebook import Rulebook
from telemetry.tracks import advance
from tests.telemetry.city_builders import Seen, batch, permit, rulebook, zone
from zones.demands import Sector, ZoneRules
from zones.model import Restriction

NORTH = ZoneRules(direction=Sector(start_deg=330, end_deg=30))
UNKNOWN = float("nan")


@pytest.fixture
def lane() -> Rulebook:
    return rulebook([zone(restriction=Restriction.CONDITIONAL, rules=NORTH)])


def said(rules: Rulebook, seen: Seen) -> tuple[VerdictKind, Reason]:
    verdicts = judge(batch(seen), rules)
    return VerdictKind(verdicts.kind[0]), Reason(verdicts.reason[0])


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        (0, VerdictKind.COMPLIANT),
        (330, VerdictKind.COMPLIANT),
        (30, VerdictKind.COMPLIANT),
        (44, VerdictKind.UNCERTAIN),
        (316, VerdictKind.UNCERTAIN),
        (46, VerdictKind.VIOLATION),
        (180, VerdictKind.VIOLATION),
        (314, VerdictKind.VIOLATION),
        (UNKNOWN, VerdictKind.UNCERTAIN),
    ],
)
def test_a_course_is_wrong_by_more_than_its_tolerance(
    lane: Rulebook, heading: float, kind: VerdictKind
) -> None:
    reason = Reason.NONE if kind is VerdictKind.COMPLIANT else Reason.DIRECTION

    assert said(lane, Seen(heading=heading)) == (kind, reason)


def test_who_stands_still_goes_nowhere(lane: Rulebook) -> None:
    assert said(lane, Seen(heading=180, speed=0.5)) == (VerdictKind.COMPLIANT, Reason.NONE)
    assert said(lane, Seen(heading=180, speed=UNKNOWN))[0] is VerdictKind.UNCERTAIN


def test_a_zone_of_higher_priority_that_says_another_way_decides() -> None:
    south = ZoneRules(direction=Sector(start_deg=150, end_deg=210))
    lane = zone(restriction=Restriction.CONDITIONAL, rules=NORTH)
    detour = zone("detour", restriction=Restriction.CONDITIONAL, rules=south, priority=5)

    found = judge(batch(Seen(heading=180)), rulebook([lane, detour]))

    assert set(found.kind.tolist()) == {VerdictKind.COMPLIANT}


def test_a_permit_still_allows_the_stay_of_who_goes_the_wrong_way() -> None:
    rules = rulebook([zone(rules=NORTH)], [permit(90)])
    observations = batch(Seen(s=0, heading=180), Seen(s=10, heading=180))
    verdicts = judge(observations, rules)

    found = advance(Fleet(), observations, verdicts, rules, np.arange(1, 3))

    [track] = found.tracks.values()
    assert (track.stays[0].holds, track.stays[0].violations) == (True, 2)
