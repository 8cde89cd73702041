"""Which outlines does the live map draw under everything else?

Run by hand when the city publishes new outlines: `python -m octroi.web.basemap`. The result is
for the eye only: borders are up to nine metres off, so nothing is ever decided on it.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry

HERE = Path(__file__).parent
SOURCE = HERE.parent / "demo" / "data"
TARGET = HERE / "static" / "basemap" / "paris.json"

ATTRIBUTION = "Ville de Paris (ODbL)"
BORDER_TOLERANCE_DEG = 0.00008
WATER_TOLERANCE_DEG = 0.00003
SMALLEST_WATER_DEG2 = 1e-7
LABEL_TOLERANCE_DEG = 0.0005
DECIMALS = 5

Features = list[Mapping[str, Any]]


def paris(source: Path) -> dict[str, object]:
    """Return the city's outlines, water, woods and place names, simplified for display."""
    return {
        "attribution": ATTRIBUTION,
        "districts": _districts(_features(source / "arrondissements.geojson")),
        "water": _water(_features(source / "voies_deau.geojson")),
        "woods": _woods(_features(source / "bois.geojson")),
        "places": _places(_features(source / "quartiers.geojson")),
    }


def _districts(features: Features) -> list[dict[str, object]]:
    # Simplified as a coverage, so that neighbours keep one common border.
    simple = shapely.coverage_simplify(_geometries(features), BORDER_TOLERANCE_DEG * 2)
    numbered = {
        int(feature["properties"]["c_ar"]): geometry
        for feature, geometry in zip(features, simple, strict=True)
    }
    return [
        {
            "number": number,
            "label": _point(numbered[number]),
            "geometry": _rounded(numbered[number]),
        }
        for number in sorted(numbered)
    ]


def _water(features: Features) -> dict[str, object]:
    whole = shapely.union_all(_geometries(features)).simplify(WATER_TOLERANCE_DEG)
    parts = [part for part in shapely.get_parts(whole) if part.area > SMALLEST_WATER_DEG2]
    return _rounded(shapely.multipolygons(parts))


def _woods(features: Features) -> dict[str, object]:
    whole = shapely.union_all(_geometries(features)).simplify(BORDER_TOLERANCE_DEG)
    return _rounded(whole)


def _places(features: Features) -> list[dict[str, object]]:
    named = {
        str(feature["properties"]["l_qu"]): geometry
        for feature, geometry in zip(features, _geometries(features), strict=True)
    }
    return [{"name": name, "label": _point(named[name])} for name in sorted(named)]


def _features(path: Path) -> Features:
    features: Features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return features


def _geometries(features: Features) -> list[Any]:
    return [shape(feature["geometry"]) for feature in features]


def _point(geometry: Polygon) -> list[float]:
    middle = shapely.get_point(shapely.maximum_inscribed_circle(geometry, LABEL_TOLERANCE_DEG), 0)
    return [round(middle.x, DECIMALS), round(middle.y, DECIMALS)]


def _rounded(geometry: BaseGeometry) -> dict[str, object]:
    exact = shapely.transform(geometry, lambda points: points.round(DECIMALS))
    plain: dict[str, object] = mapping(exact)
    return plain


if __name__ == "__main__":
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE
    outlines = json.dumps(paris(source), ensure_ascii=False, separators=(",", ":"))
    TARGET.write_text(outlines + "\n", encoding="utf-8")
