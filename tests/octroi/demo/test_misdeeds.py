"""Those who break rules in the demonstration do so within a minute, and are heard."""

from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from octroi.demo.cast import Cast
from octroi.demo.crews import Character, Misdeed
from octroi.demo.fleet import Fleet
from octroi.demo.geography import metres
from telemetry.consequences import Standing, consequences
from telemetry.following.stays import instant
from telemetry.model import Reason
from tests.octroi.demo.drawing import area_of, zone
from tests.telemetry.city_builders import Seen, batch, rulebook
from zones.formats.geojson import read
from zones.model import Layer


def test_the_intruder_is_in_the_elysee_circle_within_a_minute(
    city: dict[str, Any], fleet: Fleet
) -> None:
    number, _ = _who(fleet, Misdeed.PROHIBITED_ZONE)
    seen = fleet.sightings(number, (0.0, 60.0))
    circle = zone(city, "air-elysee")
    said = [metres(*one) for one in zip(seen.lon, seen.lat, strict=True)]
    inside = shapely.contains_xy(circle, said)

    assert not inside[0]
    assert inside[40:].all()


def test_the_straying_leave_their_volumes_within_a_minute(company: Cast, fleet: Fleet) -> None:
    strays = [
        (number, one)
        for number, one in enumerate(fleet.characters)
        if one.misdeed is Misdeed.OUTSIDE_VOLUME
    ]
    crews = {one.vehicle.id: crew for crew in company.crews for one in crew.characters}

    assert {one.vehicle.layer for _, one in strays} == {Layer.AIR, Layer.SURFACE}
    for number, one in strays:
        seen = fleet.sightings(number, (0.0, 60.0))
        granted = area_of(crews[one.vehicle.id].spaces[0]["footprint"])
        said = [metres(*place) for place in zip(seen.lon, seen.lat, strict=True)]
        inside = shapely.contains_xy(granted, said)

        assert inside[0]
        assert not inside[-5:].any()


def test_the_climber_passes_120_metres_for_certain(fleet: Fleet) -> None:
    number, one = _who(fleet, Misdeed.TOO_HIGH)
    seen = fleet.sightings(number, (0.0, 60.0))

    assert seen.height_m[0] < 70.0
    assert seen.height_m[40:].min() - one.v_acc_m > 120.0


def test_the_hurried_boat_exceeds_the_limit_of_the_seine(fleet: Fleet) -> None:
    number, _ = _who(fleet, Misdeed.TOO_FAST)

    assert fleet.sightings(number, (0.0, 60.0)).speed_mps.min() > 12 / 3.6 + 1.0


def test_the_silent_van_is_silent_for_two_minutes(fleet: Fleet) -> None:
    number, _ = _who(fleet, Misdeed.SILENT)
    gaps = np.diff(fleet.sightings(number, (0.0, 180.0)).at_ms) / 1000.0

    assert gaps.max() >= 120.0
    assert np.median(gaps) == 2.0


def test_the_transit_van_crosses_the_limited_zone_without_stopping(
    city: dict[str, Any], fleet: Fleet
) -> None:
    number, _ = _who(fleet, Misdeed.TRANSIT)
    seen = fleet.sightings(number, (0.0, 130.0))
    said = [metres(*one) for one in zip(seen.lon, seen.lat, strict=True)]
    inside = shapely.contains_xy(zone(city, "surface-ztl"), said)

    assert not inside[0]
    assert not inside[-1]
    assert inside.sum() > 15
    assert seen.speed_mps[inside].min() > 2.0


def test_strangers_are_heard_by_the_citys_receivers(company: Cast, fleet: Fleet) -> None:
    registered = {one.serial for one in company.vehicles} | {one.mmsi for one in company.vehicles}
    topics = {one.topic for one in fleet.messages(0, 30)}

    assert {one.vehicle.layer for one in company.strangers} == {Layer.AIR, Layer.RIVER}
    for one in company.strangers:
        assert one.vehicle.serial not in registered or one.vehicle.mmsi not in registered
    assert "octroi/v1/rx-eiffel/remote-id" in topics
    assert "octroi/v1/rx-austerlitz/nmea" in topics


def _who(fleet: Fleet, misdeed: Misdeed) -> tuple[int, Character]:
    return next(
        (number, one) for number, one in enumerate(fleet.characters) if one.misdeed is misdeed
    )


def test_the_transit_van_is_told_of_as_soon_as_it_is_out_again(
    city: dict[str, Any], fleet: Fleet
) -> None:
    number, van = _who(fleet, Misdeed.TRANSIT)
    seen = fleet.sightings(number, (0.0, 130.0))
    [limited] = [each for each in read(city, "paris")[0] if each.id == "surface-ztl"]
    batch_of_it = batch(*[Seen(speed=mps, layer=Layer.SURFACE) for mps in seen.speed_mps])
    place = replace(batch_of_it.positions, lon=seen.lon, lat=seen.lat, at_ms=seen.at_ms)
    ids = np.arange(len(seen.at_ms), dtype=np.int64) + 1
    observed = replace(batch_of_it, positions=place)

    found = consequences(
        Standing(), observed, ids, rulebook([limited]), instant(int(seen.at_ms[-1]))
    )

    assert van.misdeed is Misdeed.TRANSIT
    assert [each.reason for each in found.alerts] == [Reason.TRANSIT]
