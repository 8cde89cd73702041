"""Which zones does the demonstration city publish?

`python -m octroi.demo.city OUT.geojson` writes them, in the form that a zone import reads.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from octroi.demo.city_air import air
from octroi.demo.city_river import river
from octroi.demo.city_subsoil import subsoil
from octroi.demo.city_surface import surface
from octroi.demo.drafts import Draft

ATTRIBUTION = (
    "Contours : Ville de Paris (ODbL), Île-de-France Mobilités (ODbL), data.gouv.fr (LO 2.0)"
)


def drafts() -> Iterable[Draft]:
    """Yield the zones of all four layers."""
    yield from air()
    yield from surface()
    yield from river()
    yield from subsoil()


def zones() -> dict[str, Any]:
    """Return the demonstration city's zones as one GeoJSON feature collection."""
    return {
        "type": "FeatureCollection",
        "attribution": ATTRIBUTION,
        "features": [draft.feature() for draft in drafts()],
    }


def write(path: Path) -> None:
    """Write the zones to a file, one feature a line."""
    collection = zones()
    lines = (
        json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
        for feature in collection["features"]
    )
    head = json.dumps(collection["attribution"], ensure_ascii=False)
    body = ",\n".join(lines)
    text = f'{{"type":"FeatureCollection","attribution":{head},"features":[\n{body}\n]}}\n'
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
