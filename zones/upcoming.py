"""When does a published zone change next, and why? By calendar, new version, or its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zones.editions import Edition, to_zone
from zones.model import Zone
from zones.periods import NO_SWITCHES, Switches
from zones.time.changes import Why, earliest_change
from zones.time.schedule import holds


@dataclass(frozen=True, slots=True, kw_only=True)
class NextChange:
    """When a zone changes next, and what is so from then on; `at` None: not that anyone knows.

    `in_force` tells whether the zone is in force then, `version` which version is the law, if any.
    """

    at: datetime | None
    why: Why | None
    in_force: bool
    version: int | None


def next_change(
    editions: Sequence[Edition], after: datetime, switches: Switches = NO_SWITCHES
) -> NextChange:
    """Return the next change of a zone after an instant, of its versions that are still to end."""
    zones = [to_zone(edition) for edition in editions]
    # A version that begins or ends is a change, in force then or not.
    limits = {limit for zone in zones for limit in (zone.valid.start, zone.valid.end)}
    turns = {limit: Why.VALIDITY for limit in limits if limit is not None and limit > after}
    change = earliest_change(zones, after, switches=switches)
    if change is not None:
        turns.setdefault(change.at, change.why)
    at = min(turns, default=None)
    version, in_force = _state(zones, at or after, switches)
    return NextChange(
        at=at, why=None if at is None else turns[at], in_force=in_force, version=version
    )


def _state(zones: Sequence[Zone], at: datetime, switches: Switches) -> tuple[int | None, bool]:
    for zone in zones:
        if zone.valid.holds(at):
            return zone.version, holds(zone, at, switches=switches)
    return None, False
