"""Questions about the map, as the interface takes them."""

from typing import Any

from tests.permits.interuss.city import ring

Json = dict[str, Any]
Row = tuple[str, Json]


def altitude(value: float, reference: str, units: str = "M") -> Json:
    return {"value": value, "reference": reference, "units": units}


def spot(lon: float, lat: float, high: Json | None = None) -> Json:
    position: Json = {"location": {"lat": lat, "lng": lon}}
    return {"position": {**position, "altitude": high} if high else position}


def box(west: float, south: float, east: float, north: float) -> Json:
    corners = ring(west, south, east, north)[:-1]
    return {"outline_polygon": {"vertices": [{"lat": lat, "lng": lon} for lon, lat in corners]}}


def disc(lon: float, lat: float, radius_m: float) -> Json:
    return {
        "outline_circle": {
            "center": {"lat": lat, "lng": lon},
            "radius": {"value": radius_m, "units": "M"},
        }
    }


def flight(
    outline: Json,
    heights: tuple[Json | None, Json | None] = (None, None),
    times: tuple[str | None, str | None] = (None, None),
) -> Json:
    lower, upper = heights
    limits = {"altitude_lower": lower, "altitude_upper": upper}
    volume = {**outline, **{name: each for name, each in limits.items() if each}}
    spans = zip(("time_start", "time_end"), times, strict=True)
    during = {name: {"value": each, "format": "RFC3339"} for name, each in spans if each}
    return {"volumes4d": [{"volume": volume, **during}]}


def during(after: str | None, before: str | None) -> Json:
    return {name: each for name, each in (("after", after), ("before", before)) if each is not None}
