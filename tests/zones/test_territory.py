"""Zones outside the service area, and those whose author swapped the coordinates."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import shapely
from psycopg_pool import ConnectionPool
from shapely.geometry import MultiPolygon, Polygon

from tests.zones.space import square, zone
from zones.formats.defects import Defective
from zones.heights.vertical import paris_datum
from zones.model import Band, Circle, Corridor, Height, HeightReference, Volume, Zone
from zones.service import ZoneService
from zones.space.drawing import volume_area
from zones.territory import EVERYWHERE, Territory, refuse_misplaced

ILE_DE_FRANCE = (1.4, 48.1, 3.6, 49.3)
REGION = Territory(service_area=ILE_DE_FRANCE, datum=paris_datum())
ZURICH = Polygon([(8.5, 47.3), (8.6, 47.3), (8.6, 47.4)])


def refused(found: Zone) -> tuple[str, str]:
    with pytest.raises(Defective) as caught:
        refuse_misplaced(found, REGION)
    return caught.value.path, caught.value.reason


def of(*volumes: Volume) -> Zone:
    return replace(zone(), volumes=volumes)


def drawn(what: Circle | Corridor) -> Zone:
    return of(Volume(footprint=volume_area(what), drawn=what))


def test_a_zone_in_the_service_area_passes_and_so_does_one_that_fills_it() -> None:
    refuse_misplaced(zone(footprint=square()), REGION)
    refuse_misplaced(zone(footprint=shapely.box(*ILE_DE_FRANCE)), REGION)


def test_without_a_service_area_the_whole_earth_is_served() -> None:
    refuse_misplaced(zone(footprint=ZURICH), EVERYWHERE)


def test_a_zone_elsewhere_is_refused_at_its_first_vertex_outside() -> None:
    path, reason = refused(zone(footprint=ZURICH))

    assert path == "geometry"
    assert reason.startswith("coordinates[0][0]: [8.5, 47.3] is outside the service area 1.4,48.1")


def test_swapped_coordinates_are_told_from_foreign_ones_with_their_place() -> None:
    everywhere = [(2.3, 48.8), (2.4, 48.8), (2.4, 48.9), (48.85, 2.35)]

    _, reason = refused(zone(footprint=Polygon(everywhere)))

    assert reason == (
        "coordinates[0][3]: longitude comes first: [48.85, 2.35] looks like latitude, longitude"
    )


def test_the_place_names_polygon_ring_and_vertex_of_one_of_several() -> None:
    two = MultiPolygon([square(), Polygon([(2.3, 48.2), (2.4, 48.2), (2.4, 47.9)])])

    path, reason = refused(of(Volume(footprint=square()), Volume(footprint=two)))

    assert path == "volumes[1].geometry"
    assert reason.startswith("coordinates[1][0][2]: [2.4, 47.9] is outside")


def test_what_was_drawn_is_judged_by_what_its_author_wrote() -> None:
    assert refused(drawn(Circle(centre=(48.85, 2.35), radius_m=50)))[1].startswith(
        "coordinates: longitude comes first"
    )
    near = Corridor(
        lines=(((2.3, 48.85), (2.31, 48.85)), ((3.5, 49.2), (3.61, 49.2))), half_width_m=5
    )
    assert refused(drawn(near))[1].startswith("coordinates[1][1]: [3.61, 49.2] is outside")
    assert "width reaches out" in refused(drawn(Circle(centre=(1.401, 48.5), radius_m=500)))[1]


def test_limits_counted_from_ground_and_sea_must_leave_heights_between_them() -> None:
    ground, sea = HeightReference.AGL, HeightReference.AMSL
    none = Band(
        lower=Height(value_m=300, reference=ground), upper=Height(value_m=120, reference=sea)
    )
    some = Band(
        lower=Height(value_m=60, reference=ground), upper=Height(value_m=120, reference=sea)
    )

    assert refused(of(Volume(footprint=square(), band=none))) == (
        "lower",
        "300 m AGL is above the upper limit, 120 m AMSL, everywhere in this zone",
    )
    both = of(Volume(footprint=square()), Volume(footprint=square(), band=none))
    assert refused(both)[0] == "volumes[1].lower"
    refuse_misplaced(of(Volume(footprint=square(), band=some)), REGION)


def test_nothing_outside_the_service_area_is_published_one_by_one_or_from_a_file(
    pool: ConnectionPool,
) -> None:
    service = ZoneService(
        pool,
        lambda: datetime(2026, 3, 1, 12, tzinfo=UTC),
        notice_days=0,
        territory=REGION,
    )
    swapped = [[48.8, 2.3], [48.9, 2.3], [48.9, 2.4], [48.8, 2.3]]
    inside = [[lon, lat] for lat, lon in swapped]
    document = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "id": name, "geometry": {"type": "Polygon", "coordinates": [ring]}}
            for name, ring in (("a", inside), ("b", swapped))
        ],
    }

    imported = service.import_(document, by="council")

    (defect,) = imported.defects
    assert (defect.feature, defect.path) == ("b", "geometry")
    assert defect.reason.startswith("coordinates[0][0]: longitude comes first: [48.8, 2.3] looks")
    for publish in (service.create, service.change):
        with pytest.raises(Defective, match="outside the service area"):
            publish(zone(footprint=ZURICH), by="council")
    assert not service.current()
