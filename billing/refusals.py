"""How does HTTP say what billing refuses?"""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import HTTPException

from billing.refused import STATUS


@contextmanager
def refusals() -> Iterator[None]:
    """Say what billing refuses as HTTP does."""
    try:
        yield
    except tuple(STATUS) as refused:
        code = next(code for kind, code in STATUS.items() if isinstance(refused, kind))
        raise HTTPException(code, str(refused)) from refused
