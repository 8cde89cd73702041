"""What time is it?

The only module that reads the clock: everything else is handed an instant, or this function.
"""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one reader
