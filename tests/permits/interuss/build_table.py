"""Writes the zones and the table of questions that the map interface is held against.

Run from the root: `python -m tests.permits.interuss.build_table`. Every answer is the oracle's.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.permits.interuss import oracle
from tests.permits.interuss.city import zones
from tests.permits.interuss.when import dst_nights, schedules
from tests.permits.interuss.where import ceilings, circles, holes, in_feet, ringed, villages
from tests.permits.interuss.which import filtered, neither, scattered

Json = dict[str, Any]

FOLDER = Path(__file__).parents[2] / "data" / "interuss"
PURPOSES = [
    "emergency",
    "medical",
    "public_service",
    "inspection",
    "research",
    "media",
    "works",
    "passenger",
    "delivery",
    "advertising",
    "leisure",
    "trade",
]
IMPACTS = ("Block", "Advise", "BlockOrAdvise", None)


FAMILIES = (
    holes,
    circles,
    ringed,
    ceilings,
    in_feet,
    villages,
    schedules,
    dst_nights,
    neither,
    filtered,
    scattered,
)


def rows(city: list[Json]) -> Iterator[Json]:
    """Yield every question, about what blocks and what advises in turn, with its answer."""
    number = 0
    for family in FAMILIES:
        for name, filters in family():
            asked = IMPACTS if family is neither else (IMPACTS[number % 2], IMPACTS[2 + number % 2])
            number += 1
            for impact in asked:
                said = {"resulting_operational_impact": impact} if impact else {}
                question = {**filters, **said}
                yield {
                    "id": f"{family.__name__}: {name}, {impact or 'whatever it does'}",
                    "filters": question,
                    "expected": oracle.expected(city, question, PURPOSES),
                }


def written() -> dict[str, str]:
    """Return the files by their name."""
    city = zones()
    collection = {"type": "FeatureCollection", "features": city}
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in rows(city))
    return {
        "zones.json": json.dumps(collection, ensure_ascii=False, indent=1) + "\n",
        "checks.json": f"[\n{lines}\n]\n",
    }


if __name__ == "__main__":
    for name, text in written().items():
        (FOLDER / name).write_text(text, "utf-8")
