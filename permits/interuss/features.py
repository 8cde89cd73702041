"""Is there a zone of the air that all of these filters select?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from shapely.geometry import Point, box

from permits.interuss.impacts import Impact, zone_impact
from permits.interuss.origins import sources_of, u_space_classes_of
from permits.interuss.volumes import Extent, Place
from permits.model import OperationVolume
from zones.catalogue import Catalogue
from zones.heights.vertical import OUTSIDE, Datum, between
from zones.model import UNBOUNDED, Band, Height, Layer, Purpose, Restriction, Zone
from zones.periods import ALWAYS, Window

EARTH = (-180.0, -90.0, 180.0, 90.0)
# A schedule that is never in force over so long a time never is.
WHOLE_YEAR = timedelta(days=400)
YEARS_SEEN = timedelta(days=3 * 366)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """The zones in force or to come, and what heights are compared by."""

    catalogue: Catalogue
    datum: Datum


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A position; without a height it is all heights above a place."""

    place: Place
    height: Height | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a zone must have in common with; what is not said filters nothing.

    `during` holds for the spot and, with their own windows, for the extents: all of it at one time.
    """

    spot: Spot | None = None
    extents: tuple[Extent, ...] | None = None
    during: Window = ALWAYS
    source: str | None = None
    purpose: Purpose
    impacts: frozenset[Impact] = frozenset()
    u_space_class: str | None = None
    restrictions: frozenset[Restriction] = frozenset()


def present(law: Law, wanted: Filters, now: datetime) -> bool:
    """Tell whether any zone is selected."""
    extents = _extents(wanted)
    found = _found(law, wanted, extents)
    chosen = [each for each in found if _is_chosen(each, wanted)]
    if not wanted.impacts:
        return bool(chosen)
    named = {(zone.id, zone.version) for zone in found}
    volumes = _volumes(extents, found, now)

    def does(zone: Zone) -> bool:
        alone = zone_impact(zone, (), wanted.purpose, volumes, now)
        if all(alone.rank > each.rank for each in wanted.impacts):
            return False
        near = law.catalogue.near(zone.footprint, ALWAYS)
        beside = [each for each in near if (each.id, each.version) in named]
        return zone_impact(zone, beside, wanted.purpose, volumes, now) in wanted.impacts

    return any(does(each) for each in chosen)


def _found(law: Law, wanted: Filters, extents: Sequence[Extent]) -> tuple[Zone, ...]:
    """Return the zones that the place, height and time filters leave."""
    touched = [_touching(law, each) for each in extents]
    zones = {(zone.id, zone.version): zone for found in touched for zone in found}
    spot = wanted.spot
    if spot is not None:
        here = _around(law, spot, wanted.during)
        zones = {key: zone for key, zone in zones.items() if key in here}
    return tuple(zones[key] for key in sorted(zones))


def _extents(wanted: Filters) -> tuple[Extent, ...]:
    """Return where and when the flight asked about would be, its times joined."""
    if wanted.extents is not None:
        asked = wanted.extents
    elif wanted.spot is not None:
        height = wanted.spot.height
        band = Band(lower=height, upper=height)
        asked = (Extent(footprint=Point(wanted.spot.place), band=band, window=ALWAYS),)
    else:
        asked = (Extent(footprint=box(*EARTH), band=UNBOUNDED, window=ALWAYS),)
    joined = ((each, _shared(each.window, wanted.during)) for each in asked)
    return tuple(
        Extent(footprint=each.footprint, band=each.band, window=window)
        for each, window in joined
        if window is not None
    )


def _touching(law: Law, extent: Extent) -> tuple[Zone, ...]:
    # A point has no thickness: which heights it lies in is asked of its own height.
    band = UNBOUNDED if isinstance(extent.footprint, Point) else extent.band
    return law.catalogue.touching(
        extent.footprint, layer=Layer.AIR, band=band, window=extent.window
    )


def _around(law: Law, spot: Spot, during: Window) -> set[tuple[str, int]]:
    """Return which zones a position is in, or may be in."""
    point = Point(spot.place)
    return {
        (zone.id, zone.version)
        for zone in law.catalogue.touching(point, layer=Layer.AIR, window=during)
        for volume in zone.volumes
        if volume.footprint.intersects(point) and _may_be_in(volume.band, spot, law.datum)
    }


def _may_be_in(band: Band, spot: Spot, datum: Datum) -> bool:
    if spot.height is None:
        return True
    answer = between(
        np.array([spot.height.value_m]),
        np.array([spot.height.reference.code], dtype=np.int8),
        np.array([0.0]),
        np.array([spot.place[0]]),
        np.array([spot.place[1]]),
        band=band,
        datum=datum,
    )
    return bool(answer[0] != OUTSIDE)


def _is_chosen(zone: Zone, wanted: Filters) -> bool:
    """Tell whether a zone is what it is asked to be, wherever it lies."""
    if wanted.restrictions and zone.restriction not in wanted.restrictions:
        return False
    if wanted.u_space_class is not None and wanted.u_space_class not in u_space_classes_of(zone):
        return False
    if wanted.source is None:
        return True
    return wanted.source.casefold() in {each.casefold() for each in sources_of(zone)}


def _volumes(
    extents: Sequence[Extent], zones: Sequence[Zone], now: datetime
) -> tuple[OperationVolume, ...]:
    return tuple(
        OperationVolume(
            footprint=each.footprint,
            band=each.band,
            window=_bounded(each.window, zones, now),
        )
        for each in extents
    )


def _bounded(window: Window, zones: Sequence[Zone], now: datetime) -> Window:
    """Return a window with both ends; one without reaches past all that is known to change.

    Only precedence is asked of it: whether the zones above are in force throughout.
    """
    valid = [limit for zone in zones for limit in (zone.valid.start, zone.valid.end)]
    known = [now, *(each for each in valid if each and abs(each - now) < YEARS_SEEN)]
    end = window.end or max([*known, window.start or now]) + WHOLE_YEAR
    return Window(start=window.start or min([*known, end]) - DAY, end=end)


def _shared(one: Window, other: Window) -> Window | None:
    """Return the time two windows share, if they do."""
    if not one.overlaps(other):
        return None
    starts = [each for each in (one.start, other.start) if each is not None]
    ends = [each for each in (one.end, other.end) if each is not None]
    return Window(start=max(starts, default=None), end=min(ends, default=None))
