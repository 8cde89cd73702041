"""Shows zones as plain features, for programs that know maps and not Octroi.

Each is one area with flat properties: what geographic information systems can draw and filter.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from psycopg_pool import ConnectionPool
from shapely.geometry.base import BaseGeometry

from zones.editions import Edition, to_feature, to_zone
from zones.model import Height, Layer
from zones.periods import in_utc
from zones.space.geometry import to_geojson
from zones.store import features
from zones.store.features import Extent, Wanted

MOST_KEPT = 100_000

Feature = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturePage:
    """Some features, how many match in all, and where the next page begins, if there is one."""

    features: tuple[Feature, ...]
    matched: int
    following: int | None


class FeatureReader:
    """The zones of the city as plain features."""

    def __init__(self, pool: ConnectionPool, clock: Callable[[], datetime]) -> None:
        self._pool = pool
        self._clock = clock
        # Versions never change: what was made of one stays.
        self._kept: dict[int, tuple[Feature, BaseGeometry]] = {}

    def page(self, wanted: Wanted, *, offset: int, limit: int) -> FeaturePage:
        """Return a page of features by id; their areas, not only their boxes, meet the bounds."""
        with self._pool.connection() as connection:
            numbers = features.found(connection, wanted)
            missing = [number for number in numbers if number not in self._kept]
            if wanted.bounds is None:
                # Nothing is told of areas: only what is shown need be read.
                missing = [n for n in numbers[offset : offset + limit] if n not in self._kept]
            self._keep(features.these(connection, missing) if missing else [])
        kept = self._kept
        if wanted.bounds is not None:
            box = shapely.box(*wanted.bounds)
            numbers = [n for n in numbers if n in kept and kept[n][1].intersects(box)]
        end = offset + limit
        return FeaturePage(
            features=tuple(kept[number][0] for number in numbers[offset:end]),
            matched=len(numbers),
            following=end if end < len(numbers) else None,
        )

    def extent(self, layer: Layer | None) -> Extent:
        """Return where and when a collection reaches."""
        with self._pool.connection() as connection:
            return features.extent(connection, layer)

    def now(self) -> datetime:
        """Return the instant that the service takes as now."""
        return self._clock()

    def _keep(self, editions: list[Edition]) -> None:
        made = {edition.number: _plain(edition) for edition in editions}
        held = self._kept if len(self._kept) + len(made) <= MOST_KEPT else {}
        # Replaced whole: another thread's page goes on with the one it began with.
        self._kept = held | made


def _plain(edition: Edition) -> tuple[Feature, BaseGeometry]:
    """Return a feature of one area with flat heights and validity."""
    zone = to_zone(edition)
    properties = dict(to_feature(edition)["properties"])
    for name in ("lower", "upper", "drawn", "valid", "carried"):
        properties.pop(name, None)
    if len(zone.volumes) == 1:
        band = zone.volumes[0].band
        properties |= _flat("lower", band.lower) | _flat("upper", band.upper)
    valid = zone.valid
    plain = {
        "type": "Feature",
        "id": zone.id,
        # One kind of geometry in all: programs lay out a layer by its first feature.
        "geometry": to_geojson(shapely.MultiPolygon(shapely.get_parts(zone.footprint).tolist())),
        "properties": {
            "zone_id": zone.id,
            **properties,
            "valid_from": valid.start and in_utc(valid.start),
            "valid_until": valid.end and in_utc(valid.end),
        },
    }
    return plain, zone.footprint


def _flat(side: str, height: Height | None) -> dict[str, Any]:
    if height is None:
        return {}
    return {f"{side}_m": height.value_m, f"{side}_reference": height.reference.value}
