"""Where does the next page start?"""

import base64
import binascii
from datetime import datetime
from uuid import UUID


class UnreadableCursor(ValueError):
    """A cursor that none of our pages gave."""


def cursor_out(at: datetime, name: UUID) -> str:
    """Write where the next page starts: after this instant and name."""
    return base64.urlsafe_b64encode(f"{at.isoformat()} {name}".encode()).decode()


def cursor_in(cursor: str) -> tuple[datetime, UUID]:
    """Read where the page starts."""
    try:
        at, name = base64.urlsafe_b64decode(cursor.encode()).decode().split(" ")
        instant, unique = datetime.fromisoformat(at), UUID(name)
    except (ValueError, binascii.Error) as error:
        msg = f"cursor: {cursor!r} is none of ours"
        raise UnreadableCursor(msg) from error
    if instant.tzinfo is None:
        msg = f"cursor: {cursor!r} is none of ours"
        raise UnreadableCursor(msg)
    return instant, unique
