"""Which addresses move an invoice, dispute a line, write off, and correct what was metered?"""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from billing.model import Invoice
from billing.refusals import refusals
from billing.reviewing import Moving
from billing.schemas.accounts import CreditDraftOut, CreditNoteOut
from billing.schemas.evidence import MOST_FROZEN, snapshot
from billing.schemas.invoices import InvoiceOut
from billing.schemas.life import (
    ConfirmIn,
    ContradictionOut,
    ContradictionsOut,
    CorrectionIn,
    CorrectionOut,
    CreditDisputeIn,
    CreditDraftsOut,
    DisputeIn,
    DisputeOut,
    DisputeProofOut,
    DisputesOut,
    HistoryOut,
    MoveIn,
    WriteOffIn,
    WriteOffOut,
    WriteOffsOut,
)
from billing.service import BillingService
from permits.identity.guard import Who, require_role
from permits.parties import Caller, Role

Own = Callable[[Caller, str], Invoice]
UNEXPLAINED = MoveIn()


def add_life(routes: APIRouter, service: BillingService, who: Who, *, own: Own) -> None:
    """Add the routes; `own` returns an invoice that a caller may see."""
    _add_reviews(routes, service, who)
    _add_disputes(routes, service, who, own)
    _add_answers(routes, service, who)
    _add_write_offs(routes, service, who, own)
    _add_corrections(routes, service, who)


def _add_reviews(routes: APIRouter, service: BillingService, who: Who) -> None:
    @routes.post("/invoices/{invoice_id}/submit")
    def submit(
        invoice_id: UUID, caller: Annotated[Caller, Depends(who)], body: MoveIn = UNEXPLAINED
    ) -> InvoiceOut:
        """Have a draft reviewed; in its month's grace period late data still change it."""
        return _moved(service.reviews.submit, invoice_id, caller, body)

    @routes.post("/invoices/{invoice_id}/approve")
    def approve(
        invoice_id: UUID, caller: Annotated[Caller, Depends(who)], body: MoveIn = UNEXPLAINED
    ) -> InvoiceOut:
        """Approve a draft in review, once the grace period of its month is over."""
        return _moved(service.reviews.approve, invoice_id, caller, body)

    @routes.post("/invoices/{invoice_id}/return")
    def send_back(
        invoice_id: UUID, body: MoveIn, caller: Annotated[Caller, Depends(who)]
    ) -> InvoiceOut:
        """Send a draft back from review or approval, and say why."""
        return _moved(service.reviews.send_back, invoice_id, caller, body)

    @routes.get("/invoices/{name}/history")
    def history(name: str, caller: Annotated[Caller, Depends(who)]) -> HistoryOut:
        """Return what was done with an invoice: by whom, when and why."""
        require_role(caller, Role.FINANCE, Role.ADMIN)
        with refusals():
            return HistoryOut.of(service.reviews.history(service.invoice(name).id))


def _moved(move: Moving, draft: UUID, caller: Caller, body: MoveIn) -> InvoiceOut:
    """Have finance move one draft."""
    require_role(caller, Role.FINANCE, Role.ADMIN)
    with refusals():
        (moved,) = move([draft], by=caller.name, reason=body.reason)
    return InvoiceOut.of(moved)


def _add_disputes(routes: APIRouter, service: BillingService, who: Who, own: Own) -> None:
    @routes.post("/invoices/{number}/dispute", status_code=201)
    def dispute(
        number: str, body: DisputeIn, caller: Annotated[Caller, Depends(who)]
    ) -> DisputeOut:
        """Object to a line: it is frozen with its evidence, and not overdue, until it is answered.

        Operators object to their own lines; finance writes down what came by another way.
        """
        own(caller, number)
        with refusals():
            evidence = snapshot(service.explain(number, body.line, limit=MOST_FROZEN))
            opened = service.disputes.open(
                number, body.line, reason=body.reason, evidence=evidence, by=caller.name
            )
        return DisputeOut.of(opened)

    @routes.get("/disputes")
    def disputes(
        caller: Annotated[Caller, Depends(who)],
        *,
        operator: str | None = None,
        open: bool = False,  # noqa: A002 - the name on the wire
    ) -> DisputesOut:
        """List disputes, the newest first; `open` those that wait for an answer."""
        require_role(caller, Role.OPERATOR, Role.FINANCE, Role.ADMIN)
        whose = caller.name if caller.role is Role.OPERATOR else operator
        found = service.disputes.all(operator=whose, still_open=open)
        return DisputesOut(items=[DisputeOut.of(each) for each in found])

    @routes.get("/disputes/{dispute_id}")
    def proof(dispute_id: UUID, caller: Annotated[Caller, Depends(who)]) -> DisputeProofOut:
        """Return a dispute with the evidence of its line as it was when it was opened."""
        with refusals():
            found = service.disputes.one(dispute_id)
        own(caller, found.number)
        return DisputeProofOut.proven(found)


def _add_answers(routes: APIRouter, service: BillingService, who: Who) -> None:
    @routes.post("/disputes/{dispute_id}/confirm")
    def confirm(
        dispute_id: UUID, body: ConfirmIn, caller: Annotated[Caller, Depends(who)]
    ) -> DisputeOut:
        """End a dispute: the line is right, and owed."""
        require_role(caller, Role.FINANCE, Role.ADMIN)
        with refusals():
            ended = service.disputes.confirm(dispute_id, answer=body.reason, by=caller.name)
        return DisputeOut.of(ended)

    @routes.post("/disputes/{dispute_id}/credit")
    def credit(
        dispute_id: UUID, body: CreditDisputeIn, caller: Annotated[Caller, Depends(who)]
    ) -> DisputeOut:
        """End a dispute by a credit note of an amount, else of all that is disputed."""
        require_role(caller, Role.FINANCE, Role.ADMIN)
        with refusals():
            ended = service.disputes.credit(
                dispute_id, body.amount, answer=body.reason, by=caller.name
            )
        return DisputeOut.of(ended)


def _add_write_offs(routes: APIRouter, service: BillingService, who: Who, own: Own) -> None:
    @routes.post("/invoices/{number}/write-off", status_code=201)
    def write_off(
        number: str, body: WriteOffIn, caller: Annotated[Caller, Depends(who)]
    ) -> WriteOffOut:
        """Give up collecting an amount by an act of the council: non-valeur or remise."""
        require_role(caller, Role.FINANCE, Role.ADMIN)
        with refusals():
            gone = service.accounts.write_off(
                number,
                body.kind,
                body.amount,
                act=body.act,
                reason=body.reason,
                by=caller.name,
            )
        return WriteOffOut.of(gone)

    @routes.get("/invoices/{number}/write-offs")
    def write_offs(number: str, caller: Annotated[Caller, Depends(who)]) -> WriteOffsOut:
        """List what of an invoice is no longer collected."""
        own(caller, number)
        found = service.accounts.write_offs(number)
        return WriteOffsOut(items=[WriteOffOut.of(each) for each in found])


def _add_corrections(routes: APIRouter, service: BillingService, who: Who) -> None:
    @routes.get("/usage/contradictions")
    def contradictions(caller: Annotated[Caller, Depends(who)]) -> ContradictionsOut:
        """List what came under a known key with other content: it is not billed."""
        require_role(caller, Role.FINANCE, Role.ADMIN)
        found = service.corrections.contradictions()
        return ContradictionsOut(items=[ContradictionOut.of(each) for each in found])

    @routes.post("/usage/corrections", status_code=201)
    def correct(body: CorrectionIn, caller: Annotated[Caller, Depends(who)]) -> CorrectionOut:
        """Take what contradicts a usage for the truth, or withdraw the usage.

        Its month's next run bills it so; what was invoiced on the other is proposed as a credit.
        """
        require_role(caller, Role.FINANCE, Role.ADMIN)
        with refusals():
            if body.withdraw:
                service.corrections.withdraw(body.key, reason=body.reason, by=caller.name)
                return CorrectionOut.of(body.key, None)
            usage = service.corrections.accept(
                body.key, reason=body.reason, by=caller.name, fingerprint=body.fingerprint
            )
        return CorrectionOut.of(body.key, usage)

    @routes.get("/billing/credit-drafts")
    def credit_drafts(caller: Annotated[Caller, Depends(who)]) -> CreditDraftsOut:
        """List the credits that corrections of invoiced usage call for."""
        require_role(caller, Role.FINANCE, Role.ADMIN)
        found = service.corrections.credit_drafts()
        return CreditDraftsOut(items=[CreditDraftOut.of(each) for each in found])

    @routes.post("/billing/credit-drafts/{draft_id}/issue", status_code=201)
    def issue_credit(draft_id: UUID, caller: Annotated[Caller, Depends(who)]) -> CreditNoteOut:
        """Make a proposed credit a credit note."""
        require_role(caller, Role.FINANCE, Role.ADMIN)
        with refusals():
            return CreditNoteOut.of(service.corrections.issue_credit(draft_id, by=caller.name))
