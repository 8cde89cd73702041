"""What is one zone version as published, and how does it read?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from zones.formats.calendar import write_window
from zones.formats.geojson import Reading, read_feature, write
from zones.model import Zone, ZoneId
from zones.periods import ALWAYS, Window, in_utc

EMERGENCY = "Emergency"


@dataclass(frozen=True, slots=True, kw_only=True)
class AsOf:
    """Which law is asked for: that of an instant, as it was known at another, or now when None."""

    at: datetime
    known_at: datetime | None = None


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
    emergency: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A zone version about to be recorded: what its author stated, and when it is to be the law."""

    zone: Zone
    version: int
    feature: Mapping[str, Any]
    valid: Window
    emergency: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """From when on a zone is the law no more, and by which act."""

    zone_id: ZoneId
    start: datetime
    act: str
    recorded_at: datetime
    recorded_by: str


def to_zone(edition: Edition) -> Zone:
    """Return the zone an edition publishes."""
    return replace(as_stated(edition), version=edition.version, valid=edition.valid)


def as_stated(edition: Edition) -> Zone:
    """Return the zone as its author stated it, whatever became of its validity."""
    return read_feature(edition.feature, Reading())


def to_feature(edition: Edition) -> dict[str, Any]:
    """Return the GeoJSON feature with the version and validity that were given to it."""
    valid = {} if edition.valid == ALWAYS else {"valid": write_window(edition.valid)}
    emergency = {"emergency": True} if edition.emergency else {}
    return {
        **edition.feature,
        "properties": {
            **edition.feature["properties"],
            "version": edition.version,
            **valid,
            **emergency,
        },
    }


def to_record(edition: Edition) -> dict[str, Any]:
    """Return the feature together with when it was believed, and who recorded it."""
    superseded_at = edition.superseded_at and in_utc(edition.superseded_at)
    recorded = {
        "at": in_utc(edition.recorded_at),
        "by": edition.recorded_by,
        "superseded_at": superseded_at,
    }
    return {**to_feature(edition), "recorded": recorded}


def to_publication(
    zone: Zone, valid: Window, before: Edition | None, *, emergency: bool = False
) -> Publication:
    """Return the version after `before` that publishes a zone; an emergency says so in its act."""
    published = replace(zone, act=emergency_act(zone.act)) if emergency else zone
    return Publication(
        zone=published,
        version=1 if before is None else before.version + 1,
        feature=stated(published),
        valid=valid,
        emergency=emergency,
    )


def emergency_act(act: str) -> str:
    """Return the act as it is cited for an emergency."""
    if act.startswith(EMERGENCY):
        return act
    return f"{EMERGENCY}: {act}" if act else EMERGENCY


def stated(zone: Zone) -> dict[str, Any]:
    """Return the feature to keep: as its author stated it, without a version of its own."""
    feature = write(zone)
    feature["properties"].pop("version")
    return feature
