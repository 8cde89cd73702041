"""The nouns of time: windows, daily periods, and the entries of a zone's calendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType

# In `DailyPeriod.days`, beside the weekdays from Monday 0: a public holiday of France.
HOLIDAY = 7


class InvalidWindow(ValueError):
    """A window whose end is not after its start, or that has no time zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A half-open span of time `[start, end)` between aware instants; a missing end never comes."""

    start: datetime | None = None
    end: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse naive instants and empty or inverted spans."""
        for name, instant in (("start", self.start), ("end", self.end)):
            if instant is not None and instant.tzinfo is None:
                msg = f"{name} {instant.isoformat()} has no time zone"
                raise InvalidWindow(msg)
        if self.start is not None and self.end is not None and self.end <= self.start:
            msg = f"end {self.end.isoformat()} is not after start {self.start.isoformat()}"
            raise InvalidWindow(msg)

    def holds(self, instant: datetime) -> bool:
        """Tell whether the instant lies in the window: the start does, the end does not."""
        return (self.start is None or self.start <= instant) and (
            self.end is None or instant < self.end
        )

    def overlaps(self, other: "Window") -> bool:
        """Tell whether the two windows share an instant."""
        return (self.start is None or other.end is None or self.start < other.end) and (
            other.start is None or self.end is None or other.start < self.end
        )


ALWAYS = Window()


def in_utc(at: datetime) -> str:
    """Write an instant as all of them are told, however it was stated: in UTC, as RFC 3339."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"


class DayEvent(StrEnum):
    """A moment of the sun that a schedule can start or end at (ED-318 codes)."""

    BMCT = "BMCT"
    SR = "SR"
    SS = "SS"
    EECT = "EECT"


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyPeriod:
    """Hours of some days; `days` counts from Monday 0 to Sunday 6, 7 is a public holiday of France.

    An end at or before the start falls on the next day. A limit is seconds after midnight or an
    event of the sun. Day and clock are those of Paris, or with `offset_s` those of a fixed distance
    from UTC, which knows no summer. A holiday is its weekday too.
    """

    days: frozenset[int]
    start: int | DayEvent
    end: int | DayEvent
    offset_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicability:
    """One entry of a zone's calendar: a window, narrowed by daily periods where there are any.

    It does not hold in its `exceptions`, nor on public holidays where `except_holidays`; with
    a `switch` it holds only while an officer has the switch of that name on.
    """

    window: Window = ALWAYS
    schedule: tuple[DailyPeriod, ...] = ()
    exceptions: tuple[Window, ...] = ()
    except_holidays: bool = False
    switch: str | None = None


# By name, when each of the city's switches was, is and as far as known will be on. A name that is
# not there was never on.
Switches = Mapping[str, tuple[Window, ...]]
NO_SWITCHES: Switches = MappingProxyType({})
