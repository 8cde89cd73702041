"""When does a zone change next? By its calendar, by a new version, by its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from zones.editions import Edition, to_zone
from zones.model import Zone
from zones.periods import NO_SWITCHES, Switches
from zones.schedule import epoch_ms, holds, transitions

# Calendars repeat by the year; what does not turn within two never does.
HORIZON = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextChange:
    """When a zone changes next, and what is so from then on; `at` None: not that anyone knows.

    `in_force` tells whether the zone is in force then, `version` which version is the law, if any.
    """

    at: datetime | None
    in_force: bool
    version: int | None


def next_change(
    editions: Sequence[Edition], after: datetime, switches: Switches = NO_SWITCHES
) -> NextChange:
    """Return the next change of a zone after an instant, of its versions that are still to end."""
    zones = [to_zone(edition) for edition in editions]
    turns = [turn for zone in zones for turn in _turns(zone, after, switches)]
    at = min(turns, default=None)
    version, in_force = _state(zones, after if at is None else at, switches)
    return NextChange(at=at, in_force=in_force, version=version)


def _turns(zone: Zone, after: datetime, switches: Switches) -> list[datetime]:
    """Return the instants after another at which a version begins, ends, or first turns."""
    limits = (zone.valid.start, zone.valid.end)
    turns = [limit for limit in limits if limit is not None and limit > after]
    _, flips = transitions(zone, epoch_ms(after), epoch_ms(after + HORIZON), switches=switches)
    return [*turns, *(_instant(int(flip)) for flip in flips[:1])]


def _state(zones: Sequence[Zone], at: datetime, switches: Switches) -> tuple[int | None, bool]:
    for zone in zones:
        if zone.valid.holds(at):
            return zone.version, holds(zone, at, switches=switches)
    return None, False


def _instant(epoch: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=epoch)
