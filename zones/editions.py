"""What does publishing a zone change, and how does a published one read?

Nothing applies before it is published unless its author dates it back, and a change to a published
zone never reaches into its past.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from zones.formats.calendar import write_window
from zones.formats.geojson import Reading, read_feature, write
from zones.model import Zone, ZoneId
from zones.periods import ALWAYS, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One zone version as published: its feature, when it is valid and when that was believed."""

    number: int
    zone_id: ZoneId
    version: int
    feature: Mapping[str, Any]
    valid: Window
    recorded_at: datetime
    recorded_by: str
    superseded_at: datetime | None = None


def to_zone(edition: Edition) -> Zone:
    """Return the zone an edition publishes."""
    stated = read_feature(edition.feature, Reading())
    return replace(stated, version=edition.version, valid=edition.valid)


def to_feature(edition: Edition) -> dict[str, Any]:
    """Return the GeoJSON feature with the version and validity that were given to it."""
    valid = {} if edition.valid == ALWAYS else {"valid": write_window(edition.valid)}
    return {
        **edition.feature,
        "properties": {**edition.feature["properties"], "version": edition.version, **valid},
    }


def to_record(edition: Edition) -> dict[str, Any]:
    """Return the feature together with when it was believed, and who recorded it."""
    superseded_at = edition.superseded_at and edition.superseded_at.isoformat()
    recorded = {
        "at": edition.recorded_at.isoformat(),
        "by": edition.recorded_by,
        "superseded_at": superseded_at,
    }
    return {**to_feature(edition), "recorded": recorded}


def stated(zone: Zone) -> dict[str, Any]:
    """Return the feature to keep: as its author stated it, without a version of its own."""
    feature = write(zone)
    feature["properties"].pop("version")
    return feature


def valid_from(zone: Zone, now: datetime, *, published: bool) -> Window:
    """Return when the zone is to be valid; raises `InvalidWindow` when that has already ended."""
    start = now if zone.valid.start is None else zone.valid.start
    return Window(start=max(start, now) if published else start, end=zone.valid.end)
