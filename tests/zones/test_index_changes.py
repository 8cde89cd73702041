"""An index taken over into the next answers as one built anew; calendars and volumes count."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry

from tests.zones.space import AGL, CENTRE, NOON, positions, square, zone
from zones import index as module
from zones.columns import Presences, Relation
from zones.heights.vertical import paris_datum
from zones.index import ZoneIndex
from zones.model import Band, Height, Volume, Zone
from zones.periods import Applicability, DailyPeriod, Window
from zones.space.geometry import in_plane, scale
from zones.time.clocks import epoch_ms
from zones.time.schedule import in_force

HOUR_MS = 3_600_000
WORKING = Applicability(
    schedule=(DailyPeriod(days=frozenset({0, 1, 2, 3, 4}), start=8 * 3600, end=19 * 3600),)
)
FLOODED = Applicability(switch="flood")


def city(count: int) -> list[Zone]:
    """Lay squares out over one another, every third with hours."""
    return [
        zone(
            f"z{n}",
            square(0.004, (CENTRE[0] + n % 9 / 400, CENTRE[1] + n // 9 / 400)),
            applicability=(WORKING,) if n % 3 == 0 else (),
        )
        for n in range(count)
    ]


def rows(presences: Presences) -> list[tuple[Any, ...]]:
    columns = (presences.position, presences.zone, presences.relation, presences.margin_m)
    return [
        (position, which, relation, None if np.isnan(margin) else margin)
        for position, which, relation, margin in zip(*(c.tolist() for c in columns), strict=True)
    ]


@given(st.data())
def test_a_changed_index_answers_as_one_built_anew(data: st.DataObject) -> None:
    before = city(80)
    dropped = data.draw(st.sets(st.integers(0, 79), max_size=1))
    moved = data.draw(st.sets(st.integers(0, 79), max_size=1))
    after = [
        replace(law, volumes=(Volume(footprint=square(0.01)),)) if number in moved else law
        for number, law in enumerate(before)
        if number not in dropped
    ]
    after = data.draw(st.sampled_from([after, after[::-1], [zone("new"), *after]]))
    random = np.random.default_rng(1)
    places = [(x, y) for x, y in random.normal(CENTRE, 0.02, (200, 2)).tolist()]
    batch = positions(places, h_acc_m=20.0, at_ms=epoch_ms(NOON))
    lon, lat = batch.lon, batch.lat

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "FEW_VERTICES", 0)
        index = ZoneIndex(before, paris_datum()).replaced(after).replaced(after)
    anew = ZoneIndex(after, paris_datum())

    assert index.zones == tuple(after)
    assert rows(index.covering(batch)) == rows(anew.covering(batch))
    for ours, theirs in zip(index.holding(lon, lat), anew.holding(lon, lat), strict=True):
        assert ours.tolist() == theirs.tolist()


@given(st.lists(st.integers(-900 * 24, 900 * 24), min_size=1, max_size=20))
def test_hours_count_however_far_apart_the_instants_of_a_batch_are(hours: list[int]) -> None:
    law = zone(applicability=(WORKING,))
    at_ms = np.array([epoch_ms(NOON) + hour * HOUR_MS for hour in hours])

    found = ZoneIndex([law], paris_datum()).covering(positions([CENTRE] * len(hours), at_ms=at_ms))

    assert found.position.tolist() == np.flatnonzero(in_force(law, at_ms)).tolist()


def test_a_calendar_turns_at_its_instant_and_not_before() -> None:
    monday = NOON + timedelta(days=1)
    eight = epoch_ms(monday.replace(hour=7))
    index = ZoneIndex([zone(applicability=(WORKING,))], paris_datum())
    instants = [eight - 1, eight, eight + 11 * HOUR_MS - 1, eight + 11 * HOUR_MS]

    found = index.covering(positions([CENTRE] * 4, at_ms=instants))

    assert found.position.tolist() == [1, 2]


def test_a_switch_is_part_of_the_calendar() -> None:
    on = {"flood": (Window(start=NOON, end=NOON + timedelta(hours=2)),)}
    law = zone(applicability=(FLOODED,))
    batch = positions([CENTRE] * 2, at_ms=[epoch_ms(NOON), epoch_ms(NOON) + 3 * HOUR_MS])

    assert ZoneIndex([law], paris_datum(), on).covering(batch).position.tolist() == [0]
    assert len(ZoneIndex([law], paris_datum()).covering(batch)) == 0


def test_calendars_laid_out_beforehand_say_the_same() -> None:
    batch = positions([CENTRE] * 3, at_ms=epoch_ms(NOON) + 20 * HOUR_MS)
    index = ZoneIndex(city(20), paris_datum())
    ready = ZoneIndex(city(20), paris_datum())
    ready.ready(epoch_ms(NOON))

    assert rows(index.covering(batch)) == rows(ready.covering(batch))


def test_of_several_volumes_of_a_zone_the_surest_presence_speaks() -> None:
    low = Volume(footprint=square(0.01), band=Band(upper=Height(value_m=50.0, reference=AGL)))
    high = Volume(
        footprint=square(0.02),
        band=Band(lower=Height(value_m=50.0, reference=AGL)),
    )
    law = replace(zone(), volumes=(low, high))
    heights = {"alt_m": [20.0, 49.0, 80.0], "alt_ref": AGL.code, "v_acc_m": 5.0}
    index = ZoneIndex([law], paris_datum())

    inner = index.covering(positions([CENTRE] * 3, **heights))
    outer = index.covering(positions([(CENTRE[0] + 0.015, CENTRE[1])] * 3, **heights))

    assert inner.position.tolist() == [0, 1, 2]
    assert inner.relation.tolist() == [1, 2, 1]
    assert outer.position.tolist() == [1, 2]
    assert outer.relation.tolist() == [2, 1]


@pytest.mark.parametrize("reach_m", [1.0, 40.0, 900.0, 30_000.0, np.inf])
def test_the_margin_is_the_distance_to_the_edge_however_far_accuracy_reaches(
    reach_m: float,
) -> None:
    areas: list[BaseGeometry] = [square(0.01), Polygon([(2.3, 48.8), (2.4, 48.8), (2.35, 48.95)])]
    laws = [zone(str(n), area) for n, area in enumerate(areas)] + city(40)
    places = [(2.35, 48.8601), (2.3, 48.7999), (2.5, 48.9), (2.3601, 48.87), (2.3599, 48.8500001)]

    found = ZoneIndex(laws, paris_datum()).covering(positions(places, h_acc_m=reach_m))

    told = {(p, z): (r, m) for p, z, r, m in rows(found)}
    for number, (lon, lat) in enumerate(places):
        for which, law in enumerate(laws):
            here = Point(np.array([lon, lat]) * np.array(scale(lat)))
            away = shapely.distance(in_plane(law.footprint, lat).boundary, here)
            inside = shapely.intersects_xy(law.footprint, lon, lat)
            if away <= reach_m:
                relation, margin = told[number, which]
                assert relation == Relation.UNCERTAIN
                assert margin == pytest.approx(away if inside else -away, abs=1e-6)
            else:
                assert told.get((number, which)) == ((Relation.INSIDE, None) if inside else None)


def test_hours_of_a_zone_that_the_height_rules_out_are_not_asked() -> None:
    above = Band(lower=Height(value_m=100.0, reference=AGL))
    index = ZoneIndex([zone(band=above, applicability=(WORKING,))], paris_datum())
    batch = positions([CENTRE], at_ms=epoch_ms(NOON), alt_m=10.0, alt_ref=AGL.code)

    assert len(index.covering(batch)) == 0
