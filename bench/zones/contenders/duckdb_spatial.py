"""DuckDB with its spatial extension, in this process, one thread: the zones as a resident table.

The extension comes as a wheel and works with the DuckDB of its own version only.
"""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from bench.zones.contenders.contender import Contender, Pairs, Unavailable
from bench.zones.sets import Areas
from zones.columns import Floats

BATCH = """
SELECT p.position, z.zone
FROM points p JOIN zones z ON ST_Intersects(z.area, ST_Point(p.lon, p.lat))
"""
ONE = "SELECT zone FROM zones WHERE ST_Intersects(area, ST_Point(?, ?))"
NOTHING = "SELECT 1"


def build(areas: Areas) -> Contender:
    """Load the zones; each batch of points is handed over as a table and joined."""
    duckdb = _duckdb()
    connection = duckdb.connect()
    try:
        _load_spatial(connection)
    except duckdb.Error as error:
        msg = f"DuckDB {duckdb.__version__} without spatial: {str(error).splitlines()[0]}"
        raise Unavailable(msg) from error
    connection.execute("SET threads = 1")
    table = {"zone": np.arange(len(areas)), "wkb": shapely.to_wkb(areas)}
    connection.register("loaded", table)
    connection.execute("CREATE TABLE zones AS SELECT zone, ST_GeomFromWKB(wkb) AS area FROM loaded")
    connection.unregister("loaded")
    connection.execute("CREATE INDEX boxes ON zones USING RTREE (area)")

    def ask(lon: Floats, lat: Floats) -> Pairs:
        connection.register("points", {"position": np.arange(len(lon)), "lon": lon, "lat": lat})
        found = connection.execute(BATCH).fetchnumpy()
        return Pairs(found["position"], found["zone"])

    def ask_one(lon: float, lat: float) -> Sequence[int]:
        return [zone for (zone,) in connection.execute(ONE, [lon, lat]).fetchall()]

    def round_trip() -> object:
        return connection.execute(NOTHING).fetchall()

    return Contender(ask=ask, ask_one=ask_one, round_trip=round_trip, close=connection.close)


def _duckdb() -> Any:  # noqa: ANN401 - a package that is known at run time only
    try:
        return import_module("duckdb")
    except ImportError as error:
        msg = "DuckDB is not installed: pip install --group bench"
        raise Unavailable(msg) from error


def _load_spatial(connection: Any) -> None:  # noqa: ANN401 - as above
    """Load the extension from its wheel, else from where DuckDB keeps or finds its own."""
    try:
        wheel = import_module("duckdb_extension_spatial")
    except ImportError:
        connection.execute("INSTALL spatial; LOAD spatial")
        return
    for file in Path(str(wheel.__file__)).parent.rglob("*.duckdb_extension"):
        connection.execute(f"LOAD '{file}'")
