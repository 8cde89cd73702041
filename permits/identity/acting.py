"""For whom is a request answered? Known to whoever opens the database for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# The operator that asks, behind the wall; None is the city, or nobody in particular.
ACTING: ContextVar[str | None] = ContextVar("acting", default=None)


@contextmanager
def in_front() -> Iterator[None]:
    """Open the database for the city itself: a wall ends with its transaction, and here is none."""
    before = ACTING.set(None)
    try:
        yield
    finally:
        ACTING.reset(before)
