"""What is this thing called, for good? A name from its content (RFC 9562, version 5), in a hurry.

A month has millions of names to make; the standard library's way of them takes twice as long.
"""

from hashlib import sha1
from uuid import UUID

CONTENT = 0xFFFFFFFF_FFFF_0FFF_3FFFFFFFFFFFFFFF
VERSION_5 = 0x00000000_0000_5000_8000000000000000
LENGTH = 16


def named(namespace: UUID, name: str) -> UUID:
    """Return the name of a text within a namespace: what `uuid5` returns."""
    content = sha1(namespace.bytes + name.encode(), usedforsecurity=False).digest()[:LENGTH]
    return UUID(int=int.from_bytes(content, "big") & CONTENT | VERSION_5)
