"""The zones of the table: each alone in its place unless it is there to overlap."""

from typing import Any

Json = dict[str, Any]


def agl(value: float, unit: str = "m") -> Json:
    return {"value": value, "unit": unit, "reference": "AGL"}


def at(value: float, unit: str, reference: str) -> Json:
    return {"value": value, "unit": unit, "reference": reference}


def ring(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def polygon(*rings: list[list[float]]) -> Json:
    return {"type": "Polygon", "coordinates": list(rings)}


def zone(name: str, restriction: str, geometry: Json, **said: Any) -> Json:  # noqa: ANN401 - members of GeoJSON
    properties = {"name": name, "layer": "air", "restriction": restriction, **said}
    return {"type": "Feature", "id": name, "geometry": geometry, "properties": properties}


def period(**said: Any) -> list[Json]:  # noqa: ANN401 - members of GeoJSON
    return [{"schedule": [said]}]


def zones() -> list[Json]:
    """Return a city of zones, each alone in its place unless it is there to overlap."""
    holes = polygon(
        ring(2.300, 48.840, 2.320, 48.850),
        ring(2.304, 48.843, 2.309, 48.847)[::-1],
        [[2.312, 48.842], [2.318, 48.842], [2.315, 48.848], [2.312, 48.842]][::-1],
    )
    horseshoe = polygon(
        [
            [2.325, 48.840],
            [2.345, 48.840],
            [2.345, 48.850],
            [2.340, 48.850],
            [2.340, 48.843],
            [2.330, 48.843],
            [2.330, 48.850],
            [2.325, 48.850],
            [2.325, 48.840],
        ]
    )
    around_2026_12 = {"startDateTime": "2026-12-05T08:00:00+01:00"}
    return [
        zone("holes", "PROHIBITED", holes, upper=agl(120), act="Arrêté A-1"),
        zone("horseshoe", "REQ_AUTHORISATION", horseshoe, lower=agl(50), upper=agl(300, "ft")),
        zone(
            "disc",
            "CONDITIONAL",
            {"type": "Point", "coordinates": [2.360, 48.845]},
            radius_m=400.0,
            upper=at(250, "m", "AMSL"),
        ),
        zone(
            "quay",
            "PROHIBITED",
            {
                "type": "LineString",
                "coordinates": [[2.370, 48.840], [2.380, 48.845], [2.390, 48.840]],
            },
            half_width_m=60.0,
            lower=at(200, "m", "WGS84"),
            upper=at(1000, "ft", "WGS84"),
        ),
        zone(
            "school",
            "PROHIBITED",
            polygon(ring(2.300, 48.855, 2.310, 48.860)),
            applicability=period(
                day=["MON", "TUE", "WED", "THU", "FRI"], startTime="08:30", endTime="16:30"
            ),
        ),
        zone(
            "night",
            "REQ_AUTHORISATION",
            polygon(ring(2.315, 48.855, 2.325, 48.860)),
            rules={"human_review": True},
            applicability=period(day=["SAT"], startTime="22:00", endTime="02:30"),
        ),
        zone(
            "hour",
            "PROHIBITED",
            polygon(ring(2.330, 48.855, 2.340, 48.860)),
            applicability=period(day=["ANY"], startTime="02:00", endTime="03:00"),
        ),
        zone(
            "feast",
            "CONDITIONAL",
            polygon(ring(2.345, 48.855, 2.355, 48.860)),
            applicability=[{**around_2026_12, "endDateTime": "2026-12-06T02:00:00+01:00"}],
        ),
        zone(
            "coming",
            "PROHIBITED",
            polygon(ring(2.360, 48.855, 2.370, 48.860)),
            valid={"start": "2027-01-01T00:00:00+01:00"},
        ),
        zone("closed", "PROHIBITED", polygon(ring(2.300, 48.865, 2.320, 48.875)), priority=1),
        zone("lane", "NO_RESTRICTION", polygon(ring(2.305, 48.864, 2.310, 48.876)), priority=7),
        zone(
            "slow",
            "NO_RESTRICTION",
            polygon(ring(2.330, 48.865, 2.340, 48.870)),
            rules={"speed_max_mps": 5.0},
        ),
        zone("free", "NO_RESTRICTION", polygon(ring(2.345, 48.865, 2.355, 48.870))),
        zone(
            "parcels",
            "CONDITIONAL",
            polygon(ring(2.360, 48.865, 2.370, 48.870)),
            purposes={"delivery": "PROHIBITED", "medical": "NO_RESTRICTION"},
        ),
        zone("street", "PROHIBITED", polygon(ring(2.375, 48.865, 2.385, 48.870)), layer="surface"),
        # A circle with a hole: whoever stays within the islet is free of the moat around it.
        zone(
            "moat",
            "PROHIBITED",
            {"type": "Point", "coordinates": [2.405, 48.845]},
            radius_m=500.0,
            priority=1,
        ),
        zone(
            "islet",
            "NO_RESTRICTION",
            {"type": "Point", "coordinates": [2.405, 48.845]},
            radius_m=200.0,
            priority=5,
        ),
        zone(
            "tower",
            "PROHIBITED",
            {"type": "Point", "coordinates": [2.405, 48.857]},
            radius_m=300.0,
            lower=agl(100, "ft"),
            upper=agl(400, "ft"),
        ),
        # Outside Paris, where the ground is stated less exactly.
        zone(
            "village",
            "PROHIBITED",
            polygon(ring(2.040, 49.090, 2.060, 49.100)),
            upper=agl(100),
        ),
        zone(
            "sunday",
            "PROHIBITED",
            polygon(ring(2.375, 48.855, 2.385, 48.860)),
            applicability=period(day=["SUN"]),
        ),
        zone(
            "airfield",
            "REQ_AUTHORISATION",
            polygon(ring(2.390, 48.865, 2.400, 48.870)),
            upper=at(500, "ft", "AMSL"),
            carried={
                "ed269": {
                    "uSpaceClass": "EUROCONTROL",
                    "zoneAuthority": [{"name": "DSAC Nord", "purpose": "AUTHORIZATION"}],
                }
            },
        ),
    ]
