"""What does this installation know of its ground, its sea level and its water?"""

import json
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from octroi.settings import InvalidSetting, Settings
from permits.waters import Waters, waters_of
from zones.heights.ground import UnusableGround, ground_from
from zones.heights.vertical import Datum, paris_datum
from zones.model import HeightReference
from zones.space.geometry import FILE_LIMITS, InvalidGeometry, footprint

# Whole files of a city: what is too large to be its water is refused, not read for minutes.
MOST_BYTES = 64_000_000


def datum_of(settings: Settings) -> Datum:
    """Return the configured ground, or what is stated without, with the packaged geoid."""
    if settings.ground_raster is None:
        return paris_datum()
    try:
        ground = ground_from(
            settings.ground_raster,
            settings.ground_error_m,
            HeightReference(settings.ground_reference),
        )
    except UnusableGround as reason:
        msg = f"OCTROI_GROUND_RASTER cannot be used: {str(reason).rstrip('.')}."
        raise InvalidSetting(msg) from reason
    return Datum(sea=paris_datum().sea, ground=ground)


def water_of(settings: Settings) -> Waters | None:
    """Return where the configured file has water; None where none is configured."""
    if settings.water is None:
        return None
    try:
        return waters_of(shapely.union_all(_areas(settings.water)), settings.water.name)
    except (OSError, ValueError, TypeError, LookupError, AttributeError) as reason:
        msg = f"OCTROI_WATER cannot be used: {_told(reason)}."
        raise InvalidSetting(msg) from reason


def _areas(file: Path) -> list[BaseGeometry]:
    """Return the areas of a GeoJSON file; what is none is refused with its place."""
    if file.stat().st_size > MOST_BYTES:
        msg = f"{file} has more than {MOST_BYTES:,} bytes"
        raise ValueError(msg)
    document: Any = json.loads(file.read_text(encoding="utf-8"))
    features = document["features"] if document["type"] == "FeatureCollection" else [document]
    if not features:
        msg = f"{file} holds no area"
        raise ValueError(msg)
    return [_area(number, each) for number, each in enumerate(features)]


def _area(number: int, feature: Any) -> BaseGeometry:  # noqa: ANN401 - whatever JSON holds
    try:
        return footprint(feature["geometry"], feature.get("properties"), FILE_LIMITS)
    except InvalidGeometry as error:
        msg = f"features/{number}/geometry/{error}"
        raise ValueError(msg) from error


def _told(reason: Exception) -> str:
    if isinstance(reason, OSError):
        return f"{reason.filename}: {reason.strerror}"
    if isinstance(reason, ValueError):
        return str(reason).rstrip(".")
    return "it is no GeoJSON of features"
