"""Access keys as they are asked for and shown."""

from typing import Annotated, Self

from pydantic import BaseModel, Field

from permits.identity.keys import AccessKey
from permits.parties import Role
from permits.schemas.told import InstantOut
from permits.schemas.words import In, Instant, Name
from permits.scopes import Scope


class KeyIn(In):
    """A key to make; an operator's or a sensor's `name` is its id.

    Without `scopes` it is for all that the role may, without `expires_at` for the installation's
    usual time.
    """

    role: Role
    name: Name
    expires_at: Instant | None = None
    scopes: Annotated[list[Scope], Field(min_length=1)] | None = None

    def wanted(self) -> frozenset[Scope] | None:
        """Return what the key is to be for."""
        return None if self.scopes is None else frozenset(self.scopes)


class KeyOut(BaseModel):
    """What is known of a key; the key itself is not."""

    prefix: str
    role: Role
    name: str
    scopes: list[Scope] | None
    created_at: InstantOut
    expires_at: InstantOut | None
    revoked_at: InstantOut | None
    last_used_at: InstantOut | None

    @classmethod
    def of(cls, kept: AccessKey) -> Self:
        """Tell what is kept of a key."""
        return cls(
            prefix=kept.prefix,
            role=kept.role,
            name=kept.name,
            scopes=None if kept.scopes is None else sorted(kept.scopes),
            created_at=kept.created_at,
            expires_at=kept.expires_at,
            revoked_at=kept.revoked_at,
            last_used_at=kept.last_used_at,
        )


class NewKeyOut(KeyOut):
    """A new key; `key` is shown this once."""

    key: str


class KeysOut(BaseModel):
    """The city's access keys."""

    items: list[KeyOut]
    next: str | None = None
