"""The index agrees with asking every zone, and is honest about what it cannot know."""

import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from tests.zones.space import (
    AGL,
    AMSL,
    CENTRE,
    NOON,
    areas,
    points_about,
    positions,
    square,
    stars,
    zone,
)
from zones.columns import Positions, Relation
from zones.formats import geojson
from zones.heights.vertical import paris_datum
from zones.index import ZoneIndex
from zones.model import Band, Height, InvalidZone, Layer, Zone
from zones.periods import Applicability, DailyPeriod, Window
from zones.space.geometry import in_plane, scale
from zones.time.schedule import epoch_ms

WATER = Path(__file__).parents[2] / "octroi" / "demo" / "data" / "voies_deau.geojson"

Pairs = dict[tuple[int, str], Relation]


def covering(zones: list[Zone], batch: Positions) -> Pairs:
    index = ZoneIndex(zones, paris_datum())
    found = index.covering(batch)
    return {
        (int(position), str(index.zones[which].id)): Relation(relation)
        for position, which, relation in zip(
            found.position, found.zone, found.relation, strict=True
        )
    }


@given(st.lists(areas(), min_size=1, max_size=4), st.data())
def test_the_index_agrees_with_asking_every_zone(
    footprints: list[BaseGeometry], data: st.DataObject
) -> None:
    points = data.draw(points_about(data.draw(st.sampled_from(footprints))))
    zones = [zone(f"z{number}", area) for number, area in enumerate(footprints)]

    found = covering(zones, positions(points))

    assert found == {
        (number, f"z{which}"): Relation.INSIDE
        for number, point in enumerate(points)
        for which, area in enumerate(footprints)
        if shapely.intersects(area, Point(point))
    }


@given(areas(), st.data(), st.sampled_from([0.5, 10.0, 150.0, 3000.0]))
def test_accuracy_makes_a_border_uncertain_as_far_as_it_reaches_and_no_farther(
    area: BaseGeometry, data: st.DataObject, reach_m: float
) -> None:
    points = data.draw(points_about(area))

    found = covering([zone("z", area)], positions(points, h_acc_m=reach_m))

    for number, (lon, lat) in enumerate(points):
        local = in_plane(area, lat)
        here = Point(np.array([lon, lat]) * np.array(scale(lat)))
        margin = shapely.distance(local.boundary, here)
        if abs(margin - reach_m) < reach_m * 1e-3:
            continue
        inside = shapely.intersects_xy(area, lon, lat)
        certain = Relation.INSIDE if inside else None
        expected = Relation.UNCERTAIN if margin < reach_m else certain
        assert found.get((number, "z")) == expected


@given(areas(), st.data(), st.floats(0, 500), st.floats(0, 500))
def test_uncertain_shrinks_to_certain_as_accuracy_improves(
    area: BaseGeometry, data: st.DataObject, one_m: float, other_m: float
) -> None:
    points = data.draw(points_about(area))
    finer, coarser = sorted((one_m, other_m))
    fine = covering([zone("z", area)], positions(points, h_acc_m=finer))
    coarse = covering([zone("z", area)], positions(points, h_acc_m=coarser))

    for number in range(len(points)):
        if coarse.get((number, "z")) != Relation.UNCERTAIN:
            assert fine.get((number, "z")) == coarse.get((number, "z"))


@given(stars(), st.data(), st.integers(0, 8))
def test_where_a_ring_begins_and_which_way_it_turns_changes_nothing(
    area: Polygon, data: st.DataObject, turn: int
) -> None:
    points = positions(data.draw(points_about(area)), h_acc_m=20.0)
    ring = list(area.exterior.coords)[:-1]
    turned = [*ring[turn % len(ring) :], *ring[: turn % len(ring)]]
    same = Polygon(turned[::-1], [hole.coords[::-1] for hole in area.interiors])

    assert covering([zone("z", area)], points) == covering([zone("z", same)], points)


@given(stars(), st.data())
def test_adding_a_hole_never_adds_positions(area: Polygon, data: st.DataObject) -> None:
    points = positions(data.draw(points_about(area)))
    hole = square(0.001).exterior.coords
    pierced = area.difference(Polygon(hole))

    assert (
        covering([zone("z", pierced)], points).items()
        <= covering([zone("z", area)], points).items()
    )


@given(areas(), areas(), st.data())
def test_a_batch_answers_as_its_positions_would_one_by_one(
    one: BaseGeometry, other: BaseGeometry, data: st.DataObject
) -> None:
    points = data.draw(points_about(one))
    zones = [zone("a", one), zone("b", other)]

    together = covering(zones, positions(points, h_acc_m=30.0))
    alone = {
        (number, name): relation
        for number, point in enumerate(points)
        for (_, name), relation in covering(zones, positions([point], h_acc_m=30.0)).items()
    }

    assert together == alone


@given(st.lists(st.tuples(areas(), st.sampled_from([None, *Layer])), max_size=5), st.data())
def test_a_zone_is_answered_for_as_if_it_were_alone_whatever_the_layers_around_it(
    drawn: list[tuple[BaseGeometry, Layer | None]], data: st.DataObject
) -> None:
    laws = [zone(f"z{number}", area, layer=layer) for number, (area, layer) in enumerate(drawn)]
    points = [point for area, _ in drawn for point in data.draw(points_about(area))]
    layers = st.sampled_from([-1, *(layer.code for layer in Layer)])
    reaches = st.sampled_from([0.0, 2.0, 15.0, 150.0, 3000.0])
    count = len(points)
    batch = positions(
        points,
        layer=data.draw(st.lists(layers, min_size=count, max_size=count)),
        h_acc_m=data.draw(st.lists(reaches, min_size=count, max_size=count)),
    )

    alone = [covering([law], batch) for law in laws]

    assert covering(laws, batch) == {pair: said for found in alone for pair, said in found.items()}


def test_every_part_of_a_multipolygon_counts() -> None:
    far = (CENTRE[0] + 1, CENTRE[1])
    both = MultiPolygon([square(), square(centre=far)])

    found = covering([zone("z", both)], positions([CENTRE, far, (CENTRE[0] + 0.5, CENTRE[1])]))

    assert set(found) == {(0, "z"), (1, "z")}


def test_rows_are_ordered_by_position_then_zone() -> None:
    zones = [zone(name) for name in "cab"]
    found = ZoneIndex(zones, paris_datum()).covering(positions([CENTRE] * 3))

    assert found.position.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert found.zone.tolist() == [0, 1, 2] * 3


def test_no_zones_and_no_positions_are_answered_with_nothing() -> None:
    assert len(ZoneIndex([], paris_datum()).covering(positions([CENTRE]))) == 0
    assert len(ZoneIndex([zone()], paris_datum()).covering(positions([]))) == 0
    assert len(ZoneIndex([zone()], paris_datum()).covering(positions([(0.0, 0.0)]))) == 0


def test_a_zone_that_lost_its_edges_is_not_indexed() -> None:
    with pytest.raises(InvalidZone, match="no edges"):
        ZoneIndex([zone("z", Polygon())], paris_datum())


def test_a_version_is_the_law_from_its_first_instant_up_to_its_last_exclusively() -> None:
    law = zone(valid=Window(start=NOON, end=NOON + timedelta(hours=1)))
    instants = [epoch_ms(NOON) + offset for offset in (-1, 0, 3_599_999, 3_600_000)]

    found = covering([law], positions([CENTRE] * 4, at_ms=instants))

    assert sorted(found) == [(1, "a"), (2, "a")]


def test_without_an_instant_the_calendar_is_passed_over() -> None:
    never_on_sundays = Applicability(
        schedule=(DailyPeriod(days=frozenset({0}), start=0, end=3600),)
    )
    law = zone(valid=Window(end=NOON), applicability=(never_on_sundays,))

    assert covering([law], positions([CENTRE])) == {(0, "a"): Relation.INSIDE}
    assert covering([law], positions([CENTRE], at_ms=epoch_ms(NOON) - 1)) == {}


def test_a_layer_concerns_its_own_vehicles_and_no_layer_concerns_all() -> None:
    laws = [zone("air", layer=Layer.AIR), zone("river", layer=Layer.RIVER), zone("every")]
    layers = [Layer.AIR.code, Layer.SURFACE.code, -1]

    found = covering(laws, positions([CENTRE] * 3, layer=layers))

    assert sorted(found) == [
        (0, "air"), (0, "every"), (1, "every"), (2, "air"), (2, "every"), (2, "river"),
    ]  # fmt: skip


def test_a_height_outside_the_band_is_out_and_an_unknown_one_uncertain() -> None:
    ceiling = Band(upper=Height(value_m=120, reference=AGL))
    heights = [100.0, 131.0, 115.0, np.nan]

    found = covering(
        [zone(band=ceiling)],
        positions([CENTRE] * 4, alt_m=heights, alt_ref=AGL.code, v_acc_m=10.0),
    )

    assert found == {
        (0, "a"): Relation.INSIDE,
        (2, "a"): Relation.UNCERTAIN,
        (3, "a"): Relation.UNCERTAIN,
    }


def test_an_uncertain_ground_makes_a_height_uncertain_and_not_wrong() -> None:
    ceiling = Band(upper=Height(value_m=120, reference=AGL))
    heights = [100.0, 200.0, 300.0]

    found = covering(
        [zone(band=ceiling)], positions([CENTRE] * 3, alt_m=heights, alt_ref=AMSL.code)
    )

    assert found == {(0, "a"): Relation.INSIDE, (1, "a"): Relation.UNCERTAIN}


@pytest.mark.parametrize(
    ("lon", "lat", "h_acc_m", "margin_m", "relation"),
    [
        (2.290567, 48.858265, 10.0, 10.4, Relation.INSIDE),
        (2.28294, 48.851347, 10.0, 19.7, Relation.INSIDE),
        (2.340478, 48.857587, 10.0, 7.9, Relation.UNCERTAIN),
        (2.348957, 48.852205, 10.0, -4.4, Relation.UNCERTAIN),
        (2.35766, 48.84936, 30.0, -14.8, Relation.UNCERTAIN),
    ],
)
def test_the_five_boats_moored_in_paris_are_as_far_from_the_bank_as_measured(
    lon: float, lat: float, h_acc_m: float, margin_m: float, relation: Relation
) -> None:
    water, defects = geojson.read(json.loads(WATER.read_text()), "water")
    index = ZoneIndex(water, paris_datum())
    given_accuracy = index.covering(positions([(lon, lat)], h_acc_m=h_acc_m))
    measured = index.covering(positions([(lon, lat)], h_acc_m=25.0))

    assert defects == []
    assert given_accuracy.relation.tolist() == [relation]
    assert measured.margin_m == pytest.approx([margin_m], abs=0.1)


def test_a_change_to_one_zone_changes_no_other() -> None:
    kept, moved = zone("kept"), zone("moved")
    elsewhere = zone("moved", square(centre=(5.0, 45.0)))

    before = covering([kept, moved], positions([CENTRE]))
    after = covering([kept, elsewhere], positions([CENTRE]))

    assert before[0, "kept"] == after[0, "kept"]
    assert (0, "moved") not in after
