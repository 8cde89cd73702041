"""What was answered to an extension or an amendment? Told first, whatever became of the permit."""

from typing import Self

from permits.life.deadlines import Waiting
from permits.life.movers import Mover
from permits.model import Decision, Permit, PermitState
from permits.schemas.answers import PermitOut
from permits.schemas.told import TextOut, sentence


class RevisedOut(PermitOut):
    """A permit after something else was asked of it.

    `answer` is the decision on what was asked, null where a draft stays one. `refused` and
    `needs_review` leave what was granted as it was, and `attempt` says why.
    """

    answer: Decision | None
    answer_text: TextOut

    @classmethod
    def answering(cls, permit: Permit, mover: Mover, waiting: Waiting | None) -> Self:
        """Tell a permit with the answer to what was asked of it last."""
        answer = _answer(permit)
        stands = "" if permit.attempt is None else "_standing"
        return cls(
            **dict(PermitOut.of(permit, mover, waiting)),
            answer=answer,
            answer_text=sentence(f"answer.{answer or 'none'}{stands}"),
        )


def _answer(permit: Permit) -> Decision | None:
    if permit.attempt is not None:
        return permit.attempt.decision
    return None if permit.state is PermitState.DRAFT else permit.decision
