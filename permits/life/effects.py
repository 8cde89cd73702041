"""Which zones have just taken effect? Those that became the law, and those that a switch woke."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from zones.model import Zone, ZoneId
from zones.periods import Switches

# A version of a zone, with those of its switches that are on.
Effect = tuple[ZoneId, int, frozenset[str]]

# An emergency lasts no longer: what took effect before is nobody's news after a start.
NEWS = timedelta(hours=72)


def effects(zones: Iterable[Zone], switches: Switches, now: datetime) -> dict[Effect, Zone]:
    """Return the zones that are the law at an instant, by what of them is in effect."""
    return {
        (each.id, each.version, _on(each, switches, now)): each
        for each in zones
        if each.valid.holds(now)
    }


def taken_effect(zone: Zone, switches: Switches, now: datetime) -> datetime | None:
    """Return since when a zone says what it says now; None is since ever."""
    woken = (
        window.start
        for name in _on(zone, switches, now)
        for window in switches[name]
        if window.holds(now)
    )
    return max((each for each in (zone.valid.start, *woken) if each), default=None)


def lately(zone: Zone, switches: Switches, now: datetime) -> bool:
    """Tell whether a process that begins has to look what a zone has done meanwhile.

    A switch may have been on for weeks, and few zones hang on one.
    """
    recent = zone.valid.start is not None and now - zone.valid.start <= NEWS
    return recent or bool(_on(zone, switches, now))


def _on(zone: Zone, switches: Switches, now: datetime) -> frozenset[str]:
    named = {each.switch for each in zone.applicability if each.switch is not None}
    return frozenset(
        name for name in named if any(window.holds(now) for window in switches.get(name, ()))
    )
