"""Which addresses are there to take a month along as a file, and to learn what its columns mean?"""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Response
from fastapi.responses import StreamingResponse

from billing.export import dictionary
from billing.export.negotiation import CSV, JSON, chosen
from billing.export.words import LANGUAGE
from billing.exporting import TABLES, WHOLE, Exported, Kind, export
from billing.periods import parse
from billing.refusals import refusals
from billing.schemas.exports import DictionaryOut
from billing.service import BillingService
from permits.identity.guard import Who, require_role
from permits.parties import Caller, OperatorId, Role

DICTIONARY = "/v1/exports/dictionary"
Visible = Callable[[Caller, str | None], OperatorId | None]


def add_exports(routes: APIRouter, service: BillingService, who: Who, *, visible: Visible) -> None:
    """Add the routes; `visible` returns whose money a caller may see."""
    _add_dictionary(routes, who, visible)

    @routes.get("/exports/{kind}", response_class=StreamingResponse)
    def export_(
        kind: Kind,
        period: str,
        caller: Annotated[Caller, Depends(who)],
        *,
        operator: str | None = None,
        lang: LANGUAGE = "fr",
        without: Annotated[list[str] | None, Query(max_length=100)] = None,
    ) -> StreamingResponse:
        """Return a month's issued claims as a file.

        CSV, XLSX and Parquet hold their lines, `usage` (Parquet) what was used and what it cost,
        claimed or not: a `Link` names the dictionary of their columns. `ubl` and `facturx` hold
        every document, `ubl` judged again;
        `fec` the month's entries for a tax inspector: by the day they were made, so that of a
        month without any `Octroi-Remark` names those that have some;
        `pes` what was issued in the month as titles
        for the public accountant, but for the documents `without`; `audit` everything with its
        hashes, for `octroi billing verify` on another machine.
        """
        own = visible(caller, operator)
        if kind in WHOLE:
            require_role(caller, Role.FINANCE, Role.ADMIN)
        with refusals():
            file = export(
                service, kind, parse(period), operator=own, lang=lang, without=without or ()
            )
        return StreamingResponse(file.pieces, media_type=file.media, headers=_headers(kind, file))


def _add_dictionary(routes: APIRouter, who: Who, visible: Visible) -> None:
    @routes.get(
        "/exports/dictionary",
        response_model=DictionaryOut,
        responses={200: {"content": {CSV: {}}}},
    )
    def dictionary_(
        caller: Annotated[Caller, Depends(who)], accept: Annotated[str, Header()] = JSON
    ) -> Response:
        """Tell what each column of the tables means, in French and in English: JSON, or CSV."""
        visible(caller, None)
        form = chosen(accept, (JSON, CSV))
        if form is None:
            raise HTTPException(406, f"Accept: the dictionary comes as {JSON}, {CSV}.")
        headers = {"Vary": "Accept"}
        if form == CSV:
            headers["Content-Disposition"] = 'attachment; filename="octroi-dictionary.csv"'
            return Response(dictionary.as_csv(), media_type=CSV, headers=headers)
        told = DictionaryOut.model_validate(dictionary.as_document())
        return Response(told.model_dump_json(), media_type=JSON, headers=headers)


def _headers(kind: Kind, file: Exported) -> dict[str, str]:
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    if kind in TABLES:
        headers["Link"] = f'<{DICTIONARY}>; rel="describedby"'
    if file.remark:
        headers["Octroi-Remark"] = file.remark["en"]
    return headers
