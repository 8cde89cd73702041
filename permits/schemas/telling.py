"""How does a permit travel? Written once for all who are told of it in the same way."""

from dataclasses import dataclass, field
from functools import lru_cache

import msgspec

from permits.life.deadlines import Waiting
from permits.life.movers import Mover
from permits.model import Permit, PermitId
from permits.schemas.answers import PermitOut

# What a notice leaves out, if need be: with topic and all a message has a million bytes.
BULKY = {"volumes", "recurrences", "findings", "alternatives", "hold", "attempt"}
MOST_BYTES = 900_000


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


def notice_as_json(permit: Permit) -> bytes:
    """Return a permit as its holder hears of it, in JSON: all of it, but for what is too large.

    A broker takes messages of `MOST_BYTES`; the whole is at the address that `review` begins with.
    """
    told = told_as_json(permit)
    if len(told) <= MOST_BYTES:
        return told
    brief = PermitOut.of(permit).model_dump(mode="json", exclude=BULKY)
    return msgspec.json.encode({**brief, "left_out": sorted(BULKY)})


# Whoever applied is answered and told over MQTT: a few applications are under way at a time.
@lru_cache(maxsize=64)
def _told(version: _Version, mover: Mover, waiting: Waiting | None) -> bytes:
    return PermitOut.of(version.whole, mover, waiting).model_dump_json().encode()
