"""Do two shapes share a place? Plain geometry, none of the product's code.

Points are held against polygons in exact fractions of a degree. Everything else is measured in a
plane of metres around Paris, and whatever comes nearer to an edge than that plane is good for is
refused: a table holds no row that its own oracle cannot be sure of.
"""

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

Json = dict[str, Any]
Pair = tuple[float, float]

MIDDLE = (2.35, 48.855)
# The plane strays by centimetres over the 10 km of the table.
MARGIN_M = 0.5
SEMI_MAJOR, FLATTENING = 6378137.0, 1 / 298.257223563


class TooClose(AssertionError):
    """A row so near to a border that the oracle cannot be sure of its answer."""


def metres(place: Sequence[float]) -> Pair:
    """Put a place into the plane; both radii of curvature, to the second order of latitude."""
    lon, lat = place
    squared = FLATTENING * (2 - FLATTENING)
    middle = math.radians((lat + MIDDLE[1]) / 2)
    flat = 1 - squared * math.sin(middle) ** 2
    north = SEMI_MAJOR * (1 - squared) / flat**1.5
    own = math.radians(lat)
    east = SEMI_MAJOR / math.sqrt(1 - squared * math.sin(own) ** 2) * math.cos(own)
    return (
        math.radians(lon - MIDDLE[0]) * east,
        math.radians(lat - MIDDLE[1]) * north,
    )


def sure(distance_m: float) -> bool:
    """Tell whether a signed distance is negative, unless that is too close to tell."""
    if abs(distance_m) < MARGIN_M:
        msg = f"{distance_m:.3f} m from the border"
        raise TooClose(msg)
    return distance_m < 0


def exactly_in(place: Sequence[float], rings: Sequence[Sequence[Sequence[float]]]) -> bool:
    """Tell whether a place is in a polygon or on its edges, in fractions of a degree."""
    lons, lats = zip(*rings[0], strict=True)
    if not (min(lons) <= place[0] <= max(lons) and min(lats) <= place[1] <= max(lats)):
        return False
    x, y = Fraction(place[0]), Fraction(place[1])
    inside = False
    for ring in rings:
        for start, end in pairwise(ring):
            ax, ay, bx, by = (Fraction(each) for each in (*start, *end))
            cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
            within = min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by)
            if cross == 0 and within:
                return True
            if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
                inside = not inside
    return inside


def from_segment(point: Pair, start: Pair, end: Pair) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length if length else 0.0
    along = min(1.0, max(0.0, along))
    return math.dist(point, (start[0] + along * dx, start[1] + along * dy))


def between_segments(one: tuple[Pair, Pair], other: tuple[Pair, Pair]) -> float:
    (a, b), (c, d) = one, other
    if turn(a, b, c) * turn(a, b, d) < 0 and turn(c, d, a) * turn(c, d, b) < 0:
        return 0.0
    return min(
        from_segment(a, c, d), from_segment(b, c, d), from_segment(c, a, b), from_segment(d, a, b)
    )


def turn(a: Pair, b: Pair, c: Pair) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def edges(shape: Json) -> list[tuple[Pair, Pair]]:
    rings = [[metres(each) for each in ring] for ring in shape["rings"]]
    return [pair for ring in rings for pair in pairwise(ring)]


def meet(one: Json, other: Json) -> bool:
    """Tell whether two shapes share a place: points, rings, discs and bands beside lines."""
    kinds = {one["kind"], other["kind"]}
    if kinds == {"point", "polygon"}:
        point, area = (one, other) if one["kind"] == "point" else (other, one)
        return exactly_in(point["place"], area["rings"])
    if kinds == {"polygon"}:
        return polygons_meet(one, other)
    # Everything else is a skeleton with a width: points and lines.
    return sure(skeletons_apart(one, other) - width(one) - width(other))


def width(shape: Json) -> float:
    return float(shape.get("width_m", 0.0))


def skeletons_apart(one: Json, other: Json) -> float:
    if other["kind"] == "polygon":
        one, other = other, one
    mine = list(lines(one))
    theirs = list(lines(other))
    if one["kind"] == "polygon" and exactly_in(other["places"][0], one["rings"]):
        return -width(other)
    return min(between_segments(a, b) for a in mine for b in theirs)


def lines(shape: Json) -> Iterator[tuple[Pair, Pair]]:
    if shape["kind"] == "polygon":
        yield from edges(shape)
        return
    places = [metres(each) for each in shape["places"]]
    yield from pairwise(places if len(places) > 1 else places * 2)


def polygons_meet(one: Json, other: Json) -> bool:
    apart = min(between_segments(a, b) for a in edges(one) for b in edges(other))
    if apart == 0.0:
        return True
    if apart < MARGIN_M:
        msg = f"{apart:.3f} m between two polygons"
        raise TooClose(msg)
    return exactly_in(one["rings"][0][0], other["rings"]) or exactly_in(
        other["rings"][0][0], one["rings"]
    )


def covers(above: Json, asked: Json) -> bool:
    """Tell whether what is asked lies wholly in a polygon without holes, or in a disc."""
    if above["kind"] == "line":
        return in_disc(above, asked)
    if asked["kind"] == "point":
        return exactly_in(asked["place"], above["rings"])
    if not exactly_in(first_place(asked), above["rings"]):
        return False
    apart = min(between_segments(a, b) for a in edges(above) for b in lines(asked))
    return not sure(apart - width(asked)) if apart else False


def in_disc(above: Json, asked: Json) -> bool:
    """Tell whether the farthest place asked is in a disc: of polygons that is a corner."""
    (middle,) = above["places"]
    corners = asked["rings"][0] if asked["kind"] == "polygon" else asked["places"]
    farthest = max(math.dist(metres(middle), metres(each)) for each in corners)
    return sure(farthest + width(asked) - width(above))


def first_place(shape: Json) -> Sequence[float]:
    place: Sequence[float] = (
        shape["rings"][0][0] if shape["kind"] == "polygon" else shape["places"][0]
    )
    return place


def zone_shape(geometry: Json, properties: Json) -> Json:
    match geometry["type"]:
        case "Polygon":
            return {"kind": "polygon", "rings": geometry["coordinates"]}
        case "Point":
            return {
                "kind": "line",
                "places": [geometry["coordinates"]],
                "width_m": properties["radius_m"],
            }
        case _:
            return {
                "kind": "line",
                "places": geometry["coordinates"],
                "width_m": properties["half_width_m"],
            }


def asked_shape(volume: Json) -> Json:
    circle = volume.get("outline_circle")
    if circle:
        place = [circle["center"]["lng"], circle["center"]["lat"]]
        return {"kind": "line", "places": [place], "width_m": circle["radius"]["value"]}
    ring = [[each["lng"], each["lat"]] for each in volume["outline_polygon"]["vertices"]]
    return {"kind": "polygon", "rings": [[*ring, ring[0]]]}
