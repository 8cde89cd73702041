"""The cells say what all edges say: on boundaries, vertices, a hair beside them, and elsewhere."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from shapely.affinity import scale as scaled
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from tests.zones.space import CENTRE, areas, points_about, positions, square, zone
from zones.formats.reading import parse, read_document
from zones.heights.vertical import paris_datum
from zones.index import ZoneIndex
from zones.kernel.cells import NoEdges, cells_of
from zones.kernel.law import EVERY
from zones.kernel.orientation import exact_side, side
from zones.kernel.reach import metres_per_degree
from zones.space.geometry import scale

CITY = Path(__file__).parents[2] / "octroi" / "demo" / "data"
MANY = 200_000

Columns = tuple[Any, Any]
Pairs = set[tuple[int, int]]


def held(areas_: list[BaseGeometry], lon: Any, lat: Any) -> Pairs:  # noqa: ANN401 - columns
    index = ZoneIndex([zone(str(n), area) for n, area in enumerate(areas_)], paris_datum())
    position, which = index.holding(lon, lat)
    return set(zip(position.tolist(), which.tolist(), strict=True))


def asked_all(areas_: list[BaseGeometry], lon: Any, lat: Any) -> Pairs:  # noqa: ANN401 - columns
    """Ask shapely about every place and every area, with no index between."""
    found: Pairs = set()
    for number, area in enumerate(areas_):
        shapely.prepare(area)
        inside = np.flatnonzero(shapely.intersects_xy(area, lon, lat))
        found |= {(place, number) for place in inside.tolist()}
    return found


def adversaries(areas_: list[BaseGeometry], count: int, seed: int) -> Columns:
    """Choose vertices, places on edges, ulps beside, and level with vertices, east and west."""
    random = np.random.default_rng(seed)
    rings = shapely.get_rings(shapely.get_parts(np.array(areas_, dtype=object)))
    vertices, ring = shapely.get_coordinates(rings, return_index=True)
    edges = np.flatnonzero(ring[1:] == ring[:-1])
    edge = random.choice(edges, count)
    one, other = vertices[edge], vertices[edge + 1]
    kind, ulps = random.integers(0, 6, count), random.integers(-2, 3, (count, 2))
    along = np.where(kind == 1, 0.5, random.random(count))[:, None]
    places = np.where(np.isin(kind, (1, 2))[:, None], one + along * (other - one), one)
    beside = places + ulps * np.spacing(places)
    places = np.where((kind == 3)[:, None], beside, places)
    far = random.uniform(-0.02, 0.02, count)
    places[:, 0] += np.where(kind == 4, far, 0.0)
    places[:, 1] += np.where(kind == 5, far, 0.0)
    return places[:, 0].copy(), places[:, 1].copy()


def ragged(random: np.random.Generator, count: int) -> list[BaseGeometry]:
    """Draw stars, some with holes, some of two parts, some on a coarse lattice."""
    found: list[BaseGeometry] = []
    while len(found) < count:
        lon, lat = random.uniform(2.25, 2.45), random.uniform(48.81, 48.90)
        corners = int(random.choice([4, 7, 40, 400]))
        angle = np.sort(random.uniform(0, 2 * np.pi, corners))
        radius = random.lognormal(-6, 1) * random.uniform(0.5, 1, corners)
        ring = np.column_stack([lon + radius * np.cos(angle), lat + radius * np.sin(angle)])
        star: BaseGeometry = Polygon(np.round(ring, 3) if random.random() < 0.3 else ring)
        if star.is_valid and random.random() < 0.4:
            star = star.difference(scaled(star, 0.4, 0.4, origin=star.representative_point()))
        if star.is_valid and random.random() < 0.3:
            star = star.union(translate(star, 0.03, 0.0))
        if star.is_valid and star.geom_type in {"Polygon", "MultiPolygon"} and star.area > 0:
            found.append(star)
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_two_hundred_thousand_adverse_places_are_where_shapely_finds_them(seed: int) -> None:
    shapes = ragged(np.random.default_rng(seed), 60)
    lon, lat = adversaries(shapes, MANY // 2, seed)

    assert held(shapes, lon, lat) == asked_all(shapes, lon, lat)


def test_an_adverse_place_alone_is_where_shapely_finds_it() -> None:
    shapes = ragged(np.random.default_rng(5), 40)
    lon, lat = adversaries(shapes, 4_000, 5)
    index = ZoneIndex([zone(str(n), area) for n, area in enumerate(shapes)], paris_datum())

    found = {
        (place, which) for place in range(len(lon)) for which in index.at(lon[place], lat[place])
    }

    assert found == asked_all(shapes, lon, lat)


def test_the_layers_of_paris_lose_no_part_and_no_boundary() -> None:
    shapes: list[BaseGeometry] = []
    for name in ("arrondissements", "bois", "carrieres", "quartiers", "voies_deau"):
        zones, _ = read_document(parse((CITY / f"{name}.geojson").read_text()), name)
        shapes += [law.footprint for law in zones]
    lon, lat = adversaries(shapes, 40_000, 3)

    found = held(shapes, lon, lat)

    assert any(shape.geom_type == "MultiPolygon" for shape in shapes)
    assert found == asked_all(shapes, lon, lat)


@given(st.lists(areas(), min_size=1, max_size=3), st.data(), st.sampled_from([0.01, 1.0, 300.0]))
def test_the_size_of_the_cells_changes_no_answer(
    shapes: list[BaseGeometry], data: st.DataObject, cells_an_edge: float
) -> None:
    points = data.draw(points_about(shapes[0]))
    lon, lat = np.array([*points, points[0]]).T.copy()
    index = ZoneIndex([zone(str(n), area) for n, area in enumerate(shapes)], paris_datum())
    layers = np.full(len(shapes), EVERY, dtype=np.int8)
    cells = cells_of(shapes, layers, cells_an_edge)
    index.parts = (index.parts[0]._replace(cells=cells),)

    found = set(zip(*(column.tolist() for column in index.holding(lon, lat)), strict=True))

    assert found == asked_all(shapes, lon, lat)


@given(
    npst.arrays(np.float64, 4, elements=st.floats(-180, 180, allow_subnormal=False)),
    st.floats(0, 1),
    st.integers(-2, 2),
)
def test_a_side_is_exact_however_close_the_line(ends: Any, part: float, ulps: int) -> None:  # noqa: ANN401 - four numbers
    x1, y1, x2, y2 = (float(end) for end in np.where(np.abs(ends) < 1e-100, 0.0, ends))
    x, y = x1 + part * (x2 - x1), y1 + part * (y2 - y1)
    x += ulps * float(np.spacing(x))
    a, b, c, d, e, f = (Fraction(number) for number in (x1, y1, x2, y2, x, y))
    twice_area = (a - e) * (d - f) - (b - f) * (c - e)
    expected = (twice_area > 0) - (twice_area < 0)

    if abs(x) > 1e-100 or x == 0:
        assert side(x, y, x1, y1, x2, y2) == exact_side(x, y, x1, y1, x2, y2) == expected


def test_places_that_are_nowhere_are_in_no_zone() -> None:
    nowhere = np.array([np.nan, np.inf, -np.inf, 2.35, 2.35, 1e300, -1e300])
    lat = np.array([48.86, 48.86, 48.86, np.nan, np.inf, 48.86, -1e300])
    index = ZoneIndex([zone()], paris_datum())
    batch = positions(list(zip(nowhere.tolist(), lat.tolist(), strict=True)), h_acc_m=10.0)

    assert held([square()], nowhere, lat) == set()
    assert len(index.covering(batch)) == 0


@pytest.mark.parametrize(
    "spiked",
    [
        Polygon([(0, 0), (4, 0), (4, 4), (2, 4), (2, 4), (0, 4)]),
        Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(0, 0), (2, 1), (1, 2)]]),
        Polygon([(0, 0), (4, 0), (4, 1e-9), (0, 1e-9)]),
        MultiPolygon([box(0, 0, 1, 1), box(1, 1, 2, 2)]),
    ],
)
def test_doubled_vertices_touching_holes_slivers_and_corners_are_right(
    spiked: BaseGeometry,
) -> None:
    lon, lat = adversaries([spiked], 3_000, 4)

    assert held([spiked], lon, lat) == asked_all([spiked], lon, lat)


@given(areas(), st.data(), st.sampled_from([-1.5, 0.25, 4.0]))
def test_translation_changes_nothing(area: BaseGeometry, data: st.DataObject, shift: float) -> None:
    # Quantised so that moving is exact, for the area and for the places alike.
    coarse = shapely.transform(area, lambda degrees: np.round(degrees * 4096) / 4096)
    points = np.round(np.array(data.draw(points_about(area))) * 4096) / 4096
    moved = translate(coarse, shift, shift)
    if not (coarse.is_valid and coarse.area > 0):
        return

    assert held([coarse], *points.T.copy()) == held([moved], *(points.T + shift))


def test_rings_lost_on_the_way_are_noticed() -> None:
    with pytest.raises(NoEdges, match="footprint 1"):
        cells_of([square(), Polygon()], np.full(2, EVERY, dtype=np.int8))


@given(st.floats(-89, 89))
def test_metres_per_degree_are_those_of_the_plane(lat: float) -> None:
    assert metres_per_degree(lat) == pytest.approx(scale(lat), rel=1e-12)


def test_a_batch_of_a_million_is_answered_like_its_places_one_by_one() -> None:
    shapes = ragged(np.random.default_rng(8), 30)
    random = np.random.default_rng(9)
    lon, lat = random.uniform(2.2, 2.5, 1_000_000), random.uniform(48.8, 48.95, 1_000_000)
    index = ZoneIndex([zone(str(n), area) for n, area in enumerate(shapes)], paris_datum())

    position, which = index.holding(lon, lat)

    assert (np.diff(position) >= 0).all()
    for begin, end in pairwise(range(0, 1_001_000, 100_000)):
        rows = (begin <= position) & (position < end)
        place, again = index.holding(lon[begin:end], lat[begin:end])
        assert (position[rows] - begin).tolist() == place.tolist()
        assert which[rows].tolist() == again.tolist()
    for one in range(300):
        assert index.at(lon[one], lat[one]) == which[position == one].tolist()


@pytest.mark.parametrize("cores", [2, 3, 4])
def test_volumes_shared_out_among_cores_make_the_same_cells(
    monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    shapes = ragged(np.random.default_rng(11), 200)
    layers = np.arange(len(shapes), dtype=np.int8) % 5 - 1
    alone = cells_of(shapes, layers)

    monkeypatch.setattr("os.cpu_count", lambda: cores)
    monkeypatch.setattr("zones.kernel.cells.SHARE_VERTICES", 10)
    shared = cells_of(shapes, layers)

    for name in ("frame", "lists", "slab"):
        assert np.array_equal(getattr(alone, name), getattr(shared, name)), name
    assert (alone.deepest, alone.depth) == (shared.deepest, shared.depth)


def test_columns_of_any_making_are_read() -> None:
    index = ZoneIndex([zone()], paris_datum())
    frozen = np.array([CENTRE[0]] * 4)
    frozen.flags.writeable = False

    assert index.holding(frozen[::2], np.array([CENTRE[1]] * 2, dtype=np.float32))[0].size == 2
