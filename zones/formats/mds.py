"""What do MDS documents need that zones do not say: ids that never change, and dates?

MDS (Mobility Data Specification 2.0, Open Mobility Foundation) counts milliseconds from 1970 and
knows nothing before 2018. A geography or policy is immutable: the same version of a zone always has
the same id, and names the version before it.
"""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID, uuid5

from zones.model import Layer, Zone, ZoneId

VERSION = "2.0.2"
NAMESPACE = UUID("6f63c574-0000-5000-8000-7a6f6e65736d")
EARLIEST_MS = 1_514_764_800_000
NOTICE = dt.timedelta(minutes=20)  # how long after its publication a policy may begin
LONGEST_TEXT = 255

Published = Mapping[ZoneId, dt.datetime]
UNDATED: Published = MappingProxyType({})


def speaks_of(zone: Zone) -> bool:
    """Tell whether MDS knows vehicles of the zone's layer: those of the surface alone."""
    return zone.layer in {None, Layer.SURFACE}


def identity(zone: Zone, *parts: str, version: int | None = None) -> str:
    """Return the id of what is made of a version of a zone, this one unless another is named."""
    number = zone.version if version is None else version
    return str(uuid5(NAMESPACE, "/".join([zone.id, str(number), *parts])))


def before(zone: Zone, *parts: str) -> list[str]:
    """Return the id of what this version replaces, if any."""
    earlier = zone.version - 1
    return [identity(zone, *parts, version=earlier)] if earlier else []


def milliseconds(instant: dt.datetime) -> int:
    """Return an instant as MDS counts it, the first it knows where it is earlier."""
    since = instant - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return max(EARLIEST_MS, since // dt.timedelta(milliseconds=1))


def published_ms(zone: Zone, published: Published) -> int:
    """Return when a version was published: as known, else the notice before it is valid."""
    known = published.get(zone.id)
    if known is None and zone.valid.start is not None:
        known = zone.valid.start - NOTICE
    return EARLIEST_MS if known is None else milliseconds(known)


def text(words: str) -> str:
    """Return words on one line, as long as MDS allows."""
    return " ".join(words.split())[:LONGEST_TEXT]
