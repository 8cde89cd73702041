"""How does a permit travel? Written once for all who are told of it in the same way."""

from dataclasses import dataclass, field
from functools import lru_cache

from permits.life.deadlines import Waiting
from permits.life.movers import Mover
from permits.model import Permit, PermitId
from permits.schemas.answers import PermitOut


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """A version of a permit, known by its name: it never changes."""

    permit: PermitId
    version: int
    whole: Permit = field(compare=False)


def told_as_json(
    permit: Permit, mover: Mover = Mover.HOLDER, waiting: Waiting | None = None
) -> bytes:
    """Return a permit as `PermitOut` tells it, in JSON."""
    version = _Version(permit=permit.id, version=permit.version, whole=permit)
    return _told(version, mover, waiting)


# Whoever applied is answered and told over MQTT: a few applications are under way at a time.
@lru_cache(maxsize=64)
def _told(version: _Version, mover: Mover, waiting: Waiting | None) -> bytes:
    return PermitOut.of(version.whole, mover, waiting).model_dump_json().encode()
