"""What the city's staff asked to see, as it is answered to administrators."""

from typing import Self

from pydantic import BaseModel

from permits.parties import Role
from permits.readings import Reading
from permits.schemas.told import InstantOut


class ReadingOut(BaseModel):
    """What one of the staff asked to see of operators; `operators` null is whoever matches."""

    at: InstantOut
    role: Role
    name: str
    address: str
    operators: list[str] | None
    reason: str

    @classmethod
    def of(cls, reading: Reading) -> Self:
        """Tell a reading."""
        return cls(
            at=reading.at,
            role=reading.role,
            name=reading.name,
            address=reading.address,
            operators=None if reading.operators is None else sorted(reading.operators),
            reason=reading.reason,
        )


class ReadingsOut(BaseModel):
    """A page of readings; `next` is the cursor of the next one."""

    items: list[ReadingOut]
    next: str | None
