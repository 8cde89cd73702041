"""What a verdict says about a position, a zone and a permit."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.life.holdings import Holding, within
from permits.model import Permit, PermitState
from permits.parties import OperatorId, VehicleId
from telemetry.granted.grants import granted
from telemetry.judging import judge
from telemetry.model import UNREGISTERED, Reason, VehicleKey, VerdictKind, Verdicts
from telemetry.rulebook import Rulebook
from tests.telemetry.city_builders import (
    HOUR,
    NOON,
    Seen,
    agl,
    batch,
    holding,
    permit,
    rulebook,
    zone,
)
from zones.demands import ZoneRules
from zones.model import NO_PURPOSES, Layer, Purpose, Restriction, Zone
from zones.periods import Window

OK, BAD, UNSURE = VerdictKind.COMPLIANT, VerdictKind.VIOLATION, VerdictKind.UNCERTAIN
BOAT = VehicleKey(UNREGISTERED, VehicleId("227000001"))
TOMORROW = Window(start=NOON + timedelta(days=1), end=NOON + timedelta(days=1, hours=1))


def verdict(seen: Seen, rules: Rulebook) -> tuple[VerdictKind, Reason]:
    found = judge(batch(seen), rules)
    assert len(found) == 1
    return VerdictKind(found.kind[0]), Reason(found.reason[0])


def prohibited(purposes: Mapping[Purpose, Restriction] = NO_PURPOSES) -> Zone:
    return zone("ban", restriction=Restriction.PROHIBITED, purposes=purposes)


def test_a_vehicle_outside_every_zone_gets_no_verdict() -> None:
    assert len(judge(batch(Seen(x=5000)), rulebook([zone()]))) == 0


def test_an_empty_batch_gets_no_verdicts() -> None:
    assert len(judge(batch(), rulebook([]))) == 0


def test_a_use_without_permit_is_a_violation_where_one_is_needed() -> None:
    assert verdict(Seen(), rulebook([zone()])) == (BAD, Reason.NO_PERMIT)


def test_a_vehicle_within_its_granted_volume_complies_and_its_permit_is_named() -> None:
    found = judge(batch(Seen()), rulebook([zone()], [permit(band=agl(30, 80))]))

    assert (found.kind[0], found.reason[0], found.permit[0]) == (OK, Reason.NONE, 0)


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (Seen(x=300), Reason.OUTSIDE_FOOTPRINT),
        (Seen(alt=95), Reason.OUTSIDE_HEIGHT),
        (Seen(s=3601), Reason.OUTSIDE_WINDOW),
        (Seen(x=300, alt=95), Reason.OUTSIDE_FOOTPRINT),
        (Seen(alt=95, s=-1), Reason.OUTSIDE_WINDOW),
        (Seen(x=300, s=-1), Reason.NO_PERMIT),
    ],
)
def test_the_reason_says_how_the_granted_volume_was_left(seen: Seen, reason: Reason) -> None:
    rules = rulebook([zone()], [permit(band=agl(30, 80))])

    assert verdict(seen, rules) == (BAD, reason)


def test_footprint_height_and_window_must_hold_in_one_and_the_same_volume() -> None:
    here_tomorrow = permit(number=1, window=TOMORROW)
    elsewhere_now = permit(number=2, middle=(600, 0))
    found = judge(batch(Seen()), rulebook([zone()], [here_tomorrow, elsewhere_now]))

    assert (found.kind[0], found.reason[0]) == (BAD, Reason.OUTSIDE_FOOTPRINT)
    assert found.permit[0] == 1


@pytest.mark.parametrize(("s", "nth"), [(-1900, 0), (-1000, 1), (-100, 1), (1000, 1), (2000, 2)])
def test_outside_every_window_the_permit_nearest_in_time_is_named(s: int, nth: int) -> None:
    spans = [(-1800, -1200), (-900, -200), (2400, 2500)]
    windows = [
        Window(start=NOON + timedelta(seconds=start), end=NOON + timedelta(seconds=end))
        for start, end in spans
    ]
    permits = [permit(number=n, window=window) for n, window in enumerate(windows)]

    found = judge(batch(Seen(s=s)), rulebook([zone()], permits))

    assert (found.kind[0], found.reason[0]) == (BAD, Reason.OUTSIDE_WINDOW)
    assert (found.permit[0], found.margin_s[0]) == (nth, -min(_away(s, each) for each in spans))


@pytest.mark.parametrize(
    ("became", "reason"),
    [
        (PermitState.REVOKED, Reason.REVOKED),
        (PermitState.ON_HOLD, Reason.ON_HOLD),
        (PermitState.ENDED, Reason.ENDED),
        (PermitState.WITHDRAWN, Reason.ENDED),
        (PermitState.ACTIVE, Reason.OUTSIDE_WINDOW),
        (None, Reason.OUTSIDE_WINDOW),
    ],
)
def test_of_a_permit_cut_short_it_is_told_what_became_of_it(
    became: PermitState | None, reason: Reason
) -> None:
    asked = permit()
    held = Window(start=asked.decided_at, end=NOON + timedelta(seconds=600.0006))
    left = within(asked.application, held)
    assert left is not None
    whole = holding(asked)
    cut = replace(whole, application=left, held=held, became=became)
    later = replace(
        cut, application=asked.application, held=Window(start=NOON, end=NOON + timedelta(hours=9))
    )
    known = rulebook([zone()])

    def told(seen: Seen, *granted_: Holding) -> tuple[VerdictKind, Reason]:
        return verdict(seen, replace(known, permits=granted(granted_)))

    assert told(Seen(s=599), cut) == (OK, Reason.NONE)
    assert told(Seen(s=602), cut) == (BAD, reason)
    assert told(Seen(s=-2), cut) == (BAD, Reason.OUTSIDE_WINDOW)
    assert told(Seen(x=300, s=602), cut) == (BAD, Reason.NO_PERMIT)
    # What was taken away after its hours were over was outside of them anyhow.
    assert told(Seen(s=3602), later) == (BAD, Reason.OUTSIDE_WINDOW)


def _away(s: int, span: tuple[int, int]) -> int:
    return max(span[0] - s, s - span[1])


def test_a_permit_serves_only_the_vehicles_and_the_layer_it_names() -> None:
    other = permit(vehicles=(VehicleId("drone-2"),))
    rival = permit(operator=OperatorId("rival"))
    river = permit(layer=Layer.RIVER)

    assert verdict(Seen(), rulebook([zone()], [other, rival, river])) == (BAD, Reason.NO_PERMIT)


def test_no_permit_opens_a_prohibited_zone() -> None:
    for purpose in Purpose:
        rules = rulebook([prohibited()], [permit(purpose=purpose)])

        assert verdict(Seen(), rules) == (BAD, Reason.PROHIBITED)


def test_a_prohibited_zone_opens_to_the_purposes_it_names() -> None:
    ban = prohibited(purposes={Purpose.MEDICAL: Restriction.REQ_AUTHORISATION})

    assert verdict(Seen(), rulebook([ban], [permit(purpose=Purpose.MEDICAL)])) == (OK, Reason.NONE)
    assert verdict(Seen(), rulebook([ban], [permit()])) == (BAD, Reason.PROHIBITED)
    assert verdict(Seen(), rulebook([ban])) == (BAD, Reason.PROHIBITED)


def test_a_purpose_a_zone_forbids_is_a_violation_even_with_a_permit() -> None:
    park = zone(purposes={Purpose.ADVERTISING: Restriction.PROHIBITED})
    rules = rulebook([park], [permit(purpose=Purpose.ADVERTISING)])

    assert verdict(Seen(), rules) == (BAD, Reason.PROHIBITED)


def test_an_emergency_in_the_air_is_not_held_to_its_volume() -> None:
    rules = rulebook([zone()], [permit(purpose=Purpose.EMERGENCY, band=agl(30, 80))])

    assert verdict(Seen(x=700, alt=100), rules) == (OK, Reason.NONE)
    assert verdict(Seen(s=3601), rules) == (BAD, Reason.OUTSIDE_WINDOW)


def test_a_conditional_zone_needs_no_permit_and_claims_none() -> None:
    quay = zone(restriction=Restriction.CONDITIONAL)
    found = judge(batch(Seen()), rulebook([quay], [permit(window=TOMORROW)]))

    assert (found.kind[0], found.permit[0]) == (OK, -1)


@pytest.mark.parametrize(
    ("speed", "expected"),
    [
        (3.3, (OK, Reason.NONE)),
        (3.5, (UNSURE, Reason.SPEED)),
        (3.7, (BAD, Reason.SPEED)),
        (float("nan"), (UNSURE, Reason.SPEED)),
    ],
)
def test_a_speed_limit_is_broken_by_more_than_its_tolerance(
    speed: float, expected: tuple[VerdictKind, Reason]
) -> None:
    seine = zone(restriction=Restriction.CONDITIONAL, rules=ZoneRules(speed_max_mps=12 / 3.6))

    assert verdict(Seen(speed=speed), rulebook([seine])) == expected


def test_an_unregistered_vehicle_is_named_so_only_where_a_permit_is_needed() -> None:
    drone = Seen(vehicle=BOAT)

    assert verdict(drone, rulebook([zone()])) == (BAD, Reason.UNREGISTERED)
    assert verdict(drone, rulebook([prohibited()])) == (BAD, Reason.PROHIBITED)
    free = zone(restriction=Restriction.NO_RESTRICTION)
    assert verdict(drone, rulebook([free])) == (OK, Reason.NONE)


def test_a_position_perhaps_outside_the_zone_is_never_a_violation() -> None:
    for rules in (rulebook([zone()]), rulebook([prohibited()])):
        assert verdict(Seen(x=995, h_acc=10), rules)[0] == UNSURE
        assert verdict(Seen(x=1005, h_acc=10), rules)[0] == UNSURE


def test_a_position_perhaps_within_the_volume_is_uncertain() -> None:
    rules = rulebook([zone()], [permit(band=agl(30, 80))])

    assert verdict(Seen(x=205, h_acc=10), rules) == (UNSURE, Reason.OUTSIDE_FOOTPRINT)
    assert verdict(Seen(alt=78, v_acc=5), rules) == (UNSURE, Reason.OUTSIDE_HEIGHT)
    assert verdict(Seen(ref=None), rules) == (UNSURE, Reason.OUTSIDE_HEIGHT)


def test_a_volume_that_perhaps_opens_outweighs_one_that_surely_forbids() -> None:
    ban = prohibited(purposes={Purpose.MEDICAL: Restriction.REQ_AUTHORISATION})
    delivery, medical = permit(number=1), permit(number=2, half_m=5, purpose=Purpose.MEDICAL)

    assert verdict(Seen(x=5, h_acc=3), rulebook([ban], [delivery, medical]))[0] == UNSURE


def test_a_purpose_that_perhaps_forbids_makes_an_open_zone_uncertain() -> None:
    park = zone(
        restriction=Restriction.CONDITIONAL, purposes={Purpose.DELIVERY: Restriction.PROHIBITED}
    )

    assert verdict(Seen(x=199, h_acc=3), rulebook([park], [permit()]))[0] == UNSURE
    assert verdict(Seen(x=150, h_acc=3), rulebook([park], [permit()]))[0] == BAD


@pytest.mark.parametrize("half_m", [200, 5])
def test_an_open_zone_forbidden_to_one_purpose_and_perhaps_open_to_another_is_uncertain(
    half_m: float,
) -> None:
    quay = zone(
        restriction=Restriction.CONDITIONAL, purposes={Purpose.ADVERTISING: Restriction.PROHIBITED}
    )
    advertising = permit(half_m, number=1, purpose=Purpose.ADVERTISING)
    medical = permit(5, number=2, purpose=Purpose.MEDICAL)

    assert verdict(Seen(x=5, h_acc=3), rulebook([quay], [advertising, medical]))[0] == UNSURE


def test_two_thousand_permits_are_laid_out_in_an_instant() -> None:
    many = [permit(number=n, middle=(n, 0), vehicles=(VehicleId(f"d{n}"),)) for n in range(2000)]

    rules = rulebook([zone(f"z{n}") for n in range(250)], many)

    assert len(rules.volumes.permit) == 2000


seen = st.builds(
    Seen,
    x=st.floats(-1500, 1500),
    y=st.floats(-300, 300),
    s=st.floats(-600, 4200),
    alt=st.floats(0, 150),
    h_acc=st.sampled_from([0.0, 3.0, 10.0, 50.0]),
    v_acc=st.sampled_from([0.0, 3.0, 15.0]),
    speed=st.floats(0, 20),
    vehicle=st.sampled_from([Seen().vehicle, BOAT]),
)
zones = st.lists(
    st.builds(
        lambda n, half, restriction, other, upper: zone(
            n,
            half,
            restriction=restriction,
            purposes={Purpose.DELIVERY: other},
            band=agl(None, upper),
            rules=ZoneRules(speed_max_mps=10),
        ),
        st.sampled_from("abcdef"),
        st.sampled_from([150, 600, 1200]),
        st.sampled_from(Restriction),
        st.sampled_from(Restriction),
        st.sampled_from([None, 60, 120]),
    ),
    max_size=4,
    unique_by=lambda each: each.id,
)
permits: st.SearchStrategy[list[Permit]] = st.lists(
    st.builds(
        lambda half, x, purpose, window, upper: permit(
            half, middle=(x, 0), purpose=purpose, window=window, band=agl(20, upper)
        ),
        st.sampled_from([50, 200, 2000]),
        st.sampled_from([0, 300]),
        st.sampled_from([Purpose.DELIVERY, Purpose.MEDICAL, Purpose.EMERGENCY]),
        st.sampled_from([HOUR, TOMORROW]),
        st.sampled_from([80, 200]),
    ),
    max_size=3,
)


def rows(found: Verdicts, offset: int = 0) -> list[tuple[Any, ...]]:
    columns = (found.zone, found.relation, found.kind, found.reason, found.permit)
    values = zip(*(column.tolist() for column in columns), strict=True)
    named = zip(found.observation.tolist(), values, strict=True)
    return [(observation + offset, *rest) for observation, rest in named]


@given(st.lists(seen, max_size=6), st.integers(0, 6), zones, permits)
def test_splitting_a_batch_changes_nothing(
    seen: list[Seen], cut: int, zones: list[Zone], permits: list[Permit]
) -> None:
    rules = rulebook(zones, permits)
    cut = min(cut, len(seen))

    parts = rows(judge(batch(*seen[:cut]), rules)) + rows(judge(batch(*seen[cut:]), rules), cut)

    assert rows(judge(batch(*seen), rules)) == parts


@given(seen, zones, permits)
def test_what_is_certain_stays_so_as_accuracy_improves(
    seen: Seen, zones: list[Zone], permits: list[Permit]
) -> None:
    rules = rulebook(zones, permits)
    coarse = judge(batch(seen), rules)
    exact = judge(batch(replace(seen, h_acc=0, v_acc=0)), rules)
    truth = {row[1]: row[3] for row in rows(exact)}

    for _, zone_, _, kind, _, _ in rows(coarse):
        assert kind == UNSURE or truth[zone_] == kind


@given(seen, zones, permits)
def test_an_exact_position_is_uncertain_only_in_speed(
    seen: Seen, zones: list[Zone], permits: list[Permit]
) -> None:
    found = judge(batch(replace(seen, h_acc=0, v_acc=0)), rulebook(zones, permits))

    assert np.isin(found.reason[found.kind == UNSURE], [Reason.SPEED]).all()


@given(seen)
def test_a_permit_over_everything_makes_what_needs_one_compliant(seen: Seen) -> None:
    forever = Window(start=NOON - timedelta(days=9), end=NOON + timedelta(days=9))
    mine = permit(
        50_000, window=forever, vehicles=(seen.vehicle.vehicle,), operator=seen.vehicle.operator
    )
    found = judge(batch(replace(seen, h_acc=0, v_acc=0)), rulebook([zone()], [mine]))

    assert (found.kind == OK).all()


@given(seen, zones, permits)
def test_a_verdict_says_why_exactly_when_it_is_a_violation(
    seen: Seen, zones: list[Zone], permits: list[Permit]
) -> None:
    found = judge(batch(seen), rulebook(zones, permits))

    assert (found.reason[found.kind == BAD] != Reason.NONE).all()
    assert (found.reason[found.kind == OK] == Reason.NONE).all()
