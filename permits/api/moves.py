"""What follows an application: the moves in the life of a permit."""

from collections.abc import Callable
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response
from pydantic import Field

from permits.api.conversation import IdempotencyKey, IfMatch, request_of, seen_version, tag
from permits.api.situations import told, visible
from permits.identity.guard import Who, acting_operator, require_role
from permits.life.extending import extended
from permits.life.movers import mover_of, roles_for
from permits.life.states import Act
from permits.living import LifeService
from permits.model import Application, InvalidApplication, Move, Permit
from permits.parties import Caller
from permits.schemas.answers import PermitOut
from permits.schemas.applications import MOST_VOLUMES, ApplicationIn, content
from permits.schemas.revisions import RevisedOut
from permits.schemas.words import In, Instant, Reason
from permits.versions import Seen


class SaidIn(In):
    """Why; the holder need not say."""

    reason: Reason | None = None


class ReviewIn(SaidIn):
    """Why a human shall look; an officer also says what they decide."""

    decision: Literal["granted", "refused"] | None = None


class ReasonedIn(In):
    """Why the city does what it does; it has to say so."""

    reason: Reason


class ExtendIn(SaidIn):
    """The new ends: one for each volume, or one for those that end last."""

    ends: Annotated[list[Instant], Field(min_length=1, max_length=MOST_VOLUMES)]


class AmendIn(ApplicationIn, SaidIn):
    """What is asked for instead, and why."""


class Headers:
    """The headers every move takes and answers with."""

    def __init__(
        self, response: Response, key: IdempotencyKey = None, if_match: IfMatch = None
    ) -> None:
        self.response = response
        self.key = key
        self.if_match = if_match


class Moving:
    """A caller about to move a permit that it may see and move."""

    def __init__(self, life: LifeService, who: Caller, headers: Headers) -> None:
        self.life = life
        self.who = who
        self.headers = headers

    def act(self, move: Move, reason: str | None) -> Act:
        """Return the act, when the caller's role makes such moves."""
        require_role(self.who, *roles_for(move))
        return Act(move=move, by=self.who.name, at=self.life.now(), reason=reason or "")

    def seen(self, permit_id: UUID, stated: bytes) -> Seen:
        """Return what the headers say of a request, of which `stated` is the content."""
        request = request_of(self.who, self.headers.key, f"POST /v1/permits/{permit_id}", stated)
        return Seen(version=seen_version(self.headers.if_match), request=request)

    def answer(self, permit: Permit) -> PermitOut:
        """Tell the permit as it stands after the move."""
        tag(self.headers.response, permit)
        return PermitOut.of(permit, mover_of(self.who.role), self.life.waiting(permit))

    def make(self, permit_id: UUID, move: Move, reason: str | None) -> PermitOut:
        """Make a move that needs no more than its reason."""
        act = self.act(move, reason)
        visible(self.life, permit_id, self.who)
        seen = self.seen(permit_id, f"{move}\n{act.reason}".encode())
        making = {Move.ACTIVATE: self.life.activate, Move.SUBMIT: self.life.submit}
        with told(self.who):
            return self.answer(making.get(move, self.life.move)(permit_id, act, seen))

    def revise(
        self, permit_id: UUID, move: Move, body: SaidIn, wanted: Callable[[Permit], Application]
    ) -> RevisedOut:
        """Make a move that asks for something else."""
        act = self.act(move, body.reason)
        before = visible(self.life, permit_id, self.who)
        seen = self.seen(permit_id, f"{move}\n".encode() + content(body))
        with told(self.who):
            application = wanted(before)
            if application.operator != before.application.operator:
                msg = "operator: a permit stays with its holder"
                raise InvalidApplication(msg)
            permit = self.life.amend(permit_id, act, wanted, seen)
        tag(self.headers.response, permit)
        return RevisedOut.answering(permit, mover_of(self.who.role), self.life.waiting(permit))


Moves = Callable[..., Moving]


def router(life: LifeService, *, who: Who) -> APIRouter:
    """Return the routes of moves; `who` knows the caller."""
    routes = APIRouter(prefix="/v1", tags=["permits"])

    def moving(
        caller: Annotated[Caller, Depends(who)], headers: Annotated[Headers, Depends()]
    ) -> Moving:
        return Moving(life, caller, headers)

    _add_use(routes, moving)
    _add_new_versions(routes, moving)
    _add_answers(routes, moving)
    _add_restraint(routes, moving)
    return routes


def _said(body: SaidIn | None) -> str | None:
    """Return the reason given, if any."""
    return None if body is None else body.reason


def _add_use(routes: APIRouter, moving: Moves) -> None:
    @routes.post("/permits/{permit_id}/activate")
    def activate(
        permit_id: UUID, caller: Annotated[Moving, Depends(moving)], body: SaidIn | None = None
    ) -> PermitOut:
        """Begin the use, right before it: all that the permit was granted upon is asked again."""
        return caller.make(permit_id, Move.ACTIVATE, _said(body))

    @routes.post("/permits/{permit_id}/end")
    def end(
        permit_id: UUID, caller: Annotated[Moving, Depends(moving)], body: SaidIn | None = None
    ) -> PermitOut:
        """End the use before its window does."""
        return caller.make(permit_id, Move.END, _said(body))

    @routes.post("/permits/{permit_id}/withdraw")
    def withdraw(
        permit_id: UUID, caller: Annotated[Moving, Depends(moving)], body: SaidIn | None = None
    ) -> PermitOut:
        """Give a permit back, or an application up."""
        return caller.make(permit_id, Move.WITHDRAW, _said(body))

    @routes.post("/permits/{permit_id}/retract")
    def retract(
        permit_id: UUID, caller: Annotated[Moving, Depends(moving)], body: SaidIn | None = None
    ) -> PermitOut:
        """Give up an extension or amendment that waits for an officer; the permit stays."""
        return caller.make(permit_id, Move.RETRACT, _said(body))


def _add_new_versions(routes: APIRouter, moving: Moves) -> None:
    @routes.post("/permits/{permit_id}/submit")
    def submit(
        permit_id: UUID, caller: Annotated[Moving, Depends(moving)], body: SaidIn | None = None
    ) -> PermitOut:
        """Have a draft decided."""
        return caller.make(permit_id, Move.SUBMIT, _said(body))

    @routes.post("/permits/{permit_id}/extend")
    def extend(
        permit_id: UUID, body: ExtendIn, caller: Annotated[Moving, Depends(moving)]
    ) -> RevisedOut:
        """Ask to go on for longer; a refusal is an answer, not an error.

        `answer` is the decision. Where it is not `granted`, what was granted stays as it was, and
        `attempt` says why not, or not yet.
        """
        return caller.revise(
            permit_id, Move.EXTEND, body, lambda before: extended(before.application, body.ends)
        )

    @routes.post("/permits/{permit_id}/amend")
    def amend(
        permit_id: UUID, body: AmendIn, caller: Annotated[Moving, Depends(moving)]
    ) -> RevisedOut:
        """Ask for something else; a refusal is an answer, not an error.

        `answer` is the decision. Where it is not `granted`, what was granted stays as it was, and
        `attempt` says why not, or not yet.
        """
        if body.draft:
            raise HTTPException(422, "draft: an amendment is decided; only a draft stays one.")

        def wanted(before: Permit) -> Application:
            holder = before.application.operator
            return body.to_application(
                holder if body.operator is None else acting_operator(caller.who, body.operator)
            )

        return caller.revise(permit_id, Move.AMEND, body, wanted)


def _add_answers(routes: APIRouter, moving: Moves) -> None:
    @routes.post("/permits/{permit_id}/review")
    def review(
        permit_id: UUID, caller: Annotated[Moving, Depends(moving)], body: ReviewIn | None = None
    ) -> PermitOut:
        """Ask for a human to look, or, as an officer, decide; an `attempt` comes first."""
        if body is None or body.decision is None:
            return caller.make(permit_id, Move.REVIEW, _said(body))
        move = Move.GRANT if body.decision == "granted" else Move.REFUSE
        require_role(caller.who, *roles_for(move))
        if body.reason is None:
            raise HTTPException(422, "reason: an officer's decision needs one.")
        return caller.make(permit_id, move, body.reason)


def _add_restraint(routes: APIRouter, moving: Moves) -> None:
    @routes.post("/permits/{permit_id}/hold")
    def hold(
        permit_id: UUID, body: ReasonedIn, caller: Annotated[Moving, Depends(moving)]
    ) -> PermitOut:
        """Suspend a permit, for a reason its holder is told; it keeps its place."""
        return caller.make(permit_id, Move.HOLD, body.reason)

    @routes.post("/permits/{permit_id}/release")
    def release(
        permit_id: UUID, body: ReasonedIn, caller: Annotated[Moving, Depends(moving)]
    ) -> PermitOut:
        """Let a permit that is on hold be used again, when nothing stands against it now."""
        return caller.make(permit_id, Move.RELEASE, body.reason)

    @routes.post("/permits/{permit_id}/revoke")
    def revoke(
        permit_id: UUID, body: ReasonedIn, caller: Annotated[Moving, Depends(moving)]
    ) -> PermitOut:
        """Take a permit back, for a reason its holder is told."""
        return caller.make(permit_id, Move.REVOKE, body.reason)
