"""Where does a zone come from? By what its act, its authority and its file call it."""

from collections.abc import Iterator, Mapping, Sequence

from zones.formats.losses import CITY
from zones.model import Zone


def sources_of(zone: Zone) -> frozenset[str]:
    """Return by which names a zone's source goes; without any other it is the city's own."""
    named = {name for said in zone.carried.values() for name in _names(said)}
    return frozenset({zone.act, *(named or {CITY.name})}) - {""}


def u_space_classes_of(zone: Zone) -> frozenset[str]:
    """Return the classes of U-space that the files a zone came in gave it."""
    found = (_member(said, "uSpaceClass") for said in zone.carried.values())
    return frozenset(each for each in found if isinstance(each, str))


def _names(said: object) -> Iterator[str]:
    title = _member(_member(said, "document"), "title")
    authorities = _member(said, "zoneAuthority")
    listed = authorities if isinstance(authorities, Sequence) else ()
    for each in (title, *(_member(one, "name") for one in listed)):
        yield from _texts(each)


def _texts(name: object) -> Iterator[str]:
    """Yield a name: ED-269 has one text, ED-318 one a language."""
    if isinstance(name, str):
        yield name
    elif isinstance(name, Sequence):
        texts = (_member(each, "text") for each in name)
        yield from (each for each in texts if isinstance(each, str))


def _member(said: object, name: str) -> object:
    return said.get(name) if isinstance(said, Mapping) else None
