"""What is computed by columns is what the plainest way of writing it down comes to."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from shapely import convex_hull, union
from shapely.geometry.base import BaseGeometry

from permits.model import OperationVolume, Permit
from permits.parties import VehicleId
from telemetry.judging import judge
from telemetry.model import UNREGISTERED, VehicleKey
from tests.telemetry import reference_judging
from tests.telemetry.city_builders import (
    DRONE,
    HOUR,
    NOON,
    Seen,
    agl,
    batch,
    permit,
    rulebook,
    square,
    zone,
)
from zones.demands import ZoneRules
from zones.model import UNBOUNDED, Layer, Purpose, Restriction, Zone
from zones.periods import Window

STRANGER = VehicleKey(UNREGISTERED, VehicleId("227000001"))
ROVER = VehicleKey(DRONE.operator, VehicleId("rover-1"))
TOMORROW = Window(start=NOON + timedelta(days=1), end=NOON + timedelta(days=1, hours=1))
ROUND = (0.0, 20.0, 40.0, -40.0, 60.0, 100.0, -100.0, 300.0)  # where edges and corners are

metres = st.one_of(st.floats(-400, 400), st.sampled_from(ROUND))
footprints: SearchStrategy[BaseGeometry] = st.sampled_from(
    [
        square(0, 0, 100),
        square(60, 0, 40),
        square(0, 0, 100).difference(square(0, 0, 40)),
        union(square(-100, 0, 40), square(60, 20, 40)),
        convex_hull(union(square(0, 0, 20), square(100, 100, 0.5))),
        square(0, 0, 1500),
    ]
)
seen = st.builds(
    Seen,
    x=metres,
    y=metres,
    s=st.floats(-600, 4200),
    alt=st.sampled_from([10.0, 20.0, 60.0, 65.0, 79.0, 80.0, 150.0, float("nan")]),
    h_acc=st.sampled_from([0.0, 3.0, 20.0, 50.0]),
    v_acc=st.sampled_from([0.0, 3.0, 15.0]),
    speed=st.sampled_from([5.0, 10.0, 10.2, 11.0, float("nan")]),
    layer=st.sampled_from([Layer.AIR, Layer.RIVER]),
    vehicle=st.sampled_from([DRONE, ROVER, STRANGER]),
)
zones: SearchStrategy[list[Zone]] = st.lists(
    st.builds(
        lambda name, area, restriction, other, named: zone(
            name,
            footprint=area,
            restriction=restriction,
            purposes={Purpose.DELIVERY: other},
            **named,
        ),
        st.sampled_from("abcdef"),
        footprints,
        st.sampled_from(Restriction),
        st.sampled_from(Restriction),
        st.fixed_dictionaries(
            {
                "layer": st.sampled_from([None, Layer.AIR, Layer.RIVER]),
                "band": st.sampled_from([UNBOUNDED, agl(None, 60), agl(20, 120)]),
                "priority": st.sampled_from([0, 0, 5]),
                "rules": st.sampled_from([ZoneRules(), ZoneRules(speed_max_mps=10)]),
            }
        ),
    ),
    max_size=4,
    unique_by=lambda each: each.id,
)


def granted(
    number: int, spaces: list[tuple[BaseGeometry, Window]], purpose: Purpose, layer: Layer
) -> Permit:
    volumes = tuple(
        OperationVolume(footprint=area, window=window, band=agl(20, 80)) for area, window in spaces
    )
    return permit(
        number=number,
        volumes=volumes,
        purpose=purpose,
        layer=layer,
        vehicles=(DRONE.vehicle, ROVER.vehicle)[: 1 + number % 2],
    )


permits = st.lists(
    st.builds(
        granted,
        st.integers(1, 9),
        st.lists(
            st.tuples(footprints, st.sampled_from([HOUR, HOUR, TOMORROW])), min_size=1, max_size=2
        ),
        st.sampled_from([Purpose.DELIVERY, Purpose.MEDICAL, Purpose.EMERGENCY]),
        st.sampled_from([Layer.AIR, Layer.AIR, Layer.RIVER]),
    ),
    max_size=3,
    unique_by=lambda each: each.id,
)


@settings(max_examples=60)
@given(st.lists(seen, max_size=5), zones, permits)
def test_verdicts_are_those_of_the_plainest_way(
    seen: list[Seen], zones: list[Zone], permits: list[Permit]
) -> None:
    rules, observations = rulebook(zones, permits), batch(*seen)

    found, expected = judge(observations, rules), reference_judging.judge(observations, rules)

    columns = ("observation", "zone", "relation", "kind", "reason", "permit")
    for name in columns:
        assert getattr(found, name).tolist() == getattr(expected, name).tolist(), name


@given(seen)
def test_a_layer_unknown_is_every_layer(seen: Seen) -> None:
    observations = batch(replace(seen, vehicle=DRONE))
    observations.positions.layer[:] = -1
    rules = rulebook([zone(half_m=300)], [permit(100), permit(200, number=2, layer=Layer.RIVER)])

    found, expected = judge(observations, rules), reference_judging.judge(observations, rules)

    assert found.permit.tolist() == expected.permit.tolist()
    assert found.kind.tolist() == expected.kind.tolist()
