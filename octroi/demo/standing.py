"""What stands still in the demonstration: a terrace, a trench, a boat at its quay."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from octroi.demo.companies import BATOLUNE, CAFE, TAUPE
from octroi.demo.filings import Filing
from permits.model import Decision
from permits.occupations import OccupationKind
from permits.parties import Operator
from zones.model import Layer, Purpose

# They were asked for last month and stand for weeks: on its invoice, and on today's map.
STANDING = timedelta(days=45)
TERRACE = [[2.36940, 48.85435], [2.36958, 48.85435], [2.36958, 48.85441], [2.36940, 48.85441]]
TRENCH = [[2.37100, 48.84700], [2.37160, 48.84735]]
TRENCH_HALF_WIDTH_M = 1.0
MOORING = [[2.36080, 48.84840], [2.36110, 48.84815]]
MOORING_HALF_WIDTH_M = 4.0


def standing(start: datetime) -> Iterator[Filing]:
    """Yield the applications of those who occupy a place from an instant on."""
    ring = {"type": "Polygon", "coordinates": [[*TERRACE, TERRACE[0]]]}
    along = {"type": "LineString", "coordinates": TRENCH, "half_width_m": TRENCH_HALF_WIDTH_M}
    quay = {"type": "LineString", "coordinates": MOORING, "half_width_m": MOORING_HALF_WIDTH_M}
    yield _filing(start, (CAFE, Purpose.TRADE), (Layer.SURFACE, ring), OccupationKind.TERRACE)
    yield _filing(start, (TAUPE, Purpose.WORKS), (Layer.SURFACE, along), OccupationKind.TRENCH)
    yield _filing(start, (BATOLUNE, Purpose.PASSENGER), (Layer.RIVER, quay), OccupationKind.MOORING)


def _filing(
    start: datetime,
    who: tuple[Operator, Purpose],
    where: tuple[Layer, Mapping[str, Any]],
    kind: OccupationKind,
) -> Filing:
    operator, purpose = who
    layer, footprint = where
    body = {
        "purpose": purpose.value,
        "layer": layer.value,
        "occupation": {"kind": kind.value},
        "reference": f"{operator.id}-{start:%Y%m%d}-{kind.value}",
        "volumes": [
            {
                "footprint": footprint,
                "start": start.isoformat(),
                "end": (start + STANDING).isoformat(),
            }
        ],
    }
    return Filing(operator=operator.id, body=body, expected=Decision.GRANTED, flown=False)
