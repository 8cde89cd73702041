"""How is an instant written on the command line? ISO 8601, on Paris's clock without an offset."""

from datetime import datetime

import typer

from zones.time.schedule import PARIS_TIME

YEARS = range(1000, 9999)


def instant(text: str) -> datetime:
    """Read an instant, or refuse the option with a sentence."""
    found = read(text)
    if found is None:
        msg = f"{text!r} is not an instant such as 2026-10-01 or 2026-10-01T08:00:00+02:00"
        raise typer.BadParameter(msg)
    return found


def read(text: str) -> datetime | None:
    """Return the instant a text says, or nothing."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.year not in YEARS:
        return None
    return found if found.tzinfo else found.replace(tzinfo=PARIS_TIME)


def told(at: datetime | None, missing: str = "") -> str:
    """Write an instant on the clock of Paris."""
    return missing if at is None else at.astimezone(PARIS_TIME).isoformat(" ", "seconds")
