"""How late may a position come to this installation, and since when are its rules known?"""

from datetime import datetime

from billing import lateness
from octroi.settings import Settings


def accepted_since(now: datetime, settings: Settings) -> datetime:
    """Return since when positions are accepted, as the settings say."""
    return lateness.accepted_since(
        now, late_days=settings.late_days, kept_days=settings.keep_positions_days
    )


def rules_since(now: datetime, settings: Settings) -> datetime:
    """Return since when rules are known to judge by what is accepted."""
    return lateness.rules_since(now, accepted_since(now, settings))
