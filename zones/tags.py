"""Which version has a caller seen? Entity tags are the numbers of versions."""

import re

# A proxy that compresses an answer may weaken its tag; a bare number is understood.
TAG = re.compile(r'(?:W/)?"([0-9]{1,18})"|([0-9]{1,18})')


class InvalidTag(ValueError):
    """An `If-Match` that is no entity tag of ours."""


def to_tag(number: int) -> str:
    """Write the number of a version as an entity tag."""
    return f'"{number}"'


def from_tag(header: str | None) -> int | None:
    """Read the number of a version from an entity tag; None where it was never ours."""
    tagged = None if header is None else TAG.fullmatch(header.strip())
    return None if tagged is None else int(tagged[1] or tagged[2])


def from_if_match(header: str | None, *, of: str) -> int | None:
    """Read the number of the version of something that a change rests on; `*` and absence are any.

    Raise `InvalidTag` for what is no entity tag: it is a mistake, and not a version that another
    has taken the place of.
    """
    if header is None or header.strip() == "*":
        return None
    number = from_tag(header)
    if number is None:
        msg = f'If-Match: {header!r} is no ETag of a {of}, which is a number such as "3"'
        raise InvalidTag(msg)
    return number
