"""In which zones was, or may have been, each position of a recorded track?

Presence only: no permits, no verdicts. The live pipeline asks the same index the same question.
"""

from collections.abc import Sequence

import numpy as np

from zones.columns import Indices, Positions, Presences
from zones.index import ZoneIndex
from zones.model import Zone

# The columns of the answer.
COLUMNS = ("vehicle", "at", "zone_id", "zone_version", "restriction", "relation")


def check(positions: Positions, index: ZoneIndex, places: Indices) -> Presences:
    """Return a row for each position and zone, in the order of the positions, then by zone id.

    Of several zones of one id the surest presence speaks, of equally sure ones the first zone's.
    `places` are the zones' places in the order of ids, see `places_by_id`.
    """
    found = index.covering(positions)
    place = places[found.zone]
    order = np.lexsort((found.zone, found.relation, place, found.position))
    position, place = found.position[order], place[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (position[1:] != position[:-1]) | (place[1:] != place[:-1])
    kept = order[first]
    return Presences(
        position=found.position[kept],
        zone=found.zone[kept],
        relation=found.relation[kept],
        margin_m=found.margin_m[kept],
    )


def places_by_id(zones: Sequence[Zone]) -> Indices:
    """Return each zone's place in the order of ids; zones of one id share theirs."""
    ids = [zone.id for zone in zones]
    places = {name: place for place, name in enumerate(sorted(set(ids)))}
    return np.array([places[name] for name in ids], dtype=np.int32)
