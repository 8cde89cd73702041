"""When may a permit be activated? Right before its use, and as long as a window is open."""

from datetime import datetime, timedelta

from permits.model import Permit

LEAD = timedelta(minutes=15)


class Untimely(Exception):
    """An activation too early or too late; the message says from when on it is possible."""

    def __init__(self, permit: Permit, sentence: str) -> None:
        self.permit = permit
        super().__init__(sentence)


def refuse_untimely(permit: Permit, now: datetime, lead: timedelta = LEAD) -> None:
    """Refuse to activate a permit of which no window is open, or about to open."""
    coming = [each for each in permit.application.volumes if now < each.end]
    if not coming:
        msg = f"permit {permit.id} cannot be activated: its last window has passed"
        raise Untimely(permit, msg)
    opens = min(each.start for each in coming) - lead
    if now < opens:
        msg = f"permit {permit.id} can be activated from {opens.isoformat()} on"
        raise Untimely(permit, msg)
