"""Are these the coordinates of such a geometry? Looked at number by number, before any is built.

Foreign numbers meet no library until they are numbers: a NaN, a text, an unclosed ring or a
million vertices are named with their place.
"""

from collections.abc import Iterator

# How deep the vertices of each kind lie in its lists.
DEPTHS = {"Point": 0, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
RINGS = ("Polygon", "MultiPolygon")
FEWEST = {"LineString": 2, "MultiLineString": 2, "Polygon": 4, "MultiPolygon": 4}
LAST_LON, LAST_LAT = 180.0, 90.0
DIMENSIONS = 2
NUMBERS = (float, int)

Bounds = tuple[float, float, float, float]  # west, south, east, north in degrees


class WrongCoordinates(ValueError):
    """Coordinates that are no geometry; the message names the place."""


def check_coordinates(kind: str, coordinates: object, most_vertices: int) -> None:
    """Refuse what is not a geometry of this kind on this Earth, or has too many vertices."""
    count = 0
    for place, chain in _chains(coordinates, DEPTHS[kind], "coordinates"):
        for number, vertex in enumerate(chain):
            count += 1
            if count > most_vertices:
                msg = f"coordinates: more than the {most_vertices} vertices allowed"
                raise WrongCoordinates(msg)
            if not _on_earth(vertex):
                msg = f"{_at(kind, place, number)}: {vertex!r} is not a longitude and a latitude"
                raise WrongCoordinates(msg)
        _check_chain(kind, place, chain)


def within(box: Bounds, lon: float, lat: float) -> bool:
    """Tell whether a place is in a box, its edge included."""
    west, south, east, north = box
    return west <= lon <= east and south <= lat <= north


def in_words(box: Bounds) -> str:
    """Return a box as west, south, east, north."""
    return ",".join(f"{degrees:g}" for degrees in box)


def _at(kind: str, place: str, number: int) -> str:
    return f"{place}[{number}]" if DEPTHS[kind] else place


def _chains(value: object, depth: int, place: str) -> Iterator[tuple[str, list[object]]]:
    """Yield every line or ring as its place and its vertices; a point is a chain of one."""
    if depth == 0:
        yield place, [value]
        return
    if not isinstance(value, list | tuple) or not value:
        msg = f"{place}: {'empty' if value in ([], ()) else 'not a list'}"
        raise WrongCoordinates(msg)
    if depth == 1:
        yield place, list(value)
        return
    for number, inner in enumerate(value):
        yield from _chains(inner, depth - 1, f"{place}[{number}]")


def _check_chain(kind: str, place: str, chain: list[object]) -> None:
    if len(chain) < FEWEST.get(kind, 1):
        msg = f"{place}: {len(chain)} vertices are fewer than the {FEWEST[kind]} it takes"
        raise WrongCoordinates(msg)
    if kind in RINGS and _flat(chain[0]) != _flat(chain[-1]):
        msg = f"{place}: the ring does not end where it begins"
        raise WrongCoordinates(msg)


def _flat(vertex: object) -> object:
    return tuple(vertex[:DIMENSIONS]) if isinstance(vertex, list | tuple) else vertex


def _on_earth(vertex: object) -> bool:
    if not isinstance(vertex, list | tuple) or len(vertex) < DIMENSIONS:
        return False
    lon, lat = vertex[0], vertex[1]
    if (
        not isinstance(lon, NUMBERS)
        or not isinstance(lat, NUMBERS)
        or bool in {type(lon), type(lat)}
    ):
        return False
    # NaN compares to nothing, so that it is not on Earth either.
    return -LAST_LON <= lon <= LAST_LON and -LAST_LAT <= lat <= LAST_LAT
