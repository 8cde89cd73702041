"""What is different between two editions of the zones? By meaning, not by bytes.

Footprints are equal when they cover the same places, whatever vertex their rings start at, which
way they turn, and how their parts are ordered; 300 ft is 91.44 m; calendars are compared in normal
form. The number of a version is no part of what it means.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from zones.demands import NO_RULES, ZoneRules
from zones.formats.calendar import write_calendar, write_window
from zones.model import Band, Height, Zone, ZoneId
from zones.space.geometry import area_m2
from zones.time.sameness import normal

# Heights closer than a tenth of a millimetre are one height told in two units.
HEIGHT_DIGITS = 4
CLOSE = 1e-9

BandKey = tuple[tuple[float, str] | None, tuple[float, str] | None]


class Kind(StrEnum):
    """What became of a zone."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field that says something else; of a footprint also the places gained and lost."""

    field: str
    before: Any = None
    after: Any = None
    gained_m2: float | None = None
    lost_m2: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What became of one zone from the one edition to the other."""

    zone_id: ZoneId
    name: str
    kind: Kind
    changes: tuple[Change, ...] = ()


def differ(before: Sequence[Zone], after: Sequence[Zone]) -> tuple[Difference, ...]:
    """Return what differs between two editions, by id; nothing when they mean the same.

    Several versions of one id in an edition are compared in the order of their validity.
    """
    old, new = _by_key(before), _by_key(after)
    found = (_difference(old.get(key), new.get(key)) for key in sorted(old | new))
    return tuple(difference for difference in found if difference is not None)


def alike(one: Zone, other: Zone) -> bool:
    """Tell whether two versions of a zone mean the same."""
    return next(_changes(one, other), None) is None


def _by_key(zones: Sequence[Zone]) -> dict[tuple[ZoneId, int], Zone]:
    keyed: dict[tuple[ZoneId, int], Zone] = {}
    counted: dict[ZoneId, int] = {}
    for zone in sorted(zones, key=_start_s):
        counted[zone.id] = counted.get(zone.id, -1) + 1
        keyed[zone.id, counted[zone.id]] = zone
    return keyed


def _start_s(zone: Zone) -> float:
    return -math.inf if zone.valid.start is None else zone.valid.start.timestamp()


def _difference(old: Zone | None, new: Zone | None) -> Difference | None:
    if old is not None and new is not None:
        changes = () if old is new else tuple(_changes(old, new))
        told = Difference(zone_id=new.id, name=new.name, kind=Kind.CHANGED, changes=changes)
        return told if changes else None
    known, kind = (new, Kind.ADDED) if old is None else (old, Kind.REMOVED)
    return Difference(zone_id=known.id, name=known.name, kind=kind) if known else None


def _changes(old: Zone, new: Zone) -> Iterator[Change]:
    for name, value in PLAIN.items():
        yield from _change(name, value(old), value(new))
    yield from _space(old, new)
    if normal(old.applicability) != normal(new.applicability):
        yield Change(
            field="applicability",
            before=write_calendar(old.applicability),
            after=write_calendar(new.applicability),
        )
    yield from _members("rules", _demands(old.rules), _demands(new.rules))
    yield from _members("purposes", old.purposes, new.purposes)
    yield from _members("classes", old.classes, new.classes)
    yield from _members("notes", old.notes, new.notes)
    if old.valid != new.valid:
        yield Change(field="valid", before=write_window(old.valid), after=write_window(new.valid))
    yield from _members("carried", old.carried, new.carried)


PLAIN: Mapping[str, Callable[[Zone], Any]] = {
    "name": lambda zone: zone.name,
    "layer": lambda zone: zone.layer and zone.layer.value,
    "restriction": lambda zone: zone.restriction.value,
    "priority": lambda zone: zone.priority,
    "street_category": lambda zone: zone.street_category and zone.street_category.value,
    "act": lambda zone: zone.act,
}


def _change(name: str, old: object, new: object) -> Iterator[Change]:
    if not _same(old, new):
        yield Change(field=name, before=old, after=new)


def _members(name: str, old: Mapping[Any, Any], new: Mapping[Any, Any]) -> Iterator[Change]:
    for key in sorted({*old, *new}):
        yield from _change(f"{name}.{key}", old.get(key), new.get(key))


def _same(old: object, new: object) -> bool:
    if isinstance(old, float) or isinstance(new, float):
        numbers = isinstance(old, int | float) and isinstance(new, int | float)
        return numbers and math.isclose(old, new, rel_tol=CLOSE, abs_tol=CLOSE)  # type: ignore[arg-type]  # both are
    return old == new


def _demands(rules: ZoneRules) -> dict[str, Any]:
    stated = {each.name: getattr(rules, each.name) for each in fields(rules)}
    return {
        name: _plain(value) for name, value in stated.items() if value != getattr(NO_RULES, name)
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a rule is made of
    if isinstance(value, frozenset):
        return sorted(each.value for each in value)
    if hasattr(value, "start_deg"):
        return {"start_deg": value.start_deg, "end_deg": value.end_deg}
    return value


def _space(old: Zone, new: Zone) -> Iterator[Change]:
    one, other = _volumes(old), _volumes(new)
    if one.keys() != other.keys():
        yield Change(field="heights", before=_bands(old), after=_bands(new))
    if not _same_places([old.footprint], [new.footprint]):
        yield Change(
            field="footprint",
            gained_m2=_area_m2(new.footprint.difference(old.footprint)),
            lost_m2=_area_m2(old.footprint.difference(new.footprint)),
        )
    elif one.keys() == other.keys() and not all(
        _same_places(one[band], other[band]) for band in one
    ):
        yield Change(field="volumes", before=_shares(one), after=_shares(other))


def _volumes(zone: Zone) -> dict[BandKey, list[BaseGeometry]]:
    volumes: dict[BandKey, list[BaseGeometry]] = {}
    for volume in zone.volumes:
        volumes.setdefault(_key(volume.band), []).append(volume.footprint)
    return volumes


def _key(band: Band) -> BandKey:
    return _rounded(band.lower), _rounded(band.upper)


def _rounded(height: Height | None) -> tuple[float, str] | None:
    if height is None:
        return None
    return round(height.value_m, HEIGHT_DIGITS), height.reference.value


def _same_places(one: Sequence[BaseGeometry], other: Sequence[BaseGeometry]) -> bool:
    ours, theirs = (sorted(shapely.to_wkb(shapely.normalize(list(s)))) for s in (one, other))
    if ours == theirs:
        return True
    return bool(shapely.equals(shapely.union_all(list(one)), shapely.union_all(list(other))))


def _area_m2(area: BaseGeometry) -> float:
    return 0.0 if area.is_empty else round(area_m2(area), 2)


def _bands(zone: Zone) -> list[dict[str, Any]]:
    seen = {_key(volume.band): None for volume in zone.volumes}
    return [
        {side: _height(limit) for side, limit in zip(("lower", "upper"), key, strict=True) if limit}
        for key in seen
    ]


def _height(limit: tuple[float, str]) -> dict[str, Any]:
    return {"value": limit[0], "unit": "m", "reference": limit[1]}


def _shares(volumes: Mapping[BandKey, Sequence[BaseGeometry]]) -> list[float]:
    """Return the square metres of each band, lowest first."""
    return [_area_m2(shapely.union_all(list(volumes[band]))) for band in sorted(volumes, key=repr)]
