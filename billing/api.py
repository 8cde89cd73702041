"""Which addresses are there to bill, to read a claim, and to see what it rests on?

Operators see what they used and what was claimed from them, and nothing of anyone else: of
another's invoice they learn not even that it exists. A draft is no claim, and the city's alone.
"""

from collections.abc import Callable
from typing import Annotated, get_args
from uuid import UUID

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Response

from billing.accounting import add_accounts
from billing.export import cii, lines, pdf, table
from billing.export.claim import of_invoice
from billing.export.negotiation import CSV, JSON, PDF, XML, chosen, spoken
from billing.export.words import LANGUAGE
from billing.export_api import add_exports
from billing.life_api import add_life
from billing.model import Invoice, InvoiceState
from billing.moving import NoSuchInvoice
from billing.periods import parse
from billing.refusals import refusals
from billing.schemas.evidence import EvidenceOut
from billing.schemas.invoices import (
    InvoiceOut,
    InvoicesOut,
    PeriodIn,
    RunOut,
    UsageEntryOut,
    UsageOut,
    UsagesOut,
)
from billing.schemas.runs import RunsOut
from billing.schemas.statements import StatementIn
from billing.schemas.untitled import UntitledIn, UntitledOut
from billing.service import BillingService
from billing.store.invoices import InvoiceFilter
from billing.store.usage import UsageFilter
from permits.identity.guard import Who, require_role
from permits.parties import Caller, OperatorId, Role
from zones.model import Layer
from zones.periods import ALWAYS

OFFERED = (JSON, PDF, CSV, XML)
Limit = Annotated[int, Query(ge=1, le=500)]
IdempotencyKey = Annotated[str, Header(alias="Idempotency-Key", max_length=255)]


def router(service: BillingService, who: Who) -> APIRouter:
    """Return the routes; `who` is the dependency that yields the caller."""
    routes = APIRouter(prefix="/v1", tags=["billing"])
    _add_work(routes, service, who)
    _add_invoices(routes, service, who)
    add_life(routes, service, who, own=lambda who_, name: _own(service, who_, name))
    add_accounts(routes, service.accounts, who, own=lambda who_, name: _own(service, who_, name))
    _add_usage(routes, service, who)
    _add_telling(routes, service, who)
    add_exports(routes, service, who, visible=_visible)
    return routes


def _add_work(routes: APIRouter, service: BillingService, who: Who) -> None:
    @routes.post("/billing/runs")
    def run(body: PeriodIn, caller: Annotated[Caller, Depends(who)]) -> RunOut:
        """Meter, price and draft a month that is over; again, it changes nothing twice."""
        require_role(caller, Role.FINANCE, Role.ADMIN)
        with refusals():
            return RunOut.of(service.run(parse(body.period), dry=body.dry_run))

    @routes.get("/billing/runs")
    def runs(caller: Annotated[Caller, Depends(who)], limit: Limit = 50) -> RunsOut:
        """List the runs that nobody started, the newest first, and when the next is due."""
        require_role(caller, Role.FINANCE, Role.ADMIN)
        schedule = service.schedule
        return RunsOut.of(schedule.plan, schedule.next_at(), schedule.newest(limit))

    @routes.post("/invoices/{invoice_id}/issue")
    def issue(
        invoice_id: UUID,
        caller: Annotated[Caller, Depends(who)],
        key: IdempotencyKey = "",
    ) -> InvoiceOut:
        """Give a draft its number; the same Idempotency-Key may ask again."""
        require_role(caller, Role.FINANCE, Role.ADMIN)
        with refusals():
            return InvoiceOut.of(service.issue(invoice_id, by=caller.name, key=key))


def _add_invoices(routes: APIRouter, service: BillingService, who: Who) -> None:
    @routes.get("/invoices")
    def invoices(
        caller: Annotated[Caller, Depends(who)],
        *,
        operator: str | None = None,
        period: str | None = None,
        state: InvoiceState | None = None,
        cursor: UUID | None = None,
        limit: Limit = 100,
    ) -> InvoicesOut:
        """List invoices, newest period first."""
        own = _visible(caller, operator)
        with refusals():
            wanted = InvoiceFilter(
                operator=own,
                state="issued" if caller.role is Role.OPERATOR else None,
                life=state,
                period=parse(period) if period else None,
                after=cursor,
                limit=limit,
            )
            page = service.invoices(wanted)
        following = page[-1].id if len(page) == limit else None
        return InvoicesOut(items=[InvoiceOut.of(each) for each in page], next=following)

    @routes.get(
        "/invoices/{name}",
        response_model=InvoiceOut,
        responses={200: {"content": {PDF: {}, CSV: {}, XML: {}}}},
    )
    def invoice(
        name: str,
        caller: Annotated[Caller, Depends(who)],
        accept: Annotated[str, Header()] = JSON,
        accept_language: Annotated[str, Header()] = "",
        lang: LANGUAGE | None = None,
    ) -> Response:
        """Return an invoice by its id or number: JSON, PDF, CSV or XML, by `Accept`.

        The PDF of what is issued is a Factur-X, the XML its electronic form (CII). The PDF speaks
        the language of `lang`, else of `Accept-Language`, else French.
        """
        form = chosen(accept, OFFERED)
        if form is None:
            raise HTTPException(406, f"Accept: an invoice comes as {', '.join(OFFERED)}.")
        language = lang or spoken(accept_language, get_args(LANGUAGE))
        return _written(_own(service, caller, name), form, language)

    @routes.get("/invoices/{name}/lines/{line}/evidence")
    def evidence(
        name: str,
        line: int,
        caller: Annotated[Caller, Depends(who)],
        *,
        limit: Limit = 10,
        skip: Annotated[int, Query(ge=0)] = 0,
        positions: Annotated[int, Query(ge=2, le=50_000)] = 500,
    ) -> EvidenceOut:
        """Walk a line back to fees, usage, visits, verdicts and positions.

        Of a long line `limit` uses are told, after those to `skip`, with about so many `positions`
        in all: those at the entry and the exit of each visit; `observations` says how many it has.
        """
        _own(service, caller, name)
        with refusals():
            told = service.explain(name, line, limit=limit, skip=skip, positions=positions)
        return EvidenceOut.of(told)


def _add_usage(routes: APIRouter, service: BillingService, who: Who) -> None:
    @routes.get("/usage")
    def usage(
        caller: Annotated[Caller, Depends(who)],
        *,
        operator: str | None = None,
        layer: Layer | None = None,
        period: str | None = None,
        cursor: UUID | None = None,
        limit: Limit = 100,
    ) -> UsagesOut:
        """List metered usage with the fees it led to, newest first."""
        own = _visible(caller, operator)
        with refusals():
            window = parse(period).window if period else ALWAYS
        wanted = UsageFilter(operator=own, layer=layer, window=window, after=cursor, limit=limit)
        page = service.usage(wanted)
        items = [
            UsageEntryOut.model_validate({"usage": UsageOut.of(used), "fees": fees})
            for used, fees in page
        ]
        return UsagesOut(items=items, next=page[-1][0].id if len(page) == limit else None)


def _add_telling(routes: APIRouter, service: BillingService, who: Who) -> None:
    @routes.post("/usage/untitled", status_code=201)
    def untitled(body: UntitledIn, caller: Annotated[Caller, Depends(who)]) -> UntitledOut:
        """Tell what an operator occupied without a permit: the month's run bills an indemnity.

        It is what the tariff would have been times `without_title`, where the tariff states that.
        """
        require_role(caller, Role.INSPECTOR, Role.FINANCE, Role.ADMIN)
        with refusals():
            told = service.state_untitled(body.to_untitled())
        return UntitledOut(items=[UsageOut.of(each) for each in told])

    @routes.post("/usage", status_code=201)
    def state(body: StatementIn, caller: Annotated[Caller, Depends(who)]) -> UsageOut:
        """Tell a voyage with its load, or a day's reading of data for trade; `reference` is yours.

        Operators tell their own; finance tells data read, from the access log, for anyone.
        """
        own = _visible(caller, body.operator)
        if own is not None and caller.role is Role.OPERATOR and body.calls:
            raise HTTPException(403, "calls: the city counts them, not the reader.")
        with refusals():
            return UsageOut.of(service.state(body.to_statement()))


def _visible(caller: Caller, named: str | None) -> OperatorId | None:
    """Return whose money to show: operators see their own only, finance everyone's."""
    require_role(caller, Role.OPERATOR, Role.FINANCE, Role.ADMIN)
    if caller.role is not Role.OPERATOR:
        return OperatorId(named) if named else None
    if named not in {None, caller.name}:
        raise HTTPException(403, f"operator: {caller.name} cannot see what {named} owes.")
    return OperatorId(caller.name)


def _own(service: BillingService, caller: Caller, name: str) -> Invoice:
    """Return an invoice the caller may see; another's is not there."""
    own = _visible(caller, None)
    with refusals():
        found = service.invoice(name)
        if own is not None and (found.operator != own or found.number is None):
            msg = f"there is no invoice {name[:60]}"
            raise NoSuchInvoice(msg)
    return found


def _written(invoice: Invoice, form: str, lang: str) -> Response:
    name = invoice.number or str(invoice.id)
    if form == XML and not invoice.number:
        raise HTTPException(406, "Accept: a draft is no electronic invoice; it has no XML.")
    headers = {"ETag": f'"{invoice.hash or invoice.id}"', "Vary": "Accept, Accept-Language"}
    writers: dict[str, tuple[str, Callable[[], str | bytes]]] = {
        JSON: ("json", lambda: InvoiceOut.of(invoice).model_dump_json()),
        PDF: ("pdf", lambda: pdf.write(invoice, lang)),
        CSV: ("csv", lambda: "".join(table.write(lines.rows([invoice])))),
        XML: ("xml", lambda: cii.write(of_invoice(invoice))),
    }
    ending, write = writers[form]
    if form == PDF:
        headers["Content-Language"] = lang
    if form != JSON:
        headers["Content-Disposition"] = f'inline; filename="{name}.{ending}"'
    return Response(write(), media_type=form, headers=headers)
