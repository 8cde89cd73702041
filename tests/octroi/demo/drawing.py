"""When the demonstration is looked at, and its areas, drawn in metres."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from octroi.demo.geography import metres, to_metres

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
END = START + timedelta(hours=6)
TEN_MINUTES = (0.0, 600.0)


def area_of(footprint: Mapping[str, Any]) -> BaseGeometry:
    """Draw a footprint in metres, on its own: not as the product does."""
    if footprint["type"] == "Point":
        return Point(*metres(*footprint["coordinates"])).buffer(footprint["radius_m"])
    drawn = to_metres(shape({key: footprint[key] for key in ("type", "coordinates")}))
    return drawn.buffer(footprint.get("half_width_m", 0.0))


def zone(city: dict[str, Any], ident: str) -> BaseGeometry:
    return to_metres(shape(next(z["geometry"] for z in city["features"] if z["id"] == ident)))
