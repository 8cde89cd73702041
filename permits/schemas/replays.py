"""A replay of a decision as it is answered."""

from typing import Self
from uuid import UUID

from pydantic import BaseModel

from permits.answers.replaying import Replay
from permits.model import Decision
from permits.schemas.told import InstantOut, money


class DifferenceOut(BaseModel):
    """One part of the decision that is not the same again."""

    what: str
    then: str
    again: str


class ReplayOut(BaseModel):
    """A stored decision, taken again from what it rested on.

    `missing` names zone versions that are not found any more; `software` is what decides now.
    """

    permit: UUID
    version: int
    decided_at: InstantOut
    same: bool
    decision: Decision | None
    again: Decision
    total: str
    total_again: str
    software_then: str
    software: str
    zones: list[str]
    missing: list[str]
    differences: list[DifferenceOut]

    @classmethod
    def of(cls, replay: Replay) -> Self:
        """Tell a replay."""
        permit, basis = replay.permit, replay.permit.basis
        return cls(
            permit=permit.id,
            version=permit.version,
            decided_at=permit.decided_at,
            same=replay.same,
            decision=permit.decision,
            again=replay.answer.decision,
            total=money(permit.quote.total),
            total_again=money(replay.quote.total),
            software_then=basis.software if basis else "",
            software=replay.software,
            zones=[f"{name}@{version}" for name, version in basis.zones] if basis else [],
            missing=list(replay.missing),
            differences=[
                DifferenceOut(what=each.what, then=each.then, again=each.again)
                for each in replay.differences
            ],
        )
