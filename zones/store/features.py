"""Which zones were the law at some instant of a window, one version of each?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.range import TimestamptzRange

from zones.editions import Edition
from zones.model import Layer, Restriction, ZoneId
from zones.periods import Window
from zones.store.rows import COLUMNS, Rows, believed, editions

Bounds = tuple[float, float, float, float]

# The last version of each zone that is the law in a window, found by its box.
FOUND = """
SELECT DISTINCT ON (zone_id) edition, zone_id FROM zones.zone_version
WHERE {believed} AND valid && %(valid)s::tstzrange
  AND (%(layer)s::text IS NULL OR layer IS NULL OR layer = %(layer)s)
  AND (%(restriction)s::text IS NULL OR restriction = %(restriction)s)
  AND (%(zone_id)s::text IS NULL OR zone_id = %(zone_id)s)
  AND (%(west)s::float8 IS NULL
       OR bounds && box(point(%(west)s, %(south)s), point(%(east)s, %(north)s)))
ORDER BY zone_id, lower(valid) DESC NULLS LAST
"""
# These records.
THESE = f"""
SELECT {COLUMNS} FROM zones.zone_version WHERE edition = ANY(%(editions)s) ORDER BY zone_id
"""  # noqa: S608 - the columns are ours
# The box around everything that is, was or will be the law, and from when to when.
EXTENT = """
SELECT min((bounds[1])[0]), min((bounds[1])[1]), max((bounds[0])[0]), max((bounds[0])[1]),
       min(lower(valid)), bool_or(lower_inf(valid)), max(upper(valid)), bool_or(upper_inf(valid))
FROM zones.zone_version
WHERE superseded_at IS NULL
  AND (%(layer)s::text IS NULL OR layer IS NULL OR layer = %(layer)s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a feature must have in common with what is asked for; None asks for nothing.

    `window` has to share an instant with the version's validity.
    """

    window: Window
    known_at: datetime | None = None
    layer: Layer | None = None
    restriction: Restriction | None = None
    zone_id: ZoneId | None = None
    bounds: Bounds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """The box around the zones of a collection, and the window from the first to the last."""

    bounds: Bounds | None
    start: datetime | None
    end: datetime | None


def found(connection: Rows, wanted: Wanted) -> list[int]:
    """Return the records of the versions wanted, by zone id; their boxes meet the bounds."""
    query = FOUND.format(believed=believed(wanted.known_at))
    west, south, east, north = wanted.bounds or (None, None, None, None)
    window = wanted.window
    asked = {
        # An instant is asked for as a window that ends where it begins.
        "valid": TimestamptzRange(window.start, window.end),
        "known_at": wanted.known_at,
        "layer": wanted.layer and wanted.layer.value,
        "restriction": wanted.restriction and wanted.restriction.value,
        "zone_id": wanted.zone_id,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
    }
    return [number for number, _ in connection.execute(query, asked).fetchall()]


def these(connection: Rows, numbers: list[int]) -> list[Edition]:
    """Return these records, by zone id."""
    return editions(connection, THESE, {"editions": numbers})


def extent(connection: Rows, layer: Layer | None) -> Extent:
    """Return the extent of the zones of a layer."""
    row: Any = connection.execute(EXTENT, {"layer": layer and layer.value}).fetchone()
    west, south, east, north, start, unbounded_start, end, unbounded_end = row
    return Extent(
        bounds=None if west is None else (west, south, east, north),
        start=None if unbounded_start else start,
        end=None if unbounded_end else end,
    )
