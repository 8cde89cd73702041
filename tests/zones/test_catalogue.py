"""What a permit's volume touches."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from tests.zones.space import AGL, AMSL, CENTRE, NOON, areas, square, zone
from zones.catalogue import Catalogue
from zones.model import UNBOUNDED, Band, Height, HeightReference, Layer, Volume, Zone
from zones.periods import Applicability, DailyPeriod, Window

REPOSITORY = Path(__file__).parents[2]
HOUR = timedelta(hours=1)
NOW = Window(start=NOON, end=NOON + HOUR)


def ids(
    zones: list[Zone],
    footprint: BaseGeometry | None = None,
    layer: Layer | None = Layer.AIR,
    band: Band = UNBOUNDED,
    window: Window = NOW,
) -> list[str]:
    area = square() if footprint is None else footprint
    found = Catalogue(zones).touching(area, layer=layer, band=band, window=window)
    return [zone.id for zone in found]


def band(lower_m: float, upper_m: float, reference: HeightReference = AGL) -> Band:
    lower, upper = (Height(value_m=value, reference=reference) for value in (lower_m, upper_m))
    return Band(lower=lower, upper=upper)


@given(st.lists(areas(), max_size=4), areas())
def test_the_catalogue_agrees_with_asking_every_zone(
    footprints: list[BaseGeometry], volume: BaseGeometry
) -> None:
    zones = [zone(f"z{number}", area) for number, area in enumerate(footprints)]

    assert ids(zones, volume) == [each.id for each in zones if each.footprint.intersects(volume)]


def test_touching_at_an_edge_is_touching() -> None:
    lon, lat = CENTRE

    assert ids([zone("a", square(0.01))], square(0.01, (lon + 0.02, lat))) in (["a"], [])
    assert ids([zone("a", square(0.5, (2.5, 48.5)))], square(0.5, (3.5, 48.5))) == ["a"]
    assert ids([zone("a", square(0.5, (2.5, 48.5)))], square(0.5, (3.6, 48.5))) == []


def test_another_layer_is_not_touched_and_no_layer_is_every_layer() -> None:
    zones = [zone("air", layer=Layer.AIR), zone("every"), zone("river", layer=Layer.RIVER)]

    assert ids(zones) == ["air", "every"]
    assert ids(zones, layer=None) == ["air", "every", "river"]


def test_a_flight_up_to_a_ceiling_does_not_touch_the_zone_that_begins_there() -> None:
    low = zone("low", band=band(0, 50))

    assert ids([low], band=band(49.9, 80)) == ["low"]
    assert ids([low], band=band(50, 80)) == []
    assert ids([zone("level", band=band(0, 0))], band=band(0, 0)) == ["level"]
    assert ids([low]) == ["low"]


def test_bands_over_different_references_meet_unless_the_ground_keeps_them_apart() -> None:
    # 80 m above a ground of at most 131 m stays below 211 m above the sea.
    assert ids([zone("high", band=band(212, 999, AMSL))], band=band(30, 80)) == []
    assert ids([zone("high", band=band(210, 999, AMSL))], band=band(30, 80)) == ["high"]


def test_a_window_has_to_share_an_instant_with_the_law_and_its_calendar() -> None:
    ended = zone("ended", valid=Window(end=NOON))
    coming = zone("coming", valid=Window(start=NOON + HOUR))
    nights = DailyPeriod(days=frozenset(range(7)), start=22 * 3600, end=6 * 3600)
    closed = zone("closed", applicability=(Applicability(schedule=(nights,)),))
    long = Window(start=NOON - HOUR, end=NOON + 12 * HOUR)

    assert ids([ended, coming, closed]) == []
    assert ids([ended, coming, closed], window=long) == ["closed", "coming", "ended"]


def test_an_empty_catalogue_touches_nothing() -> None:
    assert ids([]) == []


def test_zones_come_in_the_order_of_their_ids() -> None:
    assert ids([zone(name) for name in ("c", "a", "b")]) == ["a", "b", "c"]


def test_a_zone_in_two_corners_is_not_near_what_lies_between() -> None:
    far, wide = square(0.01, (2.2, 48.8)), square(0.01, (2.5, 48.9))
    corners = zone(volumes=(Volume(footprint=far), Volume(footprint=wide)))
    catalogue = Catalogue([corners])

    assert catalogue.near(square(), NOW) == ()
    assert [each.id for each in catalogue.near(far, NOW)] == ["a"]
    assert [each.id for each in catalogue.near(far.union(wide), NOW)] == ["a"]
    assert ids([corners], wide) == ["a"]


def test_a_volume_above_another_place_is_not_touched_from_below() -> None:
    low, high = square(0.01, (2.3, 48.86)), square(0.01, (2.4, 48.86))
    steps = zone(
        volumes=(
            Volume(footprint=low, band=band(0, 50)),
            Volume(footprint=high, band=band(100, 150)),
        )
    )

    assert ids([steps], low, band=band(10, 20)) == ["a"]
    assert ids([steps], high, band=band(10, 20)) == []
    assert ids([steps], high, band=band(110, 120)) == ["a"]


def test_of_a_thousand_days_on_one_square_only_those_that_share_an_hour_are_near() -> None:
    days = [Window(start=NOON + n * 24 * HOUR, end=NOON + (n + 1) * 24 * HOUR) for n in range(1000)]
    catalogue = Catalogue([zone(f"d{n:04}", valid=day) for n, day in enumerate(days)])
    later = NOON + 500 * 24 * HOUR + HOUR

    near = catalogue.near(square(), Window(start=later, end=later + HOUR))

    assert [each.id for each in near] == ["d0500"]
    assert len(catalogue.near(square(), Window())) == 1000
    assert catalogue.near(square(), Window(end=NOON - HOUR)) == ()


def test_limits_that_never_come_are_near_whenever() -> None:
    open_ended = [zone("old", valid=Window(end=NOON)), zone("new", valid=Window(start=NOON))]
    catalogue = Catalogue([*open_ended, zone("always")])
    centuries = timedelta(days=100_000)

    def near(window: Window) -> list[str]:
        return [each.id for each in catalogue.near(square(), window)]

    assert near(Window(end=NOON - centuries)) == ["always", "old"]
    assert near(Window(start=NOON + centuries)) == ["always", "new"]
    assert near(Window()) == ["always", "new", "old"]


@given(
    st.lists(st.tuples(areas(), st.integers(0, 9), st.integers(1, 5)), max_size=5),
    areas(),
    st.integers(-2, 12),
)
def test_time_and_place_together_agree_with_asking_every_zone(
    drawn: list[tuple[BaseGeometry, int, int]], volume: BaseGeometry, hour: int
) -> None:
    zones = [
        zone(f"z{n}", area, valid=Window(start=NOON + at * HOUR, end=NOON + (at + long) * HOUR))
        for n, (area, at, long) in enumerate(drawn)
    ]
    window = Window(start=NOON + hour * HOUR, end=NOON + (hour + 1) * HOUR)

    assert ids(zones, volume, window=window) == [
        each.id
        for each in zones
        if each.valid.overlaps(window) and each.footprint.intersects(volume)
    ]


def test_a_zone_behind_a_switch_is_touched_while_it_is_on() -> None:
    flood = zone("flood", applicability=(Applicability(switch="flood"),))

    def touched(window: Window) -> list[str]:
        catalogue = Catalogue([flood], switches={"flood": (NOW,)})
        found = catalogue.touching(square(), layer=None, window=window)
        return [each.id for each in found]

    assert touched(NOW) == ["flood"]
    assert touched(Window(start=NOON + HOUR, end=NOON + 2 * HOUR)) == []
    assert ids([flood]) == []


# Asked by many threads at once; what is not fit for that ends the whole process.
CROWD = """
import threading
from random import Random
from shapely.geometry import box
from tests.zones.test_catalogue import NOW, zone
from zones.catalogue import Catalogue

draw = Random(1)
places = [box(x, y, x + 0.05, y + 0.05) for x, y in
          ((draw.uniform(2, 3), draw.uniform(48, 49)) for _ in range(1_000))]
catalogue = Catalogue([zone(f"z{n}", place) for n, place in enumerate(places)])

def ask():
    for place in places:
        catalogue.near(place, NOW)

askers = [threading.Thread(target=ask) for _ in range(8)]
for each in askers:
    each.start()
for each in askers:
    each.join()
print("all are answered")
"""


def test_any_number_of_threads_may_ask_at_once() -> None:
    said = subprocess.run(
        [sys.executable, "-c", CROWD], capture_output=True, text=True, check=False, cwd=REPOSITORY
    )

    assert (said.returncode, said.stdout) == (0, "all are answered\n"), said.stderr
