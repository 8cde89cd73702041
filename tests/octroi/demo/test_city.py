"""The demonstration city is real, whole and lawful to publish."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry import Point, shape

from octroi.demo.city import write, zones
from octroi.demo.city_surface import limited_traffic_area
from octroi.demo.filings import IN_CARE_CORRIDOR
from octroi.demo.geography import features, metres
from octroi.demo.places import HELIPORT, HOSPITALS, LANDMARKS, PORTS, SOVEREIGN, STADIUMS, Place
from zones.demands import PrecisionClass, VehicleClass
from zones.formats.reading import read_document
from zones.model import Layer, Purpose, Restriction, Zone
from zones.periods import Window
from zones.precedence import resolve
from zones.time.schedule import holds

TWO_KM_DEGREES = (0.0275, 0.018)
PARIS = (2.2241, 48.8156, 2.4698, 48.9022)
MOST_CORNERS = 5000
ILE_DE_LA_CITE = Point(*metres(2.3466, 48.8548))
ILE_SAINT_LOUIS = Point(*metres(2.3567, 48.8517))
PLACES = (*SOVEREIGN, *LANDMARKS, *STADIUMS, *HOSPITALS, HELIPORT, *PORTS)


@pytest.fixture(scope="module")
def published() -> list[dict[str, Any]]:
    collected: list[dict[str, Any]] = zones()["features"]
    return collected


def by_id(published: list[dict[str, Any]], ident: str) -> dict[str, Any]:
    return next(one for one in published if one["id"] == ident)


def test_at_least_150_zones_lie_in_all_four_layers(published: list[dict[str, Any]]) -> None:
    layers = Counter(one["properties"]["layer"] for one in published)

    assert sum(layers.values()) >= 150
    assert set(layers) == {layer.value for layer in Layer}
    assert min(layers.values()) >= 20


def test_every_zone_has_its_own_id(published: list[dict[str, Any]]) -> None:
    assert len({one["id"] for one in published}) == len(published)


def test_every_zone_is_a_valid_area_of_bearable_size(published: list[dict[str, Any]]) -> None:
    for one in published:
        area = shape(one["geometry"])

        assert area.geom_type in {"Polygon", "MultiPolygon"}, one["id"]
        assert area.is_valid, one["id"]
        assert area.area > 0, one["id"]
        assert shapely.get_num_coordinates(area) <= MOST_CORNERS, one["id"]


def test_every_zone_lies_in_or_near_paris(published: list[dict[str, Any]]) -> None:
    west, south, east, north = PARIS
    wide, high = TWO_KM_DEGREES
    for one in published:
        bounds = shape(one["geometry"]).bounds

        assert bounds[0] > west - wide, one["id"]
        assert bounds[1] > south - high, one["id"]
        assert bounds[2] < east + wide, one["id"]
        assert bounds[3] < north + high, one["id"]


def test_every_zone_names_its_restriction_act_and_version(
    published: list[dict[str, Any]],
) -> None:
    for one in published:
        properties = one["properties"]

        assert Restriction(properties["restriction"])
        assert properties["name"]
        assert properties["act"]
        assert properties["version"] == 1
        assert properties["valid"]["start"].startswith("2025-01-01T")
        for purpose, restriction in properties["purposes"].items():
            assert Purpose(purpose)
            assert Restriction(restriction)


def test_every_height_names_its_reference(published: list[dict[str, Any]]) -> None:
    for one in published:
        properties = one["properties"]
        limits = [properties[key] for key in ("lower", "upper") if key in properties]

        assert len(limits) == (2 if properties["layer"] in {"air", "subsoil"} else 0), one["id"]
        assert all(limit["reference"] in {"AGL", "AMSL", "WGS84"} for limit in limits)
        assert all(limit["unit"] == "m" for limit in limits)


def test_depths_are_marked_as_assumed(published: list[dict[str, Any]]) -> None:
    below = [one["properties"] for one in published if one["properties"]["layer"] == "subsoil"]

    assert len(below) == 23 + 16
    assert all("assumed" in properties["notes"]["depth"] for properties in below)
    assert all(properties["upper"]["value"] < 0 for properties in below)


def test_p23_begins_where_the_open_category_ends(published: list[dict[str, Any]]) -> None:
    closed = by_id(published, "air-p23")["properties"]

    assert closed["restriction"] == "PROHIBITED"
    assert closed["lower"] == {"value": 120.0, "unit": "m", "reference": "AGL"}
    assert closed["upper"] == {"value": 2000.0, "unit": "m", "reference": "AMSL"}
    assert closed["purposes"] == {"emergency": "NO_RESTRICTION"}


def test_the_limited_traffic_zone_is_paris_centre_without_its_islands() -> None:
    area = limited_traffic_area()

    assert area.contains(Point(*metres(2.3470, 48.8620)))
    assert not area.intersects(ILE_DE_LA_CITE.buffer(150))
    assert not area.intersects(ILE_SAINT_LOUIS.buffer(80))
    assert 4.0e6 < area.area < 5.5e6


def test_boats_moored_outside_the_water_are_still_on_the_river(
    published: list[dict[str, Any]],
) -> None:
    seine = by_id(published, "river-seine")
    water = shapely.union_all([one.area for one in features("voies_deau")])

    assert seine["properties"]["rules"]["speed_max_mps"] == pytest.approx(12 / 3.6, abs=1e-3)
    assert shape(seine["geometry"]).contains(Point(2.3300, 48.8600))
    assert water.area == pytest.approx(2.219e6, rel=0.001)


def test_the_speed_limits_of_micro_zones_leave_room_for_a_van(
    published: list[dict[str, Any]],
) -> None:
    quarters = [one for one in published if one["id"].startswith("surface-quartier-")]

    assert len(quarters) == 80
    assert all(one["properties"]["rules"]["speed_max_mps"] > 8 for one in quarters)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: str(place.id))
def test_every_place_lies_in_its_arrondissement(place: Place) -> None:
    centre = Point(*metres(place.lon, place.lat))
    homes = [
        one.properties["c_ar"]
        for one in features("arrondissements")
        if one.area.buffer(30).contains(centre)
    ]

    assert place.ardt in homes


def test_the_city_can_be_written_as_a_file_that_imports(tmp_path: Path) -> None:
    path = tmp_path / "paris.geojson"

    write(path)

    assert json.loads(path.read_text(encoding="utf-8")) == zones()


@pytest.fixture(scope="module")
def law(published: list[dict[str, Any]]) -> dict[str, Zone]:
    read, defects = read_document({"type": "FeatureCollection", "features": published}, "paris")

    assert defects == []
    return {zone.id: zone for zone in read}


def at(law: dict[str, Zone], lon: float, lat: float, layer: Layer) -> list[Zone]:
    here = Point(lon, lat)
    return [one for one in law.values() if one.layer is layer and one.footprint.intersects(here)]


def test_a_priority_is_a_deliberate_act_and_the_corridor_of_care_the_only_one(
    law: dict[str, Zone],
) -> None:
    assert [one.id for one in law.values() if one.priority] == ["air-couloir-sanitaire"]
    assert "dérogation" in law["air-couloir-sanitaire"].act


def test_the_corridor_opens_closed_air_to_care_and_to_nobody_else(law: dict[str, Zone]) -> None:
    here = at(law, *IN_CARE_CORRIDOR, Layer.AIR)

    care, freight = resolve(here, Purpose.MEDICAL), resolve(here, Purpose.DELIVERY)

    assert care.decided_by == freight.decided_by == law["air-couloir-sanitaire"]
    assert care.restriction is Restriction.REQ_AUTHORISATION
    assert law["air-prefecture-police"] in care.overridden
    assert freight.restriction is Restriction.PROHIBITED
    assert freight.overridden == ()


def test_the_corridor_lies_nowhere_but_over_closed_air(law: dict[str, Zone]) -> None:
    closed = shapely.union_all([law[f"air-{one.id}"].footprint for one in SOVEREIGN])

    assert closed.buffer(2e-5).covers(law["air-couloir-sanitaire"].footprint)


def test_the_branches_of_the_seine_state_what_the_river_police_do(law: dict[str, Zone]) -> None:
    monnaie, grenelle = (law[f"river-bief-bras-{one}"].rules for one in ("monnaie", "grenelle"))

    assert monnaie.speed_min_mps == pytest.approx(6 / 3.6, abs=1e-3)
    assert (monnaie.length_max_m, grenelle.length_max_m) == (60, 90)
    # Upstream is south-east along the Cité, and north-east along the Île aux Cygnes.
    assert monnaie.direction
    assert grenelle.direction
    assert [monnaie.direction.holds(course) for course in (135, 315)] == [True, False]
    assert [grenelle.direction.holds(course) for course in (45, 225)] == [True, False]


def test_a_flood_is_stricter_from_when_an_officer_says_so(law: dict[str, Zone]) -> None:
    flood = law["river-crue-bras-monnaie"]
    instant = datetime(2026, 2, 1, 12, tzinfo=UTC)
    said: dict[str, tuple[Window, ...]] = {"seine-crue": (Window(start=instant),)}

    assert not holds(flood, instant)
    assert holds(flood, instant, switches=said)
    assert not holds(flood, instant - timedelta(seconds=1), switches=said)
    assert flood.restriction is Restriction.PROHIBITED


@pytest.mark.parametrize(
    ("instant", "open_"),
    [
        ("2026-12-23T12:00:00+01:00", True),
        ("2026-12-23T23:45:00+01:00", False),
        ("2026-12-24T19:59:59+01:00", True),
        ("2026-12-24T20:00:00+01:00", False),
        ("2026-12-25T15:00:00+01:00", False),
        ("2026-12-26T15:00:00+01:00", True),
        ("2027-01-04T12:00:00+01:00", False),
    ],
)
def test_the_market_keeps_its_hours_and_is_closed_at_christmas(
    law: dict[str, Zone], instant: str, open_: object
) -> None:
    assert holds(law["surface-marche-noel"], datetime.fromisoformat(instant)) == open_


def test_nobody_loads_by_the_hours_of_working_days_on_a_holiday(law: dict[str, Zone]) -> None:
    quarter = law["surface-quartier-01"]

    assert holds(quarter, datetime(2026, 5, 7, 10, tzinfo=UTC))  # a Thursday
    assert not holds(quarter, datetime(2026, 5, 8, 10, tzinfo=UTC))  # the Friday of the victory


def test_a_cargo_bike_may_cross_the_limited_traffic_zone_and_a_van_has_to_stop(
    law: dict[str, Zone],
) -> None:
    zone = law["surface-ztl"]

    van = resolve([zone], Purpose.DELIVERY, VehicleClass.VAN)
    bike = resolve([zone], Purpose.DELIVERY, VehicleClass.CARGO_BIKE)

    assert {each.name for each in van.limits} >= {"transit", "dwell_min_s"}
    assert bike.restriction is Restriction.NO_RESTRICTION
    assert bike.limit("transit") is None


def test_tunnels_are_known_in_class_a_and_kept_clear_of(law: dict[str, Zone]) -> None:
    metro = [one for one in law.values() if one.id.startswith("subsoil-metro")]

    assert all(one.rules.precision is PrecisionClass.A for one in metro)
    assert all(one.rules.clearance_m == 1.5 for one in metro)
