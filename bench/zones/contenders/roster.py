"""Who takes part, in the order of the tables?"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import MappingProxyType

from bench.zones.contenders import duckdb_spatial, h3_cells, ours, postgis, rtrees, strtree
from bench.zones.contenders.contender import Builder, Contender, Unavailable
from bench.zones.sets import Areas

OURS = "Octroi"
RTREE = "rtree + prepared, per point"
BOXES = "STRtree boxes + intersects_xy"
DUCKDB = "DuckDB spatial"
POSTGIS = "PostGIS GiST"

BUILDERS = MappingProxyType[str, Builder](
    {
        OURS: ours.build,
        BOXES: strtree.boxes,
        "STRtree.query(predicate)": strtree.predicate,
        "STRtree of the points": strtree.reversed_roles,
        RTREE: rtrees.each,
        "rtree in bulk + intersects_xy": rtrees.bulk,
        f"H3 cells, resolution {h3_cells.RESOLUTION}": h3_cells.build,
        DUCKDB: duckdb_spatial.build,
        POSTGIS: postgis.build,
    }
)
SHAPELY = frozenset(name for name in BUILDERS if name.startswith("STRtree"))
PROTOCOL = frozenset({DUCKDB, POSTGIS})  # asked in SQL, answered in rows

Field = dict[str, Contender]


@contextmanager
def assembled(
    areas: Areas, names: Sequence[str], step: Callable[[str], None]
) -> Iterator[tuple[Field, dict[str, str]]]:
    """Build the named contenders; beside them, by name, why one of them cannot be had."""
    field: Field = {}
    absent: dict[str, str] = {}
    try:
        for name in names:
            step(f"building {name}")
            try:
                field[name] = BUILDERS[name](areas)
            except Unavailable as reason:
                absent[name] = str(reason)
        yield field, absent
    finally:
        for contender in field.values():
            contender.close()
