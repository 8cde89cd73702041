"""What is published, a clock to publish it by, and what is the law then."""

from datetime import UTC, datetime, timedelta
from typing import Any

from zones.editions import AsOf
from zones.formats.geojson import Reading, read_feature
from zones.model import Zone, ZoneId
from zones.periods import Window
from zones.service import ZoneService

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 1, 23, tzinfo=UTC)  # the first one of Paris after noon
HOUR = timedelta(hours=1)
A = ZoneId("a")
Law = tuple[ZoneId, int, Window]


class Watch:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def later(self, **spans: float) -> datetime:
        self.now += timedelta(**spans)
        return self.now


def feature(name: str = "a", lon: float = 2.30, **properties: object) -> dict[str, Any]:
    ring = [[lon, 48.85], [lon + 0.01, 48.85], [lon + 0.01, 48.86], [lon, 48.86], [lon, 48.85]]
    return {
        "type": "Feature",
        "id": name,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {"name": name.upper(), "layer": "air", **properties},
    }


def zone(**properties: object) -> Zone:
    return read_feature({**feature(), "properties": {"name": "A", **properties}}, Reading())


def collection(*features: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def named(called: str, **properties: Any) -> Zone:  # noqa: ANN401 - any property
    return read_feature(feature(called, **properties), Reading())


def law(service: ZoneService, at: datetime, known_at: datetime | None = None) -> list[Law]:
    asked = AsOf(at=at, known_at=known_at)
    return [(each.zone_id, each.version, each.valid) for each in service.everything(asked).editions]
