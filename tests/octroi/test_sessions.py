"""A page's session stands for whoever signed in; one that was lent only looks."""

from datetime import UTC, datetime

from octroi.sessions import Sessions
from permits.parties import Caller, Role

INSPECTOR = Caller(role=Role.INSPECTOR, name="ines")
VISITOR = Caller(role=Role.INSPECTOR, name="visitor")
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def test_a_lent_session_looks_and_does_nothing_else() -> None:
    sessions = Sessions({"key": INSPECTOR}.get, lambda: NOON)
    lent, own = sessions.lend(VISITOR), sessions.sign_in("key")
    assert own is not None

    assert sessions.caller(lent, looks_only=True) == VISITOR
    assert sessions.caller(lent, looks_only=False) is None
    assert sessions.caller(own, looks_only=False) == INSPECTOR
