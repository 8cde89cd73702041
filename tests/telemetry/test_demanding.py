"""A zone may have vehicles carry something, and go at a least speed; permits end by a clock."""

import numpy as np
import pytest

from telemetry.following.fleet import Fleet
from telemetry.judging import judge
from telemetry.model import Reason, VehicleKey, VerdictKind
from telemetry.rulebook import Rulebook
from telemetry.tracks import advance
from tests.telemetry.city_builders import DRONE, Seen, batch, permit, rulebook, zone
from zones.demands import Equipment, ZoneRules
from zones.model import Restriction

UNKNOWN = float("nan")
OK, BAD, DOUBT = VerdictKind.COMPLIANT, VerdictKind.VIOLATION, VerdictKind.UNCERTAIN
HEARD = ZoneRules(equipment=frozenset({Equipment.VHF, Equipment.AIS}))
BOTH, ONE = frozenset(Equipment), frozenset({Equipment.AIS})
Known = dict[VehicleKey, frozenset[Equipment]]


def said(rules: Rulebook, seen: Seen) -> tuple[VerdictKind, Reason]:
    verdicts = judge(batch(seen), rules)
    return VerdictKind(verdicts.kind[0]), Reason(verdicts.reason[0])


@pytest.mark.parametrize(
    ("carried", "kind"), [({DRONE: BOTH}, OK), ({DRONE: ONE}, BAD), ({}, DOUBT)]
)
def test_who_is_known_to_lack_what_a_zone_asks_for_is_in_violation(
    carried: Known, kind: VerdictKind
) -> None:
    river = rulebook([zone(restriction=Restriction.CONDITIONAL, rules=HEARD)], carried=carried)

    assert said(river, Seen()) == (kind, Reason.NONE if kind is OK else Reason.EQUIPMENT)


def test_a_permit_that_is_lacking_is_told_before_equipment_and_holds_without_it() -> None:
    without = rulebook([zone(rules=HEARD)], carried={DRONE: ONE})
    granted = rulebook([zone(rules=HEARD)], [permit()], carried={DRONE: ONE})
    observations = batch(Seen(s=0), Seen(s=10))

    found = advance(Fleet(), observations, judge(observations, granted), granted, np.arange(1, 3))

    assert said(without, Seen()) == (BAD, Reason.NO_PERMIT)
    [track] = found.tracks.values()
    assert (track.stays[0].holds, track.stays[0].violations) == (True, 2)


@pytest.mark.parametrize(
    ("speed", "kind"), [(10, OK), (9.8, DOUBT), (9, BAD), (0, BAD), (UNKNOWN, DOUBT)]
)
def test_who_is_surely_slower_than_a_zone_asks_is_in_violation(
    speed: float, kind: VerdictKind
) -> None:
    fairway = zone(restriction=Restriction.CONDITIONAL, rules=ZoneRules(speed_min_mps=10))

    found = said(rulebook([fairway]), Seen(speed=speed))

    assert found == (kind, Reason.NONE if kind is OK else Reason.SPEED_MIN)


def test_where_another_zone_has_one_slower_nobody_has_to_be_fast() -> None:
    fast = zone(restriction=Restriction.CONDITIONAL, rules=ZoneRules(speed_min_mps=10))
    slow = zone("lock", restriction=Restriction.CONDITIONAL, rules=ZoneRules(speed_max_mps=3))

    assert said(rulebook([fast, slow]), Seen(speed=2)) == (OK, Reason.NONE)


@pytest.mark.parametrize(
    ("s", "kind", "margin_s"),
    [(0, OK, None), (-0.4, DOUBT, -0.4), (3600.9, DOUBT, -0.9), (3605, BAD, -5), (-60, BAD, -60)],
)
def test_a_permits_window_is_kept_to_as_well_as_clocks_tell(
    s: float, kind: VerdictKind, margin_s: float | None
) -> None:
    verdicts = judge(batch(Seen(s=s)), rulebook([zone()], [permit()]))

    assert verdicts.kind.tolist() == [kind]
    assert verdicts.margin_s.tolist() == [pytest.approx(margin_s or UNKNOWN, nan_ok=True)]
    assert verdicts.permit.tolist() == [0]
