"""Which addresses are there to correct a claim, to take payments in, and to read the books?"""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Header

from billing.accounts import Accounts
from billing.model import Invoice
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
    StandingOut,
    StandingsOut,
    TransfersIn,
)
from billing.transfers import read
from permits.identity.guard import Who, require_role
from permits.parties import Caller, Role

Key = Annotated[str, Header(alias="Idempotency-Key", max_length=255)]
Own = Callable[[Caller, str], Invoice]


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

    @routes.get("/credit-notes/{number}")
    def credit_note(number: str, caller: Annotated[Caller, Depends(who)]) -> CreditNoteOut:
        """Return a credit note by its number."""
        with refusals():
            note = accounts.credit_note(number)
        own(caller, str(note.invoice.number))
        return CreditNoteOut.of(note)

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
        return ReceivedOut(new=[PaymentOut.of(each) for each in received.new], known=received.known)

    @routes.get("/billing/overdue")
    def overdue(caller: Annotated[Caller, Depends(who)]) -> StandingsOut:
        """List the invoices whose day of payment is over and that are still owed."""
        require_role(caller, Role.FINANCE, Role.ADMIN)
        return StandingsOut(items=[StandingOut.of(each) for each in accounts.overdue()])

    @routes.get("/billing/ledger")
    def ledger(caller: Annotated[Caller, Depends(who)]) -> LedgerOut:
        """Return the sums of every account of the double-entry ledger."""
        require_role(caller, Role.FINANCE, Role.ADMIN)
        return LedgerOut(items=[BalanceOut.of(each) for each in accounts.balances()])
