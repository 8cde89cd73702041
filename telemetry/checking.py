"""In which zones was, or may have been, each position of a recorded track?

Presence only: no permits, no verdicts. The live pipeline asks the same index the same question.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from telemetry.columns import positions
from telemetry.model import Fix
from zones.columns import Relation
from zones.index import ZoneIndex


class PresenceRow(NamedTuple):
    """One line of the answer: an observation and a zone it is or may be in."""

    vehicle: str
    at: str
    zone_id: str
    zone_version: int
    restriction: str
    relation: str


def check(fixes: Sequence[Fix], index: ZoneIndex) -> Iterator[PresenceRow]:
    """Yield a row for each fix and zone, in the order of the fixes, then by zone id.

    Of several layers of one zone the surest presence speaks for the zone.
    """
    presences = index.covering(positions(fixes))
    pairs = zip(
        presences.position.tolist(),
        presences.zone.tolist(),
        presences.relation.tolist(),
        strict=True,
    )
    found: dict[tuple[int, str], tuple[int, int]] = {}
    for position, zone, relation in pairs:
        name = (position, index.zones[zone].id)
        found[name] = min(found.get(name, (relation, zone)), (relation, zone))
    for (position, zone_id), (relation, zone) in sorted(found.items()):
        fix = fixes[position]
        yield PresenceRow(
            vehicle=_vehicle(fix),
            at=fix.at_text or _iso(fix.at_ms),
            zone_id=zone_id,
            zone_version=index.zones[zone].version,
            restriction=index.zones[zone].restriction,
            relation=Relation(relation).name.lower(),
        )


def _vehicle(fix: Fix) -> str:
    return fix.vehicle or fix.serial or (str(fix.mmsi) if fix.mmsi is not None else "")


def _iso(at_ms: int | None) -> str:
    if at_ms is None:
        return ""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")
