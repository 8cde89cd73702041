"""Who is too near to whom: the cells find what comparing all pairs finds."""

import math
from itertools import combinations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from telemetry.together.nearness import (
    CLIMB_MPS,
    FIX,
    MOST_MPS,
    WITHIN_MS,
    WORST_M,
    Fixes,
    nearness,
)
from tests.telemetry.city_builders import LAT, LON, at_metres
from zones.space.geometry import distance_m

METRES = st.integers(-400, 400).map(float)
Drawn = dict[str, float]


def a_fix(vehicle: int, x: float = 0.0, s: float = 0.0, **named: float) -> Drawn:
    lon, lat = at_metres(x, named.pop("y", 0.0))
    known = {
        "vehicle": vehicle,
        "group": -1,
        "layer": 2,
        "alt_ref": 1,
        "at_ms": s * 1000,
        "lon": lon,
        "lat": lat,
        "alt_m": 50.0,
        "h_acc_m": 1.0,
        "v_acc_m": 1.0,
        "speed_mps": 0.0,
        "sure_m": 50.0,
        "maybe_m": 50.0,
        "sure_height_m": 20.0,
        "maybe_height_m": 20.0,
    }
    return known | named


def laid(*drawn: Drawn) -> Fixes:
    fixes = np.zeros(len(drawn), FIX)
    for row, one in enumerate(drawn):
        for name, value in one.items():
            fixes[row][name] = value
    return fixes


def found(fixes: Fixes) -> set[tuple[int, int, bool]]:
    pairs = nearness(fixes)
    return set(
        zip(pairs.first.tolist(), pairs.second.tolist(), pairs.certain.tolist(), strict=True)
    )


def slowly(fixes: Fixes) -> set[tuple[int, int, bool]]:
    """Compare every pair, as one would write it first."""
    result = set()
    for a, b in combinations(range(len(fixes)), 2):
        one, other = fixes[a], fixes[b]
        between = [each["vehicle"] for each in fixes[a + 1 : b + 1]]
        passed_s = abs(int(other["at_ms"]) - int(one["at_ms"])) / 1000
        if (
            one["vehicle"] in between
            or one["vehicle"] == other["vehicle"]
            or one["layer"] != other["layer"]
            or (one["group"] >= 0 and one["group"] == other["group"])
            or passed_s * 1000 > WITHIN_MS
            or max(one["h_acc_m"], other["h_acc_m"]) > WORST_M
            or min(one["maybe_m"], other["maybe_m"]) <= 0
        ):
            continue
        speed = MOST_MPS if math.isnan(one["speed_mps"]) else one["speed_mps"]
        apart = distance_m(one["lon"], one["lat"], other["lon"], other["lat"])
        slack = one["h_acc_m"] + other["h_acc_m"] + passed_s * speed
        up = abs(other["alt_m"] - one["alt_m"])
        slack_up = one["v_acc_m"] + other["v_acc_m"] + passed_s * CLIMB_MPS
        known = one["alt_ref"] == other["alt_ref"] != 0 and not math.isnan(up)
        sure = apart + slack < max(one["sure_m"], other["sure_m"])
        sure_height = max(one["sure_height_m"], other["sure_height_m"])
        sure = sure and ((known and up + slack_up < sure_height) or math.isinf(sure_height))
        maybe = max(apart - slack, 0) < max(one["maybe_m"], other["maybe_m"])
        maybe_height = max(one["maybe_height_m"], other["maybe_height_m"])
        least_up = max(up - slack_up, 0) if known else 0
        if maybe and least_up < maybe_height:
            result.add((a, b, bool(sure)))
    return result


fixes = st.lists(
    st.builds(
        a_fix,
        st.integers(0, 5),
        METRES,
        st.integers(0, 30).map(float),
        y=METRES,
        group=st.sampled_from([-1, -1, -1, 0]),
        layer=st.sampled_from([2, 2, 2, 3]),
        alt_ref=st.sampled_from([1, 1, 2, 0]),
        alt_m=st.sampled_from([0.0, 15.0, 50.0, math.nan]),
        h_acc_m=st.sampled_from([0.0, 1.0, 10.0, 101.0]),
        speed_mps=st.sampled_from([0.0, 3.0, math.nan]),
        maybe_m=st.sampled_from([0.0, 50.0, 120.0]),
        sure_m=st.sampled_from([0.0, 50.0]),
        sure_height_m=st.sampled_from([0.0, 20.0, math.inf]),
        maybe_height_m=st.sampled_from([20.0, math.inf]),
    ),
    max_size=25,
).map(lambda drawn: laid(*sorted(drawn, key=lambda one: one["at_ms"])))


@given(fixes)
@example(laid())
@example(laid(a_fix(0)))
def test_cells_find_what_comparing_all_pairs_finds(drawn: Fixes) -> None:
    assert found(drawn) == slowly(drawn)


def test_two_at_once_are_surely_too_near_only_by_more_than_both_accuracies() -> None:
    assert found(laid(a_fix(0), a_fix(1, x=47.0))) == {(0, 1, True)}
    assert found(laid(a_fix(0), a_fix(1, x=51.0))) == {(0, 1, False)}
    assert found(laid(a_fix(0), a_fix(1, x=53.0))) == set()


def test_one_above_the_other_by_what_is_asked_is_no_near_miss() -> None:
    assert found(laid(a_fix(0, alt_m=20.0), a_fix(1, alt_m=50.0))) == set()
    assert found(laid(a_fix(0, alt_m=20.0), a_fix(1, alt_m=50.0, alt_ref=2))) == {(0, 1, False)}


def test_time_that_passed_between_two_fixes_makes_it_less_sure() -> None:
    near = [a_fix(0, speed_mps=10.0), a_fix(1, x=20.0, s=2.0)]
    late = [a_fix(0, speed_mps=10.0), a_fix(1, x=20.0, s=3.0)]

    assert found(laid(*near)) == {(0, 1, True)}
    assert found(laid(*late)) == {(0, 1, False)}
    assert found(laid(a_fix(0), a_fix(1, s=10.1))) == set()


def test_a_fleet_of_thousands_is_compared_at_the_cost_of_its_neighbours() -> None:
    rng = np.random.default_rng(1)
    many = np.tile(laid(a_fix(0)), 20_000)
    many["vehicle"] = np.arange(len(many))
    many["lon"] = LON + rng.uniform(-0.2, 0.2, len(many))
    many["lat"] = LAT + rng.uniform(-0.2, 0.2, len(many))
    some = many[np.hypot(many["lon"] - LON, many["lat"] - LAT) < 0.01]

    pairs = nearness(many)

    inside = {
        (a, b)
        for a, b in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
        if many[a] in some and many[b] in some
    }
    assert len(inside) == len(slowly(some))
