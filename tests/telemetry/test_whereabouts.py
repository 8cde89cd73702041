"""An explanation comes to the answer that it explains."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from telemetry.recorded.whereabouts import decisions, spot_of, whereabouts
from tests.zones.space import AGL, AMSL, CENTRE, WGS84, areas, points_about, positions, square, zone
from zones.columns import Positions, Relation
from zones.heights.vertical import paris_datum
from zones.index import ZoneIndex
from zones.model import Band, Height, Layer, Restriction, Zone
from zones.periods import ALWAYS, Applicability, DailyPeriod, Window
from zones.space.geometry import scale
from zones.time.schedule import epoch_ms

NOON = epoch_ms(datetime(2026, 3, 2, 12, tzinfo=UTC))
BANDS = (
    Band(),
    Band(upper=Height(value_m=50.0, reference=AGL)),
    Band(lower=Height(value_m=60.0, reference=AMSL)),
    Band(upper=Height(value_m=100.0, reference=WGS84)),
)
CALENDARS: tuple[tuple[Applicability, ...], ...] = (
    (),
    (Applicability(schedule=(DailyPeriod(days=frozenset({0}), start=3600, end=50_000),)),),
    (Applicability(switch="flood"),),
)
SWITCHES = {"flood": (ALWAYS,)}


@st.composite
def cities(draw: st.DrawFn) -> list[Zone]:
    return [
        zone(
            f"z{number}",
            area,
            band=draw(st.sampled_from(BANDS)),
            layer=draw(st.sampled_from([None, Layer.AIR, Layer.RIVER])),
            applicability=draw(st.sampled_from(CALENDARS)),
            valid=draw(st.sampled_from([ALWAYS, Window(end=datetime(2026, 1, 1, tzinfo=UTC))])),
        )
        for number, area in enumerate(draw(st.lists(areas(), min_size=1, max_size=4)))
    ]


@st.composite
def batches(draw: st.DrawFn, area: BaseGeometry) -> Positions:
    return positions(
        draw(points_about(area)),
        at_ms=draw(st.sampled_from([-(2**63), NOON, NOON + 6 * 3_600_000])),
        alt_m=draw(st.sampled_from([np.nan, 20.0, 55.0, 180.0])),
        alt_ref=draw(st.integers(0, 3)),
        h_acc_m=draw(st.sampled_from([0.0, 5.0, 400.0])),
        v_acc_m=draw(st.sampled_from([0.0, 10.0])),
        layer=draw(st.sampled_from([-1, Layer.AIR.code])),
    )


@given(st.data(), cities())
def test_the_conditions_come_to_what_the_index_answers(
    data: st.DataObject, city: Sequence[Zone]
) -> None:
    batch = data.draw(batches(data.draw(st.sampled_from([each.footprint for each in city]))))
    index = ZoneIndex(city, paris_datum(), SWITCHES)
    answer = index.covering(batch)

    for row in range(len(batch)):
        spot = spot_of(batch, row, index.datum)
        found = whereabouts(spot, index.zones, SWITCHES)

        explained = {each.zone.id: each.relation for each in found if each.relation}
        answered = {
            index.zones[which].id: Relation(relation)
            for position, which, relation in zip(
                answer.position.tolist(),
                answer.zone.tolist(),
                answer.relation.tolist(),
                strict=True,
            )
            if position == row
        }
        assert explained == answered


def test_the_distance_to_the_edge_is_in_metres_and_negative_outside() -> None:
    east, _ = scale(CENTRE[1])
    outside = (CENTRE[0] + 0.01 + 30 / east, CENTRE[1])
    inside = (CENTRE[0] + 0.01 - 30 / east, CENTRE[1])

    for place, metres in ((outside, -30.0), (inside, 30.0)):
        spot = spot_of(positions([place], h_acc_m=10.0), 0, paris_datum())
        (found,) = whereabouts(spot, [zone("a", square())])
        assert abs(found.volumes[0].edge_m - metres) < 0.05


def test_zones_far_away_are_not_spoken_of() -> None:
    spot = spot_of(positions([(2.5, 48.86)], h_acc_m=10.0), 0, paris_datum())

    assert whereabouts(spot, [zone("a", square())]) == ()


def test_the_higher_priority_decides_and_what_it_sets_aside_is_said() -> None:
    open_air = zone("open", priority=5, restriction=Restriction.NO_RESTRICTION, layer=Layer.AIR)
    closed = zone("closed", layer=Layer.AIR)
    river = zone("river", layer=Layer.RIVER)
    spot = spot_of(positions([CENTRE]), 0, paris_datum())

    decided = decisions(whereabouts(spot, [open_air, closed, river]))

    assert set(decided) == {Layer.AIR, Layer.RIVER}
    assert decided[Layer.AIR].decided_by == open_air
    assert decided[Layer.AIR].overridden == (closed,)
    assert decided[Layer.RIVER].decided_by == river


def test_an_uncertain_zone_decides_nothing() -> None:
    edge = (CENTRE[0] + 0.01, CENTRE[1])
    spot = spot_of(positions([edge], h_acc_m=10.0), 0, paris_datum())

    assert decisions(whereabouts(spot, [zone("a")])) == {}
