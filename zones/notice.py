"""From when may a publication be the law? Not before its notice has ended, save in an emergency.

Code des relations entre le public et l'administration, article L221-2: a regulatory act enters into
force the day after its publication, unless it says otherwise. Days begin at midnight in Paris.
"""

import datetime as dt
from dataclasses import dataclass

from zones.periods import Window
from zones.time.schedule import PARIS_TIME

# An emergency ends by itself: police powers of the moment, not a rule for good.
LONGEST_EMERGENCY = dt.timedelta(hours=72)
# A client's clock may be behind ours by this much before "from now on" becomes "since then".
CLOCK_TOLERANCE = dt.timedelta(minutes=5)


class TooEarly(ValueError):
    """A start that leaves no notice; the message names the earliest one and the ways out."""


class InvalidEmergency(ValueError):
    """An emergency that does not begin now, or does not end soon; the message names the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is published at an instant, with so many days of notice to give."""

    published_at: dt.datetime
    days: int

    def __post_init__(self) -> None:
        """Refuse notice given backwards."""
        if self.days < 0:
            msg = f"notice_days: {self.days} is below zero"
            raise ValueError(msg)

    @property
    def end(self) -> dt.datetime:
        """Return when it may enter into force: at once, or at the n-th midnight to come."""
        return end_of_notice(self.published_at, self.days)


def end_of_notice(published_at: dt.datetime, days: int) -> dt.datetime:
    """Return the n-th midnight of Paris after the publication, or its own instant for no days."""
    if days == 0:
        return published_at
    day = published_at.astimezone(PARIS_TIME).date() + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time.min, PARIS_TIME).astimezone(dt.UTC)


def after_notice(wanted: dt.datetime | None, notice: Notice, field: str) -> dt.datetime:
    """Return when what is published takes effect; raises `TooEarly` naming the field."""
    if wanted is None or wanted >= notice.end:
        return wanted or notice.end
    if not notice.days and wanted >= notice.published_at - CLOCK_TOLERANCE:
        return notice.published_at
    raise TooEarly(_too_early(wanted, notice, field))


def validity(stated: Window, notice: Notice) -> Window:
    """Return when a new or changed zone is to be the law; raises `TooEarly`, `InvalidWindow`."""
    return Window(start=after_notice(stated.start, notice, "valid.start"), end=stated.end)


def emergency_validity(stated: Window, now: dt.datetime) -> Window:
    """Return when an emergency zone is the law: from now on, for 72 hours at most."""
    if stated.start is not None and abs(stated.start - now) > CLOCK_TOLERANCE:
        msg = (
            f"valid.start: {stated.start.isoformat()} is not now; an emergency zone is in force "
            "at once: leave valid.start out"
        )
        raise InvalidEmergency(msg)
    latest = now + LONGEST_EMERGENCY
    if stated.end is None or stated.end > latest:
        given = "missing" if stated.end is None else f"{stated.end.isoformat()}, too late"
        msg = (
            f"valid.end: {given}; an emergency zone ends within 72 hours, by "
            f"{_in_paris(latest)}; publish a zone with notice for longer"
        )
        raise InvalidEmergency(msg)
    if stated.end <= now:
        msg = f"valid.end: {stated.end.isoformat()} is past"
        raise InvalidEmergency(msg)
    return Window(start=now, end=stated.end)


def _too_early(wanted: dt.datetime, notice: Notice, field: str) -> str:
    if not notice.days:
        return (
            f"{field}: {wanted.isoformat()} is past, the earliest is now, "
            f"{_in_paris(notice.end)}; leave {field} out to begin at once"
        )
    days = "1 day" if notice.days == 1 else f"{notice.days} days"
    return (
        f"{field}: {wanted.isoformat()} leaves no notice of {days}, the earliest is "
        f"{_in_paris(notice.end)}; leave {field} out to begin then, give a later instant, or "
        "publish it as an emergency (?emergency=true), at once and for 72 hours at most"
    )


def _in_paris(instant: dt.datetime) -> str:
    return instant.astimezone(PARIS_TIME).isoformat(timespec="seconds")
