"""What is computed by columns is what the plainest way of writing it down comes to."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from shapely import convex_hull, union
from shapely.geometry.base import BaseGeometry

from permits.model import OperationVolume, Permit
from permits.parties import VehicleId
from telemetry.following.fleet import Fleet
from telemetry.following.stands import Track
from telemetry.judging import judge
from telemetry.model import UNREGISTERED, VehicleKey, Visit
from telemetry.rulebook import Rulebook
from telemetry.tracks import advance
from tests.telemetry import reference_judging, reference_tracks
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
from zones.demands import Equipment, Sector, ZoneRules
from zones.model import UNBOUNDED, Layer, Purpose, Restriction, Zone
from zones.periods import Window

STRANGER = VehicleKey(UNREGISTERED, VehicleId("227000001"))
ROVER = VehicleKey(DRONE.operator, VehicleId("rover-1"))
TOMORROW = Window(start=NOON + timedelta(days=1), end=NOON + timedelta(days=1, hours=1))
CARRIED = {
    DRONE: frozenset({Equipment.REMOTE_ID}),
    ROVER: frozenset({Equipment.REMOTE_ID, Equipment.LIGHTS}),
}
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
    s=st.one_of(st.floats(-600, 4200), st.sampled_from([-0.5, 3600.5])),
    alt=st.sampled_from([10.0, 20.0, 60.0, 65.0, 79.0, 80.0, 150.0, float("nan")]),
    h_acc=st.sampled_from([0.0, 3.0, 20.0, 50.0]),
    v_acc=st.sampled_from([0.0, 3.0, 15.0]),
    speed=st.sampled_from([0.5, 5.0, 10.0, 10.2, 11.0, float("nan")]),
    heading=st.sampled_from([0.0, 44.0, 90.0, 100.0, 300.0, 359.0, float("nan")]),
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
                "rules": st.sampled_from(
                    [
                        ZoneRules(),
                        ZoneRules(speed_max_mps=10),
                        ZoneRules(direction=Sector(start_deg=310, end_deg=90)),
                        ZoneRules(equipment=frozenset({Equipment.REMOTE_ID})),
                        ZoneRules(speed_min_mps=5.2),
                        ZoneRules(speed_min_mps=10.1, equipment=frozenset({Equipment.LIGHTS})),
                    ]
                ),
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


@settings(max_examples=50)
@given(st.lists(seen, max_size=5), zones, permits)
def test_verdicts_are_those_of_the_plainest_way(
    seen: list[Seen], zones: list[Zone], permits: list[Permit]
) -> None:
    rules, observations = rulebook(zones, permits, carried=CARRIED), batch(*seen)

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


MIDNIGHT_S = round((datetime(2026, 6, 30, 22, tzinfo=UTC) - NOON).total_seconds())
CHANGE = NOON + timedelta(seconds=MIDNIGHT_S + 25)
RING = square(0, 0, 100).difference(square(0, 0, 40))
MANY = [zone(f"many-{n}", 60 + n) for n in range(9)]


def town(many: list[Zone], *, holding: bool) -> Rulebook:
    """Return a ring, a low zone, a changing one and a closed one, and perhaps a permit."""
    half = union(square(-60, 0, 20), square(-20, 0, 20))
    zones = [
        zone("ring", footprint=RING),
        zone("low", 60, middle=(60, 0), band=agl(None, 50)),
        zone("changing", 80, middle=(0, 60), valid=Window(end=CHANGE)),
        zone("changing", 40, version=2, middle=(0, 60), valid=Window(start=CHANGE)),
        zone("ban", footprint=half, restriction=Restriction.PROHIBITED),
        zone("boats", 80, layer=Layer.RIVER),
        *many,
    ]
    always = Window(start=NOON, end=NOON + timedelta(days=90))
    permits = [permit(60, window=always), permit(20, number=2, middle=(60, 0), window=always)]
    return rulebook(zones, permits if holding else ())


TOWNS = [town([], holding=False), town([], holding=True), town(MANY, holding=True)]
nearby = st.one_of(st.integers(-11, 11).map(lambda n: 10.0 * n), st.floats(-110, 110), metres)
walks = st.lists(
    st.builds(
        Seen,
        x=nearby,
        y=nearby,
        h_acc=st.sampled_from([0.0, 5.0, 20.0]),
        alt=st.sampled_from([20.0, 80.0]),
        v_acc=st.sampled_from([0.0, 3.0]),
        layer=st.sampled_from([Layer.AIR, Layer.AIR, Layer.RIVER]),
        vehicle=st.sampled_from([DRONE, DRONE, ROVER]),
    ),
    max_size=10,
)
pauses = st.lists(
    # No way is crossed at half a millisecond, where the last digit would decide.
    st.sampled_from([-5, 0, 1.024, 7.168, 29.696, 29.696, 118.784, 300]),
    min_size=10,
    max_size=10,
)


def about(tracks: Iterable[Track]) -> list[object]:
    """Return tracks without the last digits of their distances."""
    return [
        msgspec.structs.replace(
            track,
            stays=tuple(
                msgspec.structs.replace(stay, distance_m=round(stay.distance_m, 6))
                for stay in sorted(track.stays, key=lambda one: (one.zone, one.zone_version))
            ),
        )
        for track in tracks
    ]


@settings(max_examples=100)
# Through the night in which a month ends, and through a hole.
@example(seen=[Seen(x=70)] * 4, pauses=[29.696] * 10, rules=TOWNS[1], cuts=set(), calm=False)
@example(
    seen=[Seen(x=-45, y=-25), Seen(x=-25, y=-45)] * 2,
    pauses=[7.168] * 10,
    rules=TOWNS[0],
    cuts=set(),
    calm=False,
)
@given(walks, pauses, st.sampled_from(TOWNS), st.sets(st.integers(1, 9)), st.booleans())
def test_tracks_and_visits_are_those_of_the_plainest_way(
    seen: list[Seen],
    pauses: list[float],
    rules: Rulebook,
    cuts: set[int],
    calm: bool,  # noqa: FBT001 - drawn
) -> None:
    # The calm keep to where they are, in and between zones.
    seen = [replace(one, x=45 + one.x / 20, y=one.y / 20) for one in seen] if calm else seen
    instants = (MIDNIGHT_S - 40 + np.cumsum(pauses)).tolist()
    seen = [replace(one, s=s) for one, s in zip(seen, instants, strict=False)]
    fleet, tracks = Fleet(), dict[VehicleKey, Track]()
    visits, expected = list[Visit](), list[Visit]()

    for first, last in pairwise([0, *sorted(cuts), 10]):
        observations = batch(*seen[first:last])
        ids = np.arange(first, first + len(observations)) + 1
        verdicts = judge(observations, rules)
        found = advance(fleet, observations, verdicts, rules, ids)
        plain = reference_tracks.advance(tracks, observations, verdicts, rules, ids)
        fleet.adopt(found.stand)
        tracks |= plain.tracks
        visits, expected = [*visits, *found.visits], [*expected, *plain.visits]

    assert visits == expected
    assert about(fleet[key] for key in tracks) == about(tracks.values())
