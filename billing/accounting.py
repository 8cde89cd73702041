"""Which addresses are there to correct a claim, to take payments in, and to read the books?"""

from collections.abc import Callable
from typing import Annotated, get_args

from fastapi import APIRouter, Depends, Header, HTTPException, Response

from billing.accounts import Accounts
from billing.export import cii, credit_pdf
from billing.export.claim import of_credit
from billing.export.negotiation import JSON, PDF, XML, chosen, spoken
from billing.export.words import LANGUAGE
from billing.model import CreditNote, Invoice
from billing.refusals import refusals
from billing.schemas.accounts import (
    BalanceOut,
    CreditIn,
    CreditNoteOut,
    JudgementOut,
    JudgementsOut,
    LedgerOut,
    PaymentOut,
    ReceivedOut,
    RefundIn,
    RefundOut,
    StandingOut,
    StandingsOut,
    TransfersIn,
)
from billing.transfers import read
from permits.identity.guard import Who, require_role
from permits.parties import Caller, Role

Key = Annotated[str, Header(alias="Idempotency-Key", max_length=255)]
Own = Callable[[Caller, str], Invoice]
OFFERED = (JSON, PDF, XML)


def add_accounts(routes: APIRouter, accounts: Accounts, who: Who, *, own: Own) -> None:
    """Add the routes; `own` returns an invoice that a caller may see."""
    _add_corrections(routes, accounts, who, own)
    _add_money(routes, accounts, who)


def _add_corrections(routes: APIRouter, accounts: Accounts, who: Who, own: Own) -> None:
    @routes.post("/invoices/{number}/credit", status_code=201)
    def credit(
        number: str, body: CreditIn, caller: Annotated[Caller, Depends(who)], key: Key = ""
    ) -> CreditNoteOut:
        """Credit lines of an issued invoice, or all that is left; the same key may ask again."""
        require_role(caller, Role.FINANCE, Role.ADMIN)
        with refusals():
            note = accounts.credit(number, body.lines, reason=body.reason, by=caller.name, key=key)
        return CreditNoteOut.of(note)

    @routes.get(
        "/credit-notes/{number}",
        response_model=CreditNoteOut,
        responses={200: {"content": {PDF: {}, XML: {}}}},
    )
    def credit_note(
        number: str,
        caller: Annotated[Caller, Depends(who)],
        accept: Annotated[str, Header()] = JSON,
        accept_language: Annotated[str, Header()] = "",
        lang: LANGUAGE | None = None,
    ) -> Response:
        """Return a credit note by its number: JSON, PDF (Factur-X) or XML (CII), by `Accept`.

        The PDF speaks the language of `lang`, else of `Accept-Language`, else French.
        """
        form = chosen(accept, OFFERED)
        if form is None:
            raise HTTPException(406, f"Accept: a credit note comes as {', '.join(OFFERED)}.")
        with refusals():
            note = accounts.credit_note(number)
        own(caller, str(note.invoice.number))
        return _written(note, form, lang or spoken(accept_language, get_args(LANGUAGE)))

    @routes.get("/invoices/{number}/standing")
    def standing(number: str, caller: Annotated[Caller, Depends(who)]) -> StandingOut:
        """Tell what of an issued invoice was credited, paid, and is still due."""
        own(caller, number)
        with refusals():
            return StandingOut.of(accounts.standing(number))

    @routes.get("/invoices/{number}/judgements")
    def judgements(number: str, caller: Annotated[Caller, Depends(who)]) -> JudgementsOut:
        """Return what the official judges said when an invoice was issued."""
        own(caller, number)
        told = accounts.judgement(number)
        return JudgementsOut(items=[JudgementOut.model_validate(each) for each in told])


def _add_money(routes: APIRouter, accounts: Accounts, who: Who) -> None:
    @routes.post("/payments")
    def receive(body: TransfersIn, caller: Annotated[Caller, Depends(who)]) -> ReceivedOut:
        """Take a bank's statement in, all or nothing; what is known already counts once."""
        require_role(caller, Role.FINANCE, Role.ADMIN)
        with refusals():
            received = accounts.receive(read(body.csv), by=caller.name)
        return ReceivedOut(
            new=[PaymentOut.of(each) for each in received.new],
            known=received.known,
            refunds=[StandingOut.of(each) for each in received.refunds],
        )

    @routes.get("/billing/overdue")
    def overdue(caller: Annotated[Caller, Depends(who)]) -> StandingsOut:
        """List the invoices whose day of payment is over and that are still owed."""
        require_role(caller, Role.FINANCE, Role.ADMIN)
        return StandingsOut(items=[StandingOut.of(each) for each in accounts.overdue()])

    @routes.get("/billing/refunds")
    def refunds(caller: Annotated[Caller, Depends(who)]) -> StandingsOut:
        """List the invoices on which more was paid than is owed: `due` is below zero."""
        require_role(caller, Role.FINANCE, Role.ADMIN)
        return StandingsOut(items=[StandingOut.of(each) for each in accounts.refunds()])

    @routes.post("/invoices/{number}/refund", status_code=201)
    def refund(
        number: str, body: RefundIn, caller: Annotated[Caller, Depends(who)], response: Response
    ) -> RefundOut:
        """Tell that what was paid too much was paid back.

        The same reference counts once: told again, it is answered with 200 and `known`.
        """
        require_role(caller, Role.FINANCE, Role.ADMIN)
        with refusals():
            made = accounts.refund(
                number,
                body.amount,
                transaction=body.transaction,
                paid_on=body.paid_on,
                by=caller.name,
            )
        response.status_code = 200 if made.known else 201
        return RefundOut.of_refund(made)

    @routes.get("/billing/ledger")
    def ledger(caller: Annotated[Caller, Depends(who)]) -> LedgerOut:
        """Return the sums of every account of the double-entry ledger."""
        require_role(caller, Role.FINANCE, Role.ADMIN)
        return LedgerOut(items=[BalanceOut.of(each) for each in accounts.balances()])


def _written(note: CreditNote, form: str, lang: str) -> Response:
    headers = {"ETag": f'"{note.hash}"', "Vary": "Accept, Accept-Language"}
    if form == JSON:
        return Response(CreditNoteOut.of(note).model_dump_json(), media_type=form, headers=headers)
    if form == PDF:
        content, headers["Content-Language"] = credit_pdf.write(note, lang), lang
    else:
        content = cii.write(of_credit(note))
    ending = form.rpartition("/")[2]
    headers["Content-Disposition"] = f'inline; filename="{note.number}.{ending}"'
    return Response(content, media_type=form, headers=headers)
