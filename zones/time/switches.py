"""When is a switch on? As officers set it: each setting holds from its instant on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from zones.periods import Switches, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchSetting:
    """From an instant on a switch is on, or off, by an act of an officer."""

    name: str
    on: bool
    start: datetime
    act: str
    recorded_at: datetime
    recorded_by: str


def to_switches(settings: Iterable[SwitchSetting]) -> Switches:
    """Return when each switch is on; of settings in the order they were recorded the later wins."""
    by_name: dict[str, list[SwitchSetting]] = {}
    for setting in settings:
        timeline = by_name.setdefault(setting.name, [])
        timeline[:] = [earlier for earlier in timeline if earlier.start < setting.start]
        timeline.append(setting)
    return MappingProxyType({name: windows(timeline) for name, timeline in by_name.items()})


def windows(timeline: Sequence[SwitchSetting]) -> tuple[Window, ...]:
    """Return the spans over which a timeline, ordered by instant, says on."""
    spans: list[Window] = []
    since: datetime | None = None
    for setting in timeline:
        if setting.on and since is None:
            since = setting.start
        elif not setting.on and since is not None:
            spans.append(Window(start=since, end=setting.start))
            since = None
    if since is not None:
        spans.append(Window(start=since))
    return tuple(spans)


def is_on(switches: Switches, name: str, at: datetime) -> bool:
    """Tell whether a switch is on at an instant; one that nobody ever set is off."""
    return any(window.holds(at) for window in switches.get(name, ()))
